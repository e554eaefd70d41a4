"""Templates of other people run in a process of their own, with an end to their time and memory.

A sandbox inside Python cannot stop `{{ 'x'|center(1000000000) }}`, and Typst aborts the whole process when
memory runs out, so a limit has to be the operating system's. What goes into the child is pickled (it comes
from us); what comes out is JSON (it comes from the template).
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from symback.errors import EngineError, Fault, InputError, LimitError, SymbackError, TemplateError


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child process may use; the wall clock allows twice `seconds`, for machines that are busy."""

    seconds: float = 5
    megabytes: int = 512
    output_megabytes: int = 16


ERRORS: Mapping[str, type[SymbackError]] = {
    error.__name__: error for error in (InputError, TemplateError, EngineError, LimitError)
}

# No template may reach the network (Typst would fetch packages); nobody listens at this proxy.
NO_NETWORK = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
NO_NETWORK |= {name.lower(): proxy for name, proxy in NO_NETWORK.items()} | {"NO_PROXY": "", "no_proxy": ""}
# Threads reserve address space, which counts against the limit on memory.
FEW_THREADS = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


def call(what: str, function: Callable[..., str], *arguments: object, limits: Limits) -> str:
    """Call a module-level function in a limited child process and return its text.

    `what` names the work in messages.

    Raises:
        LimitError: the child used too much time or memory.
        SymbackError: what the function itself raised.
    """
    same_modules = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-B", "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | NO_NETWORK | FEW_THREADS | same_modules,
        start_new_session=True,
    )
    request = pickle.dumps((asdict(limits), pickle.dumps((function, arguments))))
    try:
        answer, _ = process.communicate(request, timeout=2 * limits.seconds)
    except subprocess.TimeoutExpired:
        raise LimitError(f"{what}: stopped after {limits.seconds:g} s") from None
    finally:
        kill_group(process)
    if process.returncode != 0:
        raise LimitError(f"{what}: {_end(process.returncode, limits)}")
    return _unpack(what, json.loads(answer))


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started in a session of its own, if it still runs, with all that it started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.wait()


def _end(code: int, limits: Limits) -> str:
    """Say in words how a child ended that gave no answer."""
    if -code == getattr(signal, "SIGXCPU", None):
        return f"stopped after {limits.seconds:g} s"
    return f"stopped: it needs more than the {limits.megabytes} MB of memory it may use"


def _unpack(what: str, answer: dict[str, Any]) -> str:
    if "text" in answer:
        return str(answer["text"])
    error = ERRORS[answer["error"]]
    if issubclass(error, InputError):
        raise error(Fault(**fault) for fault in answer["faults"])
    raise error(f"{what}: {answer['message']}")


def _confine(limits: Limits) -> None:
    """Ask the operating system to hold this process to its limits, where it can."""
    try:
        import resource
    except ImportError:  # Windows: only the wall clock holds
        return
    seconds, memory = math.ceil(limits.seconds), limits.megabytes * 2**20
    wanted = {"RLIMIT_CPU": seconds, "RLIMIT_AS": memory, "RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0}
    for name, soft in wanted.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (soft if hard < 0 else min(soft, hard), hard))


def _answer(packed: bytes, limits: Limits) -> dict[str, Any]:
    try:
        function, arguments = pickle.loads(packed)
        text = function(*arguments)
        if len(text) > limits.output_megabytes * 2**20:
            raise LimitError(f"the result is longer than {limits.output_megabytes} MB")
    except InputError as fault:
        return {"error": type(fault).__name__, "faults": [asdict(one) for one in fault.faults]}
    except SymbackError as fault:
        return {"error": type(fault).__name__, "message": str(fault)}
    except MemoryError:
        message = f"stopped: it needs more than the {limits.megabytes} MB of memory it may use"
        return {"error": "LimitError", "message": message}
    return {"text": text}


def _main() -> None:
    """Serve one call: the request stands on standard input, the answer goes to standard output."""
    fields, packed = pickle.loads(sys.stdin.buffer.read())
    limits = Limits(**fields)
    _confine(limits)
    answer = _answer(packed, limits)
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing of the template's may run, or fail, on the way out


if __name__ == "__main__":
    _main()

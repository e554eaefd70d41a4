"""From source to PDF: Typst inside this process, or the TeX that is installed.

The same source gives the same bytes: dates are fixed (`SOURCE_DATE_EPOCH` is followed where it is set), the
fonts of Typst are those inside its wheel, and nothing is read from outside a fresh folder.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from symback.document import guard
from symback.errors import EngineError, Fault, InputError, LimitError, TemplateError

if TYPE_CHECKING:
    import typst

EPOCH = 946_684_800  # 2000-01-01; a date of today would give other bytes tomorrow
TYPST_LIMITS = guard.Limits(seconds=20, megabytes=1024, output_megabytes=64)
NO_PACKAGES = "packages are off: a sheet is made without the network"
TEX_SECONDS = 60.0
TEX_PASSES = 3
TEX_FILE_BYTES = 64 * 2**20
TEX_MEMORY_BYTES = 2 * 2**30

_PACKAGE = re.compile(r'\b(?:import|include)[\s(]*"@')
_TYPST_PLACE = re.compile(r"┌─ .*:(\d+):\d+$", re.MULTILINE)
_TEX_FAULT = re.compile(r"^(?:\S+:\d+: |! )(.+)$", re.MULTILINE)
_TEX_LINE = re.compile(r"^(?:\./)?sheet\.tex:(\d+): ", re.MULTILINE)
_TEX_CONTEXT = re.compile(r"^l\.\d+ ?(.*)$", re.MULTILINE)
_TEX_AGAIN = re.compile(r"Rerun (?:LaTeX|to get)|rerun LaTeX")
_lock = threading.Lock()


def typst_pdf(source: str, *, template: str | None = None) -> bytes:
    """Compile a Typst document with the one compiler this process keeps.

    Text from files stands in the source as string literals, so a sheet from a shipped template is harmless;
    a source from a teacher's template (`template` names it) is compiled in a limited process of its own.
    Worker processes have to be spawned, not forked: the compiler's threads do not survive a fork.

    Raises:
        EngineError: the source is not valid; the message has its line.
        TemplateError: the same, when a teacher's template made the source.
        LimitError: a teacher's template used too much time or memory.
    """
    if found := _PACKAGE.search(source):
        line = source.count("\n", 0, found.start()) + 1
        _blame("typst", NO_PACKAGES, line, template)
    arguments = (source.encode("utf-8", "replace"), _empty_folder(), _timestamp(), template)
    if template is None:
        with _lock:
            return _typst_bytes(*arguments)
    return base64.b64decode(guard.call(template, _typst_text, *arguments, limits=TYPST_LIMITS))


def latex_pdf(
    source: str, *, engine: str = "pdflatex", template: str | None = None, timeout: float = TEX_SECONDS
) -> bytes:
    """Compile a LaTeX document with an installed engine, as often as its cross-references ask for.

    TeX runs in a fresh folder, without a shell, reading and writing nothing outside it.

    Raises:
        EngineError: the engine is missing, or found a fault; the message has the line of the source.
        TemplateError: a fault in a source that a teacher's template made (`template` names it).
        LimitError: TeX did not come to an end.
    """
    program = _program(engine)
    if template is not None and engine == "lualatex":
        raise EngineError("lualatex: a template of your own could run Lua code; use the engine latex")
    with tempfile.TemporaryDirectory(prefix="symback-") as name:
        folder = Path(name)
        (folder / "sheet.tex").write_bytes(source.encode("utf-8", "replace"))
        for _ in range(TEX_PASSES):
            log = _tex_pass(program, engine, folder, source, template, timeout)
            if not _TEX_AGAIN.search(log):
                break
        try:
            return (folder / "sheet.pdf").read_bytes()
        except FileNotFoundError:
            _blame(engine, "the document has no pages", None, template)


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to a PDF: the dialect whose source it takes, and the program it needs besides Python, if any."""

    dialect: str
    compile: Callable[..., bytes]
    program: str | None = None


ENGINES: Mapping[str, Engine] = {
    "typst": Engine("typ", typst_pdf),
    "latex": Engine("tex", latex_pdf, "pdflatex"),
    "lualatex": Engine("tex", functools.partial(latex_pdf, engine="lualatex"), "lualatex"),
}


def require(name: str) -> Engine:
    """Look an engine up and make sure, before anything is computed, that it can run.

    Raises:
        InputError: there is no such engine.
        EngineError: its program is not installed.
    """
    if name not in ENGINES:
        raise InputError(f"there is no engine {name!r}; choose one of {', '.join(ENGINES)}")
    engine = ENGINES[name]
    if engine.program is not None:
        _program(engine.program)
    _timestamp()
    return engine


@functools.cache
def _compiler(process: int, root: str) -> typst.Compiler:  # noqa: ARG001
    import typst

    return typst.Compiler(root=root, ignore_system_fonts=True, package_path=root, package_cache_path=root)


@functools.cache
def _kept_folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="symback-")


def _empty_folder() -> str:
    """Name the folder that Typst may read: empty, without links, removed when the process ends."""
    return _kept_folder().name


def _typst_bytes(source: bytes, root: str, timestamp: int, template: str | None) -> bytes:
    import typst

    try:
        # Tags for screen readers take three times as long as the rest of a sheet with a table, as measured.
        pdf = _compiler(os.getpid(), root).compile(source, format="pdf", timestamp=timestamp, pdf_tags=False)
    except typst.TypstError as fault:
        place = _TYPST_PLACE.search(fault.diagnostic)
        message = fault.message.replace(root, "")
        if message.startswith("failed to download"):
            message = NO_PACKAGES
        _blame("typst", message, int(place[1]) if place else None, template)
    assert isinstance(pdf, bytes)
    return pdf


def _typst_text(source: bytes, root: str, timestamp: int, template: str | None) -> str:
    """Compile in a child process, whose answers are text."""
    return base64.b64encode(_typst_bytes(source, root, timestamp, template)).decode("ascii")


def _timestamp() -> int:
    """Give the date that stands in a PDF, in seconds since 1970."""
    wanted = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not wanted:
        return EPOCH
    if not re.fullmatch(r"[0-9]{1,11}", wanted):
        raise InputError(f"SOURCE_DATE_EPOCH is {wanted[:40]!r}; a number of seconds since 1970 is expected")
    return int(wanted)


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise EngineError(
            f"{name}: not found on this machine; install a TeX distribution, or use what needs none: "
            ".pdf with the typst engine, .md, .tex, .typ or .json"
        )
    return path


def _tex_pass(
    program: str, engine: str, folder: Path, source: str, template: str | None, timeout: float
) -> str:
    """Run TeX once over `sheet.tex` and return its log."""
    options = ["-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode", "-file-line-error"]
    process = subprocess.Popen(
        [program, *options, "-jobname=sheet", _first_line(source)],
        cwd=folder,
        env=_tex_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _limit_files_and_memory(process.pid)
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise LimitError(f"{engine}: stopped after {timeout:g} s") from None
    finally:
        guard.kill_group(process)
    log = _read_log(folder / "sheet.log")
    if process.returncode < 0:
        raise LimitError(f"{engine}: stopped: it wrote too large a file or used too much memory")
    if process.returncode != 0:
        message, line = _tex_fault(log)
        _blame(engine, message, line, template)
    return log


def _first_line(source: str) -> str:
    """Read the sheet under a document identifier made from its text; LuaTeX would make one from the clock."""
    identifier = hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()[:32]
    trailer = rf"\pdfvariable trailerid{{[<{identifier}><{identifier}>]}}"
    return rf"\ifdefined\pdfvariable{trailer}\fi\input{{sheet.tex}}"


def _tex_environment() -> dict[str, str]:
    return os.environ | {
        "openin_any": "p",
        "openout_any": "p",
        "SOURCE_DATE_EPOCH": str(_timestamp()),
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "1000",  # a log whose lines are not broken can be searched
    }


def _limit_files_and_memory(process: int) -> None:
    try:
        import resource
    except ImportError:
        return
    if hasattr(resource, "prlimit"):  # Linux; elsewhere only the clock holds
        resource.prlimit(process, resource.RLIMIT_FSIZE, (TEX_FILE_BYTES, TEX_FILE_BYTES))
        resource.prlimit(process, resource.RLIMIT_AS, (TEX_MEMORY_BYTES, TEX_MEMORY_BYTES))


def _read_log(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _tex_fault(log: str) -> tuple[str, int | None]:
    """Find the first fault in a TeX log: what it is, the words TeX was reading, and the line of the sheet."""
    found = _TEX_FAULT.search(log)
    if found is None:
        return "failed without a message", None
    context = _TEX_CONTEXT.search(log, found.end())
    words = f" ({context[1].strip()[-80:]})" if context and context[1].strip() else ""
    line = _TEX_LINE.search(log, found.start())
    return found[1].rstrip(".") + words, int(line[1]) if line else None


def _blame(engine: str, message: str, line: int | None, template: str | None) -> NoReturn:
    """Raise for a fault in a source: the engine's if the source is ours, the teacher's if it is theirs."""
    place = f"line {line} of its source: " if line else ""
    if template is None:
        raise EngineError(f"{engine}: {place}{message}")
    raise TemplateError(Fault(f"{engine}: {place}{message}", file=template))

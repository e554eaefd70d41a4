"""Homework on a Dask cluster: the same tasks, on workers that may be anywhere.

Workers need symback and nothing else: they get text and give back bytes, and this process alone writes files. A task
whose worker dies is run again on another one (Dask gives it up after a few times).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from symback.errors import InputError, MachineError
from symback.homework.bulk import Crew

#: Seconds to wait for a scheduler, and for its first worker.
PATIENCE = 15


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """The workers of the Dask scheduler at an address like `tcp://10.0.0.1:8786`.

    Raises InputError where Dask is not installed, MachineError where nobody answers or nobody works there.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--dask needs Dask: pip install 'symback[dask]'") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as fault:
        raise MachineError(f"{address}: no Dask scheduler answers there ({fault})") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise MachineError(f"{address}: this Dask scheduler has no workers") from None
        threads = sum(client.nthreads().values())
        yield Crew(lambda: client.get_executor(pure=False), max(1, threads), own=False)

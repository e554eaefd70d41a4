"""Homework on a Dask cluster: several workers on this machine, one of which is killed in the middle."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import symback
from symback.errors import MachineError
from symback.homework import cluster
from tests.homework.test_runs import command, contents

distributed = pytest.importorskip("distributed", reason="the extra symback[dask] is not installed")

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.skipif(os.name != "posix", reason="signals")]


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    import logging

    with distributed.LocalCluster(
        n_workers=3,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
        host="127.0.0.1",
    ) as found:
        yield found


def test_a_killed_worker_costs_nothing(local: Any, tmp_path: Path) -> None:
    victim = local.workers[0].pid
    folder = tmp_path / "out"

    def kill() -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if (folder / "keys").is_dir() and len(list((folder / "keys").iterdir())) >= 20:
                break
            time.sleep(0.01)
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with distributed.Client(local) as client:
        report = symback.vary("paper", 300, 1, folder, to="md", executor=client.get_executor(pure=False))
    killer.join()
    assert (len(report.rows), report.faults) == (300, {})
    symback.vary("paper", 300, 1, tmp_path / "whole", to="md")
    assert contents(folder) == contents(tmp_path / "whole")


def test_the_command_line_finds_a_scheduler(local: Any, tmp_path: Path) -> None:
    asked = ["--seed", 1, "-n", 6, "--to", "pdf"]
    done = command("vary", "paper", "-o", tmp_path / "out", *asked, "--dask", local.scheduler_address)
    assert (done.returncode, "6 variants (6 made)" in done.stderr) == (0, True)
    symback.vary("paper", 6, 1, tmp_path / "whole")
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(MachineError, match="no Dask scheduler answers there"), cluster.cluster("tcp://127.0.0.1:9"):
        pass

"""Many variants: tasks in chunks, handed to whatever runs them, taken back as they are done.

Only a few chunks are under way at a time, so that memory stays flat. Workers of our own write their files themselves
and send back a few lines about each: what is left half-sent when a worker is killed would block the others for ever.
Somebody else's executor may work on other machines; from there the files come back as bytes.

When a worker process dies, nobody can say which chunk it died of: all that were under way are tried once more, one
student at a time, and whoever brings a worker down again is reported. The others are made.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from symback.errors import MachineError, SymbackError
from symback.homework.folder import HomeworkFolder
from symback.homework.making import Job, Made, Task, make

#: About so many seconds of work in a chunk: enough that handing it over costs nothing, little enough to see progress.
CHUNK_SECONDS = 0.1
#: About how long the files of one student take, by format.
SECONDS = {"json": 0.0004, "md": 0.002, "tex": 0.002, "typ": 0.002, "pdf": 0.03}
#: Chunks under way for each worker.
AHEAD = 2


def chunks(job: Job, tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, ...]]:
    """The tasks in chunks, smaller ones where there are few tasks."""
    one = sum(SECONDS[name] for name in job.formats)
    size = max(1, min(int(CHUNK_SECONDS / one), len(tasks) // (4 * workers)))
    for start in range(0, len(tasks), size):
        yield tuple(tasks[start : start + size])


def serially(job: Job, tasks: Sequence[Task], take: Callable[[Made], None]) -> None:
    """Make all of them in this process."""
    for task in tasks:
        for made in make(job, (task,)):
            take(made)


def make_into(folder: str, job: Job, tasks: Sequence[Task]) -> list[Made]:
    """Make some variants and write their files into a folder; what is given back holds no file any more.

    Raises OutputError where that cannot be done, and InputError as `make` does.
    """
    room, found = HomeworkFolder(Path(folder)), []
    for task in tasks:
        for made in make(job, (task,)):
            for name, data in made.files.items():
                room.write(name, data)
            found.append(replace(made, files={}))
    return found


@dataclass
class Crew:
    """Workers of some kind, and the chunks that they have.

    `hire` gives an executor; it is asked again after a worker died, unless the executor is somebody else's (`own`).
    """

    hire: Callable[[], Executor]
    workers: int
    own: bool = True
    _executor: Executor | None = None
    _work: Callable[[tuple[Task, ...]], list[Made]] = field(default=lambda _: [])
    _running: dict[Future[list[Made]], tuple[Task, ...]] = field(default_factory=dict)

    def run(self, job: Job, tasks: Sequence[Task], take: Callable[[Made], None], folder: Path) -> None:
        """Make all of them; `take` gets each as soon as it is made, or what became of it.

        Workers of our own write into the folder; from others `take` gets the files.

        Raises InputError where the recipe cannot be met, MachineError where an executor that is not ours breaks.
        """
        self._work = partial(make_into, str(folder), job) if self.own else partial(make, job)
        waiting = deque(chunks(job, tasks, self.workers))
        suspects: list[Task] = []
        try:
            while waiting or self._running:
                while waiting and len(self._running) < AHEAD * self.workers:
                    self._submit(waiting.popleft())
                suspects += self._collect(take)
            for task in suspects:
                self._alone(task, take)
        except BaseException:
            self.dismiss(at_once=True)
            raise

    def dismiss(self, *, at_once: bool = False) -> None:
        """Let the workers go; `at_once` does not wait for what they have in hand."""
        if self._executor is not None and self.own:
            if at_once and isinstance(self._executor, ProcessPoolExecutor):
                workers = list((getattr(self._executor, "_processes", None) or {}).values())
                for process in workers:
                    process.terminate()
                for process in workers:
                    process.join(1)
            self._executor.shutdown(wait=not at_once, cancel_futures=True)
        else:
            for future in self._running:
                future.cancel()
        self._executor = None
        self._running.clear()

    def _submit(self, chunk: tuple[Task, ...]) -> None:
        if self._executor is None:
            self._executor = self.hire()
        try:
            self._running[self._executor.submit(self._work, chunk)] = chunk
        except BrokenExecutor as error:
            failed: Future[list[Made]] = Future()
            failed.set_exception(error)
            self._running[failed] = chunk

    def _collect(self, take: Callable[[Made], None]) -> list[Task]:
        """Take what is done; give the tasks of chunks that came to nothing."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        suspects: list[Task] = []
        broken = False
        for future in done:
            chunk = self._running.pop(future)
            error = future.exception()
            if error is None:
                for made in future.result():
                    take(made)
            elif isinstance(error, SymbackError):
                raise error
            else:
                broken = broken or isinstance(error, BrokenExecutor)
                suspects += chunk
        if broken:
            suspects += [task for chunk in self._after_break(take) for task in chunk]
        return suspects

    def _after_break(self, take: Callable[[Made], None]) -> list[tuple[Task, ...]]:
        """All other chunks of a broken executor, but for those that were done in time."""
        if not self.own:
            raise MachineError("the executor has lost a worker and takes no more work; what was made is kept")
        lost = []
        wait(self._running)
        for future, chunk in self._running.items():
            if future.exception() is None:
                for made in future.result():
                    take(made)
            else:
                lost.append(chunk)
        self._running.clear()
        self.dismiss()
        return lost

    def _alone(self, task: Task, take: Callable[[Made], None]) -> None:
        """Try a task once more by itself."""
        self._submit((task,))
        if self._collect(take):
            take(Made(task, fault="its worker died, twice; the others were made"))


def processes(count: int) -> Crew:
    """Worker processes; spawned, because Typst's threads do not survive a fork."""
    from multiprocessing import get_context

    context = get_context("spawn")
    return Crew(
        lambda: ProcessPoolExecutor(count, mp_context=context, initializer=_work_for, initargs=(os.getpid(),)), count
    )


def _work_for(parent: int) -> None:
    """In a worker: leave Ctrl-C to the parent, and end when the parent is gone, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    atexit.register(gc.freeze)  # at the end nobody waits until every object has been looked at

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def processors() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

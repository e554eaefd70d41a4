"""Bytes on their way out: to files, all or none of them, and to standard output.

Every file is first written beside its target under a name that starts with `.sb-`, and moved into place when
all of them are complete. A run that is killed, or that meets a full disk, leaves the old files as they were.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from symback.errors import OutputError

PREFIX = ".sb-"


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write one file, whole or not at all.

    Raises:
        OutputError: the target cannot be written; the file that was there is unharmed.
    """
    write_all({Path(path): data})


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files: every target is looked at, then all are written beside their targets, then moved.

    Raises:
        OutputError: a target cannot be written; nothing was changed.
    """
    check_targets(files)
    staged: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            temporary = path.with_name(f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}")
            staged.append((temporary, path))
            with _named(path):
                _write(temporary, data, _mode(path))
        for temporary, path in staged:
            with _named(path):
                os.replace(temporary, path)
                _sync_folder(path.parent)
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                temporary.unlink()


@contextlib.contextmanager
def written_atomically(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write one large file piece by piece: moved into place when the block ends, and not at all when it raises.

    Raises:
        OutputError: the target cannot be written; the file that was there is unharmed.
    """
    target = Path(path)
    check_targets([target])
    temporary = target.with_name(f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with _created(temporary, _mode(target)) as stream:
            yield stream
        os.replace(temporary, target)
        _sync_folder(target.parent)
    except OSError as fault:
        raise OutputError(f"{target}: {_reason(fault)}") from fault
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def check_targets(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Find out, before any work is done, whether files can be written; clear what killed runs left there.

    Folders are not made: a mistyped folder is a fault to be told of, not a new folder.

    Raises:
        OutputError: a folder is missing or cannot be written, a target is a link, a folder or a device,
            or lies in a folder that is a link.
    """
    for path in map(Path, paths):
        with _named(path):
            _check_folder(path)
            _check_file(path)
            _sweep(path.parent)


def write_stdout(data: bytes) -> None:
    """Write to standard output and make sure that it arrived.

    Raises:
        OutputError: it is closed, full, or nobody reads it.
    """
    if sys.stdout is None:
        raise OutputError("standard output: it is closed")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as fault:
        _abandon_stdout()
        raise OutputError(f"standard output: {_reason(fault)}") from fault


def _check_folder(path: Path) -> None:
    folder = path.parent
    # A link in the root of the file system (/tmp on some systems) is the system's own; others may be a trap.
    if folder.is_symlink() and folder.absolute().parent != Path(folder.absolute().anchor):
        raise OutputError(f"{path}: refuses to write through a symlink: {folder}")
    if not folder.exists():
        raise OutputError(f"{path}: the folder {folder} does not exist")
    if not folder.is_dir():
        raise OutputError(f"{path}: {folder} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(f"{path}: {os.strerror(_refusal(folder))}")


def _check_file(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise OutputError(f"{path}: refuses to write through a symlink: {path}")
    if stat.S_ISDIR(mode):
        raise OutputError(f"{path}: is a folder")
    if not stat.S_ISREG(mode):
        raise OutputError(f"{path}: is not a regular file; without -o the result goes to standard output")


def _refusal(folder: Path) -> int:
    """Say why a folder cannot be written: its permissions, or a file system that is read-only."""
    read_only = hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY
    return errno.EROFS if read_only else errno.EACCES


def _sweep(folder: Path) -> None:
    """Remove the temporary files of runs that are no longer alive."""
    for leftover in folder.glob(f"{PREFIX}*-*"):
        owner = leftover.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isascii() and owner.isdigit() and not _alive(int(owner)):
            with contextlib.suppress(OSError):
                leftover.unlink()


def _alive(process: int) -> bool:
    if os.name != "posix":  # elsewhere signal 0 would end the process
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _mode(path: Path) -> int | None:
    """Give the permissions of a file that is to be replaced; a new file takes those of the umask."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _write(temporary: Path, data: bytes, mode: int | None) -> None:
    with _created(temporary, mode) as stream:
        stream.write(data)


@contextlib.contextmanager
def _created(temporary: Path, mode: int | None) -> Iterator[BinaryIO]:
    """A new file, which is on the disk when the block ends."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(temporary, flags, 0o666), "w+b") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
    if mode is not None:
        temporary.chmod(mode)


def _sync_folder(folder: Path) -> None:
    """Make the move itself last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise OutputError(f"{path}: {_reason(fault)}") from fault
    except ValueError as fault:  # a name with a zero byte
        raise OutputError(f"{str(path)!r}: {fault}") from fault


def _reason(fault: OSError) -> str:
    return os.strerror(fault.errno) if fault.errno else str(fault)


def _abandon_stdout() -> None:
    """Point standard output at nothing, so that Python's own last flush does not fail once more."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)

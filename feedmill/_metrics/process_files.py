"""Keeps files of metrics that a process has to itself, and that the next one of its role continues.

A slot is a lock in the folder, held until its process ends, and the files of prometheus_client's
multi-process mode that bear the slot's name. So counters outlive their process, and there are never more
files than processes at a time, however often these are started.
"""

import errno
import fcntl
import os
import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAX_SLOTS = 1024
"""Slots of one role: bounds the files, and the search for a free one."""
FILE_BYTES = 512 * 1024
"""Bytes kept for each file: one that had to grow on a full disk would end its process (SIGBUS)."""
FILE_KINDS = ("counter", "histogram")


@dataclass(slots=True)
class MetricsSlot:
    """A process's own place among those of its role."""

    folder: Path
    role: str
    name: str
    lock: int
    identity: str = field(default="", init=False)
    """What the files are named after at the moment: a horse has its own."""

    def __post_init__(self) -> None:
        """Begin as the process itself."""
        self.identity = self.name

    def beat(self) -> None:
        """Record that the process is alive and at work."""
        os.utime(self.lock, None)

    def after_fork(self) -> None:
        """Be the forked horse of this process from here on: one lives at a time."""
        self.identity = f"{self.name}.horse"


@dataclass(frozen=True, slots=True)
class LiveSlot:
    """A slot that a process holds."""

    role: str
    name: str
    pid: int
    host: str
    """The machine or container it was taken on."""
    silent_s: float
    """Since its last beat."""


def take_slot(folder: Path, role: str) -> MetricsSlot:
    """Take the first free slot of a role; raises OSError where files cannot be made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(1, MAX_SLOTS + 1):
        name = f"{role}-{number}"
        lock = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()} {platform.node()}".encode(), 0)
        for identity in (name, f"{name}.horse"):
            for kind in FILE_KINDS:
                _reserve_space(folder / f"{kind}_{identity}.db")
        return MetricsSlot(folder, role, name, lock)
    raise OSError(errno.EUSERS, "no slot is free", str(folder))


def _reserve_space(path: Path) -> None:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        os.posix_fallocate(file, 0, FILE_BYTES)
    finally:
        os.close(file)


def list_live_slots(folder: Path) -> Iterator[LiveSlot]:
    """List the slots that live processes hold."""
    for path in sorted(folder.glob("*.lock")):
        try:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, host = os.pread(file, 300, 0).decode(errors="replace").partition(" ")
            silent_s = max(0.0, time.time() - os.fstat(file).st_mtime)
            role = path.stem.rpartition("-")[0]
            yield LiveSlot(role, path.stem, int(pid) if pid.isdigit() else 0, host, silent_s)
        finally:
            os.close(file)


def list_slot_files(folder: Path) -> list[str]:
    """List the files of all slots, held or not: what was counted stays counted."""
    return [
        str(path)
        for kind in FILE_KINDS
        for path in sorted(folder.glob(f"{kind}_*.db"))
        if path.stat().st_size
    ]

"""Locks files (flock): the kernel drops a lock when its last holder has ended, however it ended."""

import errno
import fcntl
import os
from pathlib import Path


def take(path: Path, *, shared: bool = False) -> int:
    """Wait for the lock and return the descriptor that holds it; os.close() gives it back."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def try_take(path: Path) -> int | None:
    """Return the descriptor that holds the lock alone, or None at once when another process holds it."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return None
        raise
    return descriptor


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

"""Allows one `feedmill up` at a time on a data folder."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from daemon.embedded_server import file_locks
from daemon.embedded_server.data_folder import DataFolder
from daemon.errors import DataFolderLockedError


@contextmanager
def hold_up_lock(folder: DataFolder) -> Iterator[None]:
    """Hold the data folder as the one `up` on it; raises DataFolderLockedError that names the other."""
    folder.prepare()
    lock = file_locks.try_take(folder.up_lock)
    if lock is None:
        raise DataFolderLockedError(str(folder.path), _read_holder(folder))
    try:
        started = time.strftime("%Y-%m-%d %H:%M:%S %z")
        os.ftruncate(lock, 0)
        os.write(lock, json.dumps({"pid": os.getpid(), "started": started}).encode())
        yield
    finally:
        os.close(lock)


def _read_holder(folder: DataFolder) -> str:
    try:
        found = json.loads(folder.up_lock.read_bytes())
        return f"process {int(found['pid'])}, since {found['started']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "its process is unknown"

"""Writes files that an operator names, and leaves alone those that feedmill has not written."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from daemon.errors import FileKeptError, InvalidRequestError

PUBLIC_MODE = 0o644
"""Permissions of a file that holds no secret: all may read it."""
PRIVATE_MODE = 0o600
"""Permissions of a file with private content, such as a backup: its owner's alone."""


@contextmanager
def replaced_file(
    file: Path, kind: str, is_ours: Callable[[Path], bool], *, force: bool, mode: int = PUBLIC_MODE
) -> Iterator[IO[bytes]]:
    """Open a file that gets its name when it is whole; one under that name is replaced only if it is ours.

    `kind` names what `is_ours` looks for ("backup of feedmill"). A link is replaced, never followed. The
    umask counts, and nobody may read the new file who might not read the old one.
    Raises FileKeptError, and InvalidRequestError where the name is a folder's, a device's or cannot be
    written.
    """
    require_replaceable(file, kind, is_ours, force=force)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except OSError as error:
        raise InvalidRequestError(f"{file} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if file.exists() and not file.is_symlink():
            part.chmod(part.stat().st_mode & file.stat().st_mode & 0o777)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def require_replaceable(file: Path, kind: str, is_ours: Callable[[Path], bool], *, force: bool) -> None:
    """Raise FileKeptError where a file is there that is not ours, InvalidRequestError where it is no file."""
    try:
        found = file.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise InvalidRequestError(f"{file}: {error.strerror}") from error
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
        raise InvalidRequestError(f"{file} is no file that can be written over; `-` is standard output")
    if not force and not (stat.S_ISREG(found.st_mode) and is_ours(file)):
        raise FileKeptError(file, kind)

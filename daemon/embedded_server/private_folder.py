"""Makes folders that hold secrets and state, and keeps them and what is in them to their owner alone.

What another user owns is refused: the owner of a folder can exchange what is in it. What is merely readable
or writable for others, as folders made by hand or by older versions are, is tightened and said.
"""

import os
import pwd
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from daemon.errors import ForeignFolderError, InvalidRequestError, ServerError

PRIVATE_MODE = 0o700
"""Permissions of a private folder: its owner's alone."""
_OTHERS = 0o077
"""Permission bits of the group and of all others."""
_NAMELESS = "user "
"""Stands before the number of a user without a name on this machine, as a container's often is."""
_LOST_AND_FOUND = "lost+found"
"""Root's own, at the top of a volume with a file system of its own."""
_MAX_FILES = 10_000
"""Files that are checked below a folder: a data folder has some dozens, one named in error may have many."""


def make_private_folder(path: Path) -> None:
    """Make a folder for its owner only, or tighten one that is there; new files of this process are private.

    Raises ForeignFolderError where it, or something in it, belongs to another user or is a link,
    InvalidRequestError where it is a file, and ServerError where it cannot be made or written.
    """
    os.umask(_OTHERS)
    try:
        path.mkdir(mode=PRIVATE_MODE, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InvalidRequestError(f"the data folder {path} is a file; --data-dir names a folder") from error
    except OSError as error:
        raise ServerError(f"the data folder {path} cannot be made: {error.strerror}") from error
    require_own_folder(path)
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        if path.stat().st_uid != os.geteuid():
            raise _refuse_foreign(path, path, path.stat().st_uid)
        raise ServerError(f"the data folder {path} cannot be written")
    loose = [one for one in (path.resolve(), *_entries(path)) if _tighten(one)]
    if loose:
        sys.stderr.write(  # to the operator, whatever command it is that looked
            f"feedmill: others could reach {path} ({len(loose)} of its files, such as {loose[0].name}): "
            "they are this user's alone now\n"
        )


def require_own_folder(path: Path) -> None:
    """Raise ForeignFolderError where a folder that exists, or something in it, is not this user's."""
    top = path.resolve()
    for one in (top, *_entries(path)):
        try:
            found = one.lstat()
        except FileNotFoundError:
            continue
        if stat.S_ISLNK(found.st_mode):
            raise ForeignFolderError(path, f"{one} is a link, and links are not followed there: remove it")
        if not may_own(found.st_uid, found.st_mode, os.geteuid(), is_top=one == top):
            raise _refuse_foreign(path, one, found.st_uid)


def _refuse_foreign(path: Path, one: Path, uid: int) -> ForeignFolderError:
    """Build the refusal of a folder in which `one` is another user's."""
    owner, me = user_name(uid), user_name(os.geteuid())
    return ForeignFolderError(
        path,
        f"{one} belongs to {owner}, and this is {me}: run it as {owner}, name another --data-dir, "
        f"or hand the folder over (chown -R {me.removeprefix(_NAMELESS)} {path})",
    )


def may_own(owner: int, mode: int, user: int, *, is_top: bool) -> bool:
    """Return whether a user may keep state in what belongs to `owner`.

    Container engines lend volumes that belong to root and are written by a group of the container's own
    (Kubernetes `fsGroup`): such a folder will do where no stranger can write to it.
    """
    return owner == user or (is_top and owner == 0 and not mode & stat.S_IWOTH)


def user_name(uid: int) -> str:
    """Return the name of a user, or the number of one that this machine does not know."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"{_NAMELESS}{uid}"


def _entries(path: Path) -> Iterator[Path]:
    """Yield what is in a folder and in the folders directly below it."""
    left = _MAX_FILES
    try:
        top = sorted(path.iterdir())
    except OSError:
        return
    for one in top:
        if one.name == _LOST_AND_FOUND:
            continue
        yield one
        left -= 1
        if left <= 0:
            return
        if one.is_dir() and not one.is_symlink():
            try:
                yield from sorted(one.iterdir())[:left]
            except OSError:
                continue


def _tighten(path: Path) -> bool:
    """Take what others may do away; returns whether they might do anything."""
    try:
        found = path.lstat()
        mode = stat.S_IMODE(found.st_mode)
        if not mode & _OTHERS or found.st_uid != os.geteuid():
            return False
        path.chmod(mode & ~_OTHERS)  # no link: these were refused before
    except FileNotFoundError:  # temporary files come and go while a server runs
        return False
    return True

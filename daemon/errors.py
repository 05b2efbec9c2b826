"""Defines the errors by which a command ends that could not do what it was asked to.

FeedmillError
└── DaemonError                something is wrong: exit 1
    ├── BrokenOffError         a signal came before it was done: exit 1
    ├── InvalidRequestError    the command line or its input cannot be meant so: exit 2
    ├── DataFolderLockedError  another `feedmill up` runs on this data folder: exit 2
    ├── ForeignFolderError     the data folder, or something in it, is another user's or a link: exit 2
    ├── FileKeptError          a file that is not feedmill's would be written over: exit 2
    ├── ListKeptError          feeds.toml cannot be written by this process: exit 2
    ├── ListChangedError       feeds.toml is not as it was when it was read: exit 2
    ├── UnsuitableServerError  the Redis server is not set up as feedmill needs it: exit 2
    └── ServerError            the Redis server cannot be started or reached: exit 1
"""

from pathlib import Path
from typing import ClassVar

from feedmill.errors import FeedmillError


class DaemonError(FeedmillError):
    """Base of what the command reports in one line; `exit_code` is what the process ends with."""

    exit_code: ClassVar[int] = 1


class InvalidRequestError(DaemonError):
    """The operator asked for something that cannot be."""

    exit_code = 2


class BrokenOffError(DaemonError):
    """A signal came; nothing was written."""

    def __init__(self) -> None:
        super().__init__("interrupted: nothing was written")


class DataFolderLockedError(DaemonError):
    """Another `feedmill up` holds the data folder."""

    exit_code = 2

    def __init__(self, folder: str, holder: str) -> None:
        self.folder = folder
        self.holder = holder
        super().__init__(
            f"{folder} is held by another `feedmill up` ({holder}); name another --data-dir, or stop it"
        )


class ForeignFolderError(DaemonError):
    """The data folder, or something in it, belongs to another user or is a link."""

    exit_code = 2

    def __init__(self, folder: Path, why: str) -> None:
        self.folder = folder
        super().__init__(f"the data folder {folder}: {why}")


class FileKeptError(DaemonError):
    """A command would write over a file that feedmill has not written."""

    exit_code = 2

    def __init__(self, file: Path, kind: str) -> None:
        self.file = file
        super().__init__(f"{file} exists and is no {kind}: name another file, or write over it with --force")


class ListKeptError(DaemonError):
    """This process cannot write feeds.toml."""

    exit_code = 2

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(
            f"{path} cannot be written ({why}): edit it where it is kept, or let this process write there"
        )


class ListChangedError(DaemonError):
    """feeds.toml has changed meanwhile."""

    exit_code = 2

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} has changed since: look at it again, then say what is to be changed")


class UnsuitableServerError(DaemonError):
    """The Redis server is not set up as feedmill needs it."""

    exit_code = 2


class ServerError(DaemonError):
    """The Redis server cannot be started or reached."""

"""Why a command could not do what it was asked to.

FeedmillError
└── DaemonError            something is wrong: exit 1
    ├── AskedWronglyError  the command line or its input cannot be meant so: exit 2
    ├── FolderHeldError    another `feedmill up` runs on this data folder: exit 2
    ├── WrongServerError   the Redis server is not set up as feedmill needs it: exit 2
    └── ServerError        the Redis server cannot be started or reached: exit 1
"""

from typing import ClassVar

from feedmill.errors import FeedmillError


class DaemonError(FeedmillError):
    """Base of what the command reports in one line; `exit_code` is what the process ends with."""

    exit_code: ClassVar[int] = 1


class AskedWronglyError(DaemonError):
    """The operator asked for something that cannot be."""

    exit_code = 2


class FolderHeldError(DaemonError):
    """Another `feedmill up` holds the data folder."""

    exit_code = 2

    def __init__(self, folder: str, holder: str) -> None:
        self.folder = folder
        self.holder = holder
        super().__init__(
            f"{folder} is held by another `feedmill up` ({holder}); name another --data-dir, or stop it"
        )


class WrongServerError(DaemonError):
    """The Redis server is not set up as feedmill needs it."""

    exit_code = 2


class ServerError(DaemonError):
    """The Redis server cannot be started or reached."""

"""Defines the errors that the ledger raises.

LedgerError
├── LedgerUnavailable  no answer from the server: refused, lost, too slow, or a fail-over (temporary)
│   └── LedgerLoading  the server is there and still reads its data (temporary)
├── LedgerFull         the server has no memory or disk left; nothing was changed (temporary)
└── LedgerRefused      the server answered with another error

RateLimitedError          a site must not be requested yet (temporary); no error of the ledger
"""

from feedmill.errors import FeedmillError


class LedgerError(FeedmillError):
    """Base of the ledger's errors; carries the operation's name and what the server or socket said."""

    def __init__(self, operation: str, said: str) -> None:
        super().__init__(operation, said)
        self.operation = operation
        self.said = said

    def __str__(self) -> str:
        """Name the operation and the cause."""
        return f"ledger: {self.operation}: {self.said}"


class LedgerUnavailable(LedgerError):  # noqa: N818  the tree is named after states
    """No answer came; the operation may or may not have happened, and its token makes it safe to re-send."""

    temporary = True


class LedgerLoading(LedgerUnavailable):
    """The server is reading its data from disk."""


class LedgerFull(LedgerError):  # noqa: N818
    """The server's memory limit is reached or its disk is full; nothing was changed."""

    temporary = True


class LedgerRefused(LedgerError):  # noqa: N818
    """The server refused the script or its arguments."""


class RateLimitedError(FeedmillError):
    """The gate of a site stays shut for `wait_ms`, longer than a request may wait."""

    temporary = True

    def __init__(self, site: str, wait_ms: int) -> None:
        super().__init__(site, wait_ms)
        self.site = site
        self.wait_ms = wait_ms

    def __str__(self) -> str:
        """Name the site and the time."""
        return f"the gate of {self.site} is shut for {self.wait_ms} ms"

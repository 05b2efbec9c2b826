"""Defines the errors that the worker raises.

WorkerError
├── NoContactError         a page of the public internet, and no contact for its publisher is set
├── NoWorkerContextError   a ticket runs in a process that is no feedmill worker
└── RobotsDisallowedError  robots.txt keeps feedmill from an address, for good or for now
"""

from feedmill._ledger.politeness.robots_cache import RobotsRuling
from feedmill.errors import FeedmillError


class WorkerError(FeedmillError):
    """Base of the worker's errors."""


class NoContactError(WorkerError):
    """A page of the public internet is not requested by software that names no contact."""

    temporary = True

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url

    def __str__(self) -> str:
        """Describe what to do."""
        return f"{self.url} is of the public internet, and network.contact is not set (docs/polling.md)"


class NoWorkerContextError(WorkerError):
    """A ticket was run by something else than `feedmill worker`."""

    def __str__(self) -> str:
        """Describe what to do instead."""
        return "tickets are run by `feedmill worker`, not by a plain rq worker"


class RobotsDisallowedError(WorkerError):
    """The robots.txt of an address, listed or redirected to, does not allow it or is not known yet."""

    temporary = True

    def __init__(self, url: str, ruling: RobotsRuling) -> None:
        super().__init__(url, ruling)
        self.url = url
        self.ruling = ruling

    def __str__(self) -> str:
        """Name the address and the ruling."""
        return f"robots.txt for {self.url}: {self.ruling.verdict}"

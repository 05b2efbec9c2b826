"""What the worker raises.

WorkerError
├── NotEquippedError  a ticket runs in a process that is no feedmill worker
└── GateShutError     a redirect leads to a site that must not be requested yet (temporary)
"""

from feedmill.errors import FeedmillError


class WorkerError(FeedmillError):
    """Base of the worker's errors."""


class NotEquippedError(WorkerError):
    """A ticket was run by something else than `feedmill worker`."""

    def __str__(self) -> str:
        """Say what to do instead."""
        return "tickets are run by `feedmill worker`, not by a plain rq worker"


class GateShutError(WorkerError):
    """The gate of the site that a redirect leads to stays shut for `wait_ms`."""

    temporary = True

    def __init__(self, site: str, wait_ms: int) -> None:
        super().__init__(site, wait_ms)
        self.site = site
        self.wait_ms = wait_ms

    def __str__(self) -> str:
        """Name the site and the time."""
        return f"the gate of {self.site} is shut for {self.wait_ms} ms"

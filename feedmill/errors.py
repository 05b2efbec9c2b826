"""Defines the root of every exception that feedmill raises on purpose.

FeedmillError
├── config.errors.ConfigError            the operator's files or environment are wrong
├── feedmill._net.errors.NetError        a request had a named end other than an answer
├── feedmill._ledger.errors.LedgerError  the ledger refused or could not be reached
├── worker.errors.WorkerError            a ticket cannot be run, or a gate stays shut
├── daemon.errors.DaemonError            the command cannot do what was asked
└── ConsumerError                        a consumer was asked for something that cannot be
    ├── UnreadableError                  an entry carries no article that this version can read
    ├── AccessError                      the server refuses the user, the password or a command
    └── ServerLostError                  the server did not answer (temporary)
"""


class FeedmillError(Exception):
    """Base of feedmill's own exceptions; `temporary` is whether trying again can help."""

    temporary: bool = False


class ConsumerError(FeedmillError):
    """A consumer, a replay or a dead letter was asked for in a way that cannot be meant."""


class UnreadableError(ConsumerError):
    """The entry carries no article that this version can read; a newer `feedmill-client` may."""

    def __init__(self, entry: str, said: str) -> None:
        super().__init__(entry, said)
        self.entry = entry
        self.said = said

    def __str__(self) -> str:
        """Name the entry and the reason."""
        return f"entry {self.entry}: {self.said}"


class AccessError(ConsumerError):
    """The server refuses this user or password, or what it is asked for: no waiting helps."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said

    def __str__(self) -> str:
        """Name the refusal and where the rules for users stand."""
        return f"the Redis server refuses it: {self.said}; the rules for consumers' users: docs/security.md"


class ServerLostError(ConsumerError):
    """The server did not answer for as long as a consumer waits for it."""

    temporary = True

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        """Name the place and the reason, as far as they are known."""
        return f"the Redis server does not answer: {self.reason}"

"""The root of every exception that feedmill raises on purpose.

FeedmillError
├── config.errors.ConfigError            the operator's files or environment are wrong
├── feedmill._net.errors.NetError        a request had a named end other than an answer
├── feedmill._ledger.errors.LedgerError  the ledger refused or could not be reached
├── worker.errors.WorkerError            a ticket cannot be run, or a gate stays shut
└── daemon.errors.DaemonError            the command cannot do what was asked
"""


class FeedmillError(Exception):
    """Base of feedmill's own exceptions; `temporary` says whether trying again can help."""

    temporary: bool = False

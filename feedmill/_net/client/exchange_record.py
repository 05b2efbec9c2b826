"""Describes one request with its answer (for the records of politeness): frozen values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

RequestKind = Literal["feed", "page", "robots", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPurpose:
    """What a request is for."""

    kind: RequestKind = "other"
    name: str = ""
    """The id of the feed or page, or the origin of a robots.txt."""
    audit_excuse: str = ""
    """Why a feed is asked in a way that its publisher may wonder about (`Sent` of the ledger's records)."""


OTHER_PURPOSE = RequestPurpose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and what came of it, each redirect by itself. Times in seconds of the monotonic clock."""

    purpose: RequestPurpose
    hop: int
    """Redirects before it."""
    url: str
    sent: Mapping[str, str]
    """The request's header fields, names in lower case."""
    began: float
    answered: float
    """When the answer's head was there, or the request had failed."""
    ended: float
    status: int
    """0 when no answer came."""
    headers: Mapping[str, str]
    """The answer's, names in lower case."""
    body: bytes


ExchangeListener = Callable[[Exchange], None]
"""Called for every exchange when it has ended, however it did."""

"""Answers: what is heard of one as it comes, and what a request has got in the end."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from feedmill._net.body import Place


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirect on the way: its status code and the address it led to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status code."""

    url: str
    """The address that answered, after redirects."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case; values of a repeated name are joined by a comma."""
    body: bytes
    """With its content coding undone."""
    redirects: tuple[Redirect, ...]
    elapsed_s: float
    place: Place | None = field(default=None, repr=False, compare=False)
    """What a large body holds as long as this is held."""


@dataclass(slots=True)
class Heard:
    """What has come of an answer so far."""

    at: float = 0.0
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    place: Place | None = None

    def fetched(self, url: str, redirects: tuple[Redirect, ...], started: float) -> Fetched:
        """Give what was heard last of a request that was started then."""
        return Fetched(
            url=url,
            status=self.status,
            headers=self.headers,
            body=self.body,
            place=self.place,
            redirects=redirects,
            elapsed_s=time.monotonic() - started,
        )

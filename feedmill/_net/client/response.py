"""Describes responses: what has come of one so far, and what a request got in the end."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from feedmill._net.client.body_reader import BodySlot

JUMP = 200
"""Status of a redirect that was said by the page itself, and not by its server."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """One redirect on the way: its status code, or JUMP, and the address it led to."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
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
    is_cut: bool = False
    """The body is the begin of one that is larger than allowed."""
    with_credentials: bool = False
    """Credentials of the operator have gone with one of its requests."""
    body_slot: BodySlot | None = field(default=None, repr=False, compare=False)
    """What a large body holds as long as this is held."""


@dataclass(slots=True)
class PartialResponse:
    """What has come of an answer so far."""

    at: float = 0.0
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    """The values of Set-Cookie."""
    body: bytes = b""
    body_slot: BodySlot | None = None
    is_cut: bool = False
    with_credentials: bool = False

    def to_response(self, url: str, redirects: tuple[Redirect, ...], started: float) -> HttpResponse:
        """Return what was heard last of a request that was started then."""
        return HttpResponse(
            url=url,
            status=self.status,
            headers=self.headers,
            body=self.body,
            body_slot=self.body_slot,
            is_cut=self.is_cut,
            with_credentials=self.with_credentials,
            redirects=redirects,
            elapsed_s=time.monotonic() - started,
        )

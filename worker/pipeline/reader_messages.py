"""What a horse and its reader say to each other: length-prefixed MessagePack over a socket pair."""

import socket
import struct
from typing import Any

import msgspec

from feedmill._ledger.core.records import LeasedPage
from feedmill._net.client.response import HttpResponse, Redirect
from feedmill._page_overrides.rules import PageOverrides
from worker.fetching.retry_policy import GiveUp, RetryLater

HEAD = struct.Struct(">I")
"""Head of every frame: the bytes that follow."""


class Answered(msgspec.Struct, frozen=True, array_like=True):
    """The answer to a page's request."""

    url: bytes
    status: int
    headers: dict[bytes, bytes]
    body: bytes
    redirects: list[tuple[int, bytes]] = []


class Handed(msgspec.Struct, frozen=True, array_like=True):
    """A page to be read: a horse's first word about it."""

    page: LeasedPage
    attempts: int
    ahead_s: float
    """What the ledger's time is ahead of the monotonic clock, which all processes of a host share."""
    answered: Answered | None = None
    never: tuple[str, str, bool] | None = None
    """Why there is no page (GiveUp), where the feed's words stand in for it."""
    later: tuple[str, int, int] | None = None
    """Why the page is put off (RetryLater), where they do until it comes."""
    overrides: PageOverrides | None = None
    """The operator's selectors for it."""


class Asked(msgspec.Struct, frozen=True, array_like=True, tag="asked"):
    """A reader's call to the ledger; its horse runs it, and answers with the reply as it came."""

    script: str
    args: list[Any]


class Ended(msgspec.Struct, frozen=True, array_like=True, tag="ended"):
    """A reader's last word about a page."""

    outcome: str
    reason: str
    cpu_ms: int
    grown: bool
    """The reader has grown and should be replaced."""
    meters: list[tuple[str, list[Any]]]
    """What it counted: a method of Meters, and the arguments."""


encode = msgspec.msgpack.Encoder().encode
decode_handed = msgspec.msgpack.Decoder(Handed).decode
decode_word = msgspec.msgpack.Decoder(Asked | Ended).decode
decode_reply = msgspec.msgpack.Decoder().decode


def handed(
    page: LeasedPage,
    found: HttpResponse | GiveUp | RetryLater | None,
    *,
    attempts: int,
    ahead_s: float,
    overrides: PageOverrides | None = None,
) -> bytes:
    """Write a page and what was found of it; header fields may be of any bytes."""
    answered, never, later = None, None, None
    if isinstance(found, HttpResponse):
        headers = {_raw(name): _raw(value) for name, value in found.headers.items()}
        way = [(redirect.status, _raw(redirect.url)) for redirect in found.redirects]
        answered = Answered(_raw(found.url), found.status, headers, found.body, way)
    elif isinstance(found, GiveUp):
        never = (found.reason, _raw(found.detail).decode("utf-8", "replace"), found.settled)
    elif isinstance(found, RetryLater):
        later = (found.reason, found.delay_ms, found.close_site_ms)
    return encode(Handed(page, attempts, ahead_s, answered, never, later, overrides))


def found_of(told: Handed) -> HttpResponse | GiveUp | RetryLater | None:
    """Read what was found of a page."""
    if told.answered is not None:
        one = told.answered
        headers = {_word(name): _word(value) for name, value in one.headers.items()}
        return HttpResponse(
            url=_word(one.url),
            status=one.status,
            headers=headers,
            body=one.body,
            redirects=tuple(Redirect(status, _word(url)) for status, url in one.redirects),
            elapsed_s=0.0,
        )
    if told.later is not None:
        return RetryLater(*told.later)
    return None if told.never is None else GiveUp(*told.never)


def send(sock: socket.socket, payload: bytes) -> None:
    """Send one frame on a blocking socket."""
    sock.sendall(HEAD.pack(len(payload)) + payload)


def receive(sock: socket.socket) -> bytearray | None:
    """Receive one frame from a blocking socket; None: the other side is gone."""
    head = _exactly(sock, HEAD.size)
    return None if head is None else _exactly(sock, HEAD.unpack(head)[0])


def _exactly(sock: socket.socket, length: int) -> bytearray | None:
    data = bytearray(length)
    view, there = memoryview(data), 0
    while there < length:
        came = sock.recv_into(view[there:])
        if not came:
            return None
        there += came
    return data


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _word(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")

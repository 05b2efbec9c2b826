"""Packs what a horse and its reader send each other: length-prefixed MessagePack over a socket pair."""

import socket
import struct
from typing import Any

import msgspec

from feedmill._ledger.core.records import LeasedPage
from feedmill._net.client.response import HttpResponse, Redirect
from feedmill._operator_rules.page_overrides import PageOverrides
from worker.fetching.page_request import FetchResult
from worker.fetching.retry_policy import GiveUp, RetryLater

HEAD = struct.Struct(">I")
"""Head of every frame: the bytes that follow."""


class ResponseMessage(msgspec.Struct, frozen=True, array_like=True):
    """The answer to a page's request."""

    url: bytes
    status: int
    headers: dict[bytes, bytes]
    body: bytes
    redirects: list[tuple[int, bytes]] = []
    with_credentials: bool = False


class PageMessage(msgspec.Struct, frozen=True, array_like=True):
    """A page to be read: the first message of a horse about it."""

    page: LeasedPage
    attempts: int
    ahead_s: float
    """What the ledger's time is ahead of the monotonic clock, which all processes of a host share."""
    answered: ResponseMessage | None = None
    never: tuple[str, str, bool] | None = None
    """Why there is no page (GiveUp), where the feed's words stand in for it."""
    later: tuple[str, int, int] | None = None
    """Why the page is put off (RetryLater), where they do until it comes."""
    overrides: PageOverrides | None = None
    """The operator's selectors for it."""
    origin_rights: tuple[str, ...] = ()
    templates: bytes | None = None
    """The templates of its source and host as the ledger has them; None where none are used."""
    further: tuple[ResponseMessage, ...] = ()
    """The further pages of its article."""
    is_last: bool = False
    """No further page is requested."""
    transcript: ResponseMessage | None = None
    """The answer of its entry's transcript."""
    has_asked: bool = False
    """That was requested, whatever came."""


class LedgerCall(msgspec.Struct, frozen=True, array_like=True, tag="asked"):
    """A reader's call to the ledger; its horse runs it, and sends the reply as it came."""

    script: str
    args: list[Any]


class EndMessage(msgspec.Struct, frozen=True, array_like=True, tag="ended"):
    """The last message of a reader about a page."""

    outcome: str
    reason: str
    cpu_ms: int
    grown: bool
    """The reader has grown and should be replaced."""
    meters: list[tuple[str, list[Any]]]
    """What it counted: a method of Meters, and the arguments."""
    title: str = ""
    """The headline of what was published, for the log."""
    words: int = 0


encode = msgspec.msgpack.Encoder().encode
decode_page_message = msgspec.msgpack.Decoder(PageMessage).decode
decode_message = msgspec.msgpack.Decoder(LedgerCall | EndMessage).decode
decode_reply = msgspec.msgpack.Decoder().decode


def pack_page(
    page: LeasedPage,
    fetched: FetchResult,
    *,
    attempts: int,
    ahead_s: float,
    overrides: PageOverrides | None = None,
    origin_rights: tuple[str, ...] = (),
    templates: bytes | None = None,
) -> bytes:
    """Pack a page and what came of its request; header fields may be of any bytes."""
    answered, never, later = None, None, None
    response, failure = fetched.response, fetched.failure
    if response is not None:
        answered = _pack_answer(response)
    elif isinstance(failure, GiveUp):
        never = (failure.reason, _raw(failure.detail).decode("utf-8", "replace"), failure.settled)
    elif isinstance(failure, RetryLater):
        later = (failure.reason, failure.delay_ms, failure.close_site_ms)
    return encode(
        PageMessage(
            page,
            attempts,
            ahead_s,
            answered,
            never,
            later,
            overrides,
            origin_rights,
            templates,
            tuple(map(_pack_answer, fetched.further)),
            fetched.is_last,
            _pack_answer(fetched.transcript) if fetched.transcript else None,
            fetched.has_asked,
        )
    )


def unpack_fetch_result(handed: PageMessage) -> FetchResult:
    """Unpack what came of a page's request."""
    failure: RetryLater | GiveUp | None = None
    if handed.later is not None:
        failure = RetryLater(*handed.later)
    elif handed.never is not None:
        failure = GiveUp(*handed.never)
    return FetchResult(
        _unpack_answer(handed.answered) if handed.answered else None,
        failure,
        transcript=_unpack_answer(handed.transcript) if handed.transcript else None,
        has_asked=handed.has_asked,
        further=tuple(map(_unpack_answer, handed.further)),
        is_last=handed.is_last,
    )


def _pack_answer(response: HttpResponse) -> ResponseMessage:
    headers = {_raw(name): _raw(value) for name, value in response.headers.items()}
    way = [(redirect.status, _raw(redirect.url)) for redirect in response.redirects]
    return ResponseMessage(
        _raw(response.url), response.status, headers, response.body, way, response.with_credentials
    )


def _unpack_answer(answered: ResponseMessage) -> HttpResponse:
    return HttpResponse(
        url=_word(answered.url),
        status=answered.status,
        headers={_word(name): _word(value) for name, value in answered.headers.items()},
        body=answered.body,
        redirects=tuple(Redirect(status, _word(url)) for status, url in answered.redirects),
        elapsed_s=0.0,
        with_credentials=answered.with_credentials,
    )


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

"""/v1/stream: the stream as server-sent events (WHATWG HTML section 9.2), for slow and fast readers.

A reader is a place in the stream and a choice. It holds no queue: what it has not taken yet stays in the
stream, so a slow one costs nothing but its connection. One that takes nothing for half a minute is let go.
"""

import asyncio
from collections.abc import AsyncIterator

from redis.exceptions import RedisError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feedmill.wanted import Wanted
from web.ask import Ask, Given, Route
from web.choosing import AFTER, CHOICE, wanted
from web.entries import bare
from web.errors import BadRequest, NotNow
from web.house import House
from web.kinds import Param, Place, StreamPlace
from web.shelf import written
from web.tail import Piece

HEART_S = 15.0
"""Between two comments on a quiet stream, so that proxies keep the connection."""
SLOW_S = 30.0
"""The longest that one part of an answer may take to be sent."""
MOST_LIVE = 64
_AT_ONCE = 20
_PAUSE_S = 1.0
_AGAIN_MS = 3000
_LAST = "last-event-id"


async def stream(ask: Ask) -> Response:
    """Answer with events as they come."""
    if ask.house.live >= MOST_LIVE:
        raise NotNow(f"{MOST_LIVE} readers are connected; more are too many")
    return EventStream(ask.house, wanted(ask.values), _begin(ask))


def _begin(ask: Ask) -> Place | None:
    """Find where to begin: behind the last event that was got, else behind `after`, else at the end."""
    if last := ask.header(_LAST):
        try:
            return StreamPlace().read(last)
        except ValueError as error:
            raise BadRequest(f"Last-Event-ID: wanted is {error}") from error
    return ask["after"]  # type: ignore[no-any-return]


class EventStream(Response):
    """An answer without end."""

    media_type = "text/event-stream"

    def __init__(self, house: House, choice: Wanted, after: Place | None) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._house = house
        self._choice = choice
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the reader goes, is too slow, or the gateway ends."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        self._house.live += 1
        gone = asyncio.create_task(_gone(receive))
        sending = asyncio.create_task(self._send(send))
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._house.live -= 1
            for task in (gone, sending):
                task.cancel()
            await asyncio.gather(gone, sending, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        try:
            async for part in events(self._house, self._choice, self._after):
                async with asyncio.timeout(SLOW_S):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except (TimeoutError, OSError):
            return  # it comes again with its Last-Event-ID


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def events(house: House, choice: Wanted, after: Place | None) -> AsyncIterator[bytes]:
    """Give the parts of the answer: events, comments, and one `gap` where the stream has dropped some."""
    tail = house.tail
    yield f"retry: {_AGAIN_MS}\n\n".encode()
    while not (tail.ready or house.stop.is_set()):
        yield f": {tail.away or 'reading the stream'}\n\n".replace("\r", " ").encode()
        await tail.moved(1.0)
    place = tail.shelf.last if after is None else after
    first = tail.shelf.first
    if (0, 0) < place < tail.shelf.last and (first is None or place < first):
        yield b'event: gap\ndata: {"first":"' + written(first or tail.shelf.last).encode() + b'"}\n\n'
    while not house.stop.is_set():
        pieces, place = await _next(house, choice, place)
        for piece in pieces:
            if choice.wants(piece.fields):
                yield event(piece)
        if not pieces and place >= tail.shelf.last and not await tail.moved(HEART_S):
            yield f": {tail.away or 'quiet'}\n\n".replace("\r", " ").encode()


async def _next(house: House, choice: Wanted, place: Place) -> tuple[list[Piece], Place]:
    """Read on from a place: at hand, or found on the shelf and read from the stream."""
    tail = house.tail
    at_hand = tail.since(place)
    if at_hand is not None:
        return at_hand, at_hand[-1].place if at_hand else place
    end = tail.shelf.last
    found = tail.shelf.find(choice, _AT_ONCE, after=place, newest_first=False)
    try:
        pieces = await house.pieces(found.places)
    except (RedisError, OSError):
        await asyncio.sleep(_PAUSE_S)
        return [], place
    return pieces, found.places[-1] if found.more else end


def event(piece: Piece) -> bytes:
    """Write one event; its id is the entry's, JSON has no line breaks."""
    name = piece.fields.get("event", "")
    kind = name if name.isascii() and name.replace("_", "").isalnum() else "message"
    data = bare(piece.fields).replace(b"\r", b"").replace(b"\n", b"")
    return f"id: {written(piece.place)}\nevent: {kind}\ndata: ".encode() + data + b"\n\n"


ROUTES = (
    Route(
        path="/v1/stream",
        act=stream,
        summary="Articles as they come, as server-sent events",
        takes=(
            *CHOICE,
            AFTER,
            Param("last-event-id", StreamPlace(), "Go on behind this event.", where="header"),
        ),
        gives={200: Given(said="Events without end.", media="text/event-stream")},
    ),
)

"""Serves /v1/stream: the stream as server-sent events (WHATWG HTML section 9.2), for readers of any pace.

A reader is a place in the stream and a choice. It holds no queue: what it has not taken yet stays in the
stream, so a slow one costs nothing but its connection. One that takes nothing for 30 s is disconnected.
"""

import asyncio
from collections.abc import AsyncIterator

from redis.exceptions import RedisError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feedmill.stream_entry_filter import Wanted
from web.app_context import AppContext
from web.errors import BadRequest, ServiceUnavailable
from web.http.parameters import Param, StreamIdType, StreamPosition
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.stream.entry_index import format_stream_id
from web.stream.entry_json import read_event_json
from web.stream.filter_parameters import AFTER_PARAM, FILTER_PARAMS, read_entry_filter
from web.stream.stream_follower import IndexedEntry

HEARTBEAT_S = 15.0
"""Seconds between two comments on a quiet stream, so that proxies keep the connection."""
SLOW_S = 30.0
"""Seconds that one part of an answer may take to be sent; then the reader is disconnected."""
MAX_LIVE_STREAMS = 64
"""Streams that one gateway serves at a time: each holds a connection and a task; more get a 503."""
_ENTRIES_PER_READ = 20
"""Entries that a stream sends in a row, so that one reader far behind does not hold up the others."""
_FIRST_ANSWER_S = 5.0
"""Longest wait of a reader of a gateway that starts, in seconds: for the server's first answer or refusal."""
_PAUSE_S = 1.0
"""Pause before reading again while Redis is away, in seconds."""
_RETRY_MS = 3000
"""Ms after which a browser connects again (`retry:` of server-sent events): many come back at once."""
_LAST = "last-event-id"


async def stream(request: RequestContext) -> Response:
    """Answer with events as they come."""
    if request.app.live >= MAX_LIVE_STREAMS:
        raise ServiceUnavailable(f"{MAX_LIVE_STREAMS} readers are connected; more are too many")
    await request.app.follower.wait_for_first_answer(_FIRST_ANSWER_S)
    _ = request.app.index  # raises ServiceUnavailable while nothing of the stream could be read
    return EventStream(request.app, read_entry_filter(request.values), _find_start(request))


def _find_start(request: RequestContext) -> StreamPosition | None:
    """Find where to begin: behind the last event that was got, else behind `after`, else at the end."""
    if last := request.header(_LAST):
        try:
            return StreamIdType().parse_text(last)
        except ValueError as error:
            raise BadRequest(f"Last-Event-ID: wanted is {error}") from error
    return request["after"]  # type: ignore[no-any-return]


class EventStream(Response):
    """An answer without end."""

    media_type = "text/event-stream"

    def __init__(self, app: AppContext, choice: Wanted, after: StreamPosition | None) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._app = app
        self._choice = choice
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the reader goes, is too slow, or the gateway ends."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        self._app.live += 1
        gone = asyncio.create_task(_wait_for_disconnect(receive))
        sending = asyncio.create_task(self._send(send))
        try:
            await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._app.live -= 1
            for task in (gone, sending):
                task.cancel()
            await asyncio.gather(gone, sending, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        try:
            async for part in stream_parts(self._app, self._choice, self._after):
                async with asyncio.timeout(SLOW_S):
                    await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except (TimeoutError, OSError):
            return  # it comes again with its Last-Event-ID


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def stream_parts(app: AppContext, choice: Wanted, after: StreamPosition | None) -> AsyncIterator[bytes]:
    """Yield the parts of the answer: events, comments, and one `gap` where the stream has dropped some."""
    follower = app.follower
    yield f"retry: {_RETRY_MS}\n\n".encode()
    while not (follower.ready or app.stop.is_set()):
        yield f": {follower.outage or 'reading the stream'}\n\n".replace("\r", " ").encode()
        await follower.wait_for_new(1.0)
    place = follower.index.last if after is None else after
    first = follower.index.first
    if (0, 0) < place < follower.index.last and (first is None or place < first):
        yield (
            b'event: gap\ndata: {"first":"'
            + format_stream_id(first or follower.index.last).encode()
            + b'"}\n\n'
        )
    while not app.stop.is_set():
        entries, place = await _read_on(app, choice, place)
        for entry in entries:
            if choice.wants(entry.fields):
                yield format_event(entry)
        if not entries and place >= follower.index.last and not await follower.wait_for_new(HEARTBEAT_S):
            yield f": {follower.outage or 'quiet'}\n\n".replace("\r", " ").encode()


async def _read_on(
    app: AppContext, choice: Wanted, place: StreamPosition
) -> tuple[list[IndexedEntry], StreamPosition]:
    """Read on from a place: from memory, or found in the index and read from the stream."""
    follower = app.follower
    at_hand = follower.entries_after(place)
    if at_hand is not None:
        return at_hand, at_hand[-1].place if at_hand else place
    end = follower.index.last
    found = follower.index.find_entries(choice, _ENTRIES_PER_READ, after=place, newest_first=False)
    try:
        entries = await app.read_entries(found.places)
    except (RedisError, OSError):
        await asyncio.sleep(_PAUSE_S)
        return [], place
    return entries, found.places[-1] if found.has_more else end


def format_event(entry: IndexedEntry) -> bytes:
    """Write one event; its id is the entry's, JSON has no line breaks."""
    name = entry.fields.get("event", "")
    kind = name if name.isascii() and name.replace("_", "").isalnum() else "message"
    data = read_event_json(entry.fields).replace(b"\r", b"").replace(b"\n", b"")
    return f"id: {format_stream_id(entry.place)}\nevent: {kind}\ndata: ".encode() + data + b"\n\n"


ROUTES = (
    RouteSpec(
        path="/v1/stream",
        handler=stream,
        summary="Articles as they come, as server-sent events",
        params=(
            *FILTER_PARAMS,
            AFTER_PARAM,
            Param("last-event-id", StreamIdType(), "Go on behind this event.", location="header"),
        ),
        responses={200: ResponseSpec(description="Events without end.", media="text/event-stream")},
    ),
)

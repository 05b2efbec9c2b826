"""Reads a body with all its bounds: bytes as sent and decoded, their ratio, the pace, and how many at once.

A body that grows large waits for a place, and is not read on meanwhile: however many servers send as much as
they may, only so much of it is in memory.
"""

import asyncio
import weakref

import httpx

from feedmill._net.client.content_decoding import ContentDecoder
from feedmill._net.client_settings import HttpClientSettings
from feedmill._net.errors import TooLargeError, TooSlowError

LARGE_BYTES = 1 << 20
"""A body of more decoded bytes needs a place; most feeds and pages are smaller."""
MAX_LARGE_BODIES = 4
"""Large bodies that one client reads at a time: bounds its memory together with the bytes of each."""
MOST_TIMES_LARGER = 20
"""Factor by which a body's stated length may exceed the bound for its beginning to be read all the same."""
STEP_BYTES = 4096
"""Bytes as sent that are unpacked at a time, so that what they make is checked before the next."""


class BodySlot:
    """A door's place for a large body: entered when the body grows, left when both are forgotten."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._leave: weakref.finalize[[], BodySlot] | None = None

    async def acquire(self) -> None:
        """Wait for the place, unless it is had."""
        if self._leave is None:
            await self._places.acquire()
            self._leave = weakref.finalize(self, self._places.release)

    def release(self) -> None:
        """Free it before the time."""
        if self._leave is not None:
            self._leave()


async def read_body(
    url: str,
    response: httpx.Response,
    limits: HttpClientSettings,
    places: asyncio.Semaphore,
    *,
    keeps_cut: bool = False,
) -> tuple[bytes, BodySlot, bool]:
    """Read a body and undo its content coding; keep its place as long as it; also return whether it was cut.

    With `keeps_cut` a body that is too large is read up to the bound, if it does not claim to be many times
    larger.

    Raises TooLargeError, BombError, BadEncodingError and TooSlowError, and what the HTTP libraries raise.
    """
    decoding = ContentDecoder(
        url,
        response.headers.get("content-encoding"),
        limit=limits.max_decoded,
        ratio=limits.max_ratio,
        max_sent=limits.max_wire,
    )
    declared = response.headers.get("content-length", "")[:20]
    most = limits.max_wire * (MOST_TIMES_LARGER if keeps_cut else 1)
    if declared.isdecimal() and int(declared) > most:
        raise TooLargeError(url, f"says {declared} bytes, {limits.max_wire} are allowed")
    slot, body, is_cut = BodySlot(places), None, False
    try:
        async with asyncio.timeout(None) as patience:
            try:
                await _read_pieces(response, decoding, limits, patience, slot)
            except TooLargeError:
                if not keeps_cut:
                    raise
                is_cut = True
        body = decoding.cut() if is_cut else decoding.finish()
    except TimeoutError as error:
        if patience.expired():
            raise TooSlowError(url, f"less than {limits.min_rate} bytes a second") from error
        raise
    finally:
        if body is None:  # an error may be kept for long, and this frame with it
            slot.release()
    return body, slot, is_cut


def choose_deadline_s(taken: int, limits: HttpClientSettings) -> float | None:
    """Return how many seconds from its start on a body of so many bytes so far is too slow; None: never."""
    if not limits.min_rate:
        return None
    return max(limits.rate_grace_s, (taken + 1) / limits.min_rate)


async def _read_pieces(
    response: httpx.Response,
    decoding: ContentDecoder,
    limits: HttpClientSettings,
    patience: asyncio.Timeout,
    slot: BodySlot,
) -> None:
    clock = asyncio.get_running_loop()
    started = clock.time()
    _require_pace(patience, started, choose_deadline_s(0, limits))
    async for piece in response.aiter_raw():
        for start in range(0, len(piece), STEP_BYTES):
            decoding.feed_bytes(piece[start : start + STEP_BYTES])
            if decoding.decoded_bytes > LARGE_BYTES:
                patience.reschedule(None)
                asked = clock.time()
                await slot.acquire()
                started += clock.time() - asked  # it was not the server that was slow
        _require_pace(patience, started, choose_deadline_s(decoding.sent, limits))


def _require_pace(patience: asyncio.Timeout, started: float, due: float | None) -> None:
    patience.reschedule(None if due is None else started + due)

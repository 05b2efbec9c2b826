"""Reading a body with all its bounds: bytes as sent and decoded, their ratio, the pace, and how many at once.

A body that grows large waits for a place, and is not read on meanwhile: however many servers send as much as
they may, only so much of it is in memory.
"""

import asyncio
import weakref

import httpx

from feedmill._net.coding import Decoding
from feedmill._net.errors import TooLargeError, TooSlowError
from feedmill._net.settings import DoorSettings

LARGE = 1 << 20
"""A body of more decoded bytes needs a place; most feeds and pages are smaller."""
PLACES = 4
STEP = 4096
"""So many bytes as sent are unpacked at a time: a look at what they made comes between."""


class Place:
    """A door's place for a large body: entered when the body grows, left when both are forgotten."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places = places
        self._leave: weakref.finalize[[], Place] | None = None

    async def enter(self) -> None:
        """Wait for the place, unless it is had."""
        if self._leave is None:
            await self._places.acquire()
            self._leave = weakref.finalize(self, self._places.release)

    def leave(self) -> None:
        """Give it back before the time."""
        if self._leave is not None:
            self._leave()


async def read_body(
    url: str, response: httpx.Response, limits: DoorSettings, places: asyncio.Semaphore
) -> tuple[bytes, Place]:
    """Read a body and undo its content coding; keep its place as long as the body.

    Raises TooLargeError, BombError, BadEncodingError and TooSlowError, and what the HTTP libraries raise.
    """
    decoding = Decoding(
        url,
        response.headers.get("content-encoding"),
        limit=limits.max_decoded,
        ratio=limits.max_ratio,
        max_sent=limits.max_wire,
    )
    declared = response.headers.get("content-length", "")[:20]
    if declared.isdecimal() and int(declared) > limits.max_wire:
        raise TooLargeError(url, f"says {declared} bytes, {limits.max_wire} are allowed")
    place, body = Place(places), None
    try:
        async with asyncio.timeout(None) as patience:
            await _take(response, decoding, limits, patience, place)
        body = decoding.finish()
    except TimeoutError as error:
        if patience.expired():
            raise TooSlowError(url, f"less than {limits.min_rate} bytes a second") from error
        raise
    finally:
        if body is None:  # an error may be kept for long, and this frame with it
            place.leave()
    return body, place


def due_s(taken: int, limits: DoorSettings) -> float | None:
    """Say how many seconds from its start on a body of so many bytes so far is too slow; None: never."""
    if not limits.min_rate:
        return None
    return max(limits.rate_grace_s, (taken + 1) / limits.min_rate)


async def _take(
    response: httpx.Response,
    decoding: Decoding,
    limits: DoorSettings,
    patience: asyncio.Timeout,
    place: Place,
) -> None:
    clock = asyncio.get_running_loop()
    started = clock.time()
    _expect(patience, started, due_s(0, limits))
    async for piece in response.aiter_raw():
        for start in range(0, len(piece), STEP):
            decoding.add(piece[start : start + STEP])
            if decoding.held > LARGE:
                patience.reschedule(None)
                asked = clock.time()
                await place.enter()
                started += clock.time() - asked  # it was not the server that was slow
        _expect(patience, started, due_s(decoding.sent, limits))


def _expect(patience: asyncio.Timeout, started: float, due: float | None) -> None:
    patience.reschedule(None if due is None else started + due)

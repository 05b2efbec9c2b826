"""Reading a body with all its bounds: bytes as sent, bytes decoded, their ratio, and the pace."""

import asyncio

import httpx

from feedmill._net.coding import Decoding
from feedmill._net.errors import TooLargeError, TooSlowError
from feedmill._net.settings import DoorSettings


async def read_body(url: str, response: httpx.Response, limits: DoorSettings) -> bytes:
    """Read a body and undo its content coding.

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
    try:
        async with asyncio.timeout(None) as patience:
            await _take(response, decoding, limits, patience)
    except TimeoutError as error:
        if patience.expired():
            raise TooSlowError(url, f"less than {limits.min_rate} bytes a second") from error
        raise
    return decoding.finish()


def due_s(taken: int, limits: DoorSettings) -> float | None:
    """Say how many seconds from its start on a body of so many bytes so far is too slow; None: never."""
    if not limits.min_rate:
        return None
    return max(limits.rate_grace_s, (taken + 1) / limits.min_rate)


async def _take(
    response: httpx.Response, decoding: Decoding, limits: DoorSettings, patience: asyncio.Timeout
) -> None:
    started = asyncio.get_running_loop().time()
    _expect(patience, started, due_s(0, limits))
    async for piece in response.aiter_raw():
        decoding.add(piece)
        _expect(patience, started, due_s(decoding.sent, limits))


def _expect(patience: asyncio.Timeout, started: float, due: float | None) -> None:
    patience.reschedule(None if due is None else started + due)

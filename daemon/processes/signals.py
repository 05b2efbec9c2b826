"""Passes the request to end on to an event loop: the first signal is orderly, the second ends at once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from feedmill._signals import StopRequest


@contextmanager
def stop_on_signals(stop: asyncio.Event, request: StopRequest | None = None) -> Iterator[None]:
    """Set `stop` on SIGTERM or SIGINT, or at once when `request` has seen one."""
    if request is None:
        with StopRequest() as own, stop_on_signals(stop, own):
            yield
        return
    loop = asyncio.get_running_loop()

    def request_stop() -> None:
        loop.remove_reader(request)
        stop.set()

    loop.add_reader(request, request_stop)
    try:
        yield
    finally:
        loop.remove_reader(request)

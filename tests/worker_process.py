"""A worker process for tests: the real one, but for a reading that pages can poison.

A page that carries `poison:WORD` makes its reader crash, hang, eat memory, raise or sleep.
"""

import ctypes
import json
import sys
import time
from pathlib import Path
from typing import Any

import worker.found
import worker.turn
from config.log import set_up
from config.settings import Logging, NetworkUse, Politeness, Settings, Workers
from feedmill._ledger.records import Entry, LeasedPage
from feedmill._net.fetched import Fetched
from worker.main import run
from worker.page import Cleaned, Page, Rejected
from worker.retry import Later, Never

read_page = worker.found.read_page
request = worker.turn.request


async def poisoned_request(page: LeasedPage, **more: Any) -> Fetched | Later | Never:
    """Raise what nobody foresaw for some addresses."""
    if "unforeseen" in page.url:
        raise RuntimeError(page.url)
    if "too-big" in page.url:
        raise MemoryError
    return await request(page, **more)


def poisoned(page: Page, entry: Entry | None, **more: Any) -> Cleaned | Rejected:
    """Do what the page says, then read it."""
    if b"poison:slow" in page.body:
        flag = page.body.partition(b"poison:slow=")[2].split()[0].decode()
        Path(flag).touch()
        time.sleep(1)
    if b"poison:segfault" in page.body:
        ctypes.string_at(0)
    if b"poison:hang" in page.body:
        while True:
            pass
    if b"poison:sleep" in page.body:
        time.sleep(60)
    if b"poison:memory" in page.body:
        bytearray(2**32)
    if b"poison:error" in page.body:
        raise RuntimeError("poisoned")
    return read_page(page, entry, **more)


def main() -> None:
    """Run with the settings given as JSON."""
    told = json.loads(sys.argv[1])
    tables = told["settings"]
    set_up(Logging(format="json"), role="worker")
    worker.found.read_page = poisoned
    worker.turn.request = poisoned_request
    settings = Settings(
        network=NetworkUse(
            **{**tables["network"], "allow_private": tuple(tables["network"]["allow_private"])}
        ),
        politeness=Politeness(**tables["politeness"]),
        workers=Workers(**tables["workers"]),
    )
    run(redis_url=told["url"], settings=settings, burst=told["burst"])


if __name__ == "__main__":
    main()

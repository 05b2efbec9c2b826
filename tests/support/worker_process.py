"""A worker process for tests: the real one, but for a reading that pages can poison.

A page that carries `poison:WORD` makes its reader crash, hang, eat memory, raise, sleep, or use up time.
"""

import ctypes
import json
import sys
import time
from pathlib import Path
from typing import Any

import worker.extraction.response_reader
import worker.pipeline.fetch_stage
from config.logging_setup import configure_logging
from config.settings import (
    LoggingSettings,
    NetworkSettings,
    PageSettings,
    PolitenessSettings,
    Settings,
    StorySettings,
    WorkerSettings,
)
from feedmill._ledger.core.records import Entry, LeasedPage
from worker.fetching.page_request import FetchResult
from worker.main import run
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage

read_page = worker.extraction.response_reader.read_page
request = worker.pipeline.fetch_stage.fetch_page


async def poisoned_request(page: LeasedPage, **more: Any) -> FetchResult:
    """Raise what no rule expects for some addresses."""
    if "unforeseen" in page.url:
        raise RuntimeError(page.url)
    if "too-big" in page.url:
        raise MemoryError
    return await request(page, **more)


def take_time(page: FetchedPage) -> None:
    """Read slowly, burn the processor, or wait until the test says so."""
    if b"poison:slow" in page.body:
        flag = page.body.partition(b"poison:slow=")[2].split()[0].decode()
        Path(flag).touch()
        time.sleep(1)  # sleep: a reading that takes its time
    if b"poison:burn" in page.body:
        seconds = float(page.body.partition(b"poison:burn=")[2].split()[0])
        ends = time.process_time() + seconds  # clock: burns so much, on any machine
        while time.process_time() < ends:  # clock: as above
            pass
    if b"poison:held" in page.body:
        held = Path(page.body.partition(b"poison:held=")[2].split()[0].decode())
        held.touch()
        while held.exists():
            time.sleep(0.02)  # sleep: until the test takes the file away
        held.with_suffix(".read").touch()


def poisoned(page: FetchedPage, entry: Entry | None, **more: Any) -> CleanedArticle | RejectedPage:
    """Do what the page says, then read it."""
    take_time(page)
    if b"poison:segfault" in page.body:
        ctypes.string_at(0)
    if b"poison:hang" in page.body:
        while True:
            pass
    if b"poison:sleep" in page.body:
        time.sleep(6000)  # sleep: a reading without an end
    if b"poison:memory" in page.body:
        bytearray(2**32)
    if b"poison:error" in page.body:
        raise RuntimeError("poisoned")
    return read_page(page, entry, **more)


def main() -> None:
    """Run with the settings given as JSON."""
    told = json.loads(sys.argv[1])
    tables = told["settings"]
    configure_logging(LoggingSettings(format="json"), role="worker")
    worker.extraction.response_reader.read_page = poisoned
    worker.pipeline.fetch_stage.fetch_page = poisoned_request
    settings = Settings(
        network=NetworkSettings(
            **{**tables["network"], "allow_private": tuple(tables["network"]["allow_private"])}
        ),
        politeness=PolitenessSettings(**tables["politeness"]),
        workers=WorkerSettings(**tables["workers"]),
        pages=PageSettings(**{**tables["pages"], "schedule": tuple(tables["pages"]["schedule"])}),
        stories=StorySettings(**tables["stories"]),
    )
    run(redis_url=told["url"], settings=settings, burst=told["burst"])


if __name__ == "__main__":
    main()

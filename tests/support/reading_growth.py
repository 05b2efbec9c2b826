"""Measures how the cost of reading grows with the size of what is read.

A table of it: PYTHONPATH=tests python -m support.reading_growth pages table_results,links
"""

import gc
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from math import inf
from types import FrameType
from typing import ParamSpec, Self, TypeVar

from support import feed_shapes, page_shapes, script_shapes
from support.page_shapes import Shape

from scheduler.parsing.document_parser import parse_document
from worker.extraction.page_reader import read_page
from worker.page_models import FetchedPage

P = ParamSpec("P")
T = TypeVar("T")

SIZES = (50_000, 100_000, 200_000, 400_000, 800_000)
"""The sizes of the table: each the double of the one before."""
JUDGED_SIZES = (200_000, 800_000)
"""The sizes of a judgment: one fourfold step needs half the work of the table and bears more noise."""
COUNTED_FROM_MS = 50
"""What takes less is mostly what any page takes."""
MOST = 2.6
"""By what the cost may grow when the size doubles: in proportion is 2, the square is 4."""
MOST_FOURFOLD = MOST**2
"""By what the cost may grow when the size is fourfold, twice doubled: in proportion is 4, the square 16."""
TRIES = 3
ENOUGH_MS = 15_000
"""At what takes so long no larger size is tried: it shows its growth by then."""
_SHAPES_A_CHILD = 10
_TRIES_FOURFOLD = 6
"""Processor time varies by half beside other work: the least of six tries does not."""
_WARM = 20_000


def read_whole_page(body: bytes) -> object:
    """Read a page as the worker does."""
    return read_page(FetchedPage("https://news.example/a/story", body, "text/html"), None)


def parse_whole_feed(body: bytes) -> object:
    """Parse a feed as the scheduler's caged child does."""
    return parse_document(body, "application/xml", "https://news.example/feed")


KINDS: dict[str, tuple[dict[str, Shape], Callable[[bytes], object]]] = {
    "pages": (page_shapes.SHAPES | script_shapes.SHAPES, read_whole_page),
    "feeds": (feed_shapes.SHAPES, parse_whole_feed),
}


def cpu_times_ms(
    kind: str, name: str, sizes: Sequence[int] = SIZES, most: float = MOST, tries: int = TRIES
) -> list[float]:
    """Measure the processor time of reading a shape in each size, up to the first that takes ENOUGH_MS.

    Each is the least of some tries, where the first ones alone grow by more than `most`.
    """
    shapes, read = KINDS[kind]
    read(shapes[name](_WARM))
    times: list[float] = []
    for place, size in enumerate(sizes):
        body = shapes[name](size)
        times.append(_cpu_ms(read, body))
        for _ in range(tries - 1):
            if not place or worst_growth(times[-2:]) <= most:
                break
            times[-1] = min(times[-1], _cpu_ms(read, body))
            times[-2] = min(times[-2], _cpu_ms(read, shapes[name](sizes[place - 1])))
        if times[-1] >= ENOUGH_MS:
            break
    return times


def _cpu_ms(read: Callable[[bytes], object], body: bytes) -> float:
    gc.collect()
    begun = time.process_time_ns()
    read(body)
    return (time.process_time_ns() - begun) / 1e6


def times_in_children(kind: str, names: Sequence[str]) -> Iterator[list[float]]:
    """Yield the times of shapes, measured in children of few shapes each, one after the other."""
    with MeasuringChild() as child:
        for name in names:
            yield child.run(cpu_times_ms, kind, name)


def fourfold_growth(kind: str, name: str) -> float:
    """Measure by what the cost grows with a fourfold size; infinite where the small one takes too long."""
    times = cpu_times_ms(kind, name, JUDGED_SIZES, MOST_FOURFOLD, _TRIES_FOURFOLD)
    return worst_growth(times) if len(times) == len(JUDGED_SIZES) else inf


class MeasuringChild:
    """A child that measures a few shapes and is replaced then: long use changes what work costs.

    The executor's own `max_tasks_per_child` can wait for ever in Python 3.11 once a child has ended.
    """

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        """Return what the work returns in the child. Raises BrokenProcessPool where the child dies of it."""
        if self._done == _SHAPES_A_CHILD:
            self._end()
        if self._pool is None:
            self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        self._done += 1
        return self._pool.submit(work, *args, **options).result()

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        self._pool, self._done = None, 0


def worst_growth(times: Sequence[float]) -> float:
    """Give the largest growth from one size to the next, from where the larger takes COUNTED_FROM_MS on."""
    grown = (
        after / max(before, COUNTED_FROM_MS) for before, after in pairwise(times) if after > COUNTED_FROM_MS
    )
    return max(grown, default=0.0)


def steps_of(work: Callable[[], object]) -> int:
    """Count the lines of Python that a piece of work runs and the functions in C that it calls."""
    steps = 0

    def count(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal steps
        steps += event in ("line", "c_call")
        return count

    tracing, profiling = sys.gettrace(), sys.getprofile()
    sys.setprofile(count)
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(tracing)
        sys.setprofile(profiling)
    return steps


def main(words: Sequence[str]) -> int:
    """Print a table of a kind's shapes, or of those named; answers 1 where one grows too much."""
    kind = words[0] if words else "pages"
    names = words[1].split(",") if len(words) > 1 else list(KINDS[kind][0])
    failed = False
    for name, times in zip(names, times_in_children(kind, names), strict=True):
        worst = worst_growth(times)
        failed |= worst > MOST
        row = " ".join(f"{each:8.0f}" for each in times)
        print(f"{name:24} {row}   x{worst:.2f}{'  TOO MUCH' if worst > MOST else ''}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

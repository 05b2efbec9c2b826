"""What each tuning constant of reading does on each part of a corpus.

usage: python benchmarks/constants.py CORPUS [--every N] [--folds N] [--only WORDS] [--most N] [--jobs N]
       [--raw FILE] [--write docs/text-constants.md]

A first reading, with probes in place of the constants, finds the pages on which a lower or a higher value decides
otherwise (`constant_probes.py`); only these are read again with that value, `--most` of them, evenly over the corpus.
Text is what `feedmill clean --batch` gives, lines learned from a site's other pages taken out. Printed for each
constant and value: the pages whose text changes by parts of the sites, the gain in F1 of each part and of all (in ten
thousandths) and in exact texts, and the pages of which other fields change. `--raw` keeps the rows, one a line, those
of an earlier run too; `--write` writes the table of the documentation from all that it has. `--jobs` parts the pages.
"""

import argparse
import copy
import dataclasses
import functools
import gzip
import hashlib
import inspect
import json
import os
import pickle
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import trafilatura
from constant_probes import Record, import_probed
from constant_table import Effect, merge_rows, print_row, write_table
from lxml import etree
from text import fold_of, shares
from tuning_constants import Constant, list_constants, with_constant

PAGE_SECONDS = 120
"""Seconds of a page until a value counts as one that reads it no more."""


class Pages:
    """Some pages of a corpus, all of the hosts that they are from."""

    def __init__(self, folder: Path, golds: list[dict]) -> None:
        self.golds = golds
        self.hosts = [host_of(gold) for gold in golds]
        self.bodies = [(folder / gold["file"]).read_bytes() for gold in golds]

    def read(self, place: int) -> object:
        """Read one page alone; give an article, or none."""
        from worker.extraction.page_reader import read_page
        from worker.page_models import FetchedPage

        signal.alarm(PAGE_SECONDS)
        body = gzip.decompress(self.bodies[place])
        try:
            found = read_page(FetchedPage(self.golds[place]["url"] or "", body, "text/html"), None)
        except Exception as error:  # noqa: BLE001 - another value may break what relies on it
            print(f"{self.golds[place]['id']}: {error!r}", file=sys.stderr)
            return None
        finally:
            signal.alarm(0)
        return found if hasattr(found, "text") else None

    def strip(self, read: list[object], places: Iterable[int]) -> dict[int, str]:
        """Give the texts of these pages without what recurs on a site's pages."""
        from worker.boilerplate.line_removal import strip_batch

        there = [place for place in places if read[place] is not None]
        stripped = strip_batch([(self.golds[place]["url"] or "", read[place]) for place in there])
        texts = dict(zip(there, (article.text for article in stripped), strict=True))
        return {place: texts.get(place, "") for place in places}


class Reading:
    """The pages read with all constants as they are, and what changes with another value."""

    def __init__(self, pages: Pages) -> None:
        self.pages = pages
        self.read = [pages.read(place) for place in range(len(pages.golds))]
        self.texts = pages.strip(self.read, range(len(self.read)))

    def rows(self) -> dict[str, list]:
        return {
            gold["id"]: shares(gold["text"], self.texts[place]) for place, gold in enumerate(self.pages.golds)
        }

    def change(self, constant: Constant, value: float, places: list[int]) -> dict:
        """Read pages with another value, and what their sites learn then; give the new shares of those whose text changes."""
        everywhere = constant.module.startswith("worker.boilerplate")
        if not places and not everywhere:
            return {"rows": {}, "fields": []}
        with with_constant(constant.key, value):
            again = {place: self.pages.read(place) for place in places}
            read = [again.get(place, article) for place, article in enumerate(self.read)]
            differ = {self.pages.hosts[place] for place in places if again[place] != self.read[place]}
            concerned = [place for place, host in enumerate(self.pages.hosts) if everywhere or host in differ]
            texts = self.pages.strip(read, concerned)
        changed = [place for place, text in texts.items() if text != self.texts[place]]
        golds = self.pages.golds
        return {
            "rows": {golds[place]["id"]: shares(golds[place]["text"], texts[place]) for place in changed},
            "fields": [
                golds[place]["id"]
                for place in places
                if fields_of(again[place]) != fields_of(self.read[place])
            ],
        }


def host_of(gold: dict) -> str:
    return urlsplit(gold["url"] or "").netloc.lower().removeprefix("www.")


def fields_of(article: object) -> object:
    """Give what an article has besides its text."""
    if article is None:
        return None
    text = {"text", "markdown", "lines", "removed", "put_back", "word_count"}
    return [getattr(article, field.name) for field in dataclasses.fields(article) if field.name not in text]


def run_apart(call: Callable[[], object]) -> object:
    """Run a call in a forked process and give its result."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        os.close(reader)
        try:
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(call(), pipe)
        except BaseException as error:  # noqa: BLE001 - the child must end here
            print(f"{error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        made = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(made)


def remember_extractions() -> None:
    """Let one extraction by trafilatura serve all readings that hand it the same tree."""
    real = trafilatura.bare_extraction
    known: dict[tuple, object] = {}

    def extract(tree: object, **options: object) -> object:
        key = (hashlib.blake2b(etree.tostring(tree)).digest(), *options.items())
        if key not in known:
            known[key] = real(tree, **options)
        found = copy.copy(known[key])
        if found is not None:
            found.body = copy.deepcopy(found.body)
        return found

    trafilatura.bare_extraction = extract


def record_pages(pages: Pages) -> dict[str, tuple[set[int], set[int]]]:
    """Read pages with probes; give those on which each constant decides; one that C code reads at import decides on all."""
    forgotten = []
    real = functools.lru_cache

    def cached(maxsize: object = 128) -> Callable:
        def wrap(function: Callable) -> Callable:
            made = real(maxsize=int(maxsize) if maxsize is not None else None)(function)
            if inspect.signature(function).parameters:
                forgotten.append(made)
            return made

        return wrap

    functools.lru_cache = cached
    import_probed()
    pages.read(0)
    Record.pages.clear()
    for place in range(len(pages.golds)):
        for cache in forgotten:
            cache.cache_clear()
        Record.page = place
        pages.read(place)
    everything = set(range(len(pages.golds)))
    return {**Record.pages, **dict.fromkeys(Record.at_import, (everything, everything))}


def measure_part(
    pages: Pages, constants: list[Constant], most: int
) -> tuple[dict, list[tuple[int, int, dict]]]:
    """Give the pages' shares, and for each constant and other value the pages that decide, those read again, and what changes."""
    decided = run_apart(lambda: record_pages(pages))
    print(f"{len(pages.golds)} pages probed", file=sys.stderr)
    remember_extractions()
    reading = Reading(pages)
    found = []
    for constant in constants:
        for side, value in enumerate(constant.neighbors()):
            deciding = sorted(decided.get(constant.key, ((), ()))[side])
            again = deciding[:: max(1, -(-len(deciding) // most))]
            found.append((len(deciding), len(again), reading.change(constant, value, again)))
        if len(found) % 100 == 0:
            print(f"{len(found) // 2} constants tried", file=sys.stderr)
    return reading.rows(), found


def part_by_host(golds: list[dict], jobs: int) -> list[list[dict]]:
    hosts: dict[str, list[dict]] = defaultdict(list)
    for gold in golds:
        hosts[host_of(gold)].append(gold)
    parts: list[list[dict]] = [[] for _ in range(jobs)]
    for group in sorted(hosts.values(), key=len, reverse=True):
        min(parts, key=len).extend(group)
    return parts


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--folds", type=int, default=5)
    asked.add_argument("--only", default="")
    asked.add_argument("--most", type=int, default=1000)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--raw", type=Path)
    asked.add_argument("--write", type=Path)
    args = asked.parse_args()
    if not args.corpus.is_dir():
        print("skipped: no corpus")
        return
    constants = [
        constant
        for constant in list_constants()
        if any(word in constant.key for word in args.only.split(","))
    ]
    golds = [json.loads(row) for row in (args.corpus / "gold.jsonl").read_bytes().splitlines()[:: args.every]]
    parts = [Pages(args.corpus, part) for part in part_by_host(golds, args.jobs) if part]
    with ThreadPoolExecutor(args.jobs) as pool:
        most = -(-args.most // args.jobs)
        done = list(pool.map(lambda pages: run_apart(lambda: measure_part(pages, constants, most)), parts))
    own = {name: row for rows, _ in done for name, row in rows.items()}
    folds = {gold["id"]: fold_of(gold, args.folds) for gold in golds}
    rows = []
    for number, (constant, side) in enumerate((constant, side) for constant in constants for side in (0, 1)):
        effect = Effect(
            constant, constant.neighbors()[side], [found[number] for _, found in done], own, folds
        )
        rows.append(effect.as_row())
        print(print_row(rows[-1]))
    print(f"{len(constants)} constants, {len(golds)} pages")
    if args.raw:
        rows = merge_rows(args.raw, rows)
        args.raw.parent.mkdir(parents=True, exist_ok=True)
        args.raw.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    if args.write:
        args.write.write_text(write_table(rows, list_constants(), len(golds)), encoding="utf-8")


if __name__ == "__main__":
    main()

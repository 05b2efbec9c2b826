"""feedparser's own test feeds: titles, links, ids and dates come out as their Expect lines state.

The feeds are in its source distribution, which is fetched by name; without a registry the test is skipped.
"""

import ast
import calendar
import re
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from random import Random
from urllib.parse import urljoin

import pytest
from cut_agreement import XML, agree

from scheduler.entries.known_entry_removal import split_entries
from scheduler.parsing.document_models import MalformedDocument, ParsedFeed
from scheduler.parsing.document_parser import parse_document
from scheduler.parsing.text_cleaning import clean_line

BASE = "http://feedmill.example/"
DEVIATIONS = Path(__file__).parent / "feedparser_deviations.txt"
EXPECT = re.compile(r"Expect:\s*(.+)")
FIELD = re.compile(
    r"entries\[(\d+)\](?:\['|\.)(title|link|id|published_parsed|updated_parsed)(?:'\])?\s*==\s*(.+)"
)
LOCATION = re.compile(r"Header:\s*Content-Location:\s*(\S+)")
TYPE = re.compile(r"Header:\s*Content-type:\s*(.+)", re.IGNORECASE)


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feedparser")
    named = f"feedparser=={version('feedparser')}"
    options = "--quiet --no-deps --no-binary :all: --no-build-isolation --disable-pip-version-check"
    command = [sys.executable, "-m", "pip", "download", *options.split(), "--dest", str(folder), named]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        pytest.skip("the registry does not answer")
    with tarfile.open(next(folder.glob("feedparser-*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob("feedparser-*/tests"))


def stated(text: str) -> Iterator[tuple[int, str, object]]:
    """Read the comparisons of an Expect line that speak of an entry's title, link, id or dates."""
    line = EXPECT.search(text)
    for clause in re.split(r"\sand\s", line[1]) if line else ():
        found = FIELD.fullmatch(clause.strip())
        if found:
            try:
                yield int(found[1]), found[2], ast.literal_eval(found[3])
            except (ValueError, SyntaxError):
                continue


def given(parsed: ParsedFeed, number: int, field: str) -> object:
    entry = parsed.entries[number]
    moment = {"published_parsed": entry.published_at, "updated_parsed": entry.updated_at}.get(field)
    return {"title": entry.title, "link": entry.link, "id": entry.guid}.get(field, moment)


def agrees(field: str, expected: object, found: object, base: str) -> bool:
    if field == "title":
        return found in {clean_line(expected, markup=True), clean_line(expected, markup=False)}
    if field == "link":
        return found in {expected, urljoin(base, str(expected))} or (not expected and found is None)
    if field == "id":
        return found == (str(expected).strip() or None)
    moment = calendar.timegm(time.struct_time(expected)) if expected else None
    return (found.timestamp() if found else None) == moment


def test_feedparsers_feeds_come_out_as_stated(feeds: Path) -> None:
    told = (line.partition(" ") for line in DEVIATIONS.read_text().splitlines() if not line.startswith("#"))
    known = {name: reason.strip() for name, _, reason in told if name}
    assert all(known.values()), "a deviation has a reason"
    checked, deviating = 0, {}
    files = sorted(feeds.rglob("*.xml"))
    assert len(files) > 1500
    for path in files:
        body = path.read_bytes()
        text = body.decode("utf-8", "replace")
        if "\0" in text[:400]:
            text = body.decode("utf-16" if body[:2] in {b"\xfe\xff", b"\xff\xfe"} else "utf-8", "replace")
        location, kind = LOCATION.search(text), TYPE.search(text)
        base = location[1] if location else BASE
        parsed = parse_document(body, kind[1] if kind else None, base)
        for number, field, expected in stated(text):
            checked += 1
            name = path.relative_to(feeds).as_posix()
            if isinstance(parsed, MalformedDocument) or number >= len(parsed.entries):
                deviating[name] = f"{field}: {expected!r}: {parsed.outcome}"
            elif not agrees(field, expected, given(parsed, number, field), base):
                deviating[name] = f"{field}: {expected!r}, not {given(parsed, number, field)!r}"
    assert checked > 100
    fresh = {name: why for name, why in deviating.items() if name not in known}
    assert not fresh, "\n".join(f"{name} {why}" for name, why in fresh.items())
    assert sorted(known.keys() - deviating) == [], "these deviate no more"


def test_feedparsers_own_feeds_are_read_alike_in_parts(feeds: Path) -> None:
    rng, cuts = Random(8), 0
    for path in sorted(feeds.rglob("*.xml"))[::2]:
        body = path.read_bytes()
        taken, whole = split_entries(body, XML), parse_document(body, XML, BASE)
        if taken is None or not isinstance(whole, ParsedFeed) or not whole.strict:
            continue
        if whole.listed != len(taken.spans):
            continue
        cuts += 1
        agree(body, whole, taken, frozenset(taken.hashes))
        if len(taken.hashes) > 1:
            agree(body, whole, taken, frozenset(rng.sample(taken.hashes, len(taken.hashes) // 2)))
    assert cuts > 300

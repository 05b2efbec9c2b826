"""On real pages metadata stay as good as they were; without the corpus there is nothing to hold."""

import gzip
import json
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from worker.document.html_parsing import parse_html
from worker.document.page_decoding import decode_page
from worker.metadata.metadata_reader import Metadata, read_metadata
from worker.metadata.person_names import parse_person_names
from worker.vocabulary.labels import parse_agency_names

CORPUS = Path(__file__).parent.parent.parent.parent / "shared" / "corpus"
FLOORS = {
    ("fundus", "title"): 0.88,
    ("fundus", "authors"): 0.82,
    ("fundus", "people"): 0.94,
    ("fundus", "date"): 0.99,
    ("n4kds", "title"): 0.94,
    ("n4kds", "authors"): 0.89,
    ("n4kds", "people"): 0.90,
    ("n4kds", "date"): 0.85,
}
"""The least share of pages that agree. `people`: authors, of pages whose gold names people only."""


def plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("\xad", "").casefold()
    return re.sub(r"\W+", " ", text).strip()


def names(value: str | list[str] | tuple[str, ...]) -> list[str]:
    parts = re.split(r";|,| and | & | und | et ", value) if isinstance(value, str) else value
    return [part.strip() for part in parts if plain(part)]


@cache
def read() -> list[tuple[dict[str, str], Metadata]]:
    golds = map(json.loads, (CORPUS / "gold.jsonl").read_bytes().splitlines())
    pages = []
    for gold in golds:
        if gold.get("title") or gold.get("authors") or gold.get("date"):
            tree = parse_html(decode_page(gzip.decompress((CORPUS / gold["file"]).read_bytes()), "text/html"))
            assert tree is not None
            pages.append((gold, read_metadata(tree, gold["url"], None)))
    return pages


def agrees(field: str, gold: dict[str, str], found: Metadata) -> bool | None:
    if field in ("authors", "people"):
        told = names(gold.get("authors") or "")
        if not told or (field == "people" and not all(_is_person(name, gold, found) for name in told)):
            return None
        return {plain(name) for name in told} == {plain(name) for name in found.authors}
    if not gold.get(field):
        return None
    if field == "title":
        return plain(gold["title"]) == plain(found.title or "")
    return str(gold["date"])[:10] == (found.published_at.isoformat()[:10] if found.published_at else "")


def _is_person(name: str, gold: dict[str, str], found: Metadata) -> bool:
    """Tell what a gold's author is: golds name sites, desks and agencies too, which are no authors here."""
    key = plain(name).replace(" ", "")
    houses = (gold["site"].rsplit(".", 1)[0], gold["site"], found.site or "")
    of_house = any(key in plain(house).replace(" ", "") for house in houses)
    return any(parse_person_names(name)) and not of_house and not parse_agency_names(name)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
@pytest.mark.parametrize(("name", "field"), FLOORS)
def test_metadata_of_real_pages_are_as_good_as_they_were(name: str, field: str) -> None:
    seen = [agrees(field, gold, found) for gold, found in read() if gold["set"] == name]
    counted = [agreed for agreed in seen if agreed is not None]
    reached = sum(counted) / len(counted)
    assert reached >= FLOORS[name, field], (reached, len(counted))

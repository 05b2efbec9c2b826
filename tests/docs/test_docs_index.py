"""The index leads to every page of the docs once, and every page says first whom it is for."""

import re
from pathlib import Path

import pytest
from support.tracked import ROOT, tracked

PAGES = [path for path in tracked("docs", ".md") if path.name != "index.md"]
INDEX = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
DEMO = ROOT / "docs" / "demo.svg"


def test_the_index_leads_to_every_page_once() -> None:
    links = re.findall(r"\]\(([\w-]+\.md)\)", INDEX)
    assert sorted(links) == sorted(path.name for path in PAGES)


@pytest.mark.parametrize("path", [*PAGES, ROOT / "docs" / "index.md"], ids=lambda path: path.name)
def test_the_first_line_of_a_page_says_whom_it_is_for(path: Path) -> None:
    title, empty, first = path.read_text(encoding="utf-8").split("\n")[:3]
    assert title.startswith("# ")
    assert empty == ""
    assert first.startswith("For ")


def test_a_page_that_shows_how_to_do_one_thing_is_short() -> None:
    for path in PAGES:
        if path.name.startswith("how-to-"):
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 50, path.name


def test_the_recorded_demo_is_small_ends_well_and_loads_nothing() -> None:
    text = DEMO.read_text(encoding="utf-8")
    assert len(text.encode()) <= 60 * 1024
    assert "ok every article exactly once, every text as written" in text.splitlines()[-3]
    assert not re.findall(r"href|<script|url\(|@import|<image", text)

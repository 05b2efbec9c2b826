"""Articles read by the full way and by a template in turn: a change of way publishes nothing."""

from dataclasses import replace
from typing import Any

import pytest
from mill import Mill
from newsroom import story
from origin import Origin, feed, page, serve
from rss_documents import item, rss

from feedmill._ledger.core.records import FeedSpec
from feedmill.article import decode
from worker.extraction import response_reader

EXTRA = "A line that only the template takes for text."


class Ways:
    """Reads all pages after `take` by one way; the template has a line more, where `extra` is given."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self._read = response_reader.read_page

    def take(self, way: str, extra: str = EXTRA) -> None:
        def read(*args: Any, templates: Any = None, **more: Any) -> Any:
            found = self._read(*args, **more)
            if templates and way != "full":
                templates.way = way
                text = f"{found.text}\n\n{extra}" if extra else found.text
                templates.by_template = replace(found, text=text)
            return templates.by_template if templates and way == "template" else found

        self._patch.setattr(response_reader, "read_page", read)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    return Ways(monkeypatch)


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    mill = Mill(redis_url, monkeypatch, schedule=tuple(3600.0 * n for n in (1, 60, 100, 150)))
    mill.settings = replace(mill.settings, workers=replace(mill.settings.workers, templates=True))
    return mill


def offer(mill: Mill, origin: Origin, text: str) -> None:
    origin.routes |= {"/bridge": page(text), "/feed": feed(rss(item(origin.url("/bridge"))))}
    mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]


@pytest.mark.parametrize(
    ("taken", "other_reader"),
    [
        (("full", "template", "full", "template"), 0),  # read once more by the full way
        (("template", "full", "template", "full"), 1),
        (("template", "both", "template", "both"), 1),
    ],
)
async def test_a_change_of_way_is_no_correction(
    mill: Mill, ways: Ways, taken: tuple[str, ...], other_reader: int
) -> None:
    async with serve() as origin:
        offer(mill, origin, story("bridge"))
        ways.take(taken[0])
        assert await mill.turn() == ["created 1"]
        for way in taken[1:]:
            ways.take(way)
            assert await mill.turn(hours=45) == []
    settled = (await mill.counts()).settled
    assert settled.get("other_reader", 0) == other_reader
    assert settled["unchanged"] == 3 - other_reader


@pytest.mark.parametrize(
    ("before", "after", "extra"),
    [
        ("full", "template", EXTRA),
        ("full", "template", ""),
        ("template", "template", EXTRA),
        ("template", "both", ""),
        ("both", "full", ""),
    ],
)
async def test_a_page_that_changes_with_its_way_is_published_without_other_evidence(
    mill: Mill, ways: Ways, before: str, after: str, extra: str
) -> None:
    async with serve() as origin:
        offer(mill, origin, story("bridge"))
        ways.take(before, extra)
        assert await mill.turn() == ["created 1"]
        ways.take(after, extra)
        offer(mill, origin, story("bridge").replace("two of its four piers", "three of its four piers"))
        assert await mill.turn(hours=45) == ["updated 2"]
    text = decode((await mill.stream())[-1]["article"]).text
    assert "three of its four piers" in text
    assert (EXTRA in text) == (before == "template" and bool(extra))

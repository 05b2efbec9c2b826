"""The operator's selectors go for every page of their site; what is wrong with one is told once."""

from pathlib import Path

import pytest
from mill import Mill
from origin import feed, page, serve
from rss_documents import item, rss

from config.load import load_config
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import Entry, FeedSpec, LeasedPage
from feedmill._ledger.operations.rule_operations import list_site_rules, replace_site_rules
from feedmill._operator_rules.page_overrides import PageOverrides
from feedmill.article import decode
from scheduler.ledger_config_sync import list_site_rules as make_site_rules
from worker.fetching.page_request import FetchResult
from worker.readers import reader_messages

WORDS = [
    f"Sentence {number} of the report on the lock, long enough to be a paragraph." for number in range(9)
]
PAGE = f"<html><head><title>T</title></head><body><article>{''.join(f'<p>{one}</p>' for one in WORDS)}</article><div class=own><p>The words that the operator wants.</p></div></body></html>"  # noqa: E501
RULES = PageOverrides(text=(".own",), title=("h1",))


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch)


async def test_pages_are_read_by_the_selectors_and_trouble_is_told_once(mill: Mill) -> None:
    async with serve({f"/{name}": page(PAGE.replace("report", name)) for name in "abc"}) as origin:
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        mill.overrides = {"127.0.0.1": RULES}
        for name in "ab":
            origin.routes["/feed"] = feed(rss(item(origin.url(f"/{name}"))))
            assert await mill.turn() == ["created 1"]
    articles = [decode(entry["article"]) for entry in await mill.stream()]
    assert {one.text for one in articles} == {"The words that the operator wants."}
    events = await mill.events("override_missed")
    assert [(one["key"], one["selector"], one["site"], one["source"]) for one in events] == [
        ("title", "h1", "127.0.0.1", "S")
    ]
    assert events[0]["url"] == origin.url("/a")


async def test_selectors_go_by_the_ledger_from_the_list_to_the_reader(mill: Mill, tmp_path: Path) -> None:
    (tmp_path / "feedmill.toml").write_text(
        '[[sites]]\nsite = "www.a.example"\ntext = ".own"\ntitle = "h1"\n'
    )
    rules = make_site_rules(load_config(tmp_path, {}).settings.sites)
    await mill.ask(replace_site_rules(Keys(), rules=rules, per_site=1, gap_ms=0, most_ms=1000, token="t"))
    known = await mill.ask(list_site_rules(Keys()))
    assert known["a.example"].overrides == RULES
    frame = reader_messages.pack_page(
        leased_page(), FetchResult(), attempts=1, ahead_s=0.0, overrides=known["a.example"].overrides
    )
    assert reader_messages.decode_page_message(frame).overrides == RULES


def leased_page() -> LeasedPage:
    return LeasedPage(
        id="p", url="http://a.example/", site="a.example", source="A", feed="http://a.example/feed", tags=(),
        entry=Entry(), token="t", attempts=0, first_failed_at=None, failures=0, listed_at=0,
        known_rev=0, known_print="",
    )  # fmt: skip

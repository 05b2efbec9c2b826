"""Filters hold entries of a feed back before their pages are asked for; each is counted once."""

import pytest
from mill import Mill
from newsroom import story
from origin import Origin, feed, page, serve
from rss_documents import item, rss

from feedmill._ledger.core.entry_outcome_summary import read_entry_counts
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill._ledger.operations.feed_operations import ask_for_poll, list_feeds
from feedmill._operator_rules.filter_matching import (
    MAX_TEXT_CHARS,
    PatternError,
    check_pattern,
    compile_filters,
)
from feedmill._operator_rules.filter_rule_types import EntryFilters, FilterRule, format_filters, write_filters
from feedmill.enclosures import Enclosure
from scheduler.sandbox.child_document_reader import passes_filters

ENTRY = Entry(
    title="Quizzing the mayor: a Straße is closed",
    link="https://news.example/sport/2026/a-story",
    tags=("Local News", "体育新闻"),
    authors=("Ada Miller",),
    lang="en-GB",
    enclosures=(Enclosure(url="https://news.example/a.mp3", type="audio/mpeg"),),
)


def only(*rules: FilterRule) -> str:
    return write_filters(EntryFilters(only=rules))


def excluded(*rules: FilterRule) -> str:
    return write_filters(EntryFilters(excluded=rules))


@pytest.mark.parametrize(
    ("rule", "is_found"),
    [
        (FilterRule(title="quizzing"), True),
        (FilterRule(title="quiz"), False),  # a part of a longer word
        (FilterRule(title="the  Mayor"), True),
        (FilterRule(title="mayor a"), False),
        (FilterRule(title="STRASSE"), False),
        (FilterRule(title="straße"), True),
        (FilterRule(title="re:(?i)quiz"), True),
        (FilterRule(title="re:quiz"), False),
        (FilterRule(title="re:^Quiz.*closed$"), True),
        (FilterRule(title=":"), True),
        (FilterRule(category="news"), True),
        (FilterRule(category="local news"), True),
        (FilterRule(category="体育"), True),  # no space tells its words apart
        (FilterRule(category="sport"), False),
        (FilterRule(link="sport"), True),
        (FilterRule(link="news.example"), True),
        (FilterRule(author="ada miller"), True),
        (FilterRule(language="en"), True),
        (FilterRule(language="de"), False),
        (FilterRule(enclosure="audio"), True),
        (FilterRule(enclosure="video"), False),
        (FilterRule(title="mayor", language="en"), True),
        (FilterRule(title="mayor", language="de"), False),  # all of a rule must hold
    ],
)
def test_a_rule_finds_words_and_expressions_in_its_fields(rule: FilterRule, is_found: bool) -> None:
    assert passes_filters(ENTRY, only(rule)) is is_found
    assert passes_filters(ENTRY, excluded(rule)) is not is_found


def test_one_rule_of_a_list_is_enough_and_both_lists_have_a_say() -> None:
    neither, one = FilterRule(language="de"), FilterRule(author="ada")
    assert passes_filters(ENTRY, only(neither, one))
    assert not passes_filters(ENTRY, excluded(neither, one))
    assert not passes_filters(ENTRY, write_filters(EntryFilters(only=(one,), excluded=(one,))))
    assert passes_filters(Entry(link="http://a.example/"), excluded(one))
    assert not passes_filters(Entry(link="http://a.example/"), only(one))


def test_filters_are_stored_as_they_are_written_and_none_as_nothing() -> None:
    assert write_filters(EntryFilters()) == ""
    text = write_filters(
        EntryFilters(only=(FilterRule(category="sport"),), excluded=(FilterRule(title='"'),))
    )
    assert text == '{"only":[{"category":"sport"}],"except":[{"title":"\\""}]}'
    assert format_filters(text) == ['only = [{ category = "sport" }]', 'except = [{ title = "\\"" }]']


def test_what_is_searched_is_bounded_and_strange_letters_do_no_harm() -> None:
    far = Entry(title="x " * (MAX_TEXT_CHARS // 2) + "quiz")
    assert not passes_filters(far, only(FilterRule(title="quiz")))
    assert passes_filters(Entry(title="a \ud800 quiz"), only(FilterRule(title="quiz")))
    tags = tuple("x" * 99 for _ in range(MAX_TEXT_CHARS // 99 + 1))
    assert not passes_filters(Entry(tags=(*tags, "quiz")), only(FilterRule(category="quiz")))


@pytest.mark.parametrize(
    "pattern", ["re:(", "re:(?=a)", r"re:(a)\1", "re:((a{900}){900})", "re:" + "(" * 1000]
)
def test_what_is_no_expression_of_linear_time_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError):
        check_pattern(pattern)


def test_filters_are_compiled_once() -> None:
    text = only(FilterRule(title="once"))
    assert compile_filters(text) is compile_filters(text)


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch)


def list_feed(mill: Mill, origin: Origin, filters: str) -> None:
    mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0, filters=filters)]


def offer(origin: Origin, *items: dict[str, str]) -> None:
    origin.routes["/feed"] = feed(rss(*items))


async def count_entries(mill: Mill) -> dict[str, int]:
    (state,) = await mill.ask(list_feeds(Keys()))
    assert read_entry_counts(state.counts).is_balanced
    return state.counts


SPORT = only(FilterRule(category="sport"))
PAGES = {f"/{name}": page(story(name)) for name in "abc"}


async def test_no_page_is_asked_for_that_the_filters_hold_back(mill: Mill) -> None:
    async with serve(PAGES) as origin:
        offer(origin, item(origin.url("/a"), category="Sport"), item(origin.url("/b"), category="Town"))
        list_feed(mill, origin, SPORT)
        assert await mill.turn() == ["created 1"]
        assert origin.requests("/b") == []
        assert await count_entries(mill) == {"listed": 2, "page": 1, "filtered": 1}
        assert await mill.turn() == []
        assert await count_entries(mill) == {"listed": 2, "page": 1, "filtered": 1}
        counts = await mill.counts()
        assert (counts.settled["filtered"], counts.discovered) == (1, 2)


async def test_another_filter_changes_nothing_of_what_was_listed_before(mill: Mill) -> None:
    async with serve(PAGES) as origin:
        offer(origin, item(origin.url("/a"), category="Sport"), item(origin.url("/b"), category="Town"))
        list_feed(mill, origin, SPORT)
        assert await mill.turn() == ["created 1"]
        for filters in ("", only(FilterRule(category="town")), excluded(FilterRule(category="sport"))):
            list_feed(mill, origin, filters)
            mill.hours_pass(24 * 40)  # a full document is read again each month
            assert await mill.turn() == []
        assert origin.requests("/b") == []
        assert await count_entries(mill) == {"listed": 2, "page": 1, "filtered": 1}


async def test_an_entry_that_changes_and_passes_now_is_counted_there_instead(mill: Mill) -> None:
    async with serve(PAGES) as origin:
        offer(origin, item(origin.url("/a"), category="Sport"), item(origin.url("/b"), category="Town"))
        list_feed(mill, origin, excluded(FilterRule(title="of b")))
        assert await mill.turn() == ["created 1"]
        offer(origin, item(origin.url("/a"), category="Sport"), item(origin.url("/b"), title="Now sport"))
        assert await mill.turn() == ["created 1"]
        assert await count_entries(mill) == {"listed": 2, "page": 2}


async def test_a_published_entry_that_is_held_back_now_has_its_page_left_alone(mill: Mill) -> None:
    async with serve(PAGES) as origin:
        offer(origin, item(origin.url("/a")))
        list_feed(mill, origin, excluded(FilterRule(title="quiz")))
        assert await mill.turn() == ["created 1"]
        before = len(origin.requests("/a"))
        offer(origin, item(origin.url("/a"), title="A quiz"))
        assert await mill.turn() == []
        assert len(origin.requests("/a")) == before
        assert await count_entries(mill) == {"listed": 1, "page": 1}


async def test_a_retry_takes_what_passes_meanwhile(mill: Mill) -> None:
    async with serve(PAGES) as origin:
        offer(origin, item(origin.url("/a"), category="Sport"), item(origin.url("/b"), category="Town"))
        list_feed(mill, origin, SPORT)
        assert await mill.turn() == ["created 1"]
        for filters, told in ((SPORT, []), ("", ["created 1"]), ("", [])):
            list_feed(mill, origin, filters)
            assert await mill.turn() == []
            (state,) = await mill.ask(list_feeds(Keys()))
            await mill.ask(ask_for_poll(Keys(), feed_id=state.id, retry=True, token=f"r{mill.now}"))
            assert await mill.turn() == told
        assert await count_entries(mill) == {"listed": 2, "page": 2}

"""Entries behind credentials have names of their source's own: they join no other source's article."""

from dataclasses import replace

import pytest
from mill import Mill
from newsroom import story
from origin import Reply, Seen, feed, page, serve
from rss_documents import item, rss

from config.sections.site_tables import ListedSite
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill._ledger.identity.article_and_feed_ids import bind_name, name_link
from feedmill._ledger.operations.feed_operations import ask_for_poll, list_feeds
from feedmill._site_credentials.credentials import CredentialStore, SiteCredentials
from feedmill._site_credentials.origins import find_origin
from scheduler.entries.entry_names import name_entries
from scheduler.entries.restricted_entries import describe_access, mark_restricted
from scheduler.parsing.document_models import EntryAccess, NamedEntry

FEED = "https://feeds.example/all"
LINK = "https://www.paper.example/story"
ORIGINS = ("https://www.paper.example",)
OF_PAGE = EntryAccess("Paper", of_feed=False, origins=ORIGINS)


def name(access: EntryAccess, *, retry: bool = False, **more: str) -> NamedEntry:
    entry = Entry(
        guid="g",
        title="Lock is closed",
        summary="It was closed by the council today.",
        **{"link": LINK, **more},
    )
    (only,) = name_entries([entry], feed_url=FEED, access=access, retry=retry).named
    return only


@pytest.fixture
def mill(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Mill:
    return Mill(redis_url, monkeypatch, stand_in="full")


@pytest.mark.parametrize(
    ("link", "of_feed", "mark"),
    [
        (LINK, False, "page"),
        (LINK, True, "both"),
        ("http://www.paper.example/story", False, "page"),  # leads there
        ("https://paper.example/story", False, ""),
        ("https://www.paper.example:8443/story", False, ""),
        ("https://other.example/story", True, "feed"),
        (None, True, "feed"),
        (None, False, ""),
    ],
)
def test_an_entry_is_marked_by_its_link_and_its_feed(link: str | None, of_feed: bool, mark: str) -> None:
    assert mark_restricted(Entry(link=link), EntryAccess("S", of_feed, ORIGINS)).access == mark


def test_no_name_is_in_common_with_an_open_entry_or_another_source() -> None:
    ways = [name(EntryAccess()), name(OF_PAGE), name(EntryAccess("Other", of_feed=False, origins=ORIGINS))]
    names = [
        {one.page, *one.aliases, one.evidence.own, one.evidence.words, one.evidence.link} - {""}
        for one in ways
    ]
    assert all(not names[a] & names[b] for a, b in ((0, 1), (0, 2), (1, 2)))
    assert ways[1].page == bind_name(name_link(LINK), "Paper")
    assert [one.entry.access for one in ways] == ["", "page", "page"]
    assert len({one.pair for one in ways}) == 1, "the feed's memory knows it as it was"


def test_a_retry_takes_a_restricted_entry_for_a_new_one() -> None:
    assert name(OF_PAGE, retry=True).key != name(OF_PAGE).key
    assert name(EntryAccess(), retry=True).key == name(EntryAccess()).key


def test_a_user_agent_alone_restricts_nothing() -> None:
    given = SiteCredentials(
        site="paper.example", origins=ORIGINS, headers={"User-Agent": "x"}, is_secret=False
    )
    assert describe_access(CredentialStore((given,)), LINK, "Paper") == EntryAccess()
    elsewhere = describe_access(CredentialStore((), frozenset(ORIGINS)), LINK, "Paper")
    assert elsewhere == EntryAccess("Paper", of_feed=True, origins=ORIGINS)


async def test_what_was_listed_before_comes_by_a_retry_and_changes_follow(mill: Mill) -> None:
    words = ["lock"]

    def show(seen: Seen) -> Reply:
        return page(story(words[-1])) if "authorization" in seen.headers else Reply(status=401)

    async with serve({"/a": show}) as origin:
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"))))
        assert await mill.turn() == []
        given = SiteCredentials(
            site="127.0.0.1",
            origins=(find_origin(origin.url()),),
            headers={"Authorization": "Bearer t0ken-of-the-paper"},
            secrets=("t0ken-of-the-paper",),
        )
        mill.settings = replace(mill.settings, sites=(ListedSite("127.0.0.1", credentials=given),))
        assert await mill.turn() == []
        (state,) = await mill.ask(list_feeds(Keys()))
        await mill.ask(ask_for_poll(Keys(), feed_id=state.id, retry=True, token="r"))
        assert await mill.turn() == ["created 1"]
        assert [row["access"] for row in await mill.stream()] == ["restricted"]
        await mill.ask(ask_for_poll(Keys(), feed_id=state.id, retry=True, token="s"))
        assert await mill.turn() == []
        origin.routes["/feed"] = feed(rss(item(origin.url("/a"), "as listed later")))
        words.append("bridge")
        assert await mill.turn() == ["updated 2"]
    assert not await mill.events("feed_gap")

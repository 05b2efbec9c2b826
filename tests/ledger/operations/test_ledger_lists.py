"""One article in several feeds: each further feed is told to the stream once."""

import msgspec
from ledger_desk import DAY, MONTH, Desk, story

from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill._ledger.identity.article_and_feed_ids import name_link

A, B, C = "http://a.example/feed", "http://b.example/feed", "http://c.example/feed"
SPECS = (
    FeedSpec(url=A, source="A", tags=("x",)),
    FeedSpec(url=B, source="B", tags=("y", "z")),
    FeedSpec(url=C, source="C", tags=("x",)),
)
FIELDS = {"event": "created", "source": "A", "feed": A, "tags": "x", "lang": "en", "url": "u"}
FIELDS |= {"schema": "article/1", "article": "{}"}


def publish_one(desk: Desk, *, listing: Entry | None = None) -> str:
    desk.apply(*SPECS)
    desk.poll(A, listing or story(1), next_ms=DAY)
    (page,) = desk.take().pages
    desk.publish(page, **FIELDS)
    return page.id


def test_a_second_feed_is_told_once(desk: Desk) -> None:
    name = publish_one(desk)
    for _ in range(3):
        desk.poll(B, story(1))
    (entry,) = desk.listed()
    assert entry == {
        "event": "listed", "id": name, "rev": "1", "source": "B", "feed": B, "tags": "y,z", "lang": "en",
        "url": "u", "time": "2024-10-03T12:00:00.000Z", "schema": "article/1", "text_from": "",
        "article": "{}",
        "first_source": "A", "first_feed": A, "first_tags": "x",
    }  # fmt: skip
    assert desk.census().published == {"created": 1, "listed": 1}


def test_a_listing_has_what_the_article_is_marked_with(desk: Desk) -> None:
    desk.apply(*SPECS)
    desk.poll(A, story(1), next_ms=DAY)
    (page,) = desk.take().pages
    desk.publish(page, **FIELDS, access="restricted", reserved="noai")
    desk.poll(B, story(1))
    (entry,) = desk.listed()
    assert (entry["access"], entry["reserved"]) == ("restricted", "noai")


def test_each_feed_is_told_and_other_guids_are_no_news(desk: Desk) -> None:
    publish_one(desk)
    desk.poll(B, story(1), next_ms=DAY)
    desk.poll(C, story(1), next_ms=DAY)
    desk.now += DAY
    for url in (A, B, C):
        desk.poll(url, msgspec.structs.replace(story(1), guid="other"), next_ms=0)
    assert [entry["feed"] for entry in desk.listed()] == [B, C]


def test_feeds_that_list_it_before_it_is_out_share_the_first_entry(desk: Desk) -> None:
    desk.apply(*SPECS)
    desk.poll(A, story(1), next_ms=DAY)
    desk.poll(B, story(1))
    (page,) = desk.take().pages
    assert page.tags == ("x", "y", "z")
    desk.publish(page, **FIELDS)
    desk.now += DAY
    desk.poll(B, msgspec.structs.replace(story(1), guid="other"))
    assert desk.listed() == []


def test_a_join_after_a_redirect_tells_the_feed_that_came_later(desk: Desk) -> None:
    name = publish_one(desk)
    desk.poll(B, story(9, site="b.example"))
    (page,) = desk.take().pages
    answer = desk.resolve(page, "http://a.example/1")
    assert answer is not None
    assert (answer.id, answer.is_own, answer.known_rev) == (name, False, 1)
    assert [(entry["id"], entry["feed"], entry["rev"]) for entry in desk.listed()] == [(name, B, "1")]
    desk.now += DAY
    desk.poll(B, story(1))
    assert len(desk.listed()) == 1


def test_a_revision_carries_the_tags_of_all_feeds_and_the_first_ones_name(desk: Desk) -> None:
    publish_one(desk)
    desk.poll(B, story(1), next_ms=DAY)
    desk.now += DAY
    desk.poll(B, story(1, words="corrected"))
    (page,) = desk.take().pages
    assert (page.source, page.feed, page.tags) == ("A", A, ("x", "y", "z"))


def test_what_the_stream_has_dropped_is_told_without_the_article(desk: Desk) -> None:
    publish_one(desk)
    desk.client.xtrim(desk.keys.stream(), maxlen=0)
    desk.poll(B, story(1))
    (entry,) = desk.listed()
    assert "article" not in entry
    assert entry["url"] == "http://a.example/1"


def test_a_feed_stays_known_as_long_as_it_lists_the_article(desk: Desk) -> None:
    publish_one(desk)
    desk.now += DAY
    for _ in range(9):
        for url in (A, B):
            desk.poll(url, story(1), next_ms=0)
        desk.now += MONTH
    assert [entry["feed"] for entry in desk.listed()] == [B]


def test_an_article_in_many_feeds_stays_bounded(desk: Desk) -> None:
    name = publish_one(desk)
    many = [FeedSpec(url=f"http://f{n}.example/feed", source="F") for n in range(70)]
    desk.apply(*many)
    for feed in desk.claim(100, per_site=100).feeds:
        desk.record(feed, story(1), next_ms=DAY)
    assert len(desk.listed()) == 55
    assert len(desk.client.keys(desk.keys.volume() + "*")) <= 64
    assert all(
        desk.client.object("ENCODING", key) == b"listpack"
        for key in desk.client.keys(desk.keys.volume() + "*")
    )
    assert desk.stream() == [(name, 1)]


def test_a_retracted_article_is_told_to_nobody(desk: Desk) -> None:
    publish_one(desk)
    desk.now += DAY
    desk.poll(A, story(1, words="gone"), next_ms=DAY)
    (page,) = desk.take().pages
    desk.publish(page, event="retracted", fingerprint="retracted")
    desk.poll(B, story(1))
    assert desk.listed() == []


def test_what_a_page_says_of_its_name_must_be_proven_by_its_words(desk: Desk) -> None:
    name = publish_one(desk)
    desk.poll(B, story(8, site="a.example"), story(9, site="a.example"), story(10, site="a.example"))
    other, same, late = sorted(
        desk.take(3, per_site=3).pages, key=lambda page: int(page.url.rpartition("/")[2])
    )
    kept = desk.resolve(other, told=["http://a.example/1"], fingerprint="cd" * 16)
    joined = desk.resolve(same, told=["http://a.example/1"], fingerprint="ab" * 8 + "cd" * 8)
    assert kept is not None
    assert joined is not None
    assert (kept.is_own, joined.is_own, joined.id) == (True, False, name)
    desk.resolve(other, told=["http://a.example/77"], fingerprint="cd" * 16)
    assert desk.poll(B, story(77)).new == 1, "a name that was only told is nobody's"
    assert late.id != name_link("http://a.example/77")

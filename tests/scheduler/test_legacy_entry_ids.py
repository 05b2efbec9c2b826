"""What versions before 0.2 remembered is found: an upgrade publishes and asks for nothing again."""

from collections.abc import Sequence

import pytest
from ledger_desk import DAY, MONTH, Desk, found
from poll_desk import URL, Poll

from feedmill._ledger.core.records import Entry, FoundEntry
from feedmill._ledger.identity.article_and_feed_ids import name_link
from feedmill._ledger.identity.digests import digest_name
from feedmill._ledger.identity.entry_identity import choose_own_name, fold_words, former_pair
from feedmill._ledger.identity.entry_sketches import SKETCH_BYTES, name_words, sketch_words
from feedmill._ledger.identity.legacy_url_normalization import normalize_legacy_url
from feedmill._ledger.operations.feed_operations import record_poll
from scheduler.entries.legacy_entry_ids import list_legacy_ids

SITE = "http://site.example"
LINKS = ("/a?ito=1490", "/b?cmp=17", "/c?q=red+fox", "/d?q=red%20fox", "/e?q=%E9", "/f?gad_source=1", "/g")


def entry(number: int, link: str, *, guid: bool, words: str = "Some words of it.") -> Entry:
    return Entry(
        guid=f"g{number}" if guid else None, link=SITE + link, title=f"Title {number}", summary=words
    )


def as_before(one: Entry) -> FoundEntry:
    """Make of an entry what a scheduler before 0.2 handed to the ledger."""
    key, version = former_pair(one)
    link = normalize_legacy_url(one.link or "")
    page = digest_name("link", link) if link else name_link(one.link or "")
    aliases = (choose_own_name(URL, one),) if one.guid else ()
    given = {name: getattr(found(URL, one), name) for name in ("url", "site", "entry")}
    return FoundEntry(key=key, version=version, page=page, aliases=aliases, **given)


@pytest.fixture
def poll(desk: Desk) -> Poll:
    return Poll(desk)


def remember_as_before(poll: Poll, desk: Desk, entries: Sequence[Entry]) -> None:
    feed = poll.claim(0)
    made = poll.record_of(found=tuple(map(as_before, entries)), listed=len(entries))
    desk.run(record_poll(desk.keys, feed_id=feed.id, lease=feed.token, record=made, token=desk.token()))
    publish(desk)


def publish(desk: Desk) -> list[tuple[str, int]]:
    desk.now += DAY
    pages = desk.take(50, per_site=100).pages
    for page in pages:
        desk.publish(page)
    return sorted((page.entry.title or "", page.known_rev + 1) for page in pages)


@pytest.mark.parametrize("guid", [True, False])
def test_known_entries_stay_known_whatever_form_their_links_had(poll: Poll, desk: Desk, guid: bool) -> None:
    entries = [entry(n, link, guid=guid) for n, link in enumerate(LINKS)]
    remember_as_before(poll, desk, entries)
    for _ in range(2):
        made = poll.answered(entries)
        assert (made.outcome, made.gap) == ("unchanged", None)
        assert publish(desk) == []
    assert desk.census().discovered == len(LINKS)
    assert [found.mark for found in poll.answered(entries).found] == []


@pytest.mark.parametrize("guid", [True, False])
def test_a_known_article_gets_the_name_of_its_link_as_it_is_now(poll: Poll, desk: Desk, guid: bool) -> None:
    known = entry(1, "/a?ito=1490", guid=guid)
    remember_as_before(poll, desk, [known])
    poll.answered([known])
    edited = entry(1, "/a?ito=1490", guid=guid, words="Other words of it, more than before.")
    poll.answered([edited])
    assert publish(desk) == [("Title 1", 2)]
    desk.apply(poll.spec, "http://b.example/feed")
    assert desk.poll("http://b.example/feed", entry(7, "/a?ito=1490", guid=False)).new == 0


def test_what_is_new_after_the_upgrade_is_told_apart(poll: Poll, desk: Desk) -> None:
    first = entry(1, "/show.cms?msid=1", guid=False)
    remember_as_before(poll, desk, [first])
    second = entry(2, "/show.cms?msid=2", guid=False, words="Of another thing.")
    poll.answered([second, first])
    assert publish(desk) == [("Title 2", 1)]
    poll.answered([second, first, entry(3, "/show.cms?msid=3", guid=True, words="A third.")])
    assert publish(desk) == [("Title 3", 1)]


def test_links_that_were_one_lend_their_name_to_nobody(poll: Poll, desk: Desk) -> None:
    both = [entry(n, f"/show.cms?msid={n}", guid=True, words=f"Words {n}") for n in (1, 2)]
    remember_as_before(poll, desk, both)
    poll.answered(both)
    desk.apply(poll.spec, "http://b.example/feed")
    made = desk.poll("http://b.example/feed", entry(2, "/show.cms?msid=2", guid=False))
    assert (made.new, made.listed_again) == (1, 0), "it may be the one that was lost"


def test_what_was_known_before_lives_on_under_its_name_of_now(poll: Poll, desk: Desk) -> None:
    entries = [entry(n, link, guid=False) for n, link in enumerate(LINKS)]
    remember_as_before(poll, desk, entries)
    for _ in range(7):
        poll.answered(entries, after=MONTH - DAY)
        assert publish(desk) == []


def test_episodes_of_one_show_have_the_numbers_that_they_had() -> None:
    show = [
        Entry(guid=f"s{n}", link=f"{SITE}/show", title=f"Episode {n}", summary=f"On {n}") for n in range(4)
    ]
    kept = [Entry(guid=one.guid, title=one.title, summary=one.summary, place=one.link) for one in show]
    former = list_legacy_ids(show, kept)
    assert [ids and ids.pair for ids in former] == [former_pair(one) for one in kept]
    assert {ids and ids.link for ids in former} == {""}


def test_most_feeds_have_no_former_ids() -> None:
    plain = [entry(n, f"/{n}?utm_source=rss", guid=True) for n in range(3)]
    assert list_legacy_ids(plain, plain) == [None] * 3


def test_what_a_name_of_words_and_a_sketch_cost_is_bounded(desk: Desk) -> None:
    """24 bytes an article for the name, 40 for the sketch, the ledger's own bookkeeping included."""
    poll = Poll(desk)

    def bytes_of(number: int, *, told: bool) -> int:
        desk.client.flushall()
        desk.apply(poll.spec)
        entries = [
            Entry(guid=f"g{n}", link=f"{SITE}/{n}", title=f"T {n}", summary="Words " * 20)
            for n in range(number)
        ]
        items = []
        for one in entries:
            item = found(URL, one)
            words = name_words(URL, one, fold_words(one)) or digest_name("said", str(one.title))
            sketch = sketch_words(one, fold_words(one))
            assert len(sketch) == SKETCH_BYTES
            more = {"aliases": (*item.aliases, words), "link": item.page, "sketch": sketch} if told else {}
            items.append(FoundEntry(**{name: getattr(item, name) for name in item.__struct_fields__} | more))
        feed = poll.claim(0)
        made = poll.record_of(found=tuple(items), listed=number)
        desk.run(record_poll(desk.keys, feed_id=feed.id, lease=feed.token, record=made, token=desk.token()))
        keys = list(desk.client.scan_iter(f"{desk.keys.volume()}*"))
        return sum(int(desk.client.memory_usage(key, samples=0) or 0) for key in keys)

    assert bytes_of(2000, told=True) - bytes_of(2000, told=False) <= 2000 * (24 + 40)

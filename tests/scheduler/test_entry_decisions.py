"""Which entries are one article and which are two: the table in docs/identity.md, on a real ledger."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import pytest
from ledger_desk import DAY, Desk
from poll_desk import Poll

from feedmill._ledger.core.records import Enclosure, Entry

SITE = "http://site.example"
MOMENT = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
FERRY = (
    "The council of the harbour town asked for a slower ferry although the money had run out in spring, and"
    " the keeper of the old boat counted the swallows again while half of the street watched from the quay."
)
FERRY_EDITED = FERRY.replace("in spring", "in early summer").replace("half of", "all of")
LIMES = (
    "Forty limes were planted by two teachers with tools lent by a neighbouring parish; rain set in on"
    " Thursday, so that nobody stayed for the speech about wells, almanacs and the price of oak."
)
RUSSIAN = ("Паром пойдёт медленнее, решил совет города у залива.", "Сорок лип посадили учителя школы у реки.")
JAPANESE = (
    "港町の議会は、春に資金が尽きたにもかかわらず、より遅い渡し船を求めた。通りの半分の人が岸から見ていた。",
    "二人の教師が隣の教区から借りた道具で四十本の菩提樹を植えた。木曜日に雨が降り始め、演説を聞く人はいなかった。",
)


@pytest.fixture
def poll(desk: Desk) -> Poll:
    return Poll(desk)


def made(guid: str | None, title: str, words: str | None, link: str = "/daily/", **more: object) -> Entry:
    return Entry(guid=guid, title=title, summary=words, link=f"{SITE}{link}", **more)


def publish(desk: Desk) -> list[tuple[str, int]]:
    """Publish all pages that wait; answers (title, revision) in the order of the titles."""
    desk.now += DAY  # nothing waits for its turn
    pages = desk.take(50, per_site=100).pages
    for page in pages:
        desk.publish(page)
    return sorted((page.entry.title or "", page.known_rev + 1) for page in pages)


def run(poll: Poll, desk: Desk, *documents: Sequence[Entry]) -> list[list[tuple[str, int]]]:
    """Poll one document after the other; answers what each of them published."""
    published = []
    for document in documents:
        poll.answered(document)
        published.append(publish(desk))
    desk.census()
    return published


@pytest.mark.parametrize("words", [(FERRY, LIMES), RUSSIAN, JAPANESE])
def test_other_words_under_one_link_are_created_when_the_old_guid_is_gone(
    poll: Poll, desk: Desk, words: tuple[str, str]
) -> None:
    days = [made("w1", "Gannet", words[0]), made("w2", "Halyard", words[1])]
    assert run(poll, desk, days[:1], days[1:]) == [[("Gannet", 1)], [("Halyard", 1)]]
    assert run(poll, desk, days[1:], days[:1], days) == [[], [], []]


def test_what_shares_a_link_with_another_is_what_the_feed_says(poll: Poll, desk: Desk) -> None:
    poll.answered([made("w1", "Gannet", FERRY)])
    publish(desk)
    poll.answered([made("w2", "Halyard", LIMES)])
    (page,) = desk.take().pages
    assert (page.url, page.site, page.entry.link, page.entry.place) == (
        f"{SITE}/daily/", "", None, f"{SITE}/daily/",
    )  # fmt: skip


def test_other_words_under_one_link_are_two_articles_of_one_document(poll: Poll, desk: Desk) -> None:
    both = [made("w1", "Gannet", FERRY), made("w2", "Halyard", LIMES)]
    assert run(poll, desk, both) == [[("Gannet", 1), ("Halyard", 1)]]
    assert run(poll, desk, both[1:], both, both[:1]) == [[], [], []]


def test_a_new_article_beside_the_old_one_of_its_link_is_created(poll: Poll, desk: Desk) -> None:
    both = [made("w1", "Gannet", FERRY), made("w2", "Halyard", LIMES)]
    assert run(poll, desk, both[:1], both) == [[("Gannet", 1)], [("Halyard", 1)]]


def test_one_article_listed_twice_stays_one(poll: Poll, desk: Desk) -> None:
    both = [made("w1", "Gannet", FERRY), made("w2", "VIDEO: Gannet", FERRY_EDITED)]
    assert run(poll, desk, both, both) == [[("Gannet", 1)], []]
    later = [*both, made("w3", "Gannet, once more", FERRY)]
    assert [len(found) for found in run(poll, desk, later[1:], later[:2])] == [0, 0]


@pytest.mark.parametrize(
    ("one", "other", "link"),
    [
        ("urn:desk:8841:v1", "urn:desk:8841:v2", "/report/8841"),
        (f"{SITE}/report/8841#0", f"{SITE}/report/8841#1", "/report/8841"),
        ("tag:site.example,2026:8841?version=1", "tag:site.example,2026:8841?version=2", "/report/8841"),
        ("desk-8841-v1", "desk-8841-v12", "/report/8841"),
        ("8841;rev=3", "8841;rev=4", "/report/8841"),
        ("8841/ver2", "8841/ver3", "/report/8841"),
    ],
)
def test_a_guid_that_counts_on_is_a_change_whatever_the_words(
    poll: Poll, desk: Desk, one: str, other: str, link: str
) -> None:
    before, after = made(one, "Crane topples", FERRY, link), made(other, "Nobody hurt", LIMES, link)
    assert run(poll, desk, [before], [after], [after]) == [[("Crane topples", 1)], [("Nobody hurt", 2)], []]


def test_both_versions_in_one_document_are_one_article(poll: Poll, desk: Desk) -> None:
    first, second = made("a:v1", "Crane topples", FERRY, "/r"), made("a:v2", "Nobody hurt", LIMES, "/r")
    assert run(poll, desk, [first], [second, first]) == [[("Crane topples", 1)], [("Nobody hurt", 2)]]


def test_a_guid_that_counts_on_with_the_same_words_is_nothing_new(poll: Poll, desk: Desk) -> None:
    assert run(poll, desk, [made("a#1", "T", FERRY, "/r")], [made("a#2", "T", FERRY, "/r")])[1] == []


@pytest.mark.parametrize(
    ("title", "words"), [("Ferry slows down", FERRY_EDITED), ("Gannet", FERRY_EDITED), ("Gannet", LIMES)]
)
def test_similar_words_under_a_new_guid_are_a_change_when_the_old_one_is_gone(
    poll: Poll, desk: Desk, title: str, words: str
) -> None:
    found = run(poll, desk, [made("g1", "Gannet", FERRY)], [made("g2", title, words)])
    assert found == [[("Gannet", 1)], [(title, 2)]]
    assert run(poll, desk, [made("g2", title, words)], [made("g3", title, words)]) == [[], []]


def test_an_edited_headline_without_words_is_a_change(poll: Poll, desk: Desk) -> None:
    found = run(poll, desk, [made("g1", "Crane topples", None)], [made("g2", "Nobody hurt by crane", None)])
    assert found == [[("Crane topples", 1)], [("Nobody hurt by crane", 2)]]


def test_a_change_of_what_shares_a_link_is_its_own(poll: Poll, desk: Desk) -> None:
    first, second = made("w1", "Gannet", FERRY), made("w2", "Halyard", LIMES)
    edited = msgspec.structs.replace(second, summary=LIMES.replace("Forty", "Fifty"))
    found = run(poll, desk, [first], [second], [edited])
    assert found == [[("Gannet", 1)], [("Halyard", 1)], [("Halyard", 2)]]
    again = made("w3", "Halyard", LIMES.replace("Forty", "Sixty"))
    assert run(poll, desk, [again], [first]) == [[("Halyard", 3)], []]
    assert len({page for page, _ in desk.stream()}) == 2


def test_the_same_guid_with_other_words_is_a_change(poll: Poll, desk: Desk) -> None:
    assert run(poll, desk, [made("g", "A", FERRY)], [made("g", "B", LIMES)]) == [[("A", 1)], [("B", 2)]]


def test_new_guids_of_known_links_with_the_same_words_say_nothing(poll: Poll, desk: Desk) -> None:
    def turn(number: int, title: str = "S0") -> list[Entry]:
        return [
            made(f"{number}-{n}", title if n == 0 else f"S{n}", f"{FERRY} {n}", f"/{n}") for n in range(4)
        ]

    assert [len(found) for found in run(poll, desk, turn(1), turn(2), turn(3), turn(4))] == [4, 0, 0, 0]
    assert run(poll, desk, turn(5, "S0, edited"), turn(6, "S0, edited")) == [[("S0, edited", 2)], []]


def test_an_edited_title_among_new_guids_is_a_change(poll: Poll, desk: Desk) -> None:
    one = [made(f"a{n}", f"S{n}", f"{FERRY} {n}", f"/{n}") for n in range(3)]
    other = [made(f"b{n}", f"S{n}" + ", edited" * (n == 1), f"{FERRY} {n}", f"/{n}") for n in range(3)]
    assert run(poll, desk, one, other)[1] == [("S1, edited", 2)]
    assert poll.events() == []


@pytest.mark.parametrize("guids", [True, False])
def test_places_on_one_page_are_articles_of_their_own(poll: Poll, desk: Desk, guids: bool) -> None:
    def release(number: int, words: str = "Mends faults.") -> Entry:
        link = f"/changes.html#v{number}"
        return made(f"{SITE}{link}" if guids else None, f"Release {number}", words, link)

    found = run(poll, desk, [release(2), release(1)], [release(3), release(2), release(1)], [release(3)])
    assert found == [[("Release 1", 1), ("Release 2", 1)], [("Release 3", 1)], []]


def test_a_place_of_comments_is_the_page(poll: Poll, desk: Desk) -> None:
    one = made("a", "The old bridge", FERRY, "/bridge")
    other = made("b", "The old bridge ", FERRY, "/bridge#comments")
    assert run(poll, desk, [one], [other], [other, one]) == [[("The old bridge", 1)], [], []]


def test_a_front_page_as_link_of_all_makes_an_article_of_each(poll: Poll, desk: Desk) -> None:
    notes = [made(f"n{n}", f"Note {n}", f"{n} {words}", "/") for n, words in enumerate((FERRY, LIMES, FERRY))]
    assert [len(found) for found in run(poll, desk, notes[:2], notes, notes[1:], notes[:1])] == [2, 1, 0, 0]


def test_without_guids_similar_words_under_one_link_are_a_change(poll: Poll, desk: Desk) -> None:
    one, other = made(None, "Gannet", FERRY), made(None, "Gannets", FERRY_EDITED)
    assert run(poll, desk, [one], [other], [other]) == [[("Gannet", 1)], [("Gannets", 2)], []]
    same_title = msgspec.structs.replace(other, summary=LIMES)
    assert run(poll, desk, [same_title], [one]) == [[("Gannets", 3)], []]


def test_without_guids_other_words_under_one_link_are_created(poll: Poll, desk: Desk) -> None:
    one, other = made(None, "Gannet", FERRY), made(None, "Halyard", LIMES)
    edited = msgspec.structs.replace(other, summary=LIMES.replace("Forty", "Fifty"))
    found = run(poll, desk, [one], [other], [other], [edited], [one])
    assert found == [[("Gannet", 1)], [("Halyard", 1)], [], [("Halyard", 2)], []]
    assert len({page for page, _ in desk.stream()}) == 2


def day(number: int, title: str, words: str | None = None, *, guid: bool = True, date: bool = True) -> Entry:
    published = MOMENT.replace(day=number) if date else None
    return made(f"d{number}" if guid else None, title, words, published_at=published)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (day(1, "The gannet dives deep"), day(2, "Halyards and other ropes")),
        (day(1, "The gannet dives deep", guid=False), day(2, "Halyards and other ropes", guid=False)),
        (
            day(1, "Gannet", "A large sea bird.", date=False),
            day(2, "Halyard", "A rope for sails.", date=False),
        ),
        (day(1, "Photo of the day: dusk", "A calm sea."), day(2, "Photo of the day: arch", "Old iron bows.")),
        (day(1, "渡し船の夕方", date=True), day(2, "菩提樹を植えた教師", date=True)),
    ],
    ids=["titles", "titles without guids", "few words", "half a title", "no spaces"],
)
def test_other_few_words_under_one_link_are_created(poll: Poll, desk: Desk, one: Entry, other: Entry) -> None:
    found = run(poll, desk, [one], [other], [other], [one])
    assert found == [[(one.title, 1)], [(other.title, 1)], [], []]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (day(1, "Crane topples at the quay"), day(2, "Crane topples at the quay, nobody hurt")),
        (
            day(1, "Crane topples at the quay"),
            made("x", "Nobody is hurt", None, published_at=MOMENT.replace(day=1)),
        ),
        (
            day(1, "Crane topples", "No one hurt.", date=False),
            day(2, "Two hurt as crane topples", "More soon.", date=False),
        ),
        (day(1, "Crane topples", date=False), day(2, "Nobody was hurt", date=False)),
        (day(1, "Crane topples", "Soon more."), day(2, "Nobody was hurt there", FERRY)),
    ],
    ids=["title grows", "same time", "a word in three", "titles alone", "words come"],
)
def test_few_words_that_may_be_an_edit_are_a_change(poll: Poll, desk: Desk, one: Entry, other: Entry) -> None:
    assert run(poll, desk, [one], [other]) == [[(one.title, 1)], [(other.title, 2)]]


def post(number: int, base: str, *, guid: str = "", words: str | None = None, **more: object) -> Entry:
    fields = {"title": f"How the bell no {number} was cast", "published_at": MOMENT.replace(minute=number)}
    return Entry(
        **{"guid": f"{guid or base}{number}", "link": f"{base}{number}", "summary": words, **fields, **more}
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("http://site.example/?p=", "http://site.example/posts/"),
        ("http://site.example/", "https://blog.site.example/"),
        ("http://site.example/a/", "https://elsewhere.example/a/"),
        ("http://site.example/2026/11/", "http://site.example/archive/"),
    ],
)
@pytest.mark.parametrize("words", [None, FERRY])
def test_a_site_that_moves_publishes_nothing_again(
    poll: Poll, desk: Desk, old: str, new: str, words: str | None
) -> None:
    before, after = ([post(n, base, words=words) for n in range(5)] for base in (old, new))
    assert [len(found) for found in run(poll, desk, before, after, after)] == [5, 0, 0]
    assert poll.events() == []
    edited = msgspec.structs.replace(after[2], title="How the bell was cast, corrected")
    assert run(poll, desk, [*after[:2], edited, *after[3:]]) == [[("How the bell was cast, corrected", 2)]]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "How the bell was recast"},
        {"published_at": MOMENT.replace(day=21)},
        {"summary": LIMES},
        {"published_at": None},
    ],
)
def test_what_differs_in_title_time_or_words_is_no_post_that_moved(
    poll: Poll, desk: Desk, change: dict[str, object]
) -> None:
    before = post(1, "http://site.example/a/", words=FERRY)
    after = msgspec.structs.replace(post(1, "http://site.example/b/", words=FERRY), **change)
    assert [len(found) for found in run(poll, desk, [before], [after])] == [1, 1]


def test_notices_of_one_title_and_day_side_by_side_are_each_their_own(poll: Poll, desk: Desk) -> None:
    day = {"title": "Public notice of planning", "published_at": MOMENT.replace(hour=0, minute=0)}
    notices = [post(n, "http://site.example/n/", **day) for n in range(4)]
    assert [len(found) for found in run(poll, desk, notices[:2], notices[:3], notices)] == [2, 1, 1]


def test_words_name_an_article_within_their_feed_alone(poll: Poll, desk: Desk) -> None:
    run(poll, desk, [post(1, "http://site.example/a/", words=FERRY)])
    other = "http://other.example/feed"
    desk.apply(poll.spec, other)
    assert desk.poll(other, post(1, "http://other.example/b/", words=FERRY)).new == 1


def bare(number: int, link: str, *, guid: bool = True, **more: object) -> Entry:
    return made(f"n{number}" if guid else None, f"Departure {number} of the morning", None, link, **more)


@pytest.mark.parametrize(
    "entries",
    [
        [bare(n, "/") for n in range(2)],
        [bare(n, "/", guid=False) for n in range(3)],
        [bare(n, f"/book#part-{n}", guid=False) for n in range(2)],
        [bare(n, "/show/", enclosures=(Enclosure(url=f"{SITE}/{n}.mp3"),)) for n in range(2)],
    ],
    ids=["front page", "front page, no guids", "places", "files"],
)
def test_titles_that_share_a_page_are_articles_of_their_own(
    poll: Poll, desk: Desk, entries: list[Entry]
) -> None:
    found = run(poll, desk, entries, entries, entries[1:])
    assert found == [[(one.title, 1) for one in entries], [], []]


@pytest.mark.parametrize(
    "entries",
    [
        [bare(n, "/story/7") for n in range(3)],
        [bare(n, "/story/7", guid=False) for n in range(3)],
        [made(f"a:v{n}", f"Crane topples, part {n}", None, "/story/7") for n in range(3)],
        [made("a", "The old bridge", None, "/b"), made("b", "VIDEO: The old bridge", None, "/b#comments")],
    ],
    ids=["guids", "no guids", "versions", "comments"],
)
def test_titles_that_may_be_one_article_stay_one(poll: Poll, desk: Desk, entries: list[Entry]) -> None:
    assert sum(revision == 1 for _, revision in run(poll, desk, entries)[0]) == 1


def unnamed(title: str | None, words: str | None, minute: int | None = None, **more: object) -> Entry:
    published = None if minute is None else MOMENT.replace(minute=minute)
    return Entry(title=title, summary=words, published_at=published, **more)


TIDE, EBB = (Enclosure(url=f"{SITE}/{name}.mp3") for name in ("tide", "ebb"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (unnamed("Gannet", FERRY), unnamed("Gannet", FERRY_EDITED)),
        (unnamed("Gannet", FERRY, 1), unnamed("Gannet", FERRY_EDITED, 1)),
        (unnamed("Gannet", FERRY, 1), unnamed("Gannet", FERRY_EDITED, 9)),
        (unnamed("Gannet", FERRY), unnamed("Gannets", FERRY)),
        (unnamed("Gannet", FERRY), unnamed("A slower ferry", FERRY_EDITED)),
        (unnamed("Gannet", FERRY), unnamed("A slower ferry", "More of it: " + FERRY_EDITED)),
        (unnamed("渡し船", JAPANESE[0]), unnamed("港町の渡し船", JAPANESE[0] + "決定は春に出る。")),
        (unnamed("Gannet", FERRY, 1), unnamed("Gannets", FERRY, 1)),
        (unnamed("Gannet", FERRY, 1), unnamed("Gannets", FERRY_EDITED, 1)),
        (unnamed("Gannet", FERRY, 1), unnamed("Gannet", None, 1)),
        (unnamed("Crane topples at the quay", None, 1), unnamed("Crane topples, nobody hurt", None, 1)),
        (unnamed("Crane topples", "Soon more of this."), unnamed("Crane topples", "Soon more of that.")),
        (unnamed("Gannet", FERRY, enclosures=(TIDE,)), unnamed("Gannet", FERRY_EDITED, enclosures=(TIDE,))),
        (unnamed("Gannet", FERRY, place=f"{SITE}/"), unnamed("Gannet", FERRY_EDITED, place=f"{SITE}/")),
        (unnamed("Паром", RUSSIAN[0] * 2), unnamed("Паром", RUSSIAN[0] * 2 + " Так решено.")),
    ],
)
def test_an_edit_of_an_entry_without_link_and_guid_is_a_change(
    poll: Poll, desk: Desk, one: Entry, other: Entry
) -> None:
    found = run(poll, desk, [one], [other], [other], [one], [other])
    assert found == [[(one.title, 1)], [(other.title, 2)], [], [], []]
    assert len({page for page, _ in desk.stream()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (unnamed("Weather", FERRY, 1), unnamed("Weather", LIMES, 2)),
        (unnamed("Weather", FERRY), unnamed("Weather", LIMES)),
        (unnamed("Gannet", FERRY, 1), unnamed("Halyard", LIMES, 1)),
        (unnamed("Gannet", FERRY, 1), unnamed("Halyard", FERRY, 2)),
        (unnamed("Gannet", "Read more here."), unnamed("Halyard", "Read more here.")),
        (unnamed("Gannet", "A large sea bird.", 1), unnamed("Halyard", "A rope for sails.", 2)),
        (unnamed("Tide", FERRY, enclosures=(TIDE,)), unnamed("Tide", FERRY_EDITED, enclosures=(EBB,))),
        (unnamed("", FERRY), unnamed("", LIMES)),
        (unnamed("Weather", FERRY, place=f"{SITE}/w"), unnamed("Weather", LIMES, place=f"{SITE}/w")),
    ],
)
def test_other_entries_without_link_and_guid_are_created(
    poll: Poll, desk: Desk, one: Entry, other: Entry
) -> None:
    found = run(poll, desk, [one], [other], [other, one], [one])
    assert found == [[(one.title, 1)], [(other.title, 1)], [], []]


def test_entries_of_one_title_side_by_side_are_each_their_own(poll: Poll, desk: Desk) -> None:
    one, other = unnamed("Gannet", FERRY), unnamed("Gannet", FERRY_EDITED)
    assert [len(found) for found in run(poll, desk, [one, other], [other], [one])] == [2, 0, 0]
    third = unnamed("Gannet", FERRY.replace("swallows", "swifts"))
    assert run(poll, desk, [third, one]) == [[("Gannet", 1)]]


def test_an_edit_of_other_words_under_one_title_is_its_own(poll: Poll, desk: Desk) -> None:
    edited = unnamed("Weather", LIMES.replace("Forty", "Fifty"))
    days = [unnamed("Weather", FERRY), unnamed("Weather", LIMES), edited]
    assert run(poll, desk, *([day] for day in days)) == [[("Weather", 1)], [("Weather", 1)], [("Weather", 2)]]
    assert len({page for page, _ in desk.stream()}) == 2


def test_two_entries_are_not_both_the_edit_of_one(poll: Poll, desk: Desk) -> None:
    by_title, by_time = unnamed("Gannet", FERRY_EDITED, 9), unnamed("Halyard", FERRY_EDITED, 1)
    assert run(poll, desk, [unnamed("Gannet", FERRY, 1)])[0] == [("Gannet", 1)]
    assert run(poll, desk, [by_title, by_time]) == [[("Gannet", 1), ("Halyard", 1)]]


def test_an_edit_is_known_within_its_feed_alone(poll: Poll, desk: Desk) -> None:
    run(poll, desk, [unnamed("Gannet", FERRY)])
    other = "http://other.example/feed"
    desk.apply(poll.spec, other)
    assert desk.poll(other, unnamed("Gannet", FERRY_EDITED)).new == 1


def test_a_known_entry_without_names_is_none_that_another_like_it_edits(poll: Poll, desk: Desk) -> None:
    one, other = unnamed("Gannet", FERRY), unnamed("A slower ferry", FERRY_EDITED)
    assert run(poll, desk, [one], [one, other]) == [[("Gannet", 1)], [("A slower ferry", 1)]]

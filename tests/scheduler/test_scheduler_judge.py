"""What answers and entries mean to the ledger."""

import hashlib
from collections.abc import Sequence

import pytest

from feedmill._ledger.core.records import Entry, LeasedFeed
from feedmill._ledger.identity.entry_identity import compute_entry_key, compute_entry_version
from feedmill._net import HttpResponse
from scheduler.entries.entry_names import name_entries
from scheduler.entries.found_entry_builder import build_found_entries
from scheduler.parsing.document_models import MalformedDocument, ParsedFeed
from scheduler.polling.feed_state import PollState
from scheduler.polling.poll_request import DAY_S, FALSE_304_LIMIT, build_poll_request
from scheduler.polling.poll_values import Validators
from scheduler.polling.response_verdict import choose_validators, classify_response, disproves_304

BODY = b"<rss/>"
NOW = 1_800_000_000.0
FRESH = PollState(full_at=int(NOW))
HASH = hashlib.sha256(BODY).hexdigest()[:32]


def leased(**more: object) -> LeasedFeed:
    fields = {
        "id": "f", "url": "http://site.example/feed", "site": "site.example", "source": "Site",
        "tags": (), "interval": None, "token": "t", "due_at": 0,
    }  # fmt: skip
    return LeasedFeed(**{**fields, **more})


def answer(status: int, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(
        url="http://site.example/feed", status=status, headers=named, body=BODY, redirects=(), elapsed_s=0.1
    )


@pytest.mark.parametrize(
    ("feed", "status", "outcome", "ok", "parse"),
    [
        (leased(), 200, "ok", True, True),
        (leased(body_hash="other"), 200, "ok", True, True),
        (leased(body_hash=HASH), 200, "unchanged", True, False),
        (leased(etag='"x"'), 304, "not_modified", True, False),
        (leased(modified="Mon"), 304, "not_modified", True, False),
        (leased(), 304, "http_304", False, False),
        (leased(body_hash=HASH), 404, "http_404", False, False),
        (leased(), 500, "http_500", False, False),
        (leased(), 300, "http_300", False, False),
    ],
)
def test_answers_get_their_outcome(
    feed: LeasedFeed, status: int, outcome: str, ok: bool, parse: bool
) -> None:
    judged = classify_response(feed, answer(status), build_poll_request(feed, FRESH, NOW))
    assert (judged.outcome.word, judged.ok, judged.is_to_be_parsed) == (outcome, ok, parse)


def test_requests_are_conditional_byte_for_byte() -> None:
    request = build_poll_request(leased(etag='W/"a,b"', modified="not even a date"), FRESH, NOW)
    assert request.conditional
    assert request.headers["If-None-Match"] == 'W/"a,b"'
    assert request.headers["If-Modified-Since"] == "not even a date"
    assert request.headers["A-IM"] == "feed"
    bare = build_poll_request(leased(), FRESH, NOW)
    assert not bare.conditional
    assert not {"If-None-Match", "If-Modified-Since", "A-IM"} & bare.headers.keys()


@pytest.mark.parametrize(
    ("days", "trust", "probe"),
    [
        (0.9, 0, False),
        (1, 0, True),
        (1.9, 1, False),
        (2, 1, True),
        (31, 5, False),
        (32, 5, True),
        (32, 9, True),
    ],
)
def test_a_full_request_tests_the_304s_now_and_then(days: float, trust: int, probe: bool) -> None:
    notes = PollState(full_at=int(NOW), true_304s=trust)
    request = build_poll_request(leased(etag='"x"', body_hash="h"), notes, NOW + days * DAY_S)
    assert (request.is_probe, request.conditional) == (probe, not probe)
    assert ("If-None-Match" in request.headers) is not probe


def test_a_liar_gets_no_validators_for_a_month() -> None:
    feed = leased(etag='"x"', body_hash="h")
    notes = PollState(full_at=int(NOW), false_304s=FALSE_304_LIMIT)
    assert not build_poll_request(feed, notes, NOW + 29 * DAY_S).conditional
    assert build_poll_request(feed, notes, NOW + 30 * DAY_S).is_probe


@pytest.mark.parametrize(
    ("feed", "fetched", "false"),
    [
        ({"etag": '"x"'}, {"etag": '"x"'}, True),
        ({"etag": '"x"'}, {"etag": '"y"'}, False),
        ({"etag": '"x"', "modified": "Mon"}, {"etag": '"y"', "last_modified": "Mon"}, False),
        ({"modified": "Mon"}, {"last_modified": "Mon"}, True),
        ({"modified": "Mon"}, {"last_modified": "Tue"}, False),
        ({"modified": "Mon"}, {}, False),
        ({"etag": '"x"', "body_hash": HASH}, {"etag": '"x"'}, False),
    ],
)
def test_another_body_under_the_same_validator_is_a_lie(
    feed: dict[str, str], fetched: dict[str, str], false: bool
) -> None:
    held = leased(**{"body_hash": "h", **feed})
    request = build_poll_request(held, PollState(), NOW)
    got = answer(200, **fetched)
    assert request.is_probe
    assert disproves_304(held, got, request, classify_response(held, got, request)) is false


def test_a_feed_that_has_moved_is_asked_for_there_and_after_a_failure_here() -> None:
    there = "https://new.example/feed"
    assert build_poll_request(leased(moved_to=there), FRESH, NOW).url == there
    assert (
        build_poll_request(leased(moved_to=there, failures=1), FRESH, NOW).url == "http://site.example/feed"
    )
    assert build_poll_request(leased(moved_to=there, failures=2), FRESH, NOW).url == there


def test_a_delta_is_read_and_its_hash_is_not_kept() -> None:
    feed = leased(etag='"x"', body_hash=HASH)
    judged = classify_response(feed, answer(226, etag='"y"'), build_poll_request(feed, FRESH, NOW))
    assert (judged.outcome.word, judged.is_to_be_parsed, judged.body_hash) == ("ok", True, None)


FEED = ParsedFeed(outcome="ok", title=None, entries=(), listed=0)
CUT = ParsedFeed(outcome="truncated", title=None, entries=(), listed=0)
OLD = Validators(etag='"old"', modified="then", body_hash="h")


@pytest.mark.parametrize(
    ("fetched", "parsed", "kept"),
    [
        (
            answer(200, etag='"new"', last_modified="now"),
            FEED,
            Validators(etag='"new"', modified="now", body_hash=HASH),
        ),
        (answer(200), FEED, Validators(body_hash=HASH)),
        (answer(304), None, OLD),
        (answer(304, etag='"new"'), None, Validators(etag='"new"', modified="then", body_hash="h")),
        (answer(500, etag='"error"'), None, OLD),
        (answer(200, etag='"new"'), CUT, Validators()),
        (answer(200, etag='"new"'), MalformedDocument(outcome="html"), Validators()),
        (answer(200, etag="x" * 5000), FEED, Validators(body_hash=HASH)),
    ],
    ids=["new", "none", "304", "304 with etag", "error", "truncated", "html", "huge"],
)
def test_only_good_answers_leave_validators(
    fetched: HttpResponse, parsed: ParsedFeed | MalformedDocument | None, kept: Validators
) -> None:
    feed = leased(etag='"old"', modified="then", body_hash="h")
    judged = classify_response(feed, fetched, build_poll_request(feed, FRESH, NOW))
    assert choose_validators(feed, fetched, judged, parsed) == kept


FEED = "http://site.example/feed"


def listed_entries(entries: Sequence[Entry], *, by_link: bool = False) -> list[Entry]:
    return [named.entry for named in name_entries(entries, feed_url=FEED, by_link=by_link).named]


def keys_of(entries: Sequence[Entry], *, by_link: bool = False) -> list[int]:
    return [named.key for named in name_entries(entries, feed_url=FEED, by_link=by_link).named]


def test_entries_are_listed_once_and_only_with_a_link_a_word_or_a_file() -> None:
    a = Entry(guid="1", link="http://site.example/a", title="a")
    again = Entry(guid="1", link="http://site.example/a", title="another title")
    b = Entry(link="http://site.example/b")
    title = Entry(title="no link")
    listed = name_entries([a, again, title, Entry(guid="nothing"), b], feed_url=FEED)
    assert [named.entry for named in listed.named] == [a, title, b]
    assert listed.without_target == 1


def test_a_guid_that_stands_for_several_links_names_none_of_them() -> None:
    same = [Entry(guid="news", link=f"http://site.example/{n}", title=f"t{n}") for n in range(3)]
    own = Entry(guid="own", link="http://site.example/own")
    keys = keys_of([*same, own])
    assert len(set(keys)) == 4
    assert keys[3] == compute_entry_key(own)
    assert keys[0] == compute_entry_key(Entry(link="http://site.example/0"))
    assert keys_of(same[:1]) == [compute_entry_key(same[0])]


def test_a_link_of_many_titles_is_the_page_of_none() -> None:
    def shared(*titles: str, guid: str = "", words: str | None = "w") -> list[Entry]:
        link = "http://site.example/show"
        entries = [Entry(guid=guid or title, link=link, title=title, summary=words) for title in titles]
        return listed_entries([*entries, Entry(link="http://site.example/own")])

    apart = shared("a", "b", "c")
    assert [(entry.guid, entry.link) for entry in apart[:3]] == [("a", None), ("b", None), ("c", None)]
    assert {entry.place for entry in apart[:3]} == {"http://site.example/show"}
    assert (apart[3].link, apart[3].place) == ("http://site.example/own", None)
    (found, *_) = build_found_entries(name_entries(apart, feed_url=FEED).named, ["new"] * 4)
    assert (found.url, found.site) == ("http://site.example/show", "")
    assert [entry.guid for entry in shared("a", "b", "c", guid="g")[:3]] == [None] * 3
    routed = [Entry(link=f"http://site.example/#/{n}", title=n, summary="w") for n in "abc"]
    assert {entry.place for entry in listed_entries(routed)} == {None}
    for others in (shared("a", "b"), shared("a", "a", "a", guid="g"), shared("a", "b", "c", words=None)):
        assert {entry.place for entry in others} == {None}


def test_entries_of_a_feed_with_unsteady_guids_are_named_by_their_links() -> None:
    before, after = (Entry(guid=guid, link="http://site.example/a") for guid in ("1", "2"))
    assert keys_of([before], by_link=True) == keys_of([after], by_link=True)
    assert keys_of([before]) != keys_of([after])


def test_what_the_memory_has_is_not_found_again() -> None:
    entries = [Entry(guid=str(n), link=f"http://www.example.org/{n}", title="t") for n in range(3)]
    found = build_found_entries(name_entries(entries, feed_url=FEED).named, ["known", "changed", "new"])
    assert [item.entry for item in found] == entries[1:]
    assert (found[0].key, found[0].version) == (
        compute_entry_key(entries[1]),
        compute_entry_version(entries[1]),
    )
    assert (found[0].site, found[0].url) == ("example.org", "http://www.example.org/1")


def test_an_entry_without_a_link_is_found_at_its_feed_and_needs_no_request() -> None:
    note = Entry(title="A note", summary="No ferry today.")
    (found,) = build_found_entries(name_entries([note], feed_url=FEED).named, ["new"])
    assert (found.url, found.site, found.entry) == ("http://site.example/feed", "", note)

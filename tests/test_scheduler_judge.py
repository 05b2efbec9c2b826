"""What answers and entries mean to the ledger."""

import hashlib

import pytest

from feedmill._ledger.identity import entry_key, entry_version
from feedmill._ledger.records import Entry, LeasedFeed
from feedmill._net import Fetched
from scheduler.documents import Malformed, ParsedFeed
from scheduler.judge import Validators, conditions, judge_response, listing, to_found, validators

BODY = b"<rss/>"
HASH = hashlib.sha256(BODY).hexdigest()[:32]


def leased(**more: object) -> LeasedFeed:
    fields = {
        "id": "f", "url": "http://site.example/feed", "site": "site.example", "source": "Site",
        "tags": (), "interval": None, "token": "t", "due_at": 0,
    }  # fmt: skip
    return LeasedFeed(**{**fields, **more})


def answer(status: int, **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fetched(
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
    judged = judge_response(feed, answer(status))
    assert (judged.outcome, judged.ok, judged.parse) == (outcome, ok, parse)


def test_requests_are_conditional_byte_for_byte() -> None:
    headers = conditions(leased(etag='W/"a,b"', modified="not even a date"))
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('W/"a,b"', "not even a date")
    assert not {"If-None-Match", "If-Modified-Since"} & conditions(leased()).keys()


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
        (answer(200, etag='"new"'), Malformed(outcome="html"), Validators()),
        (answer(200, etag="x" * 5000), FEED, Validators(body_hash=HASH)),
    ],
    ids=["new", "none", "304", "304 with etag", "error", "truncated", "html", "huge"],
)
def test_only_good_answers_leave_validators(
    fetched: Fetched, parsed: ParsedFeed | Malformed | None, kept: Validators
) -> None:
    feed = leased(etag='"old"', modified="then", body_hash="h")
    assert validators(feed, fetched, judge_response(feed, fetched), parsed) == kept


def test_entries_are_listed_once_and_only_with_a_link_or_words() -> None:
    a = Entry(guid="1", link="http://site.example/a", title="a")
    again = Entry(guid="1", link="http://site.example/a", title="another title")
    b = Entry(link="http://site.example/b")
    listed = listing([a, again, Entry(title="no link"), b])
    assert list(listed.entries.values()) == [a, b]
    assert listed.homeless == 1


def test_what_the_memory_has_is_not_found_again() -> None:
    entries = [Entry(guid=str(n), link=f"http://www.example.org/{n}", title="t") for n in range(3)]
    listed = listing(entries)
    found = to_found("http://site.example/feed", listed.entries, ["known", "changed", "new"])
    assert [item.entry for item in found] == entries[1:]
    assert (found[0].key, found[0].version) == (entry_key(entries[1]), entry_version(entries[1]))
    assert (found[0].site, found[0].url) == ("example.org", "http://www.example.org/1")


def test_an_entry_without_a_link_is_found_at_its_feed_and_needs_no_request() -> None:
    note = Entry(title="A note", summary="No ferry today.")
    (found,) = to_found("http://site.example/feed", listing([note]).entries, ["new"])
    assert (found.url, found.site, found.entry) == ("http://site.example/feed", "", note)

"""The rules of revisits, diffs, notices and stamps: pure functions, as tables."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from feedmill._ledger.identity import entry_key, entry_version
from feedmill._ledger.records import Entry, LeasedPage, PlannedVisit
from feedmill.article import Article
from feedmill.changes import Changes, decode_changes, encode_changes
from feedmill.schema import changes_schema
from scheduler.stamps import stamps_of, with_stamps
from worker.compare import compare
from worker.fingerprints import fingerprint, same_site, same_substance
from worker.notices import notice_of
from worker.page import Cleaned
from worker.visits import (
    HOUR_MS,
    Retract,
    Revisits,
    VisitNotes,
    after_gone,
    after_not_modified,
    after_page,
    conditions,
    notes_of,
    validators,
)

NOW = 1_800_000_000_000
SCHEMA = Path(__file__).parent.parent / "docs" / "schema" / "changes.json"
PAGE = LeasedPage(
    id="0123456789abcdef", url="https://a.example/1", site="a.example", source="A", feed="https://a.example/feed",
    tags=(), entry=Entry(link="https://a.example/1", summary="s" * 9000, content="c"), token="1", attempts=0,
    first_failed_at=None, failures=0, listed_at=NOW, known_rev=1, known_print="ab",
)  # fmt: skip
TAG = ('"e"', "Mon, 23 Nov 2026 20:00:00 GMT")


def visited(plan: PlannedVisit | Retract | None, **more: object) -> LeasedPage:
    """Give the page as a planned visit finds it."""
    assert isinstance(plan, PlannedVisit)
    return msgspec.structs.replace(PAGE, visit=plan.notes, **more)


def test_a_new_page_with_a_validator_is_visited_later_and_later() -> None:
    page = msgspec.structs.replace(PAGE, known_rev=0)
    plan = after_page(page, TAG, Revisits(), now=NOW, changed=True)
    delays = []
    while plan is not None:
        delays.append(plan.delay_ms // HOUR_MS)
        page = visited(plan)
        assert conditions(page) == {"If-None-Match": TAG[0], "If-Modified-Since": TAG[1]}
        plan = after_not_modified(page, Revisits(), now=NOW)
    assert delays == [1, 4, 16]


@pytest.mark.parametrize(
    ("given_", "policy", "page"),
    [
        (("", ""), Revisits(), {"known_rev": 0}),
        (TAG, Revisits(young=0), {"known_rev": 0}),
        (TAG, Revisits(), {"known_rev": 1}),  # nobody knows how young it is
        (TAG, Revisits(), {"known_rev": 0, "entry": Entry(title="no link")}),
    ],
)
def test_no_visit_is_planned(given_: tuple[str, str], policy: Revisits, page: dict[str, object]) -> None:
    leased = msgspec.structs.replace(PAGE, **page)
    assert after_page(leased, given_, policy, now=NOW, changed=True) is None


def test_a_page_that_ignores_conditions_is_not_visited_on_their_account() -> None:
    page = visited(
        after_page(msgspec.structs.replace(PAGE, known_rev=0), TAG, Revisits(), now=NOW, changed=True)
    )
    assert after_page(page, TAG, Revisits(), now=NOW, changed=False) is None
    assert after_page(page, TAG, Revisits(), now=NOW, changed=True) is not None


def test_a_schedule_goes_by_age() -> None:
    policy = Revisits(schedule_ms=(HOUR_MS, 5 * HOUR_MS))
    page = msgspec.structs.replace(PAGE, known_rev=0)
    first = after_page(page, ("", ""), policy, now=NOW, changed=True)
    assert first is not None
    second = after_page(visited(first), ("", ""), policy, now=NOW + 2 * HOUR_MS, changed=False)
    assert second is not None
    assert (first.delay_ms, second.delay_ms) == (HOUR_MS, 3 * HOUR_MS)
    assert after_page(visited(second), ("", ""), policy, now=NOW + 6 * HOUR_MS, changed=False) is None


@pytest.mark.parametrize(("minutes", "retracted"), [(1, False), (59, False), (60, True), (600, True)])
def test_gone_twice_counts_from_an_hour_on(minutes: int, retracted: bool) -> None:
    first = after_gone(PAGE, now=NOW)
    assert isinstance(first, PlannedVisit)
    assert first.delay_ms > HOUR_MS
    again = after_gone(visited(first), now=NOW + minutes * 60_000)
    assert isinstance(again, Retract) == retracted
    if isinstance(again, PlannedVisit):
        assert minutes * 60_000 + again.delay_ms > HOUR_MS
        assert notes_of(visited(again)).gone_at == NOW


def test_a_page_that_is_back_starts_anew() -> None:
    gone = visited(after_gone(msgspec.structs.replace(PAGE, visit='{"born":1,"etag":"x"}'), now=NOW))
    back = after_page(gone, TAG, Revisits(), now=NOW, changed=True)
    assert notes_of(visited(back)).gone_at == 0


def test_a_planned_visit_is_small() -> None:
    plan = after_gone(PAGE, now=NOW)
    assert isinstance(plan, PlannedVisit)
    assert len(msgspec.json.encode(plan)) < 4000
    assert msgspec.json.decode(plan.entry, type=Entry).content is None


def test_validators_go_back_byte_for_byte_unless_they_are_monstrous() -> None:
    odd = {"etag": 'W/ "a,b"x ', "last-modified": "not a date"}
    assert validators(odd) == ('W/ "a,b"x ', "not a date")
    assert validators({"etag": "x" * 2000}) == ("", "")
    assert conditions(msgspec.structs.replace(PAGE, visit="{broken")) == {}
    assert notes_of(msgspec.structs.replace(PAGE, visit="[]")) == VisitNotes()


# Diffs

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
OLD = Article(
    id="0123456789abcdef", rev=1, url="https://a.example/1", title="The bridge", listed_at=MOMENT,
    fetched_at=MOMENT, source="A", feed="https://a.example/feed",
    text="One.\n\nTwo.\n\nThree.", word_count=3, text_from="page",
)  # fmt: skip


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        ({}, Changes()),
        ({"text": "One.\n\nTwo.\n\n12 comments\n\nThree."}, Changes()),
        (
            {"text": "One.\n\nTwo and a half.\n\nThree."},
            Changes(fields=("text",), added=("Two and a half.",), removed=("Two.",)),
        ),
        ({"text": "Three.\n\nOne.\n\nTwo."}, Changes(fields=("text",))),
        ({"text": "One.\n\nTwo.\n\nThree.\n\nThree."}, Changes(fields=("text",), added=("Three.",))),
        ({"title": "The old bridge"}, Changes(fields=("title",), title="The bridge")),
        ({"title": "The bridge "}, Changes()),
        ({"authors": ("Ann",), "word_count": 5}, Changes(fields=("authors",), words=2)),
    ],
)
def test_a_diff_says_what_is_not_as_it_was(after: dict[str, object], changes: Changes) -> None:
    assert compare(OLD, msgspec.structs.replace(OLD, rev=2, **after)) == changes


@given(st.lists(st.text(max_size=2000), max_size=60), st.lists(st.text(max_size=2000), max_size=60))
def test_a_diff_is_bounded_and_fits_its_schema(one: list[str], other: list[str]) -> None:
    before, after = ("\n\n".join(blocks) or "x" for blocks in (one, other))
    changes = compare(msgspec.structs.replace(OLD, text=before), msgspec.structs.replace(OLD, text=after))
    assert len(changes.added) <= 20
    assert len(changes.removed) <= 20
    assert sum(map(len, (*changes.added, *changes.removed))) <= 8000
    data = encode_changes(changes)
    assert decode_changes(data) == changes
    Draft202012Validator(changes_schema()).validate(json.loads(data))


def test_the_schema_of_changes_is_what_the_type_says() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(changes_schema())), (
        "write it again: python -m feedmill.schema changes > docs/schema/changes.json"
    )


# Fingerprints and notices


def test_a_fingerprint_tells_substance_and_site() -> None:
    one = Cleaned(title="The bridge", text="It is shut.\n\n12 comments")
    two = Cleaned(title="The bridge", text="It is shut.\n\n13 comments")
    other = Cleaned(title="The bridge", text="It is open.")
    here, there = "https://www.a.example/1", "https://b.example/1"
    assert fingerprint(one, url=here) == fingerprint(two, url="http://m.a.example/2")
    assert not same_substance(fingerprint(one), fingerprint(other))
    assert same_substance(fingerprint(one, other), fingerprint(one))
    assert same_substance(fingerprint(one, other), fingerprint(two, url=there))
    assert not same_site(fingerprint(one, url=here), fingerprint(one, url=there))
    assert len(fingerprint(one, replace(other))) == 40


@pytest.mark.parametrize(
    ("title", "text", "found"),
    [
        ("Retracted: The bridge is shut", "Words.", True),
        ("RETRACTION – The bridge", "Words.", True),
        ("[Withdrawn] The bridge", "Words.", True),
        ("The bridge", "This article has been retracted by its authors.\n\nWords.", True),
        ("The bridge", "Words.\n\nMore.\n\nYet more.\n\nEditor’s note: We have retracted this story.", True),
        ("Die Brücke", "Dieser Beitrag wurde zurückgezogen.", True),
        ("Le pont", "Nous avons retiré cet article de notre site.", True),
        ("標題", "本文已撤回。", True),
        (
            "Journal retracts the bridge paper",
            "The journal said on Monday that the paper was retracted.",
            False,
        ),
        ("Retraction of troops from the bridge", "Words.", False),
        ("Retired bridge", "Words.", False),
        ("The bridge", "W.\n\nW.\n\nW.\n\nThis article has been retracted, they read.\n\nLast.", False),
        ("The bridge", "This article has been retracted. " + "Words of a long report. " * 30, False),
    ],
)
def test_a_notice_of_retraction_is_a_label_not_a_report(title: str, text: str, found: bool) -> None:
    assert bool(notice_of(title, text)) == found


# Stamps


def entries(*days: int | None) -> dict[tuple[int, int], Entry]:
    listed = [
        Entry(guid=f"g{n}", title="t", updated_at=datetime(2026, 1, day, tzinfo=UTC) if day else None)
        for n, day in enumerate(days)
    ]
    return {(entry_key(entry), entry_version(entry)): entry for entry in listed}


@pytest.mark.parametrize(
    ("stamps", "sights"),
    [
        ("kkkk", "kkkk"),
        ("ckkk", "ckkk"),
        ("cckk", "cckk"),
        ("ccck", "kkkk"),
        ("cccc", "kkkk"),
        ("ccckkkk", "ccckkkk"),
        ("cc", "cc"),
    ],
)
def test_stamps_are_believed_unless_most_are_new(stamps: str, sights: str) -> None:
    words = {"k": "known", "c": "changed"}
    listed = entries(*(range(1, len(stamps) + 1)))
    mine = stamps_of(listed)
    told = dict(zip(mine, (words[mark] for mark in stamps), strict=True))
    stamped = with_stamps(listed, ["known"] * len(stamps), mine, told)
    assert [sight[0] for sight in stamped.sights] == list(sights)
    changed = [
        pair for pair, sight in zip(stamped.entries, stamped.sights, strict=True) if sight == "changed"
    ]
    assert all(pair == (pair[0], mine[pair[0]]) for pair in changed)
    assert stamped.remember == ()


def test_new_entries_are_remembered_with_their_stamps() -> None:
    listed = entries(1, None)
    mine = stamps_of(listed)
    stamped = with_stamps(listed, ["new", "new"], mine, dict.fromkeys(mine, "new"))
    assert stamped.entries == listed
    assert stamped.remember == tuple(mine.items())
    assert len(mine) == 1

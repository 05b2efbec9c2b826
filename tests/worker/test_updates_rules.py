"""The rules of revisits, diffs, notices and stamps: pure functions, as tables."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.schemas import validator_of

from feedmill._ledger.core.records import Entry, LeasedPage, PlannedVisit
from feedmill.article import Article
from feedmill.revision_changes import Changes, decode_changes, encode_changes
from feedmill.schema import changes_schema
from scheduler.entries.entry_names import name_entries
from scheduler.entries.updated_dates import apply_updated_dates, list_updated_dates
from scheduler.parsing.document_models import NamedEntry
from worker.fetching.revisit_policy import (
    HOUR_MS,
    PageGone,
    RevisitPolicy,
    RevisitState,
    build_conditional_headers,
    find_change_evidence,
    hash_entry_words,
    plan_after_gone,
    plan_after_not_modified,
    plan_revisit,
    read_revisit_state,
    read_validators,
)
from worker.page_models import CleanedArticle
from worker.publishing.fingerprints import (
    choose_known_fingerprint,
    compute_fingerprint,
    has_same_site,
    has_same_substance,
    number_fingerprint,
)
from worker.publishing.reader_version import MAX_READER_VERSION, READER_VERSION
from worker.publishing.revision_diff import compare_revisions
from worker.quality.retraction_notice import find_retraction_notice

NOW = 1_800_000_000_000
SCHEMA = Path(__file__).parent.parent.parent / "docs" / "schema" / "changes.json"
PAGE = LeasedPage(
    id="0123456789abcdef", url="https://a.example/1", site="a.example", source="A", feed="https://a.example/feed",
    tags=(), entry=Entry(link="https://a.example/1", summary="s" * 9000, content="c"), token="1", attempts=0,
    first_failed_at=None, failures=0, listed_at=NOW, known_rev=1, known_print="ab",
)  # fmt: skip
TAG = ('"e"', "Mon, 23 Nov 2026 20:00:00 GMT")


def visited(plan: PlannedVisit | PageGone | None, **more: object) -> LeasedPage:
    """Give the page as a planned visit finds it."""
    assert isinstance(plan, PlannedVisit)
    return msgspec.structs.replace(PAGE, visit=plan.notes, **more)


def test_a_new_page_with_a_validator_is_visited_later_and_later() -> None:
    page = msgspec.structs.replace(PAGE, known_rev=0)
    plan = plan_revisit(page, TAG, RevisitPolicy(), now=NOW, changed=True)
    delays = []
    while plan is not None:
        delays.append(plan.delay_ms // HOUR_MS)
        page = visited(plan)
        assert build_conditional_headers(page) == {"If-None-Match": TAG[0], "If-Modified-Since": TAG[1]}
        plan = plan_after_not_modified(page, RevisitPolicy(), now=NOW)
    assert delays == [1, 4, 16]


@pytest.mark.parametrize(
    ("given_", "policy", "page"),
    [
        (("", ""), RevisitPolicy(), {"known_rev": 0}),
        (TAG, RevisitPolicy(young=0), {"known_rev": 0}),
        (TAG, RevisitPolicy(), {"known_rev": 1}),  # nobody knows how young it is
        (TAG, RevisitPolicy(), {"known_rev": 0, "entry": Entry(title="no link")}),
    ],
)
def test_no_visit_is_planned(given_: tuple[str, str], policy: RevisitPolicy, page: dict[str, object]) -> None:
    leased = msgspec.structs.replace(PAGE, **page)
    assert plan_revisit(leased, given_, policy, now=NOW, changed=True) is None


def test_a_page_that_ignores_conditions_is_not_visited_on_their_account() -> None:
    page = visited(
        plan_revisit(msgspec.structs.replace(PAGE, known_rev=0), TAG, RevisitPolicy(), now=NOW, changed=True)
    )
    assert plan_revisit(page, TAG, RevisitPolicy(), now=NOW, changed=False) is None
    assert plan_revisit(page, TAG, RevisitPolicy(), now=NOW, changed=True) is not None


def test_a_schedule_goes_by_age() -> None:
    policy = RevisitPolicy(schedule_ms=(HOUR_MS, 5 * HOUR_MS))
    page = msgspec.structs.replace(PAGE, known_rev=0)
    first = plan_revisit(page, ("", ""), policy, now=NOW, changed=True)
    assert first is not None
    second = plan_revisit(visited(first), ("", ""), policy, now=NOW + 2 * HOUR_MS, changed=False)
    assert second is not None
    assert (first.delay_ms, second.delay_ms) == (HOUR_MS, 3 * HOUR_MS)
    assert plan_revisit(visited(second), ("", ""), policy, now=NOW + 6 * HOUR_MS, changed=False) is None


@pytest.mark.parametrize(("minutes", "retracted"), [(1, False), (59, False), (60, True), (600, True)])
def test_gone_twice_counts_from_an_hour_on(minutes: int, retracted: bool) -> None:
    first = plan_after_gone(PAGE, now=NOW)
    assert isinstance(first, PlannedVisit)
    assert first.delay_ms > HOUR_MS
    again = plan_after_gone(visited(first), now=NOW + minutes * 60_000)
    assert isinstance(again, PageGone) == retracted
    if isinstance(again, PlannedVisit):
        assert minutes * 60_000 + again.delay_ms > HOUR_MS
        assert read_revisit_state(visited(again)).gone_at == NOW


def test_a_page_that_is_back_starts_anew() -> None:
    gone = visited(plan_after_gone(msgspec.structs.replace(PAGE, visit='{"born":1,"etag":"x"}'), now=NOW))
    back = plan_revisit(gone, TAG, RevisitPolicy(), now=NOW, changed=True)
    assert read_revisit_state(visited(back)).gone_at == 0


def test_a_planned_visit_is_small() -> None:
    plan = plan_after_gone(PAGE, now=NOW)
    assert isinstance(plan, PlannedVisit)
    assert len(msgspec.json.encode(plan)) < 4000
    assert msgspec.json.decode(plan.entry, type=Entry).content is None


def test_validators_go_back_byte_for_byte_unless_they_are_monstrous() -> None:
    odd = {"etag": 'W/ "a,b"x ', "last-modified": "not a date"}
    assert read_validators(odd) == ('W/ "a,b"x ', "not a date")
    assert read_validators({"etag": "x" * 2000}) == ("", "")
    assert build_conditional_headers(msgspec.structs.replace(PAGE, visit="{broken")) == {}
    assert read_revisit_state(msgspec.structs.replace(PAGE, visit="[]")) == RevisitState()


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
    assert compare_revisions(OLD, msgspec.structs.replace(OLD, rev=2, **after)) == changes


@pytest.fixture(scope="module")
def changes_validator() -> Any:
    """Make the validator once, and outside of the time that an example may take: its import takes seconds."""
    return validator_of(changes_schema())


@given(one=st.lists(st.text(max_size=2000), max_size=60), other=st.lists(st.text(max_size=2000), max_size=60))
def test_a_diff_is_bounded_and_fits_its_schema(
    changes_validator: Any, one: list[str], other: list[str]
) -> None:
    before, after = ("\n\n".join(blocks) or "x" for blocks in (one, other))
    changes = compare_revisions(
        msgspec.structs.replace(OLD, text=before), msgspec.structs.replace(OLD, text=after)
    )
    assert len(changes.added) <= 20
    assert len(changes.removed) <= 20
    assert sum(map(len, (*changes.added, *changes.removed))) <= 8000
    data = encode_changes(changes)
    assert decode_changes(data) == changes
    changes_validator.validate(json.loads(data))


def test_the_schema_of_changes_is_what_the_type_says() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json.loads(json.dumps(changes_schema())), (
        "write it again: python -m feedmill.schema changes > docs/schema/changes.json"
    )


# Fingerprints and notices


def test_a_fingerprint_tells_substance_and_site() -> None:
    one = CleanedArticle(title="The bridge", text="It is shut.\n\n12 comments")
    two = CleanedArticle(title="The bridge", text="It is shut.\n\n13 comments")
    other = CleanedArticle(title="The bridge", text="It is open.")
    here, there = "https://www.a.example/1", "https://b.example/1"
    assert compute_fingerprint(one, url=here) == compute_fingerprint(two, url="http://m.a.example/2")
    assert not has_same_substance(compute_fingerprint(one), compute_fingerprint(other))
    assert has_same_substance(compute_fingerprint(one, other), compute_fingerprint(one))
    assert has_same_substance(compute_fingerprint(one, other), compute_fingerprint(two, url=there))
    assert not has_same_site(compute_fingerprint(one, url=here), compute_fingerprint(one, url=there))
    assert len(compute_fingerprint(one, replace(other))) == 40


@pytest.mark.parametrize(
    ("published", "numbered", "chosen", "is_own"),
    [
        ("ab" * 20, "cd" * 20 + "02", "cd" * 20, True),
        ("ab" * 20, "cd" * 20 + "01", "ab" * 20, False),
        ("ab" * 20, "", "ab" * 20, False),  # of release 0.1.0
        ("retracted", "", "retracted", True),  # nobody's reading
        ("", "", "", False),
    ],
)
def test_a_page_is_compared_with_what_this_reader_made_of_it(
    published: str, numbered: str, chosen: str, is_own: bool
) -> None:
    assert choose_known_fingerprint(published, numbered, 2) == (chosen, is_own)


@pytest.mark.parametrize(
    ("origin", "numbered", "is_own"),
    [
        ("full", "02", True),
        ("full", "82", False),
        ("template", "82", True),
        ("template", "02", False),
        ("template", "81", False),
        ("either", "02", True),
        ("either", "82", True),
    ],
)
def test_a_template_counts_as_a_reader_of_its_own(origin: Any, numbered: str, is_own: bool) -> None:
    assert choose_known_fingerprint("ab" * 20, "cd" * 20 + numbered, 2, origin=origin)[1] == is_own


def test_a_readers_number_takes_one_byte() -> None:
    assert number_fingerprint("ab" * 20, 1) == "ab" * 20 + "01"
    assert number_fingerprint("ab" * 20, 1, origin="template") == "ab" * 20 + "81"
    assert len(number_fingerprint("ab" * 20, MAX_READER_VERSION, origin="template")) == 42
    assert len(number_fingerprint("ab" * 20, MAX_READER_VERSION)) == 42
    assert READER_VERSION <= MAX_READER_VERSION


LATER = datetime(2026, 11, 24, tzinfo=UTC)
WORDS = hash_entry_words(PAGE.entry)
VISITED = msgspec.structs.replace(
    PAGE,
    visit=msgspec.json.encode(RevisitState(NOW, *TAG, 1, words=WORDS)).decode(),
    entry=msgspec.structs.replace(PAGE.entry, content=None),
)
DATED = msgspec.structs.replace(OLD, updated_at=MOMENT)


@pytest.mark.parametrize(
    ("page", "given_", "before", "after", "evidence"),
    [
        (PAGE, ("", ""), OLD, OLD, "feed"),  # no plan brought it back
        (VISITED, TAG, OLD, OLD, None),
        (msgspec.structs.replace(VISITED, entry=Entry(title="Corrected")), TAG, OLD, OLD, "feed"),
        (msgspec.structs.replace(VISITED, visit='{"born":1,"etag":"x"}'), ("x", ""), OLD, OLD, None),
        (msgspec.structs.replace(PAGE, visit='{"born":1,"etag":"x"}'), ("x", ""), OLD, OLD, "feed"),
        (VISITED, ('"f"', TAG[1]), OLD, OLD, "validators"),
        (VISITED, (TAG[0], "Tue, 24 Nov 2026 20:00:00 GMT"), OLD, OLD, "validators"),
        (VISITED, ("", ""), OLD, OLD, None),  # a server that gives none any more
        (VISITED, TAG, DATED, msgspec.structs.replace(OLD, updated_at=LATER), "date"),
        (VISITED, TAG, OLD, msgspec.structs.replace(OLD, updated_at=LATER), "date"),
        (VISITED, TAG, OLD, DATED, None),  # not later than the reading
        (VISITED, TAG, DATED, DATED, None),
        (
            VISITED,
            TAG,
            msgspec.structs.replace(OLD, updated_at=MOMENT.replace(year=2024)),
            msgspec.structs.replace(OLD, updated_at=MOMENT.replace(year=2025)),
            None,
        ),
        (VISITED, TAG, None, msgspec.structs.replace(OLD, updated_at=LATER), None),
        (VISITED, ('"f"', ""), None, OLD, "validators"),
    ],
)
def test_a_change_needs_a_word_from_the_feed_the_server_or_the_page(
    page: LeasedPage, given_: tuple[str, str], before: Article | None, after: Article, evidence: str | None
) -> None:
    assert find_change_evidence(page, given_, before, after) == evidence


def test_a_planned_visit_keeps_what_tells_the_feeds_words_apart() -> None:
    page = msgspec.structs.replace(PAGE, known_rev=0)
    plan = plan_revisit(page, TAG, RevisitPolicy(), now=NOW, changed=True)
    assert isinstance(plan, PlannedVisit)
    woken = msgspec.structs.replace(visited(plan), entry=msgspec.json.decode(plan.entry, type=Entry))
    assert find_change_evidence(woken, TAG, OLD, OLD) is None
    kept = plan_after_not_modified(woken, RevisitPolicy(), now=NOW)
    assert read_revisit_state(visited(kept)).words == hash_entry_words(page.entry)


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
    assert bool(find_retraction_notice(title, text)) == found


# Stamps


def entries(*days: int | None) -> tuple[NamedEntry, ...]:
    listed = [
        Entry(
            guid=f"g{n}",
            title="t",
            summary="s",
            updated_at=datetime(2026, 1, day, tzinfo=UTC) if day else None,
        )
        for n, day in enumerate(days)
    ]
    return name_entries(listed, feed_url="http://a.example/feed").named


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
    mine = list_updated_dates(listed)
    told = dict(zip(mine, (words[mark] for mark in stamps), strict=True))
    stamped = apply_updated_dates(listed, ["known"] * len(stamps), told)
    assert [sight[0] for sight in stamped.statuses] == list(sights)
    changed = [
        one.pair for one, sight in zip(stamped.named, stamped.statuses, strict=True) if sight == "changed"
    ]
    assert all(pair == (pair[0], mine[pair[0]]) for pair in changed)
    assert stamped.remember == ()


def test_new_entries_are_remembered_with_their_stamps() -> None:
    listed = entries(1, None)
    mine = list_updated_dates(listed)
    stamped = apply_updated_dates(listed, ["new", "new"], dict.fromkeys(mine, "new"))
    assert stamped.named == listed
    assert stamped.remember == tuple(mine.items())
    assert len(mine) == 1

"""What counts as a change of a text, and what does not: the cases, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedmill._ledger.identity.diff_normalization import is_counter_or_timestamp, normalize_for_diff


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bridge is shut.", "The  bridge\n is shut. "),
        ("It's “shut”", 'It\u2019s "shut"'),
        ("1990–1995", "1990-1995"),
        ("wait…", "wait..."),
        ("a\u00a0b", "a b"),
        ("co\u00adop\u200beration", "cooperation"),
        ("ﬁnal", "final"),
        ("The bridge.\n12 comments", "The bridge.\n13 comments"),
        ("The bridge.\n12 comments", "The bridge."),
        ("Updated 3 hours ago\nThe bridge.", "Updated 4 hours ago\nThe bridge."),
        ("The bridge. 1,204 views", "The bridge. 1,311 views"),
        ("The bridge.\n5 min read | 3 shares", "The bridge.\n5 min read | 99 shares"),
        ("Last updated on Monday, 23 November 2026 at 12:30 GMT\nText", "Text"),
        ("Aktualisiert vor 3 Stunden\nText", "Aktualisiert vor 5 Stunden\nText"),
        ("Mis à jour il y a 2 heures\nTexte", "Mis à jour il y a 1 jour\nTexte"),
        ("正文\n阅读量 1,234", "正文\n阅读量 2,345"),
    ],
)
def test_trifles_are_no_change(one: str, other: str) -> None:
    assert normalize_for_diff(one) == normalize_for_diff(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 dead in crash", "6 dead in crash"),
        ("He sold 500 shares.", "He sold 600 shares."),
        ("The score was 3-2.", "The score was 3-3."),
        ("3", "4"),
        ("May 2026", "June 2026"),
        ("The bridge.", "The bridge?"),
        ("Council meets", "Council met"),
        ("25:23", "25:21"),
        ("Published by The Mill in 12 volumes", "Published by The Mill in 13 volumes"),
    ],
)
def test_figures_that_say_something_are_a_change(one: str, other: str) -> None:
    assert normalize_for_diff(one) != normalize_for_diff(other)


@given(st.text())
def test_folding_twice_is_folding_once_more_or_less(text: str) -> None:
    assert len(normalize_for_diff(text)) <= 20 * len(text)  # NFKC expands a character to 18 at most
    assert not is_counter_or_timestamp("")

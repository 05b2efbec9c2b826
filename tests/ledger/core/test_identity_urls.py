"""Pairs of real-shaped links: which are one article's, which are two; and the form that they had before."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedmill._ledger.identity.legacy_url_normalization import normalize_legacy_url
from feedmill._ledger.identity.url_normalization import normalize_url

PAIRS = [
    line.split()
    for line in (Path(__file__).parent / "url_pairs.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def test_the_table_is_long_enough_to_tell() -> None:
    assert len(PAIRS) >= 200
    assert {kind for kind, _, _ in PAIRS} == {"one", "two"}


@pytest.mark.parametrize("kind", ["one", "two"])
def test_links_are_told_apart_and_told_the_same(kind: str) -> None:
    wrong = [
        pair
        for told, *pair in PAIRS
        if told == kind and (normalize_url(pair[0]) == normalize_url(pair[1])) != (kind == "one")
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("url", "former"),
    [
        ("https://a.example/x?id=7", None),
        ("https://a.example/x?utm_source=rss&id=7", None),
        ("https://a.example/x?q=a+b%20c", None),
        ("https://a.example/%E9", None),
        ("https://a.example/show.cms?msid=7", "https://a.example/show.cms"),
        ("http://www.a.example/x/?ito=1490&id=7", "https://a.example/x?id=7"),
        ("https://a.example/x?cmp=11#!/y", "https://a.example/x#!/y"),
        ("https://a.example/x?q=%E9", "https://a.example/x?q=%EF%BF%BD"),
        ("https://a.example/x?gclsrc=aw", "https://a.example/x?gclsrc=aw"),
        (f"https://a.example/x?sid={'0af9' * 8}", "https://a.example/x"),
    ],
)
def test_the_form_before_is_told_where_it_was_another(url: str, former: str | None) -> None:
    assert normalize_legacy_url(url) == former


@given(st.lists(st.sampled_from([f"%{code:02X}" for code in range(128, 256)]), min_size=1, max_size=6))
def test_two_queries_of_other_bytes_are_never_one(escapes: list[str]) -> None:
    other = [*escapes[:-1], "%80" if escapes[-1] != "%80" else "%81"]
    link, changed = (f"http://a.example/s?q={''.join(codes)}" for codes in (escapes, other))
    assert normalize_url(link) != normalize_url(changed)

"""Which links, entries and feeds are the same: the cases, as tables."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedmill._ledger.core.records import Entry
from feedmill._ledger.identity import (
    entry_identity,
    link_equivalence,
    url_normalization,
)
from feedmill._ledger.identity.article_and_feed_ids import name_feed, name_link
from feedmill._ledger.identity.registrable_domain import find_site

FEED = "https://a.example/feed"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("http://a.example/x", "https://a.example/x"),
        ("HTTP://A.Example/x", "https://a.example/x"),
        ("  https://a.example/\n x ", "https://a.example/x"),
        ("https://www.a.example/x", "https://a.example/x"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("http://a.example:80/x", "https://a.example/x"),
        ("http://a.example:8080/x", "https://a.example:8080/x"),
        ("http://user:pass@a.example/x", "https://a.example/x"),
        ("https://a.example./x", "https://a.example/x"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example/x/", "https://a.example/x"),
        ("https://a.example/x//", "https://a.example/x"),
        ("https://a.example/x#comments", "https://a.example/x"),
        ("https://a.example/#!/x", "https://a.example/#!/x"),
        ("https://a.example/#/story/7", "https://a.example/#/story/7"),
        ("https://a.example/x#xtor=RSS-1", "https://a.example/x"),
        ("https://a.example/a/../b/./c", "https://a.example/b/c"),
        ("https://a.example/../x", "https://a.example/x"),
        ("https://a.example/%7Euser/%c3%a9", "https://a.example/~user/%C3%A9"),
        ("https://a.example/é", "https://a.example/%C3%A9"),
        ("https://a.example/a%2Fb", "https://a.example/a%2Fb"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://a.example/x;jsessionid=12AB", "https://a.example/x"),
        ("https://a.example/x?id=7&PHPSESSID=9f2c&CFID=1&CFTOKEN=2", "https://a.example/x?id=7"),
        (f"https://a.example/x?s={'0af9' * 8}&p=7", "https://a.example/x?p=7"),
        ("https://a.example/x?sid=0123456789abcdefghijklmnop", "https://a.example/x"),
        ("https://a.example/x?sid=4711", "https://a.example/x?sid=4711"),
        (
            "https://a.example/x?story=0123456789abcdefghijklmnop",
            "https://a.example/x?story=0123456789abcdefghijklmnop",
        ),
        # tracking
        ("https://a.example/x?utm_source=rss&utm_medium=feed", "https://a.example/x"),
        ("https://a.example/x?fbclid=1&gclid=2&mc_cid=3&igshid=4", "https://a.example/x"),
        ("https://a.example/x?at_medium=RSS&at_campaign=KARANGA", "https://a.example/x"),
        ("https://a.example/x?source=rss", "https://a.example/x"),
        ("https://a.example/x?from=rss&id=7", "https://a.example/x?id=7"),
        ("https://a.example/x?xtor=RSS-1", "https://a.example/x"),
        ("https://a.example/x?UTM_Source=x", "https://a.example/x"),
        ("https://a.example/x?utm_source=a&amp;utm_medium=b", "https://a.example/x"),
        ("https://a.example/x?a=1&amp;b=2", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x?mtm_campaign=a&pk_source=b&hsa_acc=1", "https://a.example/x"),
        ("https://a.example/x?__twitter_impression=true&ref_src=twsrc", "https://a.example/x"),
        ("https://a.example/x?spm=1.2&srsltid=a&oly_enc_id=b&wprov=sfla1", "https://a.example/x"),
        ("https://a.example/x?igsh=a&mibextid=b&ysclid=c&echobox=d", "https://a.example/x"),
        ("https://a.example/x?partner=rss&emc=rss", "https://a.example/x"),
        # what tells articles apart stays
        ("https://a.example/?story=7&view=full", "https://a.example/?story=7&view=full"),
        ("https://a.example/news.php?id=7", "https://a.example/news.php?id=7"),
        ("https://a.example/article?articleid=7&cid=2", "https://a.example/article?articleid=7&cid=2"),
        ("https://a.example/x?page=2", "https://a.example/x?page=2"),
        ("https://a.example/x?lang=de", "https://a.example/x?lang=de"),
        ("https://a.example/x?ref=home", "https://a.example/x?ref=home"),
        ("https://a.example/x?q=a%26b", "https://a.example/x?q=a%26b"),
        ("https://a.example/x?q=a+b", "https://a.example/x?q=a+b"),
        ("https://a.example/x?q=a%20b", "https://a.example/x?q=a+b"),
        ("https://a.example/Story", "https://a.example/Story"),
        ("https://a.example/a//b", "https://a.example/a//b"),
        ("https://a.example/index.html", "https://a.example/index.html"),
        ("https://a.example/?p=123", "https://a.example/?p=123"),
        ("https://a.example/x?source=reuters", "https://a.example/x?source=reuters"),
        ("https://a.example/x?b=2&a=1", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x?id=", "https://a.example/x?id="),
        ("https://a.example/X", "https://a.example/X"),
        # twins
        ("https://m.a.example/x", "https://a.example/x"),
        ("https://amp.a.example/x", "https://a.example/x"),
        ("https://mobile.a.co.uk/x", "https://a.co.uk/x"),
        ("https://m.news.a.example/x", "https://m.news.a.example/x"),
        ("https://www.m.example/x", "https://m.example/x"),
        ("https://a.example/2026/a-story/amp/", "https://a.example/2026/a-story"),
        ("https://a.example/story_7/amp", "https://a.example/story_7"),
        ("https://a.example/guitars/amp", "https://a.example/guitars/amp"),  # an article of that name
        ("https://a.example/amp/a-story", "https://a.example/amp/a-story"),
        ("https://a-example.cdn.ampproject.org/c/s/a.example/x-1?utm_source=y", "https://a.example/x-1"),
        ("https://a-example.cdn.ampproject.org/v/s/www.a.example/x-1/amp", "https://a.example/x-1"),
        ("https://www.google.com/amp/s/www.a.example/x-1", "https://a.example/x-1"),
        ("https://www.google.co.uk/amp/s/a.example/x-1", "https://a.example/x-1"),
        ("https://google.evil.example/amp/s/a.example/x", "https://google.evil.example/amp/s/a.example/x"),
        ("https://a.example/amp", "https://a.example/amp"),
        ("https://a.example/x.amp.html", "https://a.example/x.html"),
        ("https://a.example/x?amp=1", "https://a.example/x"),
        # addresses and oddities
        ("http://127.0.0.1:8000/x", "https://127.0.0.1:8000/x"),
        ("http://[::1]:8000/x", "https://[::1]:8000/x"),
        ("http://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
        ("http://a.example:8443/x", "https://a.example:8443/x"),
        ("https://m.example/x", "https://m.example/x"),
        ("https://m.co.uk/x", "https://m.co.uk/x"),
        ("https://mm.a.example/x", "https://mm.a.example/x"),
        ("https://de.a.example/x", "https://de.a.example/x"),
        ("https://BÜCHER.example/x", "https://xn--bcher-kva.example/x"),
        ("https://xn--bcher-kva.example/x", "https://xn--bcher-kva.example/x"),
        ("https://a.example/%D0%B0%d0%b1", "https://a.example/%D0%B0%D0%B1"),
        ("https://a.example/аб", "https://a.example/%D0%B0%D0%B1"),
        ("https://a.example/a%20b", "https://a.example/a%20b"),
        ("https://a.example/100%", "https://a.example/100%"),
        ("http://localhost/x", "https://localhost/x"),
        ("http://www/x", "https://www/x"),
        ("mailto:x@a.example", "mailto:x@a.example"),
        ("http://[broken/x", "http://[broken/x"),
        ("http://a.example:port/x", "http://a.example:port/x"),
        ("", ""),
    ],
)
def test_links_have_one_plain_form(url: str, plain: str) -> None:
    assert url_normalization.normalize_url(url) == plain
    assert url_normalization.normalize_url(plain) == plain


@given(
    st.text(st.sampled_from("abAB/.?&=%#:@[]~é 0123;+_-"), max_size=40).map(
        lambda tail: "http://a.example/" + tail
    )
    | st.text(max_size=60)
)
def test_the_plain_form_is_stable_for_any_text(url: str) -> None:
    plain = url_normalization.normalize_url(url)
    assert url_normalization.normalize_url(plain) == plain
    find_site(url)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.a.example/x", "a.example"),
        ("https://deep.er.bbc.co.uk/x", "bbc.co.uk"),
        ("https://one.blogspot.com/", "blogspot.com"),
        ("https://someone.github.io/", "github.io"),
        ("https://BLOG.Example.COM./", "example.com"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://127.0.0.2:8000/", "127.0.0.2"),
        ("http://[::1]:8000/", "::1"),
        ("http://[0:0:0:0:0:0:0:1]/", "::1"),
        ("http://localhost:8000/", "localhost"),
        ("http://co.uk/", "co.uk"),
        ("http://host.internal.lan/", "internal.lan"),
        ("https://bücher.de/", "xn--bcher-kva.de"),
        ("not a link", ""),
        ("http://[broken/", ""),
    ],
)
def test_a_site_is_the_registrable_domain_or_the_address(url: str, site: str) -> None:
    assert find_site(url) == site


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Entry(link="https://a.example/1"), Entry(link="http://www.a.example/1/?utm_source=x"), True),
        (Entry(link="https://a.example/1", guid="x"), Entry(link="https://a.example/1", guid="y"), True),
        (Entry(link="https://a.example/1"), Entry(link="https://a.example/2"), False),
        (Entry(guid="x", title="t"), Entry(guid="x", title="u"), True),
        (Entry(guid="x"), Entry(guid="y"), False),
        (Entry(title="t", summary="a  b"), Entry(title="t", summary="<p>a\nb</p>"), True),
        (Entry(title="t"), Entry(summary="t"), False),
    ],
)
def test_articles_are_named_by_link_then_guid_then_words(one: Entry, other: Entry, same: bool) -> None:
    assert (entry_identity.name_article(FEED, one) == entry_identity.name_article(FEED, other)) == same


def test_a_guid_belongs_to_its_feed_but_a_link_to_all() -> None:
    other = "https://b.example/feed"
    assert entry_identity.name_article(FEED, Entry(guid="x")) != entry_identity.name_article(
        other, Entry(guid="x")
    )
    link = Entry(link="https://c.example/1")
    assert entry_identity.name_article(FEED, link) == entry_identity.name_article(other, link)
    assert entry_identity.name_article(FEED, link) == name_link("http://c.example/1")


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        (Entry(link="https://a.example/1"), 0),
        (Entry(guid="x"), 0),
        (Entry(guid="x", link="https://a.example/1"), 1),
        (Entry(guid="https://a.example/1", link="https://a.example/1"), 1),
        (Entry(guid="https://a.example/?p=1", link="https://a.example/1"), 2),
        (Entry(guid="https://victim.example/1", link="https://a.example/1"), 1),  # no claim on foreign links
    ],
)
def test_aliases_are_the_other_names(entry: Entry, names: int) -> None:
    aliases = entry_identity.list_aliases(FEED, entry)
    assert len(aliases) == names
    assert entry_identity.name_article(FEED, entry) not in aliases
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in aliases)


@pytest.mark.parametrize(
    ("change", "same_key", "same_version"),
    [
        ({}, True, True),
        ({"title": "other"}, True, False),
        ({"summary": "other"}, True, False),
        ({"content": "other"}, True, False),
        ({"summary": "<b>some</b>\n words"}, True, True),
        ({"link": "https://a.example/2"}, True, False),
        ({"link": "http://a.example/1?utm_source=x"}, True, True),
        ({"updated_at": datetime(2026, 1, 2, tzinfo=UTC)}, True, True),
        ({"summary": "some words<br>12 comments | 3 shares"}, True, True),
        ({"summary": "<p>some words</p><p>Updated 3 hours ago</p>"}, True, True),
        ({"summary": "12 some words"}, True, False),
        ({"published_at": datetime(2026, 1, 2, tzinfo=UTC)}, True, True),
        ({"tags": ("x",)}, True, True),
        ({"guid": "other"}, False, False),
    ],
)
def test_versions_follow_what_the_feed_says(change: dict, same_key: bool, same_version: bool) -> None:
    entry = Entry(guid="g", link="https://a.example/1", title="t", summary="some words")
    other = msgspec.structs.replace(entry, **change)
    assert (entry_identity.compute_entry_key(entry) == entry_identity.compute_entry_key(other)) == same_key
    assert (
        entry_identity.compute_entry_version(entry) == entry_identity.compute_entry_version(other)
    ) == same_version


@given(st.builds(Entry, guid=st.none() | st.text(), link=st.none() | st.text(), title=st.none() | st.text()))
def test_keys_and_versions_are_signed_63_bit_numbers(entry: Entry) -> None:
    for number in (entry_identity.compute_entry_key(entry), entry_identity.compute_entry_version(entry)):
        assert -(1 << 62) <= number < 1 << 62


@pytest.mark.parametrize(
    ("link", "told", "are"),
    [
        (
            "https://a.example/amp/the-old-bridge-is-shut",
            "https://a.example/news/the-old-bridge-is-shut",
            True,
        ),
        ("https://www.a.example/x/1234567", "https://m.a.example/y/1234567", True),
        ("https://a.example/2026/11/the-old-bridge.html?x=1", "https://a.example/the-old-bridge", True),
        ("https://a.example/s?id=7", "https://a.example/s?id=7", True),
        ("https://a.example/s?id=7", "https://a.example/s?id=8", False),
        ("https://a.example/sport/live", "https://a.example/politics/live", False),
        ("https://a.example/1/index.html", "https://a.example/2/index.html", False),
        ("https://a.example/the-old-bridge-is-shut", "https://a.example/news", False),
        ("https://a.example/the-old-bridge-is-shut", "https://a.example/", False),
        ("https://a.example/the-old-bridge-is-shut", "https://b.example/the-old-bridge-is-shut", False),
        ("https://one.github.io/the-old-bridge-is", "https://two.github.io/the-old-bridge-is", True),
        ("https://a.example/?p=123", "https://a.example/2026/11/the-old-bridge-is-shut", False),
        ("https://a.example/1", "http://[broken/", False),
    ],
)
def test_a_told_name_is_believed_when_it_looks_like_the_address(link: str, told: str, are: bool) -> None:
    assert link_equivalence.is_variant_of(link, told) == are


def test_stamps_follow_the_time_of_the_update_alone() -> None:
    entry = Entry(guid="g", title="t")
    assert entry_identity.compute_entry_stamp(entry) is None
    stamped = msgspec.structs.replace(entry, updated_at=datetime(2026, 1, 2, tzinfo=UTC))
    assert entry_identity.compute_entry_stamp(stamped) == entry_identity.compute_entry_stamp(
        msgspec.structs.replace(stamped, title="u")
    )
    later = msgspec.structs.replace(stamped, updated_at=datetime(2026, 1, 3, tzinfo=UTC))
    assert entry_identity.compute_entry_stamp(stamped) != entry_identity.compute_entry_stamp(later)


def test_names_never_change_between_versions() -> None:
    assert name_feed("https://a.example/feed") == "af4bc2be660a8174"
    assert name_link("https://a.example/1") == "8b4409ced0072623"
    assert entry_identity.compute_entry_key(Entry(guid="g")) == 1321660711772823344


def test_hostile_markup_is_hashed_in_no_time() -> None:
    entry_identity.compute_entry_version(Entry(guid="g", summary="<" * 1_000_000))
    url_normalization.normalize_url("http://a.example/" + "../" * 100_000 + "x" * 100_000)

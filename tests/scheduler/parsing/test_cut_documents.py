# ruff: noqa: E501  documents
"""Cutting known entries out changes nothing of the others, field by field; what is unusual is read whole."""

from itertools import combinations

import pytest
from cut_agreement import BASE, XML, agree, without

from scheduler.entries.known_entry_removal import split_entries
from scheduler.parsing.document_models import ParsedFeed
from scheduler.parsing.document_parser import parse_document

RSS = (
    '<?xml version="1.0"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title>'
    "<lastBuildDate>{date}</lastBuildDate><language>fr</language>{items}</channel></rss>\n"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="http://b.example/d/"><title>T</title>'
    "<updated>{date}</updated>{items}</feed>"
)
ITEMS = (
    "<item><title>One &amp; only</title><link>http://a.example/1</link><guid>1</guid><dc:creator>A</dc:creator></item>",
    "<item>\n<title><![CDATA[</item><item>]]></title><link>/2</link><!-- <item> --><description>&lt;p&gt;x</description></item>",
    '<item ><guid isPermaLink="true">http://a.example/3</guid><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item >',
    "<item><title>Vier é 四</title><link>http://a.example/4</link><category>x</category></item>",
)
ENTRIES = (
    '<entry><id>urn:1</id><title type="html">&lt;b&gt;1&lt;/b&gt;</title><link href="one"/></entry>',
    '<entry xml:base="http://c.example/"><id>urn:2</id><link href="two"/><updated>2026-03-02T10:00:00Z</updated></entry>',
    '<entry><id>urn:3</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">3</div></content></entry>',
)


@pytest.mark.parametrize(("frame", "items"), [(RSS, ITEMS), (ATOM, ENTRIES)])
def test_every_part_of_a_feed_is_read_as_within_the_whole(frame: str, items: tuple[str, ...]) -> None:
    body = frame.format(date="now", items="\n".join(items)).encode()
    taken, whole = split_entries(body, XML), parse_document(body, XML, BASE)
    assert taken is not None
    assert isinstance(whole, ParsedFeed)
    assert whole.strict
    assert without(body, taken, frozenset()) == body
    for size in range(len(items) + 1):
        for known in combinations(taken.hashes, size):
            agree(body, whole, taken, frozenset(known))


def test_a_print_is_of_the_entry_and_of_all_round_it_but_the_time() -> None:
    one = split_entries(RSS.format(date="Monday", items="".join(ITEMS)).encode(), XML)
    later = split_entries(
        RSS.format(date="Tuesday", items="<item><guid>n</guid></item>\n" + "\n".join(ITEMS)).encode(), XML
    )
    other = split_entries(
        RSS.format(date="Monday", items="".join(ITEMS)).replace(">fr<", ">nl<").encode(), XML
    )
    assert one
    assert later
    assert other
    assert later.hashes[1:] == one.hashes
    assert not set(other.hashes) & set(one.hashes)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>no feed</body></html>",
        b'<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><item/><item><guid>1</guid></item></channel></rss>',
        b"<rss><channel><item><guid>\xff</guid></item></channel></rss>",
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><item><guid>&a;</guid></item></channel></rss>",
        b"<rss><!DOCTYPE x><channel><item><guid>1</guid></item></channel></rss>",
        b"<rss><channel><item><item><guid>1</guid></item></item></channel></rss>",
        b"<rss><channel><item><guid>1</guid></channel></rss>",
        b"<rss><channel><item><guid>1</guid></item of=more></channel></rss>",
        b"<rss><channel><item><guid>1</guid></item><!-- open</channel></rss>",
        b"<rss><channel><item><guid>1</guid></item><![CDATA[ </channel></rss>",
        b"<rss><channel><item><guid>1</guid></item></channel>",
        b"<rss><channel></channel></rss>",
        b'<rdf:RDF xmlns:rdf="r"><item><guid>1</guid></item></rdf:RDF>',
        b"\x1f\x8b not unpacked",
        b"\xef\xbb\xbf<rss><channel><item><guid>1</guid></item></channel></rss>",
    ],
)
def test_what_is_unusual_is_read_whole(body: bytes) -> None:
    assert split_entries(body, XML) is None


def test_a_charset_that_the_server_names_is_minded() -> None:
    body = RSS.format(date="now", items=ITEMS[0]).encode()
    assert split_entries(body, "text/xml; charset=UTF-8")
    assert split_entries(body, "text/xml; charset=iso-8859-1") is None

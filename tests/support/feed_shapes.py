"""Makes feed documents of one shape in any size, for tests and drills of how the cost of parsing grows.

Each shape is a pure function: bytes wanted -> a document of about so many bytes.
"""

from collections.abc import Callable

from support.page_shapes import Shape, filled, sentence

_RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Harbour News</title>'
)
_ATOM = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>'


def _rss(body: str, end: str = "</channel></rss>") -> bytes:
    return (_RSS + body + end).encode()


def _item(number: int, more: str = "") -> str:
    return (
        f"<item><title>{sentence(number, 6)}</title><link>https://news.example/{number}</link>"
        f"<guid>https://news.example/{number}</guid><description>{sentence(number)}</description>"
        f"<pubDate>Mon, 02 Mar 2026 10:{number % 60:02}:00 GMT</pubDate>{more}</item>"
    )


def _entry(number: int, more: str = "") -> str:
    return (
        f"<entry><title>{sentence(number, 6)}</title><link href='https://news.example/{number}'/>"
        f"<id>tag:news.example,2026:{number}</id><updated>2026-03-02T10:{number % 60:02}:00Z</updated>{more}</entry>"
    )


def _items(unit: Callable[[int], str]) -> Shape:
    return lambda size: _rss(filled(size, unit))


def _within(unit: Callable[[int], str]) -> Shape:
    """One item that holds a thing many times."""
    return lambda size: _rss(_item(1, filled(size, unit)))


def _entries(unit: Callable[[int], str]) -> Shape:
    return lambda size: (_ATOM + filled(size, unit) + "</feed>").encode()


def _in_entry(unit: Callable[[int], str]) -> Shape:
    return lambda size: (_ATOM + _entry(1, filled(size, unit)) + "</feed>").encode()


def _told(make: Callable[[int], str], before: str = "<![CDATA[", after: str = "]]>") -> Shape:
    """One item whose content is one long text."""
    return lambda size: _rss(_item(1, f"<content:encoded>{before}{make(size)}{after}</content:encoded>"))


def _escaped(number: int) -> str:
    return f"&amp;lt;p&amp;gt;{sentence(number)}&amp;lt;/p&amp;gt;"


def _json(number: int) -> str:
    return (
        f'{{"id":"{number}","url":"https://news.example/{number}","title":"{sentence(number, 6)}",'
        f'"content_html":"<p>{sentence(number)}</p>"}},'
    )


def _json_feed(body: str, end: str = "]}") -> bytes:
    return f'{{"version":"https://jsonfeed.org/version/1.1","title":"News","items":[{body}{end}'.encode()


def _nested(opening: str, closing: str) -> Shape:
    def shape(size: int) -> bytes:
        depth = size // (len(opening) + len(closing))
        return _rss(_item(1, opening * depth + closing * depth))

    return shape


def _sitemap(number: int) -> str:
    return (
        f"<url><loc>https://news.example/{number}</loc><n:news><n:publication><n:name>News</n:name>"
        f"<n:language>en</n:language></n:publication><n:publication_date>2026-03-02</n:publication_date>"
        f"<n:title>{sentence(number, 6)}</n:title></n:news></url>"
    )


def _urlset(body: str) -> bytes:
    return (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">{body}</urlset>'
    ).encode()


def _namespaces(size: int) -> bytes:
    named = filled(size, lambda n: f' xmlns:n{n}="http://ns{n}.example/"')
    return f'<rss version="2.0"{named}><channel><title>N</title>{_item(1)}</channel></rss>'.encode()


def _entities(size: int) -> bytes:
    declared = filled(size, lambda n: f'<!ENTITY e{n} "{sentence(n)}">')
    return f'<?xml version="1.0"?><!DOCTYPE rss [{declared}]>{_RSS.partition("?>")[2]}{_item(1)}</channel></rss>'.encode()


SHAPES: dict[str, Shape] = {
    "items": _items(_item),
    "entries": _entries(_entry),
    "items_same": _items(lambda _: _item(1)),
    "items_empty": _items(lambda _: "<item></item>"),
    "items_unclosed": _items(lambda n: f"<item><title>{sentence(n, 5)}"),
    "items_cut_off": lambda size: _rss(filled(size, _item), "<item><title>broken o"),
    "items_nested": _nested("<item><title>a</title>", "</item>"),
    "items_bad_xml": _items(lambda n: _item(n, "<br><b>open")),
    "items_ampersands": _items(lambda n: _item(n, f"<category>Arts & Crafts &{n} &nbsp;</category>")),
    "items_wrong_charset": lambda size: _rss(filled(size, lambda n: _item(n, "<dc:creator>José</dc:creator>"))).replace("é".encode(), b"\xe9"),
    "items_utf16": lambda size: _rss(filled(size // 2, _item)).decode().replace("utf-8", "utf-16", 1).encode("utf-16"),
    "items_cdata": _items(lambda n: f"<item><title><![CDATA[{sentence(n, 6)}]]></title><description><![CDATA[<p>{sentence(n)}</p>]]></description></item>"),
    "items_comments": _items(lambda n: f"<!-- {n} -->{_item(n)}"),
    "items_html": _items(lambda n: _item(n, f"<content:encoded><![CDATA[<p>{sentence(n, 40)}</p><ul><li>{n}</ul>]]></content:encoded>")),
    "items_escaped_twice": _items(lambda n: _item(n, f"<content:encoded>{_escaped(n)}</content:encoded>")),
    "items_episodes": _items(lambda n: _item(n, f"<enclosure url='/{n}.mp3' type='audio/mpeg' length='9'/><itunes:duration>10:{n % 60:02}</itunes:duration>")),
    "links": _in_entry(lambda n: f"<link rel='alternate' href='https://news.example/{n}'/>"),
    "links_related": _in_entry(lambda n: f"<link rel='related' href='https://news.example/{n}'/>"),
    "categories": _within(lambda n: f"<category>Topic {n}</category>"),
    "categories_atom": _in_entry(lambda n: f"<category term='Topic {n}'/>"),
    "authors": _within(lambda n: f"<dc:creator>Jane Doe {n}</dc:creator>"),
    "authors_atom": _in_entry(lambda n: f"<author><name>Jane {n}</name><email>j{n}@news.example</email></author>"),
    "author_text": lambda size: _rss(_item(1, f"<author>{'a.b@' * (size // 4)}</author>")),
    "author_spaces": lambda size: _rss(_item(1, f"<author>{'a (b ' * (size // 5)}</author>")),
    "contributors": _in_entry(lambda n: f"<contributor><name>Jane {n}</name></contributor>"),
    "enclosures": _within(lambda n: f"<enclosure url='https://news.example/{n}.mp3' type='audio/mpeg' length='9'/>"),
    "media_groups": _within(lambda n: f"<media:group><media:content url='/{n}.jpg' medium='image'/><media:thumbnail url='/{n}s.jpg'/></media:group>"),
    "media_credits": _within(lambda n: f"<media:credit role='author'>Jane {n}</media:credit>"),
    "captions": _within(lambda n: f"<media:description>{sentence(n)}</media:description>"),
    "titles": _within(lambda n: f"<title>{sentence(n, 5)}</title>"),
    "descriptions": _within(lambda n: f"<description>{sentence(n)}</description>"),
    "contents": _in_entry(lambda n: f"<content type='html'>{sentence(n)}</content>"),
    "guids": _within(lambda n: f"<guid>https://news.example/g/{n}</guid>"),
    "dates": _within(lambda n: f"<pubDate>{n % 28 + 1} Mar 2026 10:00:00 GMT</pubDate>"),
    "namespaces": _namespaces,
    "namespaces_local": _items(lambda n: f"<item xmlns:a{n}='http://a.example/{n}'><title>{n}</title></item>"),
    "namespaces_used": _within(lambda n: f"<n{n}:a xmlns:n{n}='urn:{n}'>x</n{n}:a>"),
    "elements_unknown": _within(lambda n: f"<x{n}>{n}</x{n}>"),
    "elements_kept": _within(lambda n: f"<links>{n}</links>"),
    "attributes": lambda size: _rss(_item(1, "<category " + filled(size, lambda n: f"a{n}='{n}' ") + ">a</category>")),
    "attribute_huge": lambda size: _rss(_item(1, f"<category domain='{'a ' * (size // 2)}'>a</category>")),
    "deep": _nested("<a>", "</a>"),
    "deep_xhtml": lambda size: (_ATOM + _entry(1, f"<content type='xhtml'><div>{'<b>' * (size // 7)}a{'</b>' * (size // 7)}</div></content>") + "</feed>").encode(),
    "xhtml": _in_entry(lambda n: f"<content type='xhtml'><div><p>{sentence(n)}</p></div></content>"),
    "content_html": _told(lambda size: filled(size, lambda n: f"<p>{sentence(n)}</p>")),
    "content_escaped": _told(lambda size: filled(size, lambda n: f"&lt;p&gt;{sentence(n)}&lt;/p&gt;"), "", ""),
    "content_escaped_twice": _told(lambda size: filled(size, _escaped), "", ""),
    "content_word": _told(lambda size: "a" * size),
    "content_angles": _told(lambda size: "<" * size),
    "content_bare_ampersands": _told(lambda size: "& " * (size // 2), "", ""),
    "content_references": _told(lambda size: "&#233;&eacute;" * (size // 14), "", ""),
    "content_marks": _told(lambda size: "a" + "\u0301\u0323" * (size // 4)),
    "content_spaces": _told(lambda size: " \n" * (size // 2)),
    "title_giant": lambda size: _rss(f"<item><title>{'<b>a ' * (size // 5)}</title><link>/1</link></item>"),
    "title_escaped": lambda size: _rss(f"<item><title>{'&lt;b&gt;a ' * (size // 10)}</title><link>/1</link></item>"),
    "cdata_many": _told(lambda size: filled(size, lambda n: f"<![CDATA[{n}]]>"), "", ""),
    "cdata_open": lambda size: _rss(_item(1) + "<![CDATA[" * (size // 9)),
    "comments": _within(lambda n: f"<!-- {sentence(n)} -->"),
    "comments_open": lambda size: _rss(_item(1) + "<!-- -" * (size // 6)),
    "instructions": _within(lambda n: f"<?php echo {n} ?>"),
    "declarations": lambda size: (filled(size, lambda n: f"<!-- {n} -->") + _RSS.partition("?>")[2] + _item(1) + "</channel></rss>").encode(),
    "doctype_entities": _entities,
    "doctype_open": lambda size: b"<?xml version='1.0'?>" + b"<!DOCTYPE rss [" * (size // 15) + _rss(_item(1)).partition(b"?>")[2],
    "angles": lambda size: _rss(_item(1) + "<" * size),
    "angles_closing": lambda size: _rss(_item(1) + "</" * (size // 2)),
    "ends_alone": lambda size: _rss(_item(1) + "</b>" * (size // 4)),
    "base_empty": _items(lambda n: f"<item xml:base=''><title>{n}</title></item>"),
    "languages": _items(lambda n: f"<item xml:lang='en'><title>{sentence(n, 5)}</title></item>"),
    "json": lambda size: _json_feed(filled(size, _json)[:-1]),
    "json_cut_off": lambda size: _json_feed(filled(size, _json), '{"id":"broken'),
    "json_commas": lambda size: _json_feed(filled(size, lambda n: _json(n) + ",")),
    "json_tags": lambda size: _json_feed('{"id":"1","url":"https://news.example/1","tags":[' + filled(size, lambda n: f"{n},") + "0]}"),
    "json_attachments": lambda size: _json_feed('{"id":"1","url":"https://news.example/1","attachments":[' + filled(size, lambda n: f'{{"url":"/{n}.mp3","mime_type":"audio/mpeg"}},') + "{}]}"),
    "json_authors": lambda size: _json_feed('{"id":"1","url":"https://news.example/1","authors":[' + filled(size, lambda n: f'{{"name":"Jane {n}"}},') + "{}]}"),
    "json_deep": lambda size: _json_feed("[" * (size // 2) + "]" * (size // 2)),
    "sitemap": lambda size: _urlset(filled(size, _sitemap)),
    "sitemap_plain": lambda size: _urlset(filled(size, lambda n: f"<url><loc>https://news.example/{n}</loc></url>")),
    "sitemap_index": lambda size: f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{filled(size, lambda n: f'<sitemap><loc>https://news.example/{n}.xml</loc></sitemap>')}</sitemapindex>".encode(),
    "sitemap_images": lambda size: _urlset(_sitemap(1).replace("</url>", filled(size, lambda n: f"<image><loc>/{n}.jpg</loc></image>") + "</url>")),
    "html_page": lambda size: f"<html><body>{filled(size, lambda n: f'<p>{sentence(n)}</p>')}</body></html>".encode(),
}  # fmt: skip

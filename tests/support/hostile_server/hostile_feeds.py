"""Documents that are to hurt a feed's parser."""

from hostile import Route, whole

_HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Mill</title>'
_TAIL = b"</channel></rss>"
_ITEM = b"<item><title>One</title><guid>one</guid></item>"
_LAUGHS = b'<!DOCTYPE rss [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 12)
)


def _feed(body: bytes, type: str = "application/rss+xml") -> object:  # noqa: A002
    return whole(body, type=type)


def _rss(inner: bytes) -> object:
    return _feed(_HEAD + inner + _ITEM + _TAIL)


HOGS = [
    Route("mail-pattern", "parser_timeout", "gives an author of 200,000 letters that may be an address",
          _rss(b"<item><author>" + b"a." * 100_000 + b"</author></item>")),
    Route("comments", "ok", "opens 100,000 comments", _rss(b"<!--" * 100_000)),
    Route("namespaces", "ok", "declares 8,000 namespaces",
          _rss(b"<item " + b" ".join(b'xmlns:n%d="http://n%d.example/"' % (n, n) for n in range(8000)) + b"/>")),
    Route("attributes", "ok", "gives an element 100,000 attributes",
          _rss(b"<item " + b" ".join(b'a%d="b"' % n for n in range(100_000)) + b"/>")),
    Route("nested", "parser_timeout", "nests 500,000 elements",
          _rss(b"<a>" * 500_000 + b"</a>" * 500_000)),
    Route("nested-html", "ok", "nests 100,000 elements in an entry's text",
          _rss(b"<item><description>" + b"&lt;b&gt;" * 100_000 + b"</description></item>")),
]  # fmt: skip

ENTITIES = [
    Route("billion-laughs", "ok", "defines entities of entities of entities",
          _feed(_LAUGHS + b"]><rss version='2.0'><channel><title>&k;</title>" + _ITEM + _TAIL)),
    Route("quadratic-entity", "ok", "repeats an entity of 50 KB 2,000 times",
          _feed(b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 50_000 + b'">]><rss version="2.0"><channel><title>'
                + b"&a;" * 2000 + b"</title>" + _ITEM + _TAIL)),
    Route("external-entity", "ok", "asks for /etc/passwd by an entity",
          _feed(b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>'
                b"<title>&a;</title>" + _ITEM + _TAIL)),
    Route("external-dtd", "ok", "asks for a DTD of a private network",
          _feed(b'<!DOCTYPE rss SYSTEM "http://10.0.0.1/mill.dtd"><rss version="2.0"><channel>' + _ITEM + _TAIL)),
    Route("parameter-entity", "ok", "asks for a file by a parameter entity",
          _feed(b'<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]><rss version="2.0"><channel>'
                + _ITEM + _TAIL)),
    Route("stylesheet", "ok", "names a stylesheet of a private network",
          _feed(b'<?xml version="1.0"?><?xml-stylesheet href="http://10.0.0.1/x.xsl" type="text/xsl"?>'
                b'<rss version="2.0"><channel>' + _ITEM + _TAIL)),
    Route("xinclude", "ok", "includes a file",
          _rss(b'<item><title><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/></title></item>')),
]  # fmt: skip

SIZES = [
    Route("many-entries", "ok or parser_timeout", "lists 50,000 entries",
          _rss(b"".join(b"<item><guid>%d</guid><link>http://a.example/%d</link></item>" % (n, n) for n in range(50_000)))),
    Route("long-title", "ok", "gives an entry a title of 5 MB", _rss(b"<item><title>" + b"long " * 1_000_000 + b"</title></item>")),
    Route("long-guid", "ok", "gives an entry a guid of 1 MB", _rss(b"<item><guid>" + b"g" * 1_000_000 + b"</guid></item>")),
    Route("long-link", "ok", "gives an entry a link of 1 MB", _rss(b"<item><link>http://a.example/" + b"a" * 1_000_000 + b"</link></item>")),
    Route("many-tags", "ok", "gives an entry 20,000 categories", _rss(b"<item>" + b"<category>x</category>" * 20_000 + b"</item>")),
    Route("many-enclosures", "ok", "gives an entry 5,000 enclosures",
          _rss(b"<item>" + b'<enclosure url="http://a.example/a.mp3" type="audio/mpeg" length="1"/>' * 5000 + b"</item>")),
    Route("json-deep", "truncated", "nests JSON 100,000 deep",
          _feed(b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/feed+json")),
    Route("json-many", "ok", "lists 50,000 items in JSON",
          _feed(b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b",".join(b'{"id": %d}' % n for n in range(50_000)) + b"]}", "application/feed+json")),
    Route("vast-numbers", "ok", "gives numbers and dates that no type holds",
          _rss(b"<ttl>" + b"9" * 5000 + b"</ttl><item><pubDate>Mon, 99 Jan 99999999 99:99:99 +9999</pubDate></item>")),
]  # fmt: skip

KINDS = [
    Route("html", "html", "sends a page", whole(b"<!doctype html><html><body><p>Hello</p></body></html>")),
    Route("png", "binary", "sends an image", _feed(b"\x89PNG\r\n\x1a\n" + bytes(2000))),
    Route("pdf", "binary", "sends a PDF", _feed(b"%PDF-1.7\n" + b"x" * 2000)),
    Route("zip", "binary", "sends an archive", _feed(b"PK\x03\x04" + bytes(2000))),
    Route("nothing", "empty", "sends no bytes", _feed(b"")),
    Route("blank", "empty", "sends white space", _feed(b" \n" * 5000)),
    Route("nuls", "binary", "sends a megabyte of NUL", _feed(bytes(1 << 20))),
    Route("cut-feed", "truncated", "breaks off within an entry", _feed(_HEAD + _ITEM + b"<item><title>Tw")),
    Route("cut-cdata", "ok", "never closes a CDATA section", _feed(_HEAD + _ITEM + b"<item><title><![CDATA[x" + _TAIL)),
    Route("bare-root", "ok", "sends an empty root", _feed(b"<rss/>")),
    Route("sitemap-index", "not_a_feed", "sends an index of sitemaps", _feed(b"<sitemapindex><sitemap/></sitemapindex>")),
    Route("script-links", "ok", "links to scripts and files", _rss(b"<item><guid>s</guid><link>javascript:alert(1)</link></item>"
          b"<item><guid>f</guid><link>file:///etc/passwd</link></item>")),
    Route("escapes", "ok", "puts escape sequences and overrides into titles",
          _rss("<item><title>a\u202eb\u2066c&#27;[2Jd</title></item>".encode())),
    Route("nul-in-title", "ok", "puts NUL into a title", _rss(b"<item><title>a\0b</title></item>")),
    Route("utf-16", "ok", "sends UTF-16 without a mark", _feed((_HEAD + _ITEM + _TAIL).decode().encode("utf-16-le"))),
    Route("charset-zlib", "ok", "names zlib as its character set", _feed(_HEAD + _ITEM + _TAIL, "application/rss+xml; charset=zlib_codec")),
    Route("charset-utf7", "ok", "names UTF-7", _feed(_HEAD + _ITEM + _TAIL, "application/rss+xml; charset=utf-7")),
    Route("charset-path", "ok", "names a path as its character set", _feed(_HEAD + _ITEM + _TAIL, "text/xml; charset=../../x")),
    Route("charset-wrong", "ok", "says UTF-8 and sends Latin-1", _rss(b"<item><title>caf\xe9</title></item>")),
    Route("charset-idna", "ok", "names punycode as the document's encoding", _feed(
          b'<?xml version="1.0" encoding="idna"?><rss version="2.0"><channel>' + _ITEM.replace(b"One", b"\xff") + _TAIL)),
]  # fmt: skip

FEEDS = [*HOGS, *ENTITIES, *SIZES, *KINDS]

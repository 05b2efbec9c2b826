"""Pages that are to hurt the reading."""

from hostile import Route, whole

_WORDS = b"The mill stands by the river and has ground the town's flour since the old bridge was built. "
_TEXT = b"<p>" + _WORDS * 4 + b"</p>"


def _page(body: bytes, top: bytes = b"") -> object:
    return whole(
        b"<!doctype html><html lang=en><head><title>Mill</title>" + top + b"</head><body><article><h1>Mill</h1>"
        + _TEXT * 3 + body + b"</article></body></html>",
        type="text/html; charset=utf-8",
    )  # fmt: skip


PAGES = [
    Route("paragraphs", "created or timeout", "holds 100,000 paragraphs", _page(b"<p>word</p>" * 100_000)),
    Route("breaks", "created or timeout", "holds 200,000 line breaks", _page(b"a<br>" * 200_000)),
    Route("colspan", "created", "spans a cell over 9,000,000,000,000,000 columns",
          _page(b'<table><tr><td colspan="9000000000000000" rowspan="9000000000000000">a</td></tr></table>')),
    Route("attribute", "created or timeout", "holds an attribute of 5 MB", _page(b'<p title="' + b"a" * 5_000_000 + b'">a</p>')),
    Route("page-attributes", "created or timeout", "gives an element 100,000 attributes", _page(b"<p " + b" ".join(b"a%d=b" % n for n in range(100_000)) + b">a</p>")),
    Route("json-ld-deep", "created", "nests JSON-LD 50,000 deep",
          _page(b"", b'<script type="application/ld+json">' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"</script>")),
    Route("json-ld-list", "created or timeout", "holds JSON-LD of 100,000 authors",
          _page(b"", b'<script type="application/ld+json">{"@type":"NewsArticle","author":['
                + b",".join([b'{"name":"A B"}'] * 100_000) + b"]}</script>")),
    Route("json-ld-many", "created or timeout", "holds 5,000 scripts of JSON-LD", _page(b"", b'<script type="application/ld+json">{"@type":"NewsArticle"}</script>' * 5000)),
    Route("divs", "created", "nests 100,000 elements", _page(b"<div>" * 100_000)),
    Route("inline", "created", "nests 50,000 inline elements", _page(b"<p>" + b"<b><i>" * 25_000 + b"a")),
    Route("tables", "created", "nests 5,000 tables", _page(b"<table><tr><td>" * 5000 + b"a")),
    Route("lists", "created", "nests 10,000 lists", _page(b"<ul><li>" * 10_000 + b"a")),
    Route("page-comments", "created", "opens 100,000 comments", _page(b"<!--" * 100_000)),
    Route("links", "created or timeout", "holds 50,000 links", _page(b'<li><a href="/a">News of the day</a></li>' * 50_000)),
    Route("one-word", "too_long or timeout", "holds a word of 3 MB", _page(b"<p>" + b"a" * 3_000_000 + b"</p>")),
    Route("one-line", "too_long or timeout", "holds a line of 3 MB", _page(b"<p>" + _WORDS * 30_000 + b"</p>")),
    Route("spaces", "created or timeout", "holds 3 MB of spaces", _page(b"<p>a" + b" " * 3_000_000 + b"b</p>")),
    Route("digits", "created", "gives a time of 100,000 digits", _page(b'<time datetime="' + b"2" * 100_000 + b'">' + b"1/" * 50_000 + b"</time>")),
    Route("marks", "created", "stacks 300,000 combining marks", _page(b"<p>e" + "\u0301".encode() * 300_000 + b"</p>")),
    Route("page-title", "created", "gives a title of 3 MB", _page(b"", b"<title>" + b"long " * 600_000 + b"</title>")),
    Route("metas", "created or timeout", "holds 50,000 meta elements", _page(b"", b'<meta property="article:tag" content="mill">' * 50_000)),
    Route("references", "created", "refers to characters that do not exist", _page(b"<p>&#0;&#99999999999;&#xd800;&#x1b;&bogus;</p>" * 500)),
    Route("scripts", "created", "holds a script of 4 MB that never ends", _page(b"<script>" + b"var a=1;" * 500_000)),
    Route("vector", "created or timeout", "holds 50,000 elements of a drawing", _page(b"<svg>" + b"<use href='#a'/>" * 50_000 + b"</svg>")),
    Route("plaintext", "created", "never ends its plain text", _page(b"<plaintext>" + b"<p>" * 50_000)),
    Route("page-escapes", "created", "puts escapes, NUL and overrides into its text", _page("<p>a\u202eb\u2066c\x1b[2Jd\0e</p>".encode())),
    Route("bad-links", "created", "names scripts as its address and image",
          _page(b"", b'<base href="javascript:x"><link rel=canonical href="javascript:x"><meta property="og:image" content="data:x">')),
    Route("page-utf-16", "binary", "sends UTF-16 without a mark", whole((b"<html><body>" + _TEXT * 3).decode().encode("utf-16-le"))),
    Route("page-zlib", "created", "names zlib as its character set", whole(b"<html><body>" + _TEXT * 3, type="text/html; charset=zlib_codec")),
    Route("page-charset", "created", "names a character set of 5,000 letters", whole(b"<html><body>" + _TEXT * 3 + b"\xff", type="text/html; charset=" + "x" * 5000)),
    Route("a-feed", "not_html", "sends a feed", whole(b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>', type="application/rss+xml")),
    Route("a-pdf", "pdf", "sends a PDF", whole(b"%PDF-1.7\n" + b"x" * 3000, type="application/pdf")),
    Route("an-image", "binary", "sends an image as HTML", whole(b"\x89PNG\r\n\x1a\n" + bytes(9999))),
    Route("page-nuls", "empty", "sends a megabyte of NUL", whole(bytes(1 << 20))),
    Route("no-page", "empty", "sends no bytes", whole(b"")),
    Route("frames", "empty", "is nothing but 5,000 frames", whole(b"<html><frameset>" + b"<frame src=/a>" * 5000)),
]  # fmt: skip

"""Makes pages of one shape in any size, for tests and drills of how the cost of reading grows.

Each shape is a pure function: bytes wanted -> a page of about so many bytes. A shape repeats one thing, as
odd pages and hostile ones do; round it stands a short article, so that there is something to find.
"""

from collections.abc import Callable

Shape = Callable[[int], bytes]

_WORDS = [
    "the",
    "council",
    "said",
    "on",
    "Monday",
    "that",
    "a",
    "new",
    "bridge",
    "over",
    "river",
    "will",
    "be",
    "built",
    "within",
    "two",
    "years",
    "and",
    "its",
    "cost",
    "paid",
    "by",
    "region",
    "while",
    "those",
    "who",
    "live",
    "near",
    "harbour",
    "have",
    "asked",
    "for",
    "more",
    "time",
    "to",
    "read",
    "plans",
    "in",
    "full",
]
_ARTICLE = "".join(
    f"<p>Paragraph {n}: the town council has decided, after a long and open debate with the people of the "
    f"harbour, that the old bridge will be repaired in {1990 + n} rather than torn down.</p>"
    for n in range(8)
)
_MARKS = "\u0301\u0323"
"""Combining marks in the order that normal forms turn round."""
_UNSEEN = "\u200b\u200f"
_HEAD = "<title>The old bridge stays - Harbour News</title><meta name=author content='Jane Doe'>"


def sentence(number: int, words: int = 14) -> str:
    """Write a sentence that differs from its neighbors'."""
    said = [_WORDS[(number * 7 + place * (3 + number % 5)) % len(_WORDS)] for place in range(words)]
    return f"{said[0].capitalize()} {number} {' '.join(said[1:])}."


def _page(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html lang=en><head>{_HEAD}{head}</head><body><article><h1>The old bridge stays</h1>"
        f"{_ARTICLE}{body}</article></body></html>"
    ).encode()


def filled(size: int, unit: Callable[[int], str]) -> str:
    """Repeat a unit, each knowing its number, until it is so many characters long."""
    parts, length, number = [], 0, 0
    while length < size:
        part = unit(number)
        parts.append(part)
        length += len(part.encode())
        number += 1
    return "".join(parts)


def _repeated(unit: Callable[[int], str], before: str = "", after: str = "") -> Shape:
    return lambda size: _page(before + filled(size, unit) + after)


def _in_head(unit: Callable[[int], str]) -> Shape:
    return lambda size: _page("", filled(size, unit))


def _nested(opening: str, closing: str, text: Callable[[int], str] = lambda _: "") -> Shape:
    """Nest elements as deep as the size takes; each level has a text."""

    def shape(size: int) -> bytes:
        opened = filled(size * len(opening) // (len(opening) + len(closing)), lambda n: opening + text(n))
        return _page(opened + closing * opened.count(opening))

    return shape


def _groups_nested(depth: int, opening: str, closing: str) -> Shape:
    """Nest to a depth that browsers and parsers take, over and over."""
    return _repeated(lambda n: opening * depth + sentence(n) + closing * depth)


def _alone(unit: Callable[[int], str], before: str = "", after: str = "") -> Shape:
    """Repeat a thing on a page that has no paragraph of text."""
    opening = f"<!doctype html><html lang=en><head>{_HEAD}</head><body><h1>Results</h1>{before}"
    return lambda size: (opening + filled(size, unit) + after + "</body></html>").encode()


def _unordered(unit: Callable[[int], str]) -> Shape:
    return _repeated(unit, "<ul>", "</ul>")


def _row(number: int) -> str:
    return f"<tr><td>{number}</td><td>Runner {number}</td><td>Club {number % 90}</td><td>2:{number % 60:02}:11</td></tr>"


def _table_in_table(number: int) -> str:
    return f"<tr><td>{sentence(number, 5)}<table><tr><td>a {number}</td><td>{sentence(number)}</td></tr></table></td></tr>"


def _large_data(size: int) -> bytes:
    items = ",".join(
        f'{{"@type":"ListItem","position":{n},"name":"{sentence(n)}"}}' for n in range(size // 150)
    )
    data = f'{{"@context":"https://schema.org","@graph":[{{"@type":"NewsArticle","headline":"The old bridge stays"}},{{"@type":"ItemList","itemListElement":[{items}]}}]}}'
    return _page("", f"<script type='application/ld+json'>{data}</script>")


def _body_in_data(size: int) -> bytes:
    told = " ".join(sentence(n) for n in range(size // 100))
    return _page(
        "", f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{told}"}}</script>'
    )


def _body_apart(size: int) -> bytes:
    """JSON-LD whose text stands nowhere on the page, beside paragraphs of which none is in it."""
    told = " ".join(sentence(n, 11) for n in range(size // 140))
    shown = filled(size // 2, lambda n: f"<li><a href=/{n}>Other {n} {sentence(n, 9)}</a></li>")
    return _page(
        f"<ul>{shown}</ul>",
        f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{told}"}}</script>',
    )


def _description(size: int) -> bytes:
    """A description of many words, beside a text of many."""
    words = " ".join(f"unlike{n}words" for n in range(size // 30))
    return _page(
        filled(size // 2, lambda n: f"<p>{sentence(n, 40)}</p>"), f"<meta name=description content='{words}'>"
    )


def _data_scripts(number: int) -> str:
    return f'<script type="application/ld+json">{{"@id":"#{number}","@type":"Person","name":"Name {number}"}}</script>'


def _pull_quotes(number: int) -> str:
    said = sentence(number, 20)
    return f"<p>{said} {sentence(number + 1)}</p><blockquote><p>{said}</p></blockquote>"


def _quotes_first(size: int) -> bytes:
    quotes = filled(size // 3, lambda n: f"<blockquote>{sentence(n, 12)}</blockquote>")
    return _page(quotes + filled(size * 2 // 3, lambda n: f"<p>{sentence(n, 12)} {sentence(n + 1)}</p>"))


SHAPES: dict[str, Shape] = {
    # lists and tables
    "list_flat": _unordered(lambda n: f"<li>{sentence(n)}</li>"),
    "list_short_items": _unordered(lambda n: f"<li>Item {n}</li>"),
    "list_ordered": _repeated(lambda n: f"<li>{sentence(n, 5)}</li>", "<ol>", "</ol>"),
    "list_of_lists": _unordered(lambda n: f"<li>Part {n}<ul><li>{sentence(n, 6)}</li><li>{n}</li></ul></li>"),
    "list_deep": _groups_nested(40, "<ul><li>", "</li></ul>"),
    "list_of_links": _unordered(lambda n: f"<li><a href='/story/{n}'>{sentence(n, 8)}</a></li>"),
    "definitions": _repeated(lambda n: f"<dt>Term {n}</dt><dd>{sentence(n)}</dd>", "<dl>", "</dl>"),
    "items_unclosed": _unordered(lambda n: f"<li>Item {n}"),
    "table_results": _repeated(_row, "<table>", "</table>"),
    "table_wide": _repeated(lambda n: f"<td>{n} cell</td>", "<table><tr>", "</tr></table>"),
    "table_spans": _repeated(lambda n: f"<tr><td rowspan=3 colspan=9>{n}</td><td>b {n}</td></tr>", "<table>", "</table>"),
    "table_in_table": _repeated(_table_in_table, "<table>", "</table>"),
    "tables_small": _repeated(lambda n: f"<table><tr><th>{n}</th><td>{sentence(n, 6)}</td></tr></table>"),
    "table_alone": _alone(_row, "<table>", "</table>"),
    "list_alone": _alone(lambda n: f"<li>Item {n} of 9 August", "<ul>", "</ul>"),
    "dates_alone": _alone(lambda n: f"<p>Posted on {n % 28 + 1} August 2026 by Jane Doe</p>"),
    "lines_alone": _alone(lambda n: f"Place {n} | Jane Doe | 2 min read<br>", "<div>", "</div>"),
    # paragraphs and lines
    "paragraphs": _repeated(lambda n: f"<p>{sentence(n, 30)}</p>"),
    "paragraphs_short": _repeated(lambda n: f"<p>No. {n}</p>"),
    "paragraphs_empty": _repeated(lambda _: "<p></p>"),
    "paragraphs_same": _repeated(lambda _: f"<p>{sentence(3, 30)}</p>"),
    "paragraphs_unclosed": _repeated(lambda n: f"<p>{sentence(n)}"),
    "paragraphs_in_divs": _repeated(lambda n: f"<div class='c{n % 7}'><p>{sentence(n, 20)}</p></div>"),
    "lines_broken": _repeated(lambda n: f"{sentence(n, 6)}<br>", "<p>", "</p>"),
    "lines_broken_bare": _repeated(lambda n: f"{sentence(n, 6)}<br><br>", "<div>", "</div>"),
    "breaks_alone": _repeated(lambda _: "<br>"),
    "lines_preformatted": _repeated(lambda n: f"{sentence(n)}\n", "<pre>", "</pre>"),
    "ends_preformatted": lambda size: _page(f"<pre>{chr(10) * size}</pre>"),
    "parts_preformatted": _repeated(lambda _: "<div></div>", "<pre>", "</pre>"),
    "ends_shown": _repeated(lambda n: f"Line {n}\n", "<div style='white-space: pre-line'>", "</div>"),
    "images_in_text": _repeated(lambda n: f"<img src=/{n}>{sentence(n, 6)}", "<div>", "</div>"),
    "rules": _repeated(lambda n: f"<hr>{n}"),
    # nesting
    "deep_div": _nested("<div>", "</div>", lambda n: f"{n} "),
    "deep_span": _nested("<span>", "</span>", lambda n: f"{n} "),
    "deep_quote": _nested("<blockquote>", "</blockquote>", lambda n: f"{n} "),
    "deep_bold": _nested("<b><i>", "</i></b>", lambda n: f"{n} "),
    "bold_unclosed": _repeated(lambda n: f"<b>{n} <i>{sentence(n, 3)}"),
    "divs_nested": _groups_nested(60, "<div>", "</div>"),
    "spans_nested": _groups_nested(60, "<span class=x>", "</span>"),
    "tags_crossed": _repeated(lambda n: f"<b><p>{n}</b> <i>{sentence(n, 3)}</p></i>"),
    # inline elements and links
    "links": _repeated(lambda n: f"<a href='/{n}'>{sentence(n, 4)}</a> ", "<p>", "</p>"),
    "links_in_paragraphs": _repeated(lambda n: f"<p>{sentence(n)} <a href='/{n}'>{sentence(n, 3)}</a></p>"),
    "links_in_divs": _repeated(lambda n: f"<div><a href='/{n}'>{sentence(n, 4)}</a></div>"),
    "spans": _repeated(lambda n: f"<span>{n}</span> ", "<p>", "</p>"),
    "bolds": _repeated(lambda n: f"<p><b>{sentence(n, 3)}</b> {sentence(n)}</p>"),
    "anchors_empty": _repeated(lambda n: f"<a name=n{n}></a>"),
    "quotes_inline": _repeated(lambda n: f"<q>{sentence(n, 5)}</q> <cite>{n}</cite>", "<p>", "</p>"),
    "custom_elements": _repeated(lambda n: f"<x-card id=c{n}><x-text>{sentence(n)}</x-text></x-card>"),
    # headings, figures, quotations
    "headings": _repeated(lambda n: f"<h2>Part {n}</h2><p>{sentence(n, 20)}</p>"),
    "headings_alone": _repeated(lambda n: f"<h3>Part {n}</h3>"),
    "headings_empty": _repeated(lambda _: "<h2></h2>"),
    "headings_first": _repeated(lambda n: f"<h1>Title {n}</h1>"),
    "figures": _repeated(lambda n: f"<figure><img src=/{n}.jpg><figcaption>{sentence(n, 8)}</figcaption></figure>"),
    "images": _repeated(lambda n: f"<img src=/{n}.jpg alt='{sentence(n, 4)}'>"),
    "quotations": _repeated(lambda n: f"<blockquote><p>{sentence(n, 15)}</p></blockquote>"),
    "quotations_pulled": _repeated(_pull_quotes),
    "quotations_first": _quotes_first,
    "articles": _repeated(lambda n: f"<article><h2>Post {n}</h2><p>{sentence(n, 25)}</p></article>"),
    "asides": _repeated(lambda n: f"<aside><p>{sentence(n, 25)}</p></aside><p>{sentence(n, 9)}</p>"),
    "details": _repeated(lambda n: f"<details><summary>Question {n}</summary>{sentence(n, 18)}</details>"),
    # labels
    "related_labels": _repeated(lambda n: f"<h2>Related</h2><p>{sentence(n, 25)}</p>"),
    "related_ends": _repeated(lambda n: f"<h3>Similar posts</h3><p>{sentence(n, 30)}</p>"),
    "related_lines": _repeated(lambda n: f"<p>Related stories</p><p><a href=/{n}>{sentence(n, 6)}</a></p>"),
    "bylines": _repeated(lambda n: f"<p>By Jane Doe {n}</p>"),
    "dates": _repeated(lambda n: f"<p>{n % 28 + 1} August {1990 + n % 30}</p>"),
    "times": _repeated(lambda n: f"<time datetime=2024-01-{n % 28 + 1:02}T10:00:00Z>{n}</time> "),
    "calls": _repeated(lambda _: "<p>Subscribe to our newsletter</p><p>Share this</p><p>Advertisement</p>"),
    "captions": _repeated(lambda n: f"<p class='wp-caption-text'>Photo: Agency {n}</p>"),
    "photos": _repeated(lambda n: f"<p>{sentence(n, 9)} (Photo by A. Person)</p>"),
    # what shows no text
    "scripts": _repeated(lambda n: f"<script>var a{n} = {n};</script>"),
    "styles": _in_head(lambda n: f"<style>.a{n} {{ color: #{n % 900:03} }}</style>"),
    "noscripts": _repeated(lambda n: f"<noscript><img src=/{n}.gif></noscript>"),
    "templates": _repeated(lambda n: f"<template id='B:{n}'></template><div hidden id='S:{n}'><p>{sentence(n)}</p></div>"),
    "vectors": _repeated(lambda n: f"<svg><title>icon</title><path d='M{n} 0L1 1'/></svg>"),
    "frames": _repeated(lambda n: f"<iframe src=/{n}></iframe>"),
    "comments": _repeated(lambda n: f"<!-- {sentence(n)} -->"),
    "comment_open": lambda size: _page("<!--" + "<!-- -" * (size // 6)),
    "forms": _repeated(lambda n: f"<form><input name=i{n}><label>{n}</label><select><option>{n}</select></form>"),
    "options": _repeated(lambda n: f"<option value={n}>Choice {n}</option>", "<select>", "</select>"),
    "hidden_unseen": _repeated(lambda n: f"<div style='visibility:hidden'>{sentence(n, 50)}</div>"),
    "slots": lambda size: _page(f"<x-a><template shadowrootmode=open>{filled(size // 2, lambda n: f'<slot name=s{n}></slot>')}</template>{filled(size // 2, lambda n: f'<p slot=s{n}>{n}</p>')}</x-a>"),
    "posts_in_posts": lambda size: _page("<blockquote class=twitter-tweet>" * (size // 800) + filled(size // 2, lambda n: f"<p>{sentence(n)}</p>")),
    "links_in_a_post": lambda size: _page("<blockquote class=twitter-tweet>" + "<a href=/1><div>" * (size // 800) + filled(size // 2, lambda n: f"<p>{sentence(n)}</p>")),
    "choices": lambda size: _page("<div class=poll>" * 5 + filled(size, lambda n: f"<input type=radio>{sentence(n)}")),
    "choices_labeled": lambda size: _page("<div class=poll>" * 5 + filled(size, lambda n: f"<label><input type=radio>{sentence(n)}</label>")),
    "fields_in_text": _repeated(lambda n: f"{sentence(n, 4)} <textarea>{n}</textarea> <select><option>{n}</select>", "<div>", "</div>"),
    "players_in_text": _repeated(lambda n: f"{sentence(n, 3)}<video src=/{n}.mp4>no video</video><canvas>{n}</canvas><map name=m{n}></map>", "<div>", "</div>"),
    "noscripts_in_text": _repeated(lambda n: f"{sentence(n, 3)}<noscript>{n}</noscript>", "<p>", "</p>"),
    "parts_empty_in_text": _repeated(lambda n: f"{sentence(n, 3)}<div></div>", "<div>", "</div>"),
    "parts_empty_in_paragraph": _repeated(lambda n: f"{sentence(n, 3)}<section></section>", "<p>", "</p>"),
    "asides_in_text": _repeated(lambda n: f"{sentence(n, 3)}<aside>x</aside>", "<div>", "</div>"),
    "hidden": _repeated(lambda n: f"<div style='display:none'>{sentence(n)}</div>"),
    # head and attributes
    "metas": _in_head(lambda n: f"<meta property='article:tag' content='topic {n}'>"),
    "metas_unlike": _in_head(lambda n: f"<meta name='name{n}' content='{sentence(n)}'>"),
    "link_elements": _in_head(lambda n: f"<link rel=alternate href=/{n}>"),
    "data_large": _large_data,
    "data_scripts": _in_head(_data_scripts),
    "data_body": _body_in_data,
    "data_body_apart": _body_apart,
    "description_giant": _description,
    "attribute_huge": lambda size: _page(f"<div class='{'name ' * (size // 5)}'><p>{sentence(1, 30)}</p></div>"),
    "style_huge": lambda size: _page(f"<div style='{'display ' * (size // 8)}'><p>{sentence(1, 30)}</p></div>"),
    "attributes_many": lambda size: _page("<div " + filled(size, lambda n: f"data-a{n}={n} ") + "></div>"),
    "classes": _repeated(lambda n: f"<p class='a{n} b{n} c-{n}' id=p{n}>{sentence(n)}</p>"),
    "microdata": _repeated(lambda n: f"<div itemscope itemtype=https://schema.org/Person><span itemprop=name>Name {n}</span></div>"),
    "authors_marked": _repeated(lambda n: f"<a rel=author class=byline href=/author/n{n}>Jane Doe {n}</a>, "),
    # texts
    "text_giant": lambda size: _page("<p>" + " ".join(sentence(n) for n in range(size // 85)) + "</p>"),
    "text_bare": lambda size: _page(" ".join(sentence(n) for n in range(size // 85))),
    "word_giant": lambda size: _page(f"<p>{'a' * size}</p>"),
    "spaces": lambda size: _page(f"<p>a{' ' * (size // 2)}b{chr(10) * (size // 2)}</p>"),
    "spaces_between": _repeated(lambda n: f"{' ' * 200}<p>  {n}  </p>"),
    "dots": lambda size: _page(f"<p>{'. ' * (size // 2)}</p>"),
    "brackets": lambda size: _page(f"<p>{'(a[b' * (size // 4)}</p>"),
    "ampersands": lambda size: _page(f"<p>{'&amp;&#' * (size // 7)}</p>"),
    "entities": _repeated(lambda n: f"&#{97 + n % 26};&eacute;&#x{n % 16:x}; ", "<p>", "</p>"),
    "angles": lambda size: _page("<" * size),
    "marks_combining": lambda size: _page("<p>a" + _MARKS * (size // 4) + "</p>"),
    "marks_mixed": _repeated(lambda _: "e" + _MARKS * 20 + " "),
    "invisible": lambda size: _page("<p>" + _UNSEEN * (size // 6) + "</p>"),
    "right_to_left": _repeated(lambda n: f"<p>قال المجلس {n} إن الجسر القديم سيبقى في مكانه لسنوات طويلة قادمة.</p>"),
    "chinese": _repeated(lambda n: f"<p>市议会{n}表示旧桥将继续保留并在今后几年内进行维修而不会被拆除市民对此表示欢迎</p>"),
    "chinese_giant": lambda size: _page(f"<p>{'市议会表示旧桥将继续保留' * (size // 36)}</p>"),
    "emoji": _repeated(lambda n: f"<p>😀😀 {n} 👩‍👩‍👧‍👦</p>"),
    "addresses": _repeated(lambda n: f"<p>person{n}@example.org https://example.org/{n}</p>"),
    "lines_alike": _repeated(lambda n: f"<p>{sentence(3, 30)[:-1]} {n}.</p>"),
    "prefixes": _repeated(lambda n: f"<p>{'word ' * (n % 40 + 1)}</p>"),
}  # fmt: skip

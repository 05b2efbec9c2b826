"""Writes the pieces of pages that idioms of publishing systems share: the page, lists, tables, links."""

from collections.abc import Sequence
from html import escape
from random import Random

from site_prose import Written

_LIVE = '{"@context": "https://schema.org", "@type": "%s", "headline": "%s"%s}'


def write_page(
    article: Written, site: str, main: str, *, kind: str = "NewsArticle", more: str = "", words: str = ""
) -> str:
    kind = "LiveBlogPosting" if article.kind == "live" else kind
    said = _LIVE % (kind, article.title.replace('"', "'"), more)
    return (
        f'<!doctype html><html lang="{article.lang}"><head><title>{escape(article.title)} - {site}</title>'
        f'<meta name="description" content="{escape(article.summary)}"><meta property="og:site_name" content="{site}">'
        f'<meta property="og:title" content="{escape(article.title)}"><script type="application/ld+json">{said}</script></head>'
        f'<body class="{words}">{main}</body></html>'
    )


def write_list(tag: str, lines: Sequence[str], words: str = "") -> str:
    return f"<{tag}{words}>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</{tag}>"


def write_table(lines: Sequence[str]) -> str:
    cells = (line.partition("|") for line in lines)
    return (
        f"<table>{''.join(f'<tr><td>{escape(one)}</td><td>{two}</td></tr>' for one, _, two in cells)}</table>"
    )


def write_links(others: Sequence[Written], tag: str = "li", words: str = "") -> str:
    return "".join(f'<{tag}{words}><a href="/{one.number}">{escape(one.title)}</a></{tag}>' for one in others)


def insert_rows(rows: list[str], rng: Random, *choices: tuple[float, str]) -> list[str]:
    """Put each of these among the rows, by its chance."""
    for odds, markup in choices:
        if rng.random() < odds:
            rows.insert(rng.randint(1, len(rows)), markup)
    return rows

"""Generates sites whose pages the full way reads now so, now so: what a learned template must doubt.

Each shape is a pure function like those of `site_shapes`.
"""

from collections.abc import Callable, Sequence

from site_shapes import SiteArticle, write_articles


def _page(article: SiteArticle, summary: str, body: str) -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>{article.title} | Uneven</title>"
        f"<meta name='description' content=\"{summary}\"></head><body><header><nav><a href='/'>Home</a></nav>"
        f"</header>{body}<footer><p>© 2026 Uneven. All rights reserved.</p></footer></body></html>"
    )


def _paragraphs(article: SiteArticle) -> list[str]:
    return [f"<p>{line}</p>" for line in article.lines]


def echo(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page whose standfirst is its first paragraph on every other page; a box leads to the next article."""
    summary = (
        article.summary if article.number % 2 else f"What was said on day {article.number} in the old hall."
    )
    box = f"<div class='next'><h2><a href='/n'>{others[0].title}</a></h2><p>{others[0].summary}</p></div>"
    return _page(
        article,
        summary,
        f"<main><div class='art'><h1>{article.title}</h1><p class='dek'>{summary}</p>"
        f"<span class='by'>March 3, 2026 / {article.author}</span>{''.join(_paragraphs(article))}{box}</div></main>",
    )


def twin(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page with the beginning of another article below, in the markup of its own."""
    other = others[1]
    below = f"<article class='story'><h2>{other.title}</h2><p>{other.summary}</p><a href='/x'>Continue</a></article>"
    return _page(
        article,
        article.summary,
        f"<main><article class='story'><h1>{article.title}</h1><p class='by'>By {article.author}</p>"
        f"{''.join(_paragraphs(article))}</article>{below}</main>",
    )


def slides(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write articles, each fifth of which goes on in slides, with a teaser within each third."""
    lines = _paragraphs(article)
    if article.number % 5 == 4:
        shown = (f"<div class='slide'><img src='/{n}.jpg'>{line}</div>" for n, line in enumerate(lines[2:]))
        lines = [*lines[:2], *shown]
    if article.number % 3 == 0:
        teaser = (
            f"<div class='teaser'><h4><a href='/t'>{others[2].title}</a></h4><p>{others[2].summary}</p></div>"
        )
        lines.insert(3, teaser)
    return _page(
        article,
        article.summary,
        f"<div class='col'><h1>{article.title}</h1><div class='text tag-{article.topic}'>{''.join(lines)}</div></div>",
    )


UNEVEN_SHAPES: dict[str, Callable[[SiteArticle, Sequence[SiteArticle]], str]] = {
    shape.__name__: shape for shape in (echo, twin, slides)
}


def write_uneven_site(shape: str, count: int, seed: int = 7) -> list[tuple[SiteArticle, str]]:
    """Write the articles of a site, each with its page."""
    articles = write_articles(count, seed)
    return [
        (one, UNEVEN_SHAPES[shape](one, [articles[(number * 7 + 3 + step) % count] for step in range(4)]))
        for number, one in enumerate(articles)
    ]

"""Generates sites of one template each, for tests and benches of learned templates: articles with known lines.

Each shape is a pure function: an article and others of its site -> a page. Round the text stands what real
themes print: bylines, read-times, calls in mid-text, links to other articles, sign-offs.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from worker.page_models import CleanedArticle, TextLine

PLACES = ("Aldwick", "Brenmoor", "Castell", "Dunhaven", "Eastmere", "Gresham", "Iverton", "Jarnfield")
ACTORS = ("The council", "The harbour board", "A group of residents", "The museum", "The bus operator")
DEEDS = ("has approved", "questioned", "will fund", "postponed", "wants to expand", "has opened")
THINGS = ("the old bridge", "a night bus", "the clock tower", "a solar roof", "the wetlands", "a tidal study")
ENDS = ("after months of debate", "although money is tight", "before next summer", "by a narrow vote")
PEOPLE = ("Mara Ellison", "Tobias Renn", "Ida Kovach", "Samuel Orde", "Lena Farrow")
TOPICS = ("town", "money", "river", "culture")
_CLASS = re.compile(r"class='([^' ]+)")
_PLACES = ("</h1>", "</h2>", "</header>", "<footer>")


@dataclass(frozen=True, slots=True)
class SiteArticle:
    """An article as its writer wrote it: (tag, text) of each block, a list's items joined by newlines."""

    number: int
    title: str
    author: str
    topic: str
    blocks: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> list[str]:
        return [line for _, text in self.blocks for line in text.split("\n")]

    @property
    def summary(self) -> str:
        return self.lines[0]


def write_articles(count: int, seed: int = 7) -> list[SiteArticle]:
    rng = random.Random(seed)

    def sentence() -> str:
        parts = (rng.choice(ACTORS), "in", rng.choice(PLACES), rng.choice(DEEDS), rng.choice(THINGS))
        return f"{' '.join(parts)} {rng.choice(ENDS)}, says file {rng.randint(100, 9999)}."

    def paragraph() -> str:
        return " ".join(sentence() for _ in range(rng.randint(2, 4)))

    def article(number: int) -> SiteArticle:
        blocks = [("p", paragraph()) for _ in range(rng.randint(5, 9))]
        if number % 3 == 1:
            blocks[3:3] = [("h2", f"What {rng.choice(PLACES)} expects"), ("p", paragraph())]
        if number % 4 == 2:
            blocks.insert(2, ("blockquote", sentence()))
        if number % 5 == 3:
            blocks.insert(4, ("ul", "\n".join(sentence() for _ in range(3))))
        title = f"{rng.choice(PLACES)} weighs {rng.choice(THINGS)} {rng.choice(ENDS)} in year {1900 + number}"
        return SiteArticle(number, title, rng.choice(PEOPLE), rng.choice(TOPICS), tuple(blocks))

    return [article(number) for number in range(count)]


def _block(tag: str, text: str, words: str = "") -> str:
    if tag == "ul":
        return f"<ul>{''.join(f'<li>{line}</li>' for line in text.split(chr(10)))}</ul>"
    inner = f"<p>{text}</p>" if tag == "blockquote" else text
    return f"<{tag}{words}>{inner}</{tag}>"


def _body(article: SiteArticle, *standing: tuple[int, str], words: str = "") -> str:
    blocks = [_block(tag, text, words) for tag, text in article.blocks]
    for place, markup in standing:
        blocks.insert(place, markup)
    return "\n".join(blocks)


def _links(others: Sequence[SiteArticle], tag: str = "li") -> str:
    return "".join(f"<{tag}><a href='/{one.number}'>{one.title}</a></{tag}>" for one in others[:4])


def _page(article: SiteArticle, site: str, body: str, words: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>{article.title} | {site}</title>"
        f"<meta name='description' content=\"{article.summary}\"><meta name='author' content='{article.author}'>"
        f"<meta property='og:title' content=\"{article.title}\"></head><body class='single {words}'>"
        f"<header class='top'><nav><a href='/'>Home</a> <a href='/{article.topic}'>{article.topic}</a></nav>"
        f"</header>{body}<footer><p>© 2026 {site}. All rights reserved.</p></footer></body></html>"
    )


def herald(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page of a theme for news: all in one article element with keywords in its classes."""
    call = "<p class='cta-box'>Enjoying this story? <a href='/s'>Support the Herald</a> today.</p>"
    also = f"<p>Also read: <a href='/{others[0].number}'>{others[0].title}</a></p>"
    return _page(
        article,
        "Herald",
        f"<main><article class='post-{article.number} topic-{article.topic}'><h1>{article.title}</h1>"
        f"<p class='meta'>By {article.author} · March {article.number % 28 + 1}, 2026 · 3 min read</p>"
        f"{_body(article, (2, call), (4, also))}<p><em>This story was produced by the Herald newsroom.</em></p>"
        "<div class='author-box'><p>The Herald is written by eleven people above a bakery.</p></div>"
        f"<h3>Related posts</h3><ul>{_links(others)}</ul>"
        "<div class='share'>Share this: <a href='#'>Facebook</a> <a href='#'>Mail</a></div></article></main>",
    )


def block_theme(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page with the classes of a block theme and its plugins."""
    call = (
        "<p class='has-background'>Our Sunday letter reaches your kitchen table. <a href='/l'>Sign up</a></p>"
    )
    return _page(
        article,
        "Block Times",
        f"<div class='wp-site-blocks'><main class='wp-block-group'>"
        f"<h1 class='wp-block-post-title'>{article.title}</h1><div class='wp-block-post-date'><time>"
        f"March {article.number % 28 + 1}, 2026</time></div><div class='entry-content wp-block-post-content'>"
        f"<p>3 minutes, 12 seconds Read</p>{_body(article)}<p>(With inputs from agencies)</p>{call}"
        f"<p><strong>Similar Posts</strong></p><ul>{_links(others)}</ul></div></main></div>",
        f"postid-{article.number}",
    )


def plain(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page of a blog whose classes say nothing."""
    return _page(
        article,
        "Plain",
        f"<div id='c'><div class='a1'><h2>{article.title}</h2><span class='b2'>March 3, 2026 / "
        f"{article.author} / 3 minutes</span><div class='d4'>{_body(article)}"
        "<p>Until next time, and mind the puddles.</p></div>"
        f"<div class='e5'><p>You may also like</p><ul>{_links(others)}</ul></div></div></div>",
    )


def journal(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page with a picture, a caption, a standfirst and a sidebar."""
    figure = "<figure><img src='/i.jpg'><figcaption>The valley at noon. Photo: Journal</figcaption></figure>"
    return _page(
        article,
        "Journal",
        f"<div class='wrap'><div class='story'><div class='head'><h1>{article.title}</h1>"
        f"<div class='info'><span>{article.author}</span> | <span>{article.number % 28 + 1} March 2026</span></div>"
        f"</div>{figure}<div class='text' id='text-{article.number}'>{_body(article, words=' class=par')}</div>"
        f"<h4>More from the valley</h4><ul>{_links(others)}</ul></div>"
        f"<aside class='side'><h3>Most read</h3>{_links(others[::-1], 'p')}</aside></div>",
    )


def portal(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page with boxes between the paragraphs, and teasers of other articles below."""
    box = f"<div class='box rel'><span>More on this</span><a href='/1'>{others[1].title}</a></div>"
    advert = "<div class='ad slot-3'>Advertisement</div>"
    cards = "".join(
        f"<div class='card'><h4><a href='/{one.number}'>{one.title}</a></h4><p>{one.summary}</p></div>"
        for one in others[:3]
    )
    return _page(
        article,
        "Portal",
        f"<div class='page'><section class='art sec-{article.topic}'><h1>{article.title}</h1>"
        f"<ul class='by'><li>{article.author}</li><li>2026-03-0{article.number % 9 + 1}</li></ul>"
        f"<div class='art-body'>{_body(article, (1, advert), (3, box))}</div></section>"
        f"<section class='more'>{cards}</section></div>",
    )


def gazette(article: SiteArticle, others: Sequence[SiteArticle]) -> str:
    """Write a page whose paragraphs stand in a `div` each."""
    rows = "".join(f"<div class='row'>{_block(tag, text)}</div>" for tag, text in article.blocks)
    return _page(
        article,
        "Gazette",
        f"<div class='main'><div class='hd'><h1>{article.title}</h1><p class='by'>by {article.author}</p></div>"
        f"<div class='rows'>{rows}<div class='row note'><p>Letters to the desk are welcome.</p></div></div>"
        f"<div class='foot'><p>Also in the Gazette</p>{_links(others, 'p')}</div></div>",
    )


SITE_SHAPES: dict[str, Callable[[SiteArticle, Sequence[SiteArticle]], str]] = {
    shape.__name__: shape for shape in (herald, block_theme, plain, journal, portal, gazette)
}


def write_site(shape: str, count: int, seed: int = 7) -> list[tuple[SiteArticle, str]]:
    """Write the articles of a site, each with its page."""
    articles = write_articles(count, seed)
    write = SITE_SHAPES[shape]
    return [
        (one, write(one, [articles[(number * 7 + 3 + step) % count] for step in range(4)]))
        for number, one in enumerate(articles)
    ]


def dress_page(markup: str, seed: int) -> str:
    """Give the pages of a site names and boxes of their own, by its number."""
    rng = random.Random(seed)
    word = rng.choice(("x", "mod", "c", "site", "u"))
    markup = _CLASS.sub(lambda found: f"class='{word}{seed % 7}-{found[1]}", markup)
    box = rng.choice(
        (
            f"<div class='box{seed}'><p>Reader number {seed} of this paper meets us every Thursday.</p></div>",
            f"<p class='note'>The {rng.choice(('Vale', 'Coast', 'Hill'))} desk answers letters of all kinds.</p>",
            f"<ul class='tools'><li><a href='/p{seed}'>Print</a></li><li><a href='/m'>Mail</a></li></ul>",
            "",
        )
    )
    place = rng.choice(_PLACES)
    return markup.replace(place, f"{place}{box}" if place.startswith("</") else f"{box}{place}", 1)


def number_homes(read: CleanedArticle) -> tuple[TextLine, ...]:
    """Give the lines of a text with their homes numbered from 0: numbers say no more than which are the same."""
    homes: dict[int, int] = {}
    return tuple(replace(line, home=homes.setdefault(line.home, len(homes))) for line in read.lines)

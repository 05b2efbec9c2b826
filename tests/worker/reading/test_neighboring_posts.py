"""Of several posts on a page the one asked for is read: by its headline, or by the fragment of the address."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

URL = "https://daily.example/2026/11/old-lock"
TITLE = "Keeper of the lock keeps a book of water"
TEXT = [
    f"The keeper of lock {n} wrote into his book that the water had stood at mark {n} since the gates were mended, "
    "and that nobody but the heron had asked him about it."
    for n in range(4)
]
OTHER = [
    f"The ferry number {n} was sold to an operator in the north last spring, after years of trouble with its engine and "
    "its crew, as the board has told us."
    for n in range(4)
]
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
NEXT = "".join(f"<p>{text}</p>" for text in OTHER)
OWN = f"<h1>{TITLE}</h1>{BODY}"


def text_of(body: str, url: str = URL) -> str:
    html = f"<!doctype html><html lang='en'><head><title>{TITLE}</title></head><body>{body}</body></html>"
    found = read_page(FetchedPage(url, html.encode(), "text/html"), None)
    assert isinstance(found, CleanedArticle), found
    return found.text


@pytest.mark.parametrize(
    "body",
    [
        f"<div class=story data-href='{URL}'>{OWN}</div><div class=story data-href=/2026/11/ferry><h1>The ferry</h1>{NEXT}</div>",
        f"<section class=entry>{OWN}</section><section class=entry><h1><a href=/2026/11/ferry>The ferry</a></h1>{NEXT}</section>",
        f"<div id=post-18 class='post p18'>{OWN}</div><div id=post-21 class='post p21'><h2><a href=/ferry>The ferry</a></h2>{NEXT}</div>",
        (
            f"<section itemtype=https://schema.org/NewsArticle>{OWN}</section>"
            f"<section itemtype=https://schema.org/NewsArticle><meta itemprop=url content=/ferry><h1>The ferry</h1>{NEXT}</section>"
        ),
    ],
)
def test_the_next_post_of_an_endless_page_is_left_out(body: str) -> None:
    assert text_of(f"<main>{body}</main>").split("\n\n") == TEXT


@pytest.mark.parametrize(
    "body",
    [
        f"<section class=part>{OWN}</section><section class=part><h2>The ferry</h2>{NEXT}</section>",
        f"<section class=part>{OWN}</section><section class=part><h2><a href='#ferry'>The ferry</a></h2>{NEXT}</section>",
        f"<div class=col><h1>{TITLE}</h1></div><div class=col><h2><a href=/harbour>Harbour</a></h2>{BODY}{NEXT}</div>",
    ],
)
def test_parts_of_one_article_stay(body: str) -> None:
    assert OTHER[1] in text_of(f"<main>{body}</main>")


def live(tag: str, inner: str = "<time>1{n}:00</time><h3>Entry {n}</h3><p>{text}</p>") -> str:
    entries = "".join(
        f"<{tag} id=entry-{n} class=live>{inner.format(n=n, text=text)}</{tag}>"
        for n, text in enumerate(TEXT)
    )
    return f"<main><h1>{TITLE}</h1><div class=blog>{entries}</div></main>"


@pytest.mark.parametrize("tag", ["article", "section", "div", "li"])
def test_the_entry_of_a_live_blog_that_the_address_names_is_read_alone(tag: str) -> None:
    text = text_of(live(tag), f"{URL}#entry-2")
    assert TEXT[2] in text
    assert not any(other in text for other in (TEXT[0], TEXT[1], TEXT[3]))


@pytest.mark.parametrize("fragment", ["", "#top", "#entry-9"])
def test_a_live_blog_is_read_whole_where_no_entry_is_named(fragment: str) -> None:
    text = text_of(live("div"), URL + fragment)
    assert all(entry in text for entry in TEXT)


def test_a_chapter_that_the_address_names_does_not_cost_the_others() -> None:
    text = text_of(live("section", "<h3>Chapter {n}</h3><p>{text}</p>"), f"{URL}#entry-2")
    assert all(chapter in text for chapter in TEXT)

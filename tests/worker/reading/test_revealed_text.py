"""What waits for a script to be shown is read where it belongs to the article, and stays unread elsewhere."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

TEXT = [
    f"The keeper of lock {n} wrote into his book that the water had stood at mark {n} since the gates were mended, "
    "and that nobody but the heron had asked him about it."
    for n in range(6)
]
TITLE = "Keeper of the lock keeps a book of water"
FIRST = f"<h1>{TITLE}</h1><p>{TEXT[0]}</p><p>{TEXT[1]}</p>"
REST = "".join(f"<p>{text}</p>" for text in TEXT[2:])


def text_of(body: str) -> list[str]:
    html = f"<!doctype html><html lang='en'><head><title>{TITLE}</title></head><body>{body}</body></html>"
    found = read_page(FetchedPage("https://daily.example/lock", html.encode(), "text/html"), None)
    assert isinstance(found, CleanedArticle), found
    return found.text.split("\n\n")


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{FIRST}<div style='display:none'>{REST}</div></article>",
        f"<article>{FIRST}<div class='fade' style='opacity: 0; transform: none'>{REST}</div></article>",
        f"<article>{FIRST}<div hidden>{REST}</div></article>",
        f"<article>{FIRST}<section class='text is-hidden'>{REST}</section></article>",
        f"<article>{FIRST}<div aria-hidden=true>{REST}</div></article>",
        f"<article>{FIRST}" + "".join(f"<p style='visibility:hidden'>{text}</p>" for text in TEXT[2:]) + "</article>",
        f"<article>{FIRST}<p><a href='#'>Weiterlesen</a></p><div id=rest class=d-none>{REST}</div></article>",
        f"<article style='display: none'>{FIRST}{REST}</article>",
        f"<div id=app hidden><main>{FIRST}{REST}</main></div>",
        f"<article>{FIRST}<div style='max-height:0'>{REST}</div></article>",
    ],
)  # fmt: skip
def test_hidden_parts_of_the_article_are_read(body: str) -> None:
    assert [line for line in text_of(body) if line != "Weiterlesen"] == TEXT


NOTE = (
    "<p>"
    + "Leave us your address and we write to you whenever something happens at one of the locks. " * 2
    + "</p>"
)


@pytest.mark.parametrize(
    "hidden",
    [
        f"<div class=modal style='display:none'>{NOTE}{NOTE}</div>",
        f"<div role=dialog hidden>{NOTE}</div>",
        f"<div style='display:none'>{NOTE}<form><input name=mail></form></div>",
        f"<div id=newsletter-box class=hidden>{NOTE}</div>",
        f"<div class='print-only hidden'>{NOTE}</div>",
        "<ul hidden>" + "".join(f"<li><a href=/o/{n}>Another report about the locks of the northern canal, number {n}</a>" for n in range(5)) + "</ul>",
        f"<p style='display:none' class=error-message>{NOTE[3:-4]}</p>",
        f"<div class=share-box><p hidden>{NOTE[3:-4]}</p></div>",
    ],
)  # fmt: skip
def test_what_is_hidden_beside_the_article_stays_so(hidden: str) -> None:
    assert text_of(f"<article>{FIRST}{REST}{hidden}</article>") == TEXT

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
        f"<article class='post-template text-formatted'>{FIRST}<div style='display:none'>{REST}</div></article>",
        f"<div class=top><h1>{TITLE}</h1></div><div style='visibility: hidden; opacity: 0;'>"
        + "".join(f"<section><span>{text}</span></section>" for text in TEXT) + "</div>",
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


ONE, TWO = "Line 4 to the lock, then ten minutes on foot.", "Leave the road at the mill."
TAB = "<li><a role=tab href='#{}'>{}</a></li>"


@pytest.mark.parametrize(
    "panels",
    [
        (
            f"<ul role=tablist>{TAB.format('a', 'By train')}{TAB.format('b', 'By car')}</ul>"
            f"<div role=tabpanel id=a><p>{ONE}</p></div><div role=tabpanel id=b hidden><p>{TWO}</p></div>"
        ),
        (
            "<div role=tablist><button role=tab aria-controls=a>By train</button><button role=tab aria-controls=b>By car</button></div>"
            f"<section id=a><p>{ONE}</p></section><section id=b style='display:none'><p>{TWO}</p></section>"
        ),
        (
            "<div role=tablist><button role=tab>By train</button><button role=tab>By car</button></div>"
            f"<div role=tabpanel>{ONE}</div><div role=tabpanel hidden>{TWO}</div>"
        ),
        (
            f"<h3><button aria-expanded=false>By train</button></h3><div hidden><p>{ONE}</p></div>"
            f"<h3><button aria-expanded=false>By car</button></h3><div hidden><p>{TWO}</p></div>"
        ),
    ],
)
def test_panels_among_paragraphs_stand_open_under_their_words(panels: str) -> None:
    body = f"<article>{FIRST}<div class=ways>{panels}</div>{REST}</article>"
    assert text_of(body) == [*TEXT[:2], "By train", ONE, "By car", TWO, *TEXT[2:]]


@pytest.mark.parametrize(
    "panels",
    [
        (
            "<div role=tablist><button role=tab>Latest</button><button role=tab>Most read</button></div>"
            "<div role=tabpanel><a href=/1>The heron</a></div><div role=tabpanel hidden><a href=/2>The mill</a></div>"
        ),
        "<button aria-expanded=false>Share</button><div class=share-panel hidden><p>Tell your friends of it.</p></div>",
        "<button aria-expanded=false>Sign up</button><div hidden><form><p>Our mail each day.</p><input name=e></form></div>",
        "<div hidden><p>Loading.</p></div>",
    ],
)
def test_panels_of_the_page_stay_shut(panels: str) -> None:
    assert text_of(f"<article>{FIRST}<div class=box>{panels}</div>{REST}</article>") == TEXT


def test_a_part_that_is_cut_off_until_a_click_is_read() -> None:
    part = f"<div class=expand style='max-height:0;overflow:hidden'>{REST}</div>"
    assert text_of(f"<article>{FIRST}{part}<button>Show all</button></article>") == TEXT


def test_sections_that_wait_to_be_scrolled_to_are_read() -> None:
    parts = "".join(f"<section style='visibility:hidden'><p>{text}</p></section>" for text in TEXT[2:])
    shown = "".join(f"<section><p>{text}</p></section>" for text in TEXT[:2])
    assert text_of(f"<article><h1>{TITLE}</h1>{shown}{parts}</article>") == TEXT


@pytest.mark.parametrize(
    "other",
    [
        "<div lang=de hidden><p>Der Wärter der Schleuse schrieb in sein Buch, dass niemand außer dem Reiher gefragt habe.</p></div>",
        "<article hidden><h2>Another lock</h2><p>The keeper of another lock has no book at all, and no heron asks him anything.</p></article>",
    ],
)
def test_a_hidden_translation_or_other_article_is_no_part(other: str) -> None:
    assert text_of(f"<article>{FIRST}{REST}{other}</article>") == TEXT

"""Tables of contents and labels over links that are left out are no text; what only looks so stays."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from worker.document.attribute_inventory import PageNames
from worker.document.html_parsing import parse_html
from worker.document.preparation.contents_lists import drop_contents_lists
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

PROSE = [
    f"Paragraph {letter}: the town council has decided, after a long and open debate with the people of the"
    f" harbour, that the old bridge {letter} will be repaired rather than torn down."
    for letter in "abcd"
]
PARTS = ["Where it stands", "What it costs"]
LINKS = "".join(f"<li><a href='#part-{n}'>{part}</a></li>" for n, part in enumerate(PARTS))
BODY = f"<h2 id=part-0>{PARTS[0]}</h2><p>{PROSE[1]}</p><h2 id=part-1>{PARTS[1]}</h2><p>{PROSE[2]}</p>"


def read_lines(box: str) -> list[str]:
    """Read an article with this box after its first paragraph, and list the lines of its text."""
    body = f"<article><h1>The bridge stays</h1><p>{PROSE[0]}</p>{box}{BODY}</article>"
    page = f"<!doctype html><html lang=en><title>The bridge stays</title><body>{body}"
    done = read_page(FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html"), None)
    assert isinstance(done, CleanedArticle)
    return done.text.split("\n\n")


TEXT = [PROSE[0], PARTS[0], PROSE[1], PARTS[1], PROSE[2]]
LISTS = [
    f"<div id=toc_container class=no_bullets><p class=toc_title>Contents</p><ul class=toc_list>{LINKS}</ul></div>",
    f"<nav class=table-of-contents><h4>In this article</h4><ol>{LINKS}</ol></nav>",
    f"<div class='ez-toc-v2 toc'><span>Inhalt</span> <a href=#>verbergen</a><ul>{LINKS}</ul></div>",
    "<div class=toc><p class=toc_title>Contents</p></div>",
    (
        "<div class=most-read><h3>Most read in Bridges</h3>"
        "<ul><li><a href=/1>Ferry timetable is out</a></li><li><a href=/2>Lamp is back</a></li></ul></div>"
    ),
]


@pytest.mark.parametrize("box", LISTS)
def test_a_list_of_the_pages_own_parts_and_its_label_go(box: str) -> None:
    assert read_lines(box) == TEXT


@pytest.mark.parametrize(
    "box",
    [
        "<div class=toc><p>The list of contents of the old bridge book names forty stones, each with a story.</p></div>",
        "<div class=toc><a href='/issue/1'>Ferry timetable</a><a href='/issue/2'>The lamp is back</a></div>",
        f"<div class=toc-page><h1>The bridge stays</h1><ul>{LINKS}</ul></div>",
        f"<div class=stocks><ul>{LINKS}</ul></div>",
    ],
)
def test_what_only_looks_like_a_table_of_contents_stays(box: str) -> None:
    tree = parse_html(f"<body>{box}</body>")
    assert tree is not None
    drop_contents_lists(PageNames(tree))
    assert tree.find(".//div") is not None


def test_a_heading_over_text_of_its_own_stays_beside_a_list_of_links() -> None:
    said = "The board keeps all papers on it in the hall, where anybody may read them at any time."
    links = "<ul><li><a href=/1>Ferry timetable is out</a></li><li><a href=/2>Lamp is back</a></li></ul>"
    lines = read_lines(f"<section><h2>Papers</h2><p>{said}</p>{links}</section>")
    assert lines[:3] == [PROSE[0], "Papers", said]


@pytest.mark.parametrize(
    "foot",
    [
        "<hr><a href='/'>Back</a>",
        "<hr><br><p><a href='/'>Home</a> | <a href='/guests'>Guests</a></p>",
        "<hr size=1><center><a href='index.htm'>Retour</a></center>",
    ],
)
def test_links_below_a_rule_at_the_end_are_no_text(foot: str) -> None:
    page = f"<html lang=en><title>The bridge</title><body><h1>The bridge</h1>{'<br><br>'.join(PROSE)}{foot}</body>"
    done = read_page(FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html"), None)
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == PROSE


def test_a_line_below_a_rule_that_is_no_link_stays() -> None:
    foot = "<hr><p>The board meets again in May, and <a href='/'>all are welcome</a> to it.</p>"
    page = f"<html lang=en><title>The bridge</title><body><h1>The bridge</h1>{'<br><br>'.join(PROSE)}{foot}</body>"
    done = read_page(FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html"), None)
    assert isinstance(done, CleanedArticle)
    assert done.text.endswith("The board meets again in May, and all are welcome to it.")

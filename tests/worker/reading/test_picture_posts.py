"""A post that is a picture has the picture's words as its text."""

import pytest

from feedmill._ledger.core.records import Entry
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

WORDS = "The fox admits that he never finished the book."
PICTURE = f"<img src='/f1.png' alt='{WORDS}'>"
BUTTONS = "<p><a href='/0'>Back</a> <a href='/2'>On</a></p>"
LONG = "<p>" + "The keeper of the lock wrote this down on the evening of the flood. " * 8 + "</p>"


def read(body: str, entry: str | None) -> str:
    page = f"<html><head><title>Fox 1</title></head><body>{body}</body></html>".encode()
    told = Entry(link="http://a.example/1", title="Fox 1", summary=entry) if entry else None
    found = read_page(FetchedPage("http://a.example/1", page, "text/html; charset=utf-8"), told)
    return found.text if isinstance(found, CleanedArticle) else ""


@pytest.mark.parametrize(
    ("body", "entry"),
    [
        (f"{BUTTONS}<p>{PICTURE}</p><p><small>Embed: /f1.png</small></p>", PICTURE),
        (f"<div id=comic><img src='/f1.png' alt='Fox 1' title='{WORDS}'></div>{BUTTONS}", PICTURE),
        (f"<main><figure>{PICTURE}</figure></main>", f"<p><a href='/1'>{PICTURE}</a></p>"),
        (f"<p>{PICTURE}</p>", f"<img src='/f1.png' title='{WORDS}'/>"),
    ],
)
def test_the_words_of_the_picture_are_the_text(body: str, entry: str) -> None:
    assert read(body, entry) == WORDS


@pytest.mark.parametrize(
    ("body", "entry"),
    [
        (f"<article><h1>Fox 1</h1>{PICTURE}{LONG}</article>", PICTURE),
        (f"<p>{PICTURE}</p><p>A short note.</p>", None),
        (f"<p>{PICTURE}</p><p>A short note of the day.</p>", f"{PICTURE} A short note of the day."),
        ("<p><img src='/ad.png' alt='Buy our new book about foxes'></p><p>A note.</p>", PICTURE),
        ("<p><img src='/f1.png' alt='Fox 1'></p><p>A note.</p>", "<img src='/f1.png' alt='Fox 1'>"),
    ],
)
def test_other_pages_keep_their_own_text(body: str, entry: str | None) -> None:
    assert WORDS not in read(body, entry)

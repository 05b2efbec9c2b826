"""A page that is read keeps each running paragraph of its article, in whatever structure and script."""

# ruff: noqa: E501  markup reads better in one line

import re

import pytest
from support.random_pages import write_random_page

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage


def drop_white_space(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("seed", range(80))
def test_every_long_paragraph_is_in_the_text_as_often_as_the_page_shows_it(seed: int) -> None:
    page, paragraphs = write_random_page(seed)
    found = read_page(
        FetchedPage("https://courier.example/news/harbour-plan", page.encode(), "text/html; charset=utf-8"),
        None,
    )
    assert isinstance(found, CleanedArticle)
    text = drop_white_space(found.text)
    assert [text.count(drop_white_space(paragraph)) for paragraph in paragraphs] == [1] * len(paragraphs)


PAGE = "<html><head><title>Harbour plan agreed</title></head><body><main><h1>Harbour plan agreed</h1>{}</main></body></html>"
SENTENCES = (
    "The council met on Tuesday evening to decide how the old harbour should be rebuilt after the storm.",
    "After three hours of debate the members voted for the cheaper of two plans, which keeps the market.",
    "The ferry company had asked for a landing nearer to the station, as most passengers come by train.",
    "Work is to begin in the spring, when the ice has gone and barges can bring stone from the quarry.",
)


@pytest.mark.parametrize(
    "box",
    [
        "<div class=promo>{}</div>",
        "<div><a href=/other>{}</a></div>",
        "<div><p>Should the ferry move?</p><label><input type=radio>{}</label></div>",
        "<div class=newsletter-box><p>{}</p></div>",
    ],
)
def test_a_box_of_the_page_between_paragraphs_stays_out(box: str) -> None:
    first, second, third, said = SENTENCES
    body = f"<section><p>{first}</p></section>{box.format(said)}<ul><li>{second}</li></ul><p>{third}</p>"
    found = read_page(FetchedPage("https://courier.example/n", PAGE.format(body).encode(), "text/html"), None)
    assert isinstance(found, CleanedArticle)
    assert said not in found.text
    assert first in found.text

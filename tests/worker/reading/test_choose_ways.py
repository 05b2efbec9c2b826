"""Which ways of extraction a page is read by: one for most, a second only where it could tell something."""

import pytest

from worker.extraction import candidate_choice
from worker.extraction.page_reader import read_page
from worker.extraction.trafilatura_adapter import ExtractionMode, extract_body
from worker.page_models import CleanedArticle, FetchedPage

SAID = [
    f"Sentence {number} of the report says what the council decided about the old harbour, how much it will "
    f"cost, who pays for it and when the work on quay number {number} is to begin."
    for number in range(1, 31)
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[ExtractionMode]:
    ways: list[ExtractionMode] = []

    def noted(
        tree: candidate_choice.HtmlElement, way: ExtractionMode = "usual", **more: bool
    ) -> candidate_choice.HtmlElement | None:
        ways.append(way)
        return extract_body(tree, way, **more)

    monkeypatch.setattr(candidate_choice, "extract_body", noted)
    return ways


def paragraphs(first: int, last: int) -> str:
    return "".join(f"<p>{said}</p>" for said in SAID[first:last])


def article(body: str) -> str:
    page = f"<html><head><title>Harbour plan</title></head><body><h1>Harbour plan</h1>{body}</body></html>"
    read = read_page(FetchedPage("https://daily.example/harbour", page.encode(), "text/html"), None)
    assert isinstance(read, CleanedArticle)
    return read.text


def test_a_long_text_that_leaves_nothing_out_is_read_once(asked: list[ExtractionMode]) -> None:
    text = article(f"<nav><a href='/'>Home</a></nav><article>{paragraphs(0, 12)}</article>")
    assert asked == ["fast"]
    assert text.count("Sentence") == 12


def test_a_short_text_gets_a_second_opinion(asked: list[ExtractionMode]) -> None:
    text = article(f"<article>{paragraphs(0, 4)}</article>")
    assert asked == ["fast", "usual"]
    assert text.count("Sentence") == 4


def test_a_text_that_leaves_most_of_the_page_out_gets_a_second_opinion(asked: list[ExtractionMode]) -> None:
    text = article(f"<article>{paragraphs(0, 10)}</article><div class='later'>{paragraphs(10, 30)}</div>")
    assert asked[:2] == ["fast", "usual"]
    assert text.count("Sentence") == 30

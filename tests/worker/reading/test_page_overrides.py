# ruff: noqa: E501 - markup stands as a page has it
"""What the operator's selectors name wins over what is found without them; what fails falls back."""

from datetime import UTC, datetime
from itertools import count

import pytest
from support.growth import LINEAR, growth

from feedmill._operator_rules.override_selectors import SelectorError, parse_selectors
from feedmill._operator_rules.page_overrides import PageOverrides
from worker.document.element_selection import SelectionTimeoutError, StepTimer, select_elements
from worker.document.html_parsing import parse_html
from worker.extraction.page_reader import read_page
from worker.metadata.override_reader import OverrideRun
from worker.page_models import CleanedArticle, FetchedPage

TEXT = [
    f"Sentence {number} of the harbour report, long enough to be a paragraph of news." for number in range(9)
]
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
PAGE = f"""<html lang=en><head><title>The Daily: harbour</title><meta name=author content="Web Desk"></head><body>
<div id=top><h2 class="big head">Harbour plan agreed</h2><i class=by>By <a>Ada Miller</a> and <a>Bo Smith</a></i>
<span class=when>3 March 2025</span></div><article>{BODY}<div class=ask><p>Give to our harbour fund, we beg you, dear reader.</p></div></article>
<section class=quote><p>A pull quote that the operator wants alone.</p></section></body></html>"""


def clean(rules: PageOverrides | None, page: str = PAGE) -> tuple[CleanedArticle, OverrideRun]:
    run = OverrideRun(rules or PageOverrides())
    found = read_page(FetchedPage("https://daily.example/harbour", page.encode()), None, overrides=run)
    assert isinstance(found, CleanedArticle), found
    return found, run


ITEMS = "<html><body><ul id=l><li class='a b'>1</li><!-- c --><li data-x=ab-c>2</li><li>3<b>4</b></li></ul><b>5</b></body></html>"


@pytest.mark.parametrize(
    ("selector", "texts"),
    [
        ("li", "1 2 34"),
        ("LI.a.b", "1"),
        ("#l > li + li", "2 34"),
        (".a ~ li", "2 34"),
        ("ul b, body > b", "4 5"),
        ("html li b", "4"),
        ("[data-x]", "2"),
        ("[data-x='ab-c']", "2"),
        ("[data-x|=ab]", "2"),
        ("[data-x^=a][data-x$=c][data-x*='-']", "2"),
        ("[class~=b]", "1"),
        ("[data-x^='']", ""),
        ("li:not(.a)", "2 34"),
        ("li:first-child", "1"),
        ("li:last-child", "34"),
        ("li:nth-child(2)", "2"),
        ("li:nth-child(2n+1)", "1 34"),
        ("li:nth-last-child(-n+2)", "2 34"),
        ("b:first-of-type", "4 5"),
        ("p", ""),
    ],
)
def test_selectors_find_what_they_say(selector: str, texts: str) -> None:
    tree = parse_html(ITEMS)
    assert tree is not None
    found = select_elements(tree, parse_selectors(selector))
    assert " ".join(one.text_content() for one in found) == texts


@pytest.mark.parametrize(
    "selector",
    ["", "a >", "a::text", "a:has(b)", ":is(a, b)", "a:hover", "ns|a", "[a!=b]", "[a=b i]", ":nth-child(x)", "a:not(b c)", "{"],
)  # fmt: skip
def test_what_is_no_selector_that_is_read_is_refused(selector: str) -> None:
    with pytest.raises(SelectorError):
        parse_selectors(selector)


def test_what_selectors_find_wins() -> None:
    rules = PageOverrides(
        text=(".quote",), title=(".head",), authors=(".by a",), published=(".when",), drop=(".ask",)
    )
    found, run = clean(rules)
    assert found.text == "A pull quote that the operator wants alone."
    assert (found.title, found.authors) == ("Harbour plan agreed", ("Ada Miller", "Bo Smith"))
    assert found.published_at == datetime(2025, 3, 3, tzinfo=UTC)
    assert (run.missing, run.slow) == ({}, {})


def test_texts_come_in_the_pages_order_and_once() -> None:
    found, _ = clean(PageOverrides(text=(".quote", "article", "article p"), drop=(".ask",)))
    assert found.text.split("\n\n") == [*TEXT, "A pull quote that the operator wants alone."]


def test_what_is_dropped_is_no_part_of_the_text() -> None:
    assert "harbour fund" in clean(PageOverrides(text=("article",)))[0].text
    assert "harbour fund" not in clean(PageOverrides(drop=("article > .ask",)))[0].text


def test_what_finds_nothing_falls_back_and_is_noted() -> None:
    usual, _ = clean(None)
    rules = PageOverrides(
        text=(".none", ".no"), title=("h6",), authors=("h6",), published=("h2",), drop=("h6",)
    )
    found, run = clean(rules)
    assert found == usual
    assert run.missing == {
        "text": ".none, .no",
        "title": "h6",
        "authors": "h6",
        "published": "h2",
        "drop": "h6",
    }


def test_time_is_looked_at_while_elements_are_compared() -> None:
    tree = parse_html(f"<html><body>{'<p>x</p>' * 500}</body></html>")
    assert tree is not None
    ticks = count()
    with pytest.raises(SelectionTimeoutError):
        select_elements(tree, parse_selectors("p ~ p ~ b"), StepTimer(20.0, lambda: float(next(ticks))))


def count_checks(_max_cpu_s: float) -> StepTimer:
    """Make a timer whose time is the number of its checks."""
    ticks = count()
    return StepTimer(2000.0, lambda: float(next(ticks)))


def test_a_selector_that_takes_too_long_is_switched_off_and_falls_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("worker.document.element_selection.StepTimer", count_checks)
    page = PAGE.replace("<section", "<i>x</i>" * 5000 + "<section")
    found, run = clean(PageOverrides(text=("b ~ i", "article")), page)
    assert run.slow == {"text": "b ~ i"}
    assert run.switched_off == {"b ~ i"}
    assert TEXT[0] in found.text
    again = OverrideRun(run.rules, run.switched_off)
    read_page(FetchedPage("https://daily.example/", page.encode()), None, overrides=again)
    assert again.slow == run.slow


def test_selecting_grows_with_the_page() -> None:
    def select(size: int) -> None:
        tree = parse_html(f"<html><body>{'<div><p class=a>x</p></div>' * size}</body></html>")
        assert tree is not None
        select_elements(tree, parse_selectors("body div > p.a:not(.b)"), StepTimer(1000.0))

    assert growth(select, 500) < LINEAR

"""Lists, summaries and addresses below the last paragraph stay where they are of the article."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

PROSE = [
    f"Paragraph {letter}: the town council has decided, after a long and open debate with the people of the"
    f" harbour, that the old bridge {letter} will be repaired rather than torn down."
    for letter in "abcd"
]
SOURCES = {"https://board.test/minutes": "Harbour board, minutes of 4 May", "https://www.survey.test/bridge.pdf": "Survey of the bridge", "https://count.test/": "Count of ships"}  # fmt: skip
OWN = {"/n/ferry": "Ferry late again after storm", "/n/fair": "The fair opens on Sunday", "/n/roof": "A new roof for the school"}  # fmt: skip


def read_lines(tail: str) -> list[str]:
    """Read an article that ends with this, and list the lines of its text."""
    inner = "".join(f"<p>{text}</p>" for text in PROSE) + tail
    body = f"<h1>The bridge stays</h1><div class=c-story__text>{inner}</div>"
    page = f"<!doctype html><html lang=en><title>The bridge stays</title><body>{body}"
    done = read_page(
        FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html; charset=utf-8"), None
    )
    assert isinstance(done, CleanedArticle)
    return [line.strip().removeprefix("- ") for line in done.text.split("\n") if line.strip()]


def list_links(links: dict[str, str], tag: str = "ul") -> str:
    """Write a list of links."""
    items = "".join(f"<li><a href='{address}'>{text}</a></li>" for address, text in links.items())
    return f"<{tag}>{items}</{tag}>"


@pytest.mark.parametrize("tag", ["ul", "ol"])
@pytest.mark.parametrize(
    ("lead", "label"),
    [
        ("<h2>Sources</h2>", "Sources"),
        ("<p><strong>参考資料</strong></p>", "参考資料"),
        ("<p>المصادر:</p>", "المصادر:"),
        ("<p>What this report goes by:</p>", "What this report goes by:"),
    ],
)
def test_the_sources_of_an_article_stay(lead: str, label: str, tag: str) -> None:
    assert read_lines(lead + list_links(SOURCES, tag)) == [*PROSE, label, *SOURCES.values()]


def test_sources_in_paragraphs_of_their_own_stay() -> None:
    links = "".join(f"<p><a href='{address}'>{text}</a></p>" for address, text in SOURCES.items())
    assert read_lines(f"<h3>Documents</h3>{links}") == [*PROSE, "Documents", *SOURCES.values()]


def test_a_list_of_links_that_is_the_article_stays() -> None:
    titles = [f"What was found at lock {n} of the canal" for n in range(12)]
    links = list_links({f"https://lock{n}.test/": title for n, title in enumerate(titles)})
    page = f"<!doctype html><html lang=en><title>Links of the week</title><body><main><h1>Links of the week</h1><p>{PROSE[0]}</p>{links}</main>"
    done = read_page(FetchedPage("https://mill.test/n/week", page.encode(), "text/html; charset=utf-8"), None)
    assert isinstance(done, CleanedArticle)
    assert [title for title in titles if title not in done.text] == []


CHANNELS = {"https://www.facebook.com/mill": "The mill on Facebook", "https://x.com/mill": "The mill on X"}


@pytest.mark.parametrize(
    "tail",
    [
        f"<h2>From the harbour</h2>{list_links(OWN)}",
        f"<h2>From the harbour</h2>{list_links({**SOURCES, **OWN})}",
        f"<h2>Find us</h2>{list_links(CHANNELS)}",
        f"<div class=related-links><h2>Sources</h2>{list_links(SOURCES)}</div>",
        f"<h2>Related articles</h2>{list_links(SOURCES)}",
        list_links(SOURCES),
    ],
)
def test_lists_of_the_page_do_not_stay(tail: str) -> None:
    assert read_lines(tail) == PROSE


@pytest.mark.parametrize(
    "heading",
    [
        "Questions to <a href='mailto:board@harbour.test'>board@harbour.test</a>",
        "Rückfragen: Anna Berg, <a href='mailto:berg@harbour.test'>berg@harbour.test</a>",
    ],
)
def test_a_last_heading_that_names_whom_to_write_to_stays(heading: str) -> None:
    assert "harbour.test" in read_lines(f"<h3>{heading}</h3>")[-1]


def test_a_last_list_without_links_stays() -> None:
    items = ["The fishermen will meet again on Friday.", "Work begins in March"]
    listed = "".join(f"<li>{item}</li>" for item in items)
    assert read_lines(f"<h3>What comes next</h3><ul>{listed}</ul>") == [*PROSE, "What comes next", *items]


DAYS = ["Monday, 9 am", "Tuesday, 10 am", "8 May 2026"]


@pytest.mark.parametrize(
    "tail",
    [
        "<h3>Hearings</h3>" + "".join(f"<p>{day}</p>" for day in DAYS),
        "<p>Hearings:<br>" + "<br>".join(DAYS) + "</p>",
        "<p>Hearings:</p>" + "".join(f"<div>{day}</div>" for day in DAYS),
    ],
)
def test_days_that_a_heading_or_a_colon_leads_in_stay(tail: str) -> None:
    assert read_lines(tail)[-3:] == DAYS


@pytest.mark.parametrize("tail", ["<p>8 May 2026</p>", "<p>Share</p><p>8 May 2026</p>"])
def test_a_day_that_nothing_leads_in_is_a_row_of_the_page(tail: str) -> None:
    assert read_lines(tail) == PROSE


def test_a_card_and_the_heading_of_a_form_below_the_article_go() -> None:
    card = "<div class=item><div><img src=/1.jpg></div><p>The mill is honoured for its bread.</p><a href=/n/9>Read on about this and other honours</a></div>"
    inner = "".join(f"<p>{text}</p>" for text in PROSE)
    page = f"<!doctype html><html lang=en><title>The bridge stays</title><body><main><h1>The bridge stays</h1><div class=text>{inner}</div></main><div class=others>{card}</div>"
    done = read_page(
        FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html; charset=utf-8"), None
    )
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == PROSE


ASKING = "<section class=o-box><div><h3>Stand up for the mill!</h3><p>We grind so that all can eat, and we need your help.</p></div><form action=https://give.test/><h3>I would like to give</h3><input type=number name=sum><button>Give</button></form></section>"


@pytest.mark.parametrize("place", [0, 1])
def test_boxes_with_a_form_to_fill_around_the_article_go(place: int) -> None:
    inner = "".join(f"<p>{text}</p>" for text in PROSE)
    article = f"<section><h1>The bridge stays</h1><div class=text>{inner}</div></section>"
    parts = [ASKING, article] if place == 0 else [article, ASKING]
    page = f"<!doctype html><html lang=en><title>The bridge stays</title><body><main>{''.join(parts)}</main>"
    done = read_page(
        FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html; charset=utf-8"), None
    )
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == PROSE


def test_a_box_with_a_form_to_fill_among_the_paragraphs_goes() -> None:
    box = "<section class=support-us><h3>Stand by the mill</h3><p>Boats will be counted again in June.</p><form action=/give><input type=number><button>OK</button></form></section>"
    assert read_lines(box) == PROSE


@pytest.mark.parametrize(
    "last", ["<li>Boats will be counted in June.</li>", "<li>In June</li><li>In July</li>"]
)
def test_the_last_items_of_a_list_stay_with_the_others(last: str) -> None:
    listed = "".join(f"<li><p>{text.replace('bridge', 'weir')}</p></li>" for text in PROSE[:2])
    assert read_lines(f"<ol>{listed}{last}</ol>")[-1] in ("Boats will be counted in June.", "In July")


def test_an_article_within_a_form_stays() -> None:
    inner = "".join(f"<p>{text}</p>" for text in PROSE)
    page = f"<!doctype html><html lang=en><title>x</title><body><form id=aspnetForm><input type=text name=q><h1>The bridge stays</h1><div class=text>{inner}</div></form>"
    done = read_page(
        FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html; charset=utf-8"), None
    )
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == PROSE


def test_a_summary_in_an_aside_stays_at_the_end() -> None:
    points = ["No mooring is lost", "Work begins in March"]
    items = "".join(f"<li>{point}</li>" for point in points)
    assert read_lines(f"<aside class=highlights><h3>In short</h3><ul>{items}</ul></aside>")[-2:] == points

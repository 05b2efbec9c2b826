# ruff: noqa: E501 - a row of a table stands in one line
"""Which page is the next one of an article, which is another article's, and how their texts join."""

from dataclasses import replace

import pytest

from feedmill._operator_rules.page_overrides import PageOverrides
from worker.continuation.article_identity import PageIdentity, fold_title, is_same_article
from worker.continuation.next_page_choice import NextPageChoice, follow_pages
from worker.continuation.text_joining import FurtherText, join_pages
from worker.extraction.page_reader import read_page
from worker.metadata.override_reader import OverrideRun
from worker.page_models import CleanedArticle, FetchedPage
from worker.publishing.article_sanitizer import MAX_TEXT_CHARS

URL = "https://daily.example/news/harbour-plan"
TITLE = "Council agrees on the harbour plan"


def sentences(name: str, count: int = 6) -> list[str]:
    return [
        f"The {name} of the harbour was looked at for the {number}th time, and the council took its decision."
        for number in range(count)
    ]


def build(
    url: str, texts: list[str], *, title: str = TITLE, head: str = "", top: str = "", after: str = ""
) -> FetchedPage:
    body = "".join(f"<p>{text}</p>" for text in texts)
    markup = (
        f"<html lang=en><head><title>{title}</title>{head}</head><body><main><article><h1>{title}</h1>"
        f"{top}{body}</article>{after}</main></body></html>"
    )
    return FetchedPage(url, markup.encode(), "text/html; charset=utf-8")


def pager(*links: str) -> str:
    return f"<nav class=pager>{' '.join(links)}</nav>"


def link(address: str, text: str = "2") -> str:
    return f"<a href='{address}'>{text}</a>"


def follow(first: FetchedPage, *others: FetchedPage, selector: str = "") -> NextPageChoice:
    run = OverrideRun(PageOverrides(next=(selector,))) if selector else None
    return follow_pages((first, *others), run)


@pytest.mark.parametrize(
    ("url", "head", "after", "next_url"),
    [
        # by the head, by numbers, by words
        (URL, "<link rel=next href='/news/harbour-plan?page=2'>", "", f"{URL}?page=2"),
        (URL, "", pager(link("?page=1", "1"), link("?page=2"), link("?page=3", "3")), f"{URL}?page=2"),
        (URL, "", pager(link("?seite=3", "3"), link("?seite=2")), f"{URL}?seite=2"),
        (f"{URL}/", "", pager(link("/news/harbour-plan/2/")), f"{URL}/2/"),
        (f"{URL}.html", "", pager(link("harbour-plan-2.html")), f"{URL}-2.html"),
        (f"{URL}.html", "", "<a rel=next href='harbour-plan_2.html'>Suivante</a>", f"{URL}_2.html"),
        (URL, "", link("?page=2", "Weiter auf <b>Seite 2</b>"), f"{URL}?page=2"),
        (URL, "", link("?page=2#text", "Next page"), f"{URL}?page=2"),
        (f"{URL}?id=7&page=2", "", pager(link("?id=7&page=1", "1"), link("?id=7&page=3", "3")), f"{URL}?id=7&page=3"),
        (f"{URL}?utm_source=feed", "", "<a rel=next href='/news/harbour-plan?p=2'>Next</a>", f"{URL}?p=2"),
        # counted from nought
        (URL, "", pager("<b>1</b>", link("?page=1", "2"), link("?page=2", "3"), link("?page=1", "Next ›")), f"{URL}?page=1"),
        (URL, "<link rel=next href='?page=1'>", "", f"{URL}?page=1"),
        (URL, "", pager(link("?page=1", "1"), link("?page=1", "More")), None),
        (URL, "", f"<div class=comments>{pager(link('?page=1', '2'))}</div>", None),
        # the last page; a page that leads past the next one alone
        (f"{URL}?page=3", "", pager(link("?page=1", "1"), link("?page=2")), None),
        (URL, "", pager(link("?page=5", "5")), None),
        # the next post, a part of a series, another site, comments, lists, notes, teasers
        (URL, "<link rel=next href='/news/the-lamp-is-back'>", "", None),
        (URL, "<link rel=next href='/news/harbour-plan-2'>", "", None),
        (URL, "", link("/news/harbour-plan-part-2", "Part 2"), None),
        (URL, "<link rel=next href='https://other.example/news/harbour-plan?page=2'>", "", None),
        (URL, "", "<div id=comments><a rel=next href='?page=2'>2</a></div>", None),
        (URL, "", link("?comment-page=2"), None),
        (URL, "", link("/news/harbour-plan/comment-page-2"), None),
        (URL, "", f"<div class=related-list>{link('?page=2')}</div>", None),
        (URL, "", link("?page=2", "2 more comments"), None),
        (URL, "", link("?page=2", "The lamp is back"), None),
        (URL, "", "<p>See note <a href='#n2'>2</a> and rule <a href='/rules/2'>2</a>.</p>", None),
        ("https://daily.example/", "<link rel=next href='/page/2'>", "", None),
        (URL, "<link rel=prev href='?page=2'>", "", None),
        (URL, "<link rel=next href='http://[broken'>", link("javascript:next(2)"), None),
    ],
)  # fmt: skip
def test_the_next_page_of_an_article(url: str, head: str, after: str, next_url: str | None) -> None:
    page = build(url, sentences("plan"), head=head, after=after)
    assert follow(page).next_url == next_url
    read = read_page(page, None)
    assert isinstance(read, CleanedArticle)
    assert read.next_page == next_url


@pytest.mark.parametrize(
    ("first", "second", "third"),
    [
        (URL, f"{URL}?page=2", "?page=3"),
        (f"{URL}/", f"{URL}/2/", "/news/harbour-plan/3/"),
        (f"{URL}.html", f"{URL}-2.html", "harbour-plan-3.html"),
        (URL, f"{URL}/seite-2", "seite-3"),
        (URL, f"{URL}?page=1", "?page=2"),
    ],
)
def test_a_later_page_leads_on_by_the_first_ones_address(first: str, second: str, third: str) -> None:
    pages = (
        build(first, sentences("plan"), after=pager(link("x", "2"))),
        build(second, sentences("lock"), after=pager(link(third, "3"))),
    )
    chain = follow(*pages)
    assert chain.pages == pages
    assert chain.next_url is not None
    assert chain.next_url.endswith(third)
    assert not chain.is_whole
    last = build(chain.next_url, sentences("quay"), after=pager(link(second, "2")))
    assert follow(*pages, last) == NextPageChoice((*pages, last), is_whole=True)


@pytest.mark.parametrize(
    ("title", "canonical", "is_same"),
    [
        (TITLE, None, True),
        (f"{TITLE} - Page 2", f"{URL}?page=2", True),
        (f"{TITLE} (2/5)", URL, True),
        (f"{TITLE} | Seite 2 von 5", f"{URL}?utm_source=x&page=2", True),
        (f"Page 2: {TITLE}", "https://www.daily.example/news/harbour-plan?page=2#top", True),
        (f"{TITLE} – страница 2", None, True),
        # the next part of a series, the next story of an endless page, a list, comments
        (f"{TITLE}, part 2", None, False),
        (f"{TITLE} 2", None, False),
        ("The lamp is back", None, False),
        ("The lamp is back", URL, False),
        (TITLE, "https://daily.example/news/the-lamp-is-back", False),
        (TITLE, "https://daily.example/news/", False),
        ("Comments", None, False),
        (None, None, False),
    ],
)
def test_a_page_of_another_article_is_known_by_headline_and_address(
    title: str | None, canonical: str | None, is_same: bool
) -> None:
    first = PageIdentity(URL, TITLE, URL)
    assert is_same_article(first, PageIdentity(f"{URL}?page=2", title, canonical)) is is_same


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ("記事の題名（2/3）", "記事の題名"),
        ("記事の題名 (2ページ目)", "記事の題名"),
        ("标题 - 第2页", "标题"),
        ("The 2 of 3", "the2of3"),
        ("Page 2", "page2"),
        (None, ""),
    ],
)
def test_the_number_of_a_page_is_no_part_of_a_title(title: str | None, folded: str) -> None:
    assert fold_title(title) == folded


def test_a_page_of_another_article_is_left_out_and_the_article_is_not_whole() -> None:
    first = build(URL, sentences("plan"), after=pager(link("?page=2")))
    other = build(f"{URL}?page=2", sentences("lamp"), title="The lamp is back after a year")
    assert follow(first, other) == NextPageChoice((first,))
    no_page = FetchedPage(f"{URL}?page=2", b"%PDF-1.7", "application/pdf")
    assert follow(first, no_page) == NextPageChoice((first,))


def test_a_selector_names_the_next_page_whatever_its_headline() -> None:
    first = build(
        URL, sentences("plan"), after="<b class=on><a href='/n/7'>On</a></b><a rel=next href='?page=2'>2</a>"
    )
    assert follow(first, selector=".on").next_url == "https://daily.example/n/7"
    second = build("https://daily.example/n/7", sentences("lock"), title="The lock")
    assert follow(first, second, selector=".on") == NextPageChoice((first, second), is_whole=True)
    for elsewhere in ("https://other.example/n/7", "", "mailto:a@b.example", URL + "#more"):
        page = build(
            URL,
            sentences("plan"),
            after=f"<a class=on href='{elsewhere}'>On</a><a rel=next href='?page=2'>2</a>",
        )
        assert follow(page, selector=".on").next_url is None
    run = OverrideRun(PageOverrides(next=(".none",)))
    read = read_page(first, None, overrides=run)
    assert isinstance(read, CleanedArticle)
    assert (read.next_page, "more_pages" in read.doubts, run.missing) == (None, False, {})


def clean(page: FetchedPage, *further: FetchedPage, is_whole: bool = True) -> CleanedArticle:
    texts = tuple(read for one in further if isinstance(read := read_page(one, None), CleanedArticle))
    assert len(texts) == len(further)
    read = read_page(page, None, further=FurtherText(texts, is_whole) if further else None)
    assert isinstance(read, CleanedArticle)
    return read


LEAD = "<p class=lead>The plan was talked about for nine years before the council took it up at last.</p>"
NOTE = "<p class=note>This report was first printed in the yearbook of the harbour office of Wendle.</p>"


def test_pages_join_in_order_each_line_once() -> None:
    texts = sentences("plan"), sentences("lock"), sentences("quay")
    pages = [
        build(f"{URL}?page={number}", text, top=LEAD, after=NOTE + pager(link(f"?page={number + 1}", "Next")))
        for number, text in enumerate(texts, 1)
    ]
    read = clean(*pages)
    lines = [line.text for line in read.lines]
    assert [line for line in lines if line.startswith("The ") and "time" in line] == [
        *texts[0],
        *texts[1],
        *texts[2],
    ]
    assert lines.count(lines[0]) == 1
    assert sum("yearbook" in line for line in lines) <= 1
    assert "Next" not in lines
    assert read.text == "\n\n".join(lines)
    assert read.word_count == len(read.text.split())
    assert "more_pages" not in read.doubts
    assert len({line.home for line in read.lines}) >= len(pages)
    assert "more_pages" in clean(*pages, is_whole=False).doubts


def test_a_page_with_the_same_text_again_is_not_the_next_one() -> None:
    first = build(URL, sentences("plan"), after=pager(link("?page=2")))
    same = build(f"{URL}?page=2", sentences("plan"), after="<p>Other comments.</p>")
    read = clean(first, same)
    assert read.text == clean(first).text
    assert "more_pages" not in read.doubts


def test_pages_join_as_long_as_the_text_may_be_published() -> None:
    first = clean(build(URL, sentences("plan")))
    long = replace(clean(build(f"{URL}?page=2", sentences("lock"))), text="x" * MAX_TEXT_CHARS)
    assert join_pages(first, FurtherText((long,), is_whole=True)) == (first, False)


def test_a_line_amid_a_page_stays_whatever_another_page_has() -> None:
    refrain = "And so the lamp went out."
    first = build(URL, [*sentences("plan", 3), refrain, *sentences("mill", 3), refrain])
    second = build(f"{URL}?page=2", [*sentences("lock", 3), refrain, *sentences("quay", 3), refrain])
    joined, _ = join_pages(clean(first), FurtherText((clean(second),), is_whole=True))
    assert joined.text.count(refrain) == 4

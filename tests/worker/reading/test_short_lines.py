"""Short lines between an article's paragraphs stay where their place shows that they are of it."""

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

PROSE = [
    f"Paragraph {letter}: the town council has decided, after a long and open debate with the people of the"
    f" harbour, that the old bridge {letter} will be repaired rather than torn down."
    for letter in "abcd"
]


def read_lines(inner: str, around: str = "<div class=c-story__text>{}</div>") -> list[str]:
    """Read an article with this content after its first paragraph, and list the lines of its text."""
    first, *others = (f"<p>{text}</p>" for text in PROSE)
    body = f"<h1>The bridge stays</h1>{around.format(first + inner + ''.join(others))}"
    page = f"<!doctype html><html lang=en><title>The bridge stays</title><body>{body}"
    done = read_page(
        FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html; charset=utf-8"), None
    )
    assert isinstance(done, CleanedArticle)
    return [line.strip().removeprefix("- ") for line in done.text.split("\n") if line.strip()]


def qa(question: str, answer: str) -> str:
    """Write a question and its answer as themes without headings do."""
    return f"<div class=question>{question}</div><div class=answer><p>{answer}</p></div>"


def test_short_paragraphs_in_boxes_between_and_below_paragraphs_stay() -> None:
    said = ["وقالت رئيسة البلدية إن أحدا لن يفقد مكانه في المرسى وإن الرسوم ستبقى على حالها.", "ويريد المعارضون مراجعة الأرقام من جديد لأنهم يشكون في أن الجسر يتحمل الشاحنات."]  # fmt: skip  # noqa: E501
    first, last = ("وافق المجلس البلدي مساء الثلاثاء على خطة الميناء بعد نقاش استمر ثلاث ساعات وحضره تسعون شخصا.", "ومن المقرر أن يبدأ العمل في الرصيف في شهر مارس بعد أن تحضر الشركة الرافعات على طول الساحل.")  # fmt: skip  # noqa: E501
    inner = f"<p>{first}</p><div>{said[0]}</div><p>{last}</p><div class=text-block>{said[1]}</div>"
    page = (
        f"<!doctype html><html lang=ar><title>x</title><body><h1>الميناء</h1><div class=kaqlz>{inner}</div>"
    )
    done = read_page(FetchedPage("https://mill.test/n/9", page.encode(), "text/html; charset=utf-8"), None)
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == [first, said[0], last, said[1]]


REPORT = "The report on the piles can be read in the hall, the school and at home."
OF_THE_ARTICLE = [
    ("<p>The hearings are:</p><div>14 May</div><div>21 May</div>", ["The hearings are:", "14 May", "21 May"]),
    (
        "<p>聴聞会：</p><div>五月十四日</div><div>五月二十一日</div>",
        ["聴聞会：", "五月十四日", "五月二十一日"],
    ),
    (
        (
            "<div class=recipe><a href='#r'>Jump to the recipe</a><h3>Bread</h3><ul class=amounts>"
            "<li>200 g flour</li><li>2 eggs</li></ul></div>"
        ),
        ["Bread", "200 g flour", "2 eggs"],
    ),
    (
        "<aside class=sidebar-fact><h3>The bridge in figures</h3><p>It has stood on piles of oak since the year 1788.</p></aside>",  # noqa: E501
        ["The bridge in figures", "It has stood on piles of oak since the year 1788."],
    ),
    (
        "<section class=note-block><header><h4>In figures</h4></header><div><p>Boats will be counted again in June.</p></div></section>",  # noqa: E501
        ["In figures", "Boats will be counted again in June."],
    ),
    (
        "<details><summary>12 June 2026?</summary><p>That is when the hearing will be held.</p></details>",
        ["12 June 2026?", "That is when the hearing will be held."],
    ),
    (
        "<h2>Ingredients</h2><div class=ingredient>200 g flour</div><div class=ingredient>2 eggs</div>",
        ["Ingredients", "200 g flour", "2 eggs"],
    ),
    (
        (
            "<div class=recipe><h3 class=recipe-header>Zutaten</h3><ul class=amounts><li>200 g Mehl</li>"
            "<li>2 Eier</li></ul></div>"
        ),
        ["Zutaten", "200 g Mehl", "2 Eier"],
    ),
    (
        (
            "<ul><li><input type=checkbox id=a><label for=a>200 g flour</label></li>"
            "<li><input type=checkbox id=b><label for=b>2 eggs</label></li></ul>"
        ),
        ["200 g flour", "2 eggs"],
    ),
    (
        qa("Is it lost?", "No, it is not.") + qa("Who pays?", "The town."),
        ["Is it lost?", "No, it is not.", "Who pays?", "The town."],
    ),
    (
        "<dl class=specs><div><dt>Length</dt><dd>30 m</dd></div><div><dt>Width</dt><dd>8 m</dd></div></dl>",
        ["Length", "30 m", "Width", "8 m"],
    ),
    (
        (
            "<ol class=timeline><li><time>9.30</time><p>The board meets.</p></li>"
            "<li><time>10.15</time><p>The rowers speak.</p></li></ol>"
        ),
        ["9.30", "The board meets.", "10.15", "The rowers speak."],
    ),
    (
        (f"<ul class=notes><li><a href=/r>{REPORT}</a></li><li>A map hangs beside it.</li></ul>"),
        [
            "The report on the piles can be read in the hall, the school and at home.",
            "A map hangs beside it.",
        ],
    ),
    ("<details><summary>Who pays?</summary>The town.</details>", ["Who pays?", "The town."]),
    ("<address>Harbour Board<br>12 Slip Lane</address>", ["Harbour Board", "12 Slip Lane"]),
    (
        (
            "<div class=stanza><div class=row>In weed and sand,</div></div>"
            "<div class=stanza><div class=row>the bell is lost.</div></div>"
        ),
        ["In weed and sand,", "the bell is lost."],
    ),
]


@pytest.mark.parametrize("around", ["<div class=c-story__text>{}</div>", "<article>{}</article>"])
@pytest.mark.parametrize(("inner", "lines"), OF_THE_ARTICLE)
def test_short_lines_stay_in_their_places(inner: str, lines: list[str], around: str) -> None:
    assert read_lines(inner, around) == [PROSE[0], *lines, *PROSE[1:]]


OF_THE_PAGE = [
    "<div>Advertisement</div>",
    "<div class=slot>Advertisement</div><p></p><div class=slot>Advertisement</div>",
    "<div class=share><span>Share</span></div>",
    "<div class=newsletter-box><h3>Our mail</h3><div>Each morning</div></div>",
    "<div><h3>Our mail</h3><form><input name=e><div>Each morning</div><button>Go</button></form></div>",
    "<div><h3>More</h3><div><a href=/1>The lamp</a></div><div><a href=/2>Gulls</a></div></div>",
    "<div class=figure><img src=/a.jpg></div><div class=words>The bridge</div><div class=words>Ann</div>",
    "<nav><ul><li>News</li><li>Sport</li></ul></nav>",
    "<p>Read more:</p><div><a href=/1>The lamp</a></div><div><a href=/2>Gulls</a></div>",
]


@pytest.mark.parametrize("inner", OF_THE_PAGE)
def test_short_lines_of_the_page_stay_out(inner: str) -> None:
    lines = read_lines(inner)
    assert [line for line in lines if line not in (*PROSE, "Read more:")] == []


SOURCES = (
    "<ul><li><a href=https://boats.test/a>Anna</a></li><li><a href=https://boats.test/b>Berta</a></li></ul>"
)


@pytest.mark.parametrize("lead", ["<p>These are for sale:</p>", "<p>販売中の船：</p>"])
def test_a_list_of_links_to_other_sites_stays_where_the_text_leads_it_in(lead: str) -> None:
    lines = read_lines(lead + SOURCES)
    assert lines.index("Anna") + 1 == lines.index("Berta") == 3


@pytest.mark.parametrize(
    "inner",
    [
        SOURCES,  # nothing leads it in
        f"<p>These are for sale:</p>{SOURCES.replace('https://boats.test', 'https://www.mill.test')}",
        f"<p>These are for sale:</p>{SOURCES.replace('https://boats.test', '')}",
        f"<p>These are for sale:</p>{SOURCES.replace('<ul', '<ul class=share-links')}",
        f"<p>Related posts:</p>{SOURCES}",
    ],
)
def test_other_lists_of_links_stay_out(inner: str) -> None:
    assert not {"Anna", "Berta"} & set(read_lines(inner))

"""What stands between an article's paragraphs is in its text, and what is of the page is not."""

import pytest

from worker.document.block_walker import list_page_blocks
from worker.document.blocks import drop_white_space
from worker.document.html_parsing import parse_html
from worker.extraction.page_reader import read_page
from worker.extraction.subsequence_index import SubsequenceIndex
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage

PROSE = [
    f"Paragraph {letter}: the town council has decided, after a long and open debate with the people of the"
    f" harbour, that the old bridge {letter} will be repaired rather than torn down."
    for letter in "abcd"
]
A, B, C, D = (f"<p>{text}</p>" for text in PROSE)
HINT = "The next hearing is on 14 May at seven in the evening, in the hall."
MENU = (
    "<nav><ul><li><a href=/n>News</a></li><li><a href=/s>Sport</a></li><li><a href=/c>Art</a></li></ul></nav>"
)


def read(body: str, lang: str = "en") -> CleanedArticle | RejectedPage:
    """Read a page with this body."""
    head = "<head><title>The bridge stays</title></head>"
    page = f"<!doctype html><html lang={lang}>{head}<body>{body}</body></html>"
    return read_page(
        FetchedPage("https://mill.test/n/bridge", page.encode(), "text/html; charset=utf-8"), None
    )


def lines_of(body: str) -> list[str]:
    """Read a page and list the lines of its text, list markers aside."""
    done = read(body)
    assert isinstance(done, CleanedArticle)
    return [line.strip().removeprefix("- ") for line in done.text.split("\n") if line.strip()]


def article(inner: str) -> list[str]:
    """List the lines of an article with this content between its paragraphs."""
    return lines_of(f"{MENU}<main><article><h1>The bridge stays</h1>{A}{inner}{B}{C}</article></main>")


BETWEEN = [
    f"<div>{HINT}</div>",
    f"<div class='card callout'><div class=emoji>💡</div><div class=callout-text>{HINT}</div></div>",
    f"<aside class=fact><p>{HINT}</p></aside>",
    f"<fieldset><legend>In short</legend><p>{HINT}</p></fieldset>",
    f"<section role=note>{HINT}</section>",
    f"<small>{HINT}</small>",
    f"<div class='admonition note'><p>{HINT}</p></div>",
    f"<div class=cookie-recipe><h2>Cookies of rye</h2><p>{HINT}</p></div>",
    f"<details open><summary>Dates</summary><p>{HINT}</p></details>",
    f"{HINT}",
]


@pytest.mark.parametrize("box", BETWEEN)
def test_a_box_or_line_between_paragraphs_stays_in_its_place(box: str) -> None:
    lines = article(box)
    place = lines.index(HINT)
    assert lines.index(PROSE[0]) < place < lines.index(PROSE[1])


@pytest.mark.parametrize("kind", ["callout", "notice", "tip box", "alert alert-warning"])
def test_a_short_sentence_stays_in_a_box_whose_class_calls_it_a_note(kind: str) -> None:
    closed = "The chapel is closed on Mondays."
    assert article(f"<aside class='{kind}'><p>{closed}</p></aside>") == [PROSE[0], closed, *PROSE[1:3]]


def test_a_paragraph_that_is_named_after_javascript_stays() -> None:
    said = "The class no-js was set by JavaScript before all of its pages."
    assert said in article(f"<p class=no-javascript-history>{said}</p>")


OF_THE_PAGE = [
    "<div class='newsletter-box'>Get our mail each morning, free of charge, and read it at home.</div>",
    "<aside><h3>More</h3><ul><li><a href=/1>The lamp</a></li><li><a href=/2>Gulls</a></li></ul></aside>",
    "<div class=cookie-text><p>We keep files on your device if you let us.</p><button>No</button></div>",
    "<div class=promo>Our tea towels are new, they are soft, and you will like all of them.</div>",
    "<div class=share-tools>Tell all of your friends about this story, which they will like.</div>",
    "<aside><img src=/a.jpg><p>The bridge as seen from the other bank in that spring.</p></aside>",
    "<form><p>Tell us what you think of the bridge, and we shall answer you.</p><input name=t></form>",
    "<nav><p>Go to the next story of the valley, which is about the lamps of the quay.</p></nav>",
    "<aside>“The old bridge will be repaired, whatever it may cost all of us.”</aside>",
]


@pytest.mark.parametrize("box", OF_THE_PAGE)
def test_a_box_of_the_page_between_paragraphs_stays_out(box: str) -> None:
    assert article(box) == PROSE[:3]


def test_a_paragraph_that_is_one_link_stays() -> None:
    linked = f"{HINT} The board told so to all who came on Tuesday, and some of them were glad."
    assert article(f"<p><a href=https://other.test/x>{linked}</a></p>")[1] == linked


def test_text_round_an_inserted_box_stays() -> None:
    torn = (
        "<p>The board had met before, and the town knew it,<div class=ad>Advertisement</div>"
        "but nothing was decided on that day in winter.</p>"
    )
    assert article(torn)[1:3] == [
        "The board had met before, and the town knew it,",
        "but nothing was decided on that day in winter.",
    ]


def test_bare_lines_at_both_ends_of_a_container_stay() -> None:
    first, last = PROSE[0], PROSE[3]
    menu = "<td><a href=/>Home</a><br><a href=/p>Photos</a></td>"
    body = f"<table><tr>{menu}<td><font>{first}{B}{C}<div></div>{last}</font></td></tr></table>"
    assert lines_of(body) == PROSE


def test_a_box_below_the_text_stays_where_its_class_calls_it_a_note() -> None:
    assert lines_of(f"<article>{A}{B}{C}<aside class=callout><p>{HINT}</p></aside></article>")[-1] == HINT
    assert lines_of(f"<article>{A}{B}{C}<div role=note>{HINT}</div></article>")[-1] == HINT
    below = "<aside class=author-box><p>Jane Doe writes about boats and has done so for years.</p></aside>"
    assert lines_of(f"<article>{A}{B}{C}{below}</article>") == PROSE[:3]


def test_a_note_of_correction_below_the_text_stays() -> None:
    note = "Correction: An earlier version of this article gave a wrong date for the hearing."
    assert lines_of(f"<article>{A}{B}{C}<div class=correction><p>{note}</p></div></article>")[-1] == note


CORRECTIONS = [
    "Correction: An earlier version of this article gave a wrong date for the hearing.",
    "This article was amended on 3 May 2026. An earlier version gave a wrong number.",
    "Korrektur: In einer früheren Fassung war das Datum der Anhörung falsch angegeben.",
    "Исправление: в первой версии статьи было неверно указано число участков. Их семь.",
    "تصحيح: ذكرت نسخة سابقة من هذا المقال عدد القطع خطأ، والصحيح أنها سبع.",
    "訂正：当初の記事で区画の数を誤って記しました。正しくは八十四区画です。",
]


@pytest.mark.parametrize("note", CORRECTIONS)
def test_a_note_of_correction_in_the_articles_own_footer_stays(note: str) -> None:
    tags = "<ul class=tags><li><a href=/t>Bridges</a></li></ul>"
    for footer in (f"<p><i>{note}</i></p>{tags}", f"{tags}<p class=correction>{note}</p>"):
        assert lines_of(f"<article>{A}{B}{C}<footer>{footer}</footer></article>")[-1] == note
    aside = f"<article><div class=text>{A}{B}{C}</div><div class=correction><p>{note}</p></div></article>"
    assert lines_of(aside)[-1] == note


def test_a_correction_under_a_heading_of_the_footer_stays_with_it() -> None:
    note = "An earlier version of it gave a wrong date for the hearing on the bridge."
    footer = f"<footer><h4>Correction</h4><p>{note}</p></footer>"
    assert lines_of(f"<article>{A}{B}{C}{footer}</article>")[-2:] == ["Correction", note]


@pytest.mark.parametrize(
    "below",
    [
        "</article><footer><p>Corrections: write to the desk of the paper at any hour.</p></footer>",
        "<footer><p>The Post is read by many people in the valley of the Wend.</p></footer></article>",
        "<footer><p class=correction><a href=/c>How we go about corrections of what we print here.</a></p>",
        "<form class=correction><p>Tell us what is wrong with it, and we shall mend it.</p><input></form>",
    ],
)
def test_what_is_no_note_of_correction_stays_out_of_the_text(below: str) -> None:
    assert lines_of(f"<article>{A}{B}{C}{below}") == PROSE[:3]


def test_a_table_by_its_roles_is_one() -> None:
    row = "<div role=row><span role={0}>{1}</span><span role={0}>{2}</span></div>"
    rows = row.format("columnheader", "Who", "Price") + row.format("cell", "Adults", "4 euros")
    assert article(f"<div role=table>{rows}</div>")[1:3] == ["Who | Price", "Adults | 4 euros"]


@pytest.mark.parametrize(
    "body",
    [
        f"<aside>{A}{B}{C}{D}</aside>",
        f"<footer>{A}{B}{C}{D}</footer>",
        f"<div class=sidebar>{A}{B}{C}{D}</div>",
        f"<dialog open>{A}{B}{C}{D}</dialog>",
        f"<form>{A}{B}{C}{D}</form>",
        "".join(f"<section>{text}</section>" for text in (A, B, C, D)),
        f"<app-root><app-story>{A}{B}{C}{D}</app-story></app-root>",
        "".join(f"<x-block>{text}</x-block>" for text in PROSE),
    ],
)
def test_an_article_is_found_in_an_element_meant_for_other_things(body: str) -> None:
    assert lines_of(f"{MENU}{body}") == PROSE


def test_an_aside_beside_the_article_is_not_taken_for_it() -> None:
    beside = (
        "<aside><p>About us: a paper of the valley since long ago, made by seven of its people.</p></aside>"
    )
    assert lines_of(f"{MENU}<main><article>{A}{B}{C}{D}</article></main>{beside}") == PROSE


@pytest.mark.parametrize(
    ("opening", "closing", "times"),
    [
        ("<div>", "</div>", 250),
        ("<div>", "</div>", 2500),
        ("<blockquote>", "</blockquote>", 300),
        ("<b><font>", "", 200),
        ("<ul><li>", "</li></ul>", 600),
        ("<table><tr><td>", "</td></tr></table>", 400),
    ],
)
def test_an_article_within_many_elements_is_read_and_never_the_menu(
    opening: str, closing: str, times: int
) -> None:
    lines = lines_of(f"{MENU}<main>{opening * times}{A}{B}{C}{D}{closing * times}</main>")
    assert lines == PROSE


def test_no_element_of_a_read_page_stands_deeper_than_readers_follow() -> None:
    for opening in ("<div>", "<blockquote>", "<ul><li>", "<table><tr><td>", "<b><p>"):
        tree = parse_html(f"<body>{opening * 900}<p>{PROSE[0]}</p></body>")
        assert tree is not None
        paragraph = next(element for element in tree.iter("p") if element.text == PROSE[0])
        assert sum(1 for _ in paragraph.iterancestors()) <= 175


def figures(caption: str) -> str:
    """Write three figures with captions."""
    return "".join(
        f"<figure><h2>Step {n}</h2><img src=/{n}.jpg>{caption.format(text)}</figure>"
        for n, text in enumerate(PROSE[:3])
    )


@pytest.mark.parametrize("caption", ["<figcaption><p>{}</p></figcaption>", "<figcaption>{}</figcaption>"])
def test_a_story_told_in_pictures_keeps_its_captions(caption: str) -> None:
    lines = lines_of(f"{MENU}<article><p>A walk in pictures.</p>{figures(caption)}</article>")
    assert [line for line in lines if line in PROSE] == PROSE[:3]
    assert "Step 2" in lines


def test_captions_beside_a_longer_text_are_no_part_of_it() -> None:
    caption = (
        "<figcaption>The bridge seen from the other bank of the river, in that warm spring.</figcaption>"
    )
    body = f"<article>{A}{B}{C}{D}{figures(caption)}</article>"
    assert not any("other bank" in line for line in lines_of(body))


def test_nested_items_are_indented_in_markdown_as_in_the_text() -> None:
    ground = "<li>Ground floor<ul><li>Fish</li><li>Cheese</li></ul></li>"
    inner = f"<ol>{ground}<li>First floor<ul><li>Books</li></ul></li></ol>"
    done = read(f"<article>{A}{inner}{B}{C}</article>")
    assert isinstance(done, CleanedArticle)
    assert "1. Ground floor\n   - Fish\n   - Cheese\n2. First floor\n   - Books\n" in done.markdown
    assert "- Ground floor\n  - Fish\n  - Cheese\n- First floor\n  - Books\n" in done.text


def test_a_listing_is_fenced_with_its_lines() -> None:
    done = read(f"<article>{A}<pre><code>def slip(n):\n    return n\n</code></pre>{B}{C}</article>")
    assert isinstance(done, CleanedArticle)
    assert "\n\n```\ndef slip(n):\n    return n\n```\n\n" in done.markdown
    assert "\n\ndef slip(n):\n    return n\n\n" in done.text


HOLED = [
    ("Thebridgeisopenontheandclosedafterthat.", 0),
    ("isopenonthe5thofMayandclosedafterthat.", 0),
    ("Thebridgeisopen", None),
    ("Thebridgeisshutonthe5thofMayandclosedafterthat.", None),
    ("Thebridgeisopenonthe5thofMayandclosedafterthat.Andmore", None),
]


@pytest.mark.parametrize(("key", "place"), HOLED)
def test_a_line_with_a_hole_is_found_in_its_block(key: str, place: int | None) -> None:
    tree = parse_html("<body><p>The bridge is open on the 5th of May and closed after that.</p></body>")
    assert tree is not None
    blocks = list_page_blocks(tree)
    assert drop_white_space(blocks[0].text) == blocks[0].key
    assert SubsequenceIndex(blocks).find_block(key, ()) == place
    assert SubsequenceIndex(blocks).find_block(key, {0}) is None

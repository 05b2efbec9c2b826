"""Marks of a page's tools in headings, and first letters set apart, are put in order before extraction."""

import pytest

from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.document.normalization.tree_normalization import normalize_tree


def list_lines(body: str) -> list[str]:
    """List the lines of a page with this body."""
    tree = parse_html(f"<html lang='en'><body><article>{body}</article></body></html>")
    assert tree is not None
    normalize_tree(tree)
    return [block.text for block in list_page_blocks(tree)]


HEADINGS = [
    ("<h2 id=a>How it burns<a class=anchor href='#a' aria-label=Permalink>#</a></h2>", "How it burns"),
    ("<h2><a class=headerlink href='#a'>What it needs</a><a href='#a'>¶</a></h2>", "What it needs"),
    ("<h3>Birch <a class=hash-link href='/kiln#birch'>Direct link to Birch</a></h3>", "Birch"),
    (
        "<h2><i>History</i><span class=mw-editsection>[<a href=/e>edit</a>]</span></h2>",
        "History",
    ),
    ("<h2>Geschichte<span class='edit-section'> [Bearbeiten]</span></h2>", "Geschichte"),
    # what is a heading's own
    ("<h2><a class=anchor href='#a'>What it needs</a></h2>", "What it needs"),
    ("<h2>Kilns in <a href='#wick'>Wick</a></h2>", "Kilns in Wick"),
    ("<h2>Written in <a href='/lang/c-sharp'>C#</a></h2>", "Written in C#"),
    ("<h2>Issue #12</h2>", "Issue #12"),
]


@pytest.mark.parametrize(("heading", "line"), HEADINGS)
def test_a_heading_has_no_link_to_itself_and_none_to_edit_it(heading: str, line: str) -> None:
    assert list_lines(heading) == [line]


REST = "he kiln has been cold since before the war, said the clerk."
LETTERS = [
    f"<p><span class=dropcap>T</span>{REST}</p>",
    f"<p><span class=drop-cap style='display:block;float:left'>T</span>{REST}</p>",
    f"<p><span class=outer><span class=initial-letter>T</span></span> <span>{REST}</span></p>",
    f"<div class=post-first-letter>T</div><p>{REST}</p>",
    f"<div class=first-letter>T</div><div class=text><p>{REST}</p></div>",
    f"<p><b class=lettrine>T</b> {REST}</p>",
]


@pytest.mark.parametrize("body", LETTERS)
def test_a_first_letter_that_is_set_apart_begins_its_word(body: str) -> None:
    assert list_lines(body) == [f"T{REST}"]


APART = [
    ("<p><span class=dropcap>A</span> kiln is cold.</p>", ["A kiln is cold."]),
    ("<p><span class=dropcap>“T</span>he kiln is cold.”</p>", ["“The kiln is cold.”"]),
    ("<p><span class=initial>T</span> Bone is a name.</p>", ["T Bone is a name."]),
    ("<p>Vitamin <span class=v>D</span> is made in the skin.</p>", ["Vitamin D is made in the skin."]),
    ("<h3 class=first-letter>T</h3><p>tea, tar, tin</p>", ["T", "tea, tar, tin"]),
    ("<div class=first-letter>T</div><p>Tea, tar, tin</p>", ["T", "Tea, tar, tin"]),
]


@pytest.mark.parametrize(("body", "lines"), APART)
def test_a_letter_that_is_a_word_or_a_label_stays_by_itself(body: str, lines: list[str]) -> None:
    assert list_lines(body) == lines


def test_every_item_of_a_list_of_dates_keeps_its_date() -> None:
    dates = ("3 May 1888", "4 June 1914", "9 June 1961")
    items = "".join(f"<li><time>{date}</time><p>It is lit.</p></li>" for date in dates)
    tree = parse_html(f"<body><ul>{items}</ul></body>")
    assert tree is not None
    normalize_tree(tree)
    assert next(tree.iter("time"), None) is None


def test_a_short_word_that_is_a_button_stays_between_short_words() -> None:
    assert list_lines("<p>The <button>stoke hole</button> was <b>sound</b> and dry.</p>") == [
        "The stoke hole was sound and dry."
    ]
    assert list_lines("<p>Page <button>1</button> of 9</p>") == ["Page of 9"]

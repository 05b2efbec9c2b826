"""What reading does grows in proportion to what is read: steps are counted, not seconds."""

from collections.abc import Callable

import pytest
from lxml.html import HtmlElement
from support.page_shapes import SHAPES, sentence
from support.reading_growth import MOST, parse_whole_feed, read_whole_page, steps_of

from scheduler.parsing.element_limits import (
    MOST_ATTRIBUTES,
    MOST_KEYWORDS_BYTES,
    MOST_NAMESPACES,
    MOST_TOPICS,
    without_excess,
)
from worker.cleaning.draft import CleaningDraft
from worker.cleaning.pull_quotes import remove_pull_quotes
from worker.cleaning.related_links import remove_related_tail
from worker.document.block_walker import list_page_blocks
from worker.document.blocks import Block
from worker.document.html_parsing import parse_html
from worker.document.normalization.preformatted_text import read_preformatted
from worker.document.page_trimming import (
    MOST_CELLS,
    MOST_ELEMENTS,
    MOST_HEADINGS,
    MOST_INLINE,
    drop_elements,
    simplify,
    trim,
    with_fewer_attributes,
)
from worker.extraction.block_alignment import align_lines, placed
from worker.extraction.candidate_choice import are_comparable
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.quality.confidence import share_of

_LONG = "a sentence that many a page has word for word"


def blocks_of(body: str) -> list[Block]:
    tree = parse_html(f"<html><body><article>{body}</article></body></html>")
    assert tree is not None
    return list_page_blocks(tree)


def paragraphs(count: int, text: Callable[[int], str] = sentence) -> list[Block]:
    return blocks_of("".join(f"<p>{text(number)}</p>" for number in range(count)))


def lines_alike(count: int) -> object:
    blocks = paragraphs(count, lambda _: _LONG)
    return lambda: align_lines([_LONG] * count, blocks)


def lines_unknown(count: int) -> object:
    blocks = paragraphs(count)
    return lambda: align_lines([f"unknown {number}" for number in range(count)], blocks)


def lines_spelled_in_vain(count: int) -> object:
    blocks = paragraphs(count, lambda _: "ab")
    return lambda: align_lines(["ab" * 40 + "c"] * (count // 100), blocks)


def short_lines_alike(count: int) -> object:
    blocks = paragraphs(count, lambda _: "More")
    return lambda: align_lines(["More"] * count * 2, blocks)


def labels_over_cards(count: int) -> object:
    cards = "".join(f"<h3>Similar posts</h3><h4><a href=/{n}>Post {n}</a></h4>" for n in range(count))
    story = CleaningDraft(tuple(blocks_of(f"<p>{_LONG * 30}</p>{cards}<p>{_LONG * 9}</p>")))
    remove_related_tail(story)  # reads the phrases of all languages, once
    return lambda: remove_related_tail(story)


def quotations(count: int) -> object:
    said = "".join(
        f"<blockquote>{sentence(n)}</blockquote><p>{sentence(n)} {sentence(n)}</p>" for n in range(count)
    )
    story = CleaningDraft(tuple(blocks_of(said)))
    return lambda: remove_pull_quotes(story)


def items_ordered(count: int) -> object:
    tree = parse_html("<html><body><ol>" + "<li>An item" * count + "</ol></body></html>")
    return lambda: list_page_blocks(tree)


def blocks_put_back(count: int) -> object:
    blocks = paragraphs(count)
    return lambda: placed(blocks[::2], blocks[1::2])


def line_ends(count: int) -> object:
    tree = parse_html(f"<html><body><pre>{chr(10) * count}x</pre></body></html>")
    assert tree is not None
    return lambda: read_preformatted(tree[0][0])


def parts_without_text(count: int) -> object:
    tree = parse_html(f"<html><body><pre>{'<div></div>' * count}</pre></body></html>")
    assert tree is not None
    return lambda: read_preformatted(tree[0][0])


WORK = (
    *(lines_alike, lines_unknown, lines_spelled_in_vain, short_lines_alike),
    *(labels_over_cards, quotations, items_ordered, blocks_put_back),
    *(line_ends, parts_without_text),
)


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)
def test_a_step_takes_steps_in_proportion_to_the_size(work: Callable[[int], Callable[[], object]]) -> None:
    assert steps_of(work(400)) <= MOST * steps_of(work(200))


@pytest.mark.parametrize("shape", ["table_results", "related_ends", "paragraphs_same"])
def test_a_page_is_read_with_steps_in_proportion_to_its_size(shape: str) -> None:
    small, large = SHAPES[shape](5000), SHAPES[shape](10_000)
    read_whole_page(large)
    assert steps_of(lambda: read_whole_page(large)) <= MOST * steps_of(lambda: read_whole_page(small))


def test_items_of_a_list_are_numbered_with_those_that_no_text_has() -> None:
    blocks = blocks_of("<ol start=3><li>a<li><li>c<li value=9>d<li>e<ol><li>f</ol></ol>")
    assert [block.marker for block in blocks] == ["3.", "5.", "9.", "7.", "1."]


def parsed(body: str) -> HtmlElement:
    tree = parse_html(f"<html><body>{body}</body></html>")
    assert tree is not None
    return tree


def test_a_page_of_too_many_elements_is_read_to_the_last_that_counts() -> None:
    tree = parsed("<p>first</p>" + "<p>x</p>" * MOST_ELEMENTS + "<p>last</p>")
    assert trim(tree)
    assert sum(1 for _ in tree.iter()) == MOST_ELEMENTS
    assert tree.text_content().startswith("firstx")
    assert "last" not in tree.text_content()


def test_what_shows_no_text_is_left_out_before_anything_else_is() -> None:
    tree = parsed("<select>" + "<option>x" * MOST_ELEMENTS + "</select><p>last</p>")
    assert not trim(tree)
    assert tree.text_content() == "last"


def test_an_ordinary_page_is_not_trimmed() -> None:
    tree = parsed("<select><option>x</select>" + "<p>a <b>b</b></p><h2>c</h2>" * 9)
    before = [(each.tag, each.text, each.tail) for each in tree.iter()]
    assert not trim(tree)
    simplify(tree)
    assert [(each.tag, each.text, each.tail) for each in tree.iter()] == before


def test_a_trimmed_page_is_doubted() -> None:
    page = "<html><body><article>" + f"<p>{sentence(1, 40)}</p>" * 20 + "<p></p>" * MOST_ELEMENTS
    read = read_page(FetchedPage("https://news.example/a", page.encode(), "text/html"), None)
    assert isinstance(read, CleanedArticle)
    assert "trimmed" in read.doubts


def test_inline_elements_past_the_most_are_text() -> None:
    tree = parsed("<p>" + "<b>x<i>y</i></b> " * MOST_INLINE + "</p><p><b>z</b></p>")
    text = tree.text_content()
    simplify(tree)
    assert tree.text_content() == text
    assert sum(1 for _ in tree.iter("b", "i")) == MOST_INLINE + 1
    assert len(tree.xpath("//p[1]/text()")) <= MOST_INLINE + 1


@pytest.mark.parametrize(("opening", "closing"), [("<p>", "</p>"), ("<div>", "</div>")], ids=["p", "div"])
def test_texts_between_parts_past_the_most_are_paragraphs_and_what_is_unshown_is_gone(
    opening: str, closing: str
) -> None:
    parts = "".join(
        f"text {number}<section></section>more<select><option>x</select>" for number in range(2 * MOST_INLINE)
    )
    tree = parsed(f"{opening}{parts}end{closing}")
    words = tree.text_content().replace("x", "").split()
    simplify(tree)
    assert tree.text_content().replace("x", "").split() == words
    assert sum(1 for _ in tree.iter("select")) == MOST_INLINE
    assert max(sum(1 for each in home if each.tail) for home in tree.iter()) <= 2 * MOST_INLINE


def test_texts_that_dropped_elements_held_apart_are_one() -> None:
    tree = parsed("<p>" + "a<script>b</script>" * (MOST_INLINE + 2) + "</p>")
    drop_elements(tree, "script")
    assert len(tree.xpath("//p/text()")) == 1
    assert tree.text_content() == "a" * (MOST_INLINE + 2)


def test_headings_past_the_most_are_paragraphs() -> None:
    tree = parsed("<h2>x</h2>" * (MOST_HEADINGS + 7))
    simplify(tree)
    assert [sum(1 for _ in tree.iter(tag)) for tag in ("h2", "p")] == [MOST_HEADINGS, 7]


@pytest.mark.parametrize(("opening", "closing"), [("<tr>", "</tr>"), ("", "")], ids=["row", "no row"])
def test_a_row_of_too_many_cells_is_more_than_one(opening: str, closing: str) -> None:
    cells = "".join(f"<td>{number} <b>x</b></td>" for number in range(MOST_CELLS * 2 + 7))
    tree = parsed(f"<table>{opening}{cells}{closing}<tr><td>after</td></tr></table>")
    text = tree.text_content()
    simplify(tree)
    assert tree.text_content() == text
    assert [len(row) for row in tree.iter("tr")][-3:] == [MOST_CELLS, 7, 1]


def test_rows_of_a_long_table_are_not_filled_up_to_the_longest() -> None:
    rows = "".join(f"<tr><td rowspan=9>{number}</td><td>x</td></tr>" for number in range(2000))
    tree = parsed(f"<table><tr><td colspan=100>over all</td></tr>{rows}</table>")
    simplify(tree)
    assert not tree.xpath("//@colspan | //@rowspan")
    assert max(map(len, tree.iter("tr"))) * sum(1 for _ in tree.iter("tr")) <= 3 * MOST_ELEMENTS


def test_cells_of_an_ordinary_table_keep_their_spans() -> None:
    rows = "".join(f"<tr><td rowspan=2>{number}</td>{'<td>x</td>' * 9}</tr>" for number in range(200))
    tree = parsed(f"<table><tr><td colspan=100>over all</td></tr>{rows}</table>")
    simplify(tree)
    assert len(tree.xpath("//@colspan | //@rowspan")) == 201


@pytest.mark.parametrize(
    ("links", "compared"), [("", False), ("<a href=/>x</a>", True)], ids=["bare", "linked"]
)
def test_algorithms_are_not_compared_over_many_short_lines_in_a_row(links: str, compared: bool) -> None:
    assert are_comparable(blocks_of(f"<p>short{links}</p>" * 900)) is compared
    assert are_comparable(blocks_of("<p>short</p>" * 700 + f"<p>{_LONG * 9}</p>" + "<p>short</p>" * 700))


def test_a_form_round_the_whole_page_keeps_its_article() -> None:
    story = "".join(f"<p>{sentence(number, 40)}</p>" for number in range(9))
    search = "<form><input name=q><label>Search</label></form>" * 2500
    body = f"<html><body><form id=aspnetForm><article>{story}</article></form>{search}</body></html>"
    read = read_page(FetchedPage("https://news.example/a", body.encode(), "text/html"), None)
    assert isinstance(read, CleanedArticle)
    assert all(sentence(number, 40) in read.text for number in range(9))


def test_attributes_past_the_most_are_left_out() -> None:
    many = b"<div " + b" ".join(b"data-a%d='x' b%d" % (n, n) for n in range(300)) + b">text</div>"
    assert with_fewer_attributes(many).endswith(b"data-a149='x' b149>text</div>")
    few = b"<p class='" + b"x " * 900 + b"' id=p>text</p>"
    assert with_fewer_attributes(few) == few


def test_a_word_counts_within_another_wherever_few_are_sought() -> None:
    assert share_of({"bridge", "boat"}, "Drawbridges") == 1 / 2
    many = {f"word{number}" for number in range(2000)}
    assert share_of(many, " ".join(sorted(many))) == 1


def rss(body: str) -> bytes:
    return f"<rss><channel>{body}</channel></rss>".encode()


def test_an_entry_keeps_the_first_of_too_many_topics() -> None:
    topics = "".join(
        f"<category>t{n}</category><dc:subject domain='d'><![CDATA[s{n}]]></dc:subject>"
        for n in range(MOST_TOPICS)
    )
    body = rss(f"<item>{topics}<title>a</title></item><item><category>b</category></item>")
    left = without_excess(body)
    assert left.count(b"<category>") + left.count(b"<dc:subject ") == MOST_TOPICS + 1
    assert left.endswith(b"<title>a</title></item><item><category>b</category></item></channel></rss>")


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (
            rss(f"<item><itunes:keywords>{'a,' * MOST_KEYWORDS_BYTES}</itunes:keywords></item>"),
            rss(f"<item><itunes:keywords>{'a,' * (MOST_KEYWORDS_BYTES // 2)}</itunes:keywords></item>"),
        ),
        (
            rss("<item><a " + " ".join(f"b{n}='{n}'" for n in range(MOST_ATTRIBUTES + 9)) + "/></item>"),
            rss("<item><a " + " ".join(f"b{n}='{n}'" for n in range(MOST_ATTRIBUTES)) + "/></item>"),
        ),
        (rss("<item><category term='a'/></item>" * 900), rss("<item><category term='a'/></item>" * 900)),
        (
            rss(f"<item><link href='/?{'a=1&amp;' * 300}'/></item>"),
            rss(f"<item><link href='/?{'a=1&amp;' * 300}'/></item>"),
        ),
    ],
    ids=["keywords", "attributes", "topics of many entries", "a long address"],
)
def test_an_entry_keeps_what_it_may_have(body: bytes, left: bytes) -> None:
    assert without_excess(body) == left


def test_of_declared_prefixes_the_first_are_kept_however_often_they_come() -> None:
    items = "".join(
        f"<item xmlns:media='urn:m' xmlns:n{n}='urn:{n}'><media:a/></item>" for n in range(MOST_NAMESPACES)
    )
    left = without_excess(rss(items))
    assert left.count(b"xmlns:media=") == MOST_NAMESPACES
    assert left.count(b"xmlns:n") == MOST_NAMESPACES - 1


def test_a_feed_of_too_many_prefixes_gives_its_entries() -> None:
    parts = "".join(f"<n{n}:a xmlns:n{n}='urn:{n}'>x</n{n}:a>" for n in range(3 * MOST_NAMESPACES))
    read = parse_whole_feed(rss(f"<item><title>a</title><link>/1</link>{parts}</item>"))
    assert [entry.title for entry in read.entries] == ["a"]  # type: ignore[attr-defined]


def test_a_feed_is_read_without_what_is_past_the_most() -> None:
    topics = "".join(f"<category>t{n}</category>" for n in range(3 * MOST_TOPICS))
    read = parse_whole_feed(rss(f"<item><title>a</title><link>/1</link>{topics}</item>"))
    assert [entry.title for entry in read.entries] == ["a"]  # type: ignore[attr-defined]

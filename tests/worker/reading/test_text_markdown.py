"""The Markdown of an article shows the words of its text and the kinds of its blocks (CommonMark)."""

import re
from datetime import UTC, datetime

import pytest
from markdown_it import MarkdownIt

from feedmill._ledger.core.records import Entry
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

WRITTEN = MarkdownIt("commonmark")
PROSE = (
    "The council met on Tuesday to talk about the old bridge, which has been shut since the spring floods."
)
TRICKY = (
    "1. May was the day on which the old bridge over the river was shut to all traffic by the council.",
    "# 7 on the list of the council was the old bridge, which has been shut since the spring floods.",
    "> is how the engineers mark a pier that moved, and four of them had that mark in the spring report.",
    "- 5 degrees were measured on the bridge that night, and ice had formed under two of its four piers.",
    "+ 12 per cent is what the repair will cost more than the council had planned for it last autumn.",
    "The form has the line <b>bold</b> in it, and the council's clerk typed it just as it stands here.",
    "An *asterisk* and an _underline_ stood in the report, and so did `ticks` and [a bracket](x) of it.",
    "The sign said Fish &amp; Chips, for whoever painted it had copied it from the council's web page.",
    "~~~ was the mark that the engineers used for water, and the report is full of it from page nine on.",
)


def read(body: str) -> CleanedArticle:
    """Clean a page with this body."""
    head = "<head><title>The bridge</title></head>"
    page = f"<html>{head}<body><article><h1>The bridge</h1>{body}</article></body></html>"
    done = read_page(
        FetchedPage(
            url="https://mill.test/bridge", body=page.encode(), content_type="text/html; charset=utf-8"
        ),
        Entry(guid="1", link="https://mill.test/bridge", title="The bridge"),
    )
    assert isinstance(done, CleanedArticle)
    return done


def shown(markdown: str) -> str:
    """Answer what a reader of the rendered page sees."""
    html = WRITTEN.render(markdown)
    plain = re.sub(r"<[^>]+>", " ", html)
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        plain = plain.replace(entity, letter)
    return " ".join(plain.split())


@pytest.mark.parametrize("line", TRICKY)
def test_words_that_look_like_markup_are_shown_as_they_are(line: str) -> None:
    escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    done = read(f"<p>{PROSE}</p><p>{escaped}</p><p>{PROSE[:-1]}, and will be until June.</p>")
    assert line in done.text
    assert line in shown(done.markdown)
    assert {token.type for token in WRITTEN.parse(done.markdown)} == {
        "paragraph_open",
        "inline",
        "paragraph_close",
    }


def test_headings_lists_and_quotes_keep_their_kind() -> None:
    done = read(
        f"<p>{PROSE}</p><h2>What is to be done</h2><p>{PROSE}</p><ul><li>Two piers are mended first.</li>"
        f"<li>Then the road is laid anew.</li></ul><blockquote><p>We shall open it in June, whatever a river"
        f" does to us.</p></blockquote><p>{PROSE}</p>"
    )
    kinds = [token.type for token in WRITTEN.parse(done.markdown)]
    assert kinds.count("heading_open") == 1
    assert kinds.count("list_item_open") == 2
    assert kinds.count("blockquote_open") == 1


def test_a_table_stays_a_table() -> None:
    rows = (("Pier", "Moved by"), ("North", "4 cm | 5 cm"), ("South", "nothing at all"))
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    done = read(f"<p>{PROSE}</p><table>{table}</table><p>{PROSE[:-1]} of this year.</p>")
    assert "North | 4 cm | 5 cm\nSouth | nothing at all" in done.text
    assert "| Pier | Moved by |\n| --- | --- |\n| North | 4 cm \\| 5 cm |" in done.markdown
    html = MarkdownIt("commonmark").enable("table").render(done.markdown)
    assert html.count("<tr>") == 3
    assert "<td>4 cm | 5 cm</td>" in html
    assert html.count("<p>") == 2


def test_rows_of_unlike_length_stay_lines() -> None:
    table = "<tr><td>Pier</td><td>Moved by</td></tr><tr><td>None of the four has been mended yet.</td></tr>"
    done = read(f"<p>{PROSE}</p><table>{table}</table><p>{PROSE[:-1]} of this year.</p>")
    assert "---" not in done.markdown
    assert "Pier | Moved by\nNone of the four" in done.markdown


@pytest.mark.parametrize(
    "list_of", ["<ul><li>{}</li><li>{}</li></ul>", "<ol><li>{}</li><li>{}</li></ol>", "{} {}"]
)
@pytest.mark.parametrize(
    "code",
    [
        "<script>alert(1)</script>\n\n<img src=x onerror=alert(2)>",
        "```\n<script>alert(1)</script>",
        "\u202e``\u202e`\n\n<script>alert(1)</script>\n",
        "~~~~\n</code></pre><script>alert(1)</script>",
        "[a](javascript:alert(1)) <javascript:alert(1)>",
    ],
)
def test_code_of_a_page_stays_code(list_of: str, code: str) -> None:
    written = code.replace("&", "&amp;").replace("<", "&lt;")
    listed = list_of.format("Two piers are mended first.", "Then the road is laid anew by the men.")
    done = read(f"<p>{PROSE}</p>{listed}<pre><code>{written}</code></pre><p>{PROSE[:-1]} of this year.</p>")
    assert "alert(1)" in done.markdown
    tokens = [part for token in WRITTEN.parse(done.markdown) for part in (token, *(token.children or ()))]
    assert not {token.type for token in tokens} & {"html_block", "html_inline", "link_open", "image"}
    assert any(token.type == "fence" and "alert(1)" in token.content for token in tokens)


def test_the_article_has_markdown_only_where_it_differs_from_the_text() -> None:
    from feedmill.article import Article  # noqa: PLC0415
    from worker.publishing.article_sanitizer import sanitize_article  # noqa: PLC0415

    noon = datetime(2026, 1, 1, tzinfo=UTC)
    article = Article(
        id="0" * 16, rev=1, url="https://mill.test/", title="T", listed_at=noon, fetched_at=noon, source="S",
        feed="https://mill.test/feed", text="One.\n\nTwo.", markdown="One.\n\nTwo.",
        word_count=2, text_from="page",
    )  # fmt: skip
    assert sanitize_article(article).markdown is None
    kept = sanitize_article(
        Article(
            **{name: getattr(article, name) for name in article.__struct_fields__}
            | {"markdown": "## One.\x1b\n\nTwo."}
        )
    )
    assert kept.markdown == "## One.\n\nTwo."

"""The seed article comes out exactly clean in every markup that sites really use for it."""

import itertools
from html import escape
from pathlib import Path

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

ROOT = Path(__file__).parent.parent.parent.parent
SEED = (ROOT / "seeds" / "sco-article.txt").read_text(encoding="utf-8").split("\n\n")
TITLE = SEED[0]
PARAGRAPHS = [SEED[1].split("\n", 1)[1], *SEED[2:-2]]
URL = "https://daily.example/2025/06/sco/"


def clean(html: str) -> CleanedArticle:
    found = read_page(FetchedPage(URL, html.encode()), None)
    assert isinstance(found, CleanedArticle), found
    return found


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parent / "pages").glob("sco-*.html")), ids=lambda file: file.stem
)
def test_golden_page_gives_the_article_and_nothing_else(file: Path) -> None:
    cleaned = clean(file.read_text(encoding="utf-8"))
    assert lines(cleaned.text) == PARAGRAPHS
    assert cleaned.title == TITLE
    assert cleaned.agencies == ("Xinhua",)
    assert cleaned.reading_seconds == (108 if "48" in file.read_text(encoding="utf-8") else 120)


READS = (
    "<p>1 minute, 48 seconds Read</p>",
    "<p><em>1 minute, 48 seconds Read</em></p>",
    "<div>1 minute, 48 seconds Read</div>",
    "<span>1 minute, 48 seconds Read</span>",
    '<p class="read-time">1 minute, 48 seconds Read</p>',
    '<div class="post-read-time">1 minute, 48 seconds Read</div>',
    "<h6>1 minute, 48 seconds Read</h6>",
    "<strong>1 minute, 48 seconds Read</strong><br>",
    "<p>June 26, 2025 · 1 minute, 48 seconds Read</p>",
    "<p>By News Desk | June 26, 2025 | 1 minute, 48 seconds Read</p>",
)
CREDITS = (
    "<p>(WITH INPUT FROM XINHUA)</p>",
    "<p><strong>(WITH INPUT FROM XINHUA)</strong></p>",
    "<em>(WITH INPUT FROM XINHUA)</em>",
    "<div>(WITH INPUT FROM XINHUA)</div>",
)
HEADINGS = (
    "<h2>Similar Posts</h2>",
    "<h3>Similar Posts</h3>",
    "<p>Similar Posts</p>",
    "<p><strong>Similar Posts</strong></p>",
    "<div>Similar Posts</div>",
)
_LISTED = ("Pakistan urges dialogue on water sharing", "India to host talks on regional trade")
_EXCERPTS = (
    "Officials in Islamabad said on Wednesday that talks about the treaty should resume without conditions.",
    "The two-day meeting in New Delhi will discuss tariffs and transit between the member states […]",
)
_NOTE = "<p>Jane Doe is a reporter who covers South Asia. She joined the desk in 2019.</p>"
FOLLOWERS = {
    "nothing": "",
    "list": "<ul>" + "".join(f'<li><a href="/{t}">{t}</a></li>' for t in _LISTED) + "</ul>",
    "cards": "".join(
        f'<div class="card"><h3><a href="/{t}">{t}</a></h3><p>{e}</p></div>'
        for t, e in zip(_LISTED, _EXCERPTS, strict=True)
    ),
    "article cards": "".join(
        f'<article><h4><a href="/{t}">{t}</a></h4><span>June 2, 2025</span><p>{e}</p></article>'
        for t, e in zip(_LISTED, _EXCERPTS, strict=True)
    ),
    "flat cards": "".join(
        f'<h3><a href="/{t}">{t}</a></h3><p>{e}</p>' for t, e in zip(_LISTED, _EXCERPTS, strict=True)
    ),
    "paragraphs": "".join(f'<p><a href="/{t}">{t}</a></p>' for t in _LISTED),
    "breaks": "<p>" + "<br>".join(f'<a href="/{t}">{t}</a>' for t in _LISTED) + "</p>",
    "note": "".join(f'<p><a href="/{t}">{t}</a></p>' for t in _LISTED) + _NOTE,
    "copyright": "<p>Copyright © 2025 The Daily Example</p>",
    "appeared": f'<p>The post <a href="/x">{TITLE}</a> appeared first on <a href="/">Daily Example</a>.</p>',
}
SHELLS = {
    "theme": '<body class="single"><main><article class="post"><header class="entry-header">'
    '<h1 class="entry-title">{title}</h1></header><div class="entry-content">{body}</div></article></main>',
    "plain": '<body><div class="wrap"><h1>{title}</h1><div class="story">{body}</div></div></body>',
    "flat": "<body><h2>{title}</h2>{body}</body>",
}


def page(shell: str, paragraphs: list[str], read: str, rest: str) -> str:
    body = read + "".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs) + rest
    head = f'<head><meta charset="utf-8"><title>{TITLE}</title></head>'
    return f"<html>{head}{SHELLS[shell].format(title=TITLE, body=body)}</html>"


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("length", [2, len(PARAGRAPHS)], ids=["short", "long"])
@pytest.mark.parametrize("after", FOLLOWERS)
def test_every_form_of_the_article_comes_out_exact(shell: str, length: int, after: str) -> None:
    paragraphs = PARAGRAPHS[:length]
    reads = itertools.cycle(READS)
    agencies = itertools.cycle(CREDITS)
    for heading in HEADINGS * 2:
        read, credit = next(reads), next(agencies)
        cleaned = clean(page(shell, paragraphs, read, credit + heading + FOLLOWERS[after]))
        assert lines(cleaned.text) == paragraphs, (read, credit, heading)
        assert cleaned.reading_seconds == 108, read
        assert cleaned.agencies == ("Xinhua",), credit


def test_article_that_reads_on_after_a_label_is_kept() -> None:
    rest = "<h3>Related Posts</h3>" + FOLLOWERS["list"] + "".join(f"<p>{text}</p>" for text in PARAGRAPHS[4:])
    cleaned = clean(page("theme", PARAGRAPHS[:4], "", rest))
    assert lines(cleaned.text) == PARAGRAPHS

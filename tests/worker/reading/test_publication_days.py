"""The day of publication: the article's own, never that of a teaser, a comment, an event or the future."""

# ruff: noqa: E501  fixtures read better a line each

from datetime import UTC, datetime

import pytest

from worker.document.html_parsing import parse_html
from worker.metadata.metadata_reader import read_metadata

URL = "https://daily.example/harbour-plan"
H1 = "<h1>Council agrees on the harbour plan</h1>"
PUBLISHED = '<meta property="article:published_time" content="{}">'


def published(head: str, body: str, fetched_at: datetime | None = None) -> datetime | None:
    tree = parse_html(f"<html><head>{head}</head><body>{body}<p>Text.</p></body></html>")
    assert tree is not None
    return read_metadata(tree, URL, None, fetched_at=fetched_at).published_at


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


RUNNING = (
    "<p>" + "The board put off its decision until the autumn and asked for another estimate. " * 2 + "</p>"
)
TEASER = "<a href=/x>The lamp is back</a> <time datetime='2026-03-05'>Mar 5, 2026</time>"


@pytest.mark.parametrize(
    "body",
    [
        # a teaser, a comment, a tweet, an event, a day in the text
        f"<article>{H1}{RUNNING * 4}</article><section class=more><div class=card>{TEASER}</div></section>",
        f"<main>{H1}{RUNNING * 3}<ul class=related-posts><li>{TEASER}</ul></main>",
        f"<article>{H1}{RUNNING * 2}</article><div>{TEASER}</div>",
        f"<aside>{TEASER}</aside><article>{H1}{RUNNING}</article>",
        f"<article>{H1}{RUNNING * 2}</article><ol id=comments><li><article class=comment-body><footer><time datetime='2026-03-05T10:00Z'>5 March</time></footer></article></ol>",
        f"{H1}{RUNNING}<blockquote class=twitter-tweet><a href=/s>March 5, 2026</a></blockquote>{RUNNING}",
        f"{H1}<p>{RUNNING[3:-4]} <time datetime='2026-03-05'>on 5 March 2026</time> it meets.</p>{RUNNING}",
        f"{H1}{RUNNING * 3}<h2>Hearings</h2><ul><li>5 March 2026<li>12 March 2026</ul>",
        f"{H1}{RUNNING * 2}<div class=event-date>5. März 2026</div>",
        f"{H1}<div itemscope itemtype='https://schema.org/Event'><time datetime='2026-03-05'>x</time></div>{RUNNING}",
    ],
)  # fmt: skip
def test_a_day_of_something_else_is_no_day_of_publication(body: str) -> None:
    assert published("", body) is None


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{H1}<time datetime='2026-03-05'>5 March</time>{RUNNING * 4}</article>",
        f"<article><header>{H1}</header>{RUNNING * 3}<footer><time datetime='2026-03-05'>x</time></footer></article>",
        f"<article><div class=meta><time datetime='2026-03-05'>5</time></div><h2>Another</h2>{RUNNING}</article>",
        f"<main><article class=h-entry><p class=p-name>{RUNNING[3:-4]}</p><a class=u-url href=/p><time class=dt-published datetime='2026-03-05'>5</time></a></article></main>",
        f"<article>{H1}<aside class=post-meta><time datetime='2026-03-05'>5</time></aside>{RUNNING}</article>",
        f"{H1}{RUNNING}<div>By Ann Poe, March 5, 2026</div>{RUNNING * 3}",
        f"{H1}<span class=date>5 mars 2026</span>{RUNNING * 3}",
        f"{H1}{RUNNING * 4}<p class=published>Veröffentlicht am 5.3.2026</p>",
    ],
)  # fmt: skip
def test_the_articles_own_day_is_found_in_its_header_and_footer(body: str) -> None:
    assert published("", body) == datetime(2026, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        (PUBLISHED.format("2026-12-24T18:00:00Z"), H1, None),
        (PUBLISHED.format("2026-12-24") + '<meta name="date" content="2026-11-02">', H1, 2),
        (ld('{"@type":"Event","headline":"x","datePublished":"2027-01-01"}'), f"{H1}<p>3 November 2026</p>", 3),
        (PUBLISHED.format("2026-11-04T20:00:00Z"), H1, 4),
        ("", f"{H1}<time datetime='2026-12-01'>1 December</time>", None),
    ],
)  # fmt: skip
def test_no_day_of_publication_is_later_than_the_page_was_fetched(
    head: str, body: str, day: int | None
) -> None:
    found = published(head, body, datetime(2026, 11, 4, 9, tzinfo=UTC))
    assert (found.day if found else None) == day

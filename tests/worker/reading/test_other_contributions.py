"""Readers' comments and the next posts of an endless page are no part of an article; a discussion is one."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

URL = "https://daily.example/2026/11/old-lock"
TITLE = "Keeper of the lock keeps a book of water"
TEXT = [
    f"The keeper of lock {n} wrote into his book that the water had stood at mark {n} since the gates were mended, "
    "and that nobody but the heron had asked him about it."
    for n in range(4)
]
BODY = f"<h1>{TITLE}</h1>" + "".join(f"<p>{text}</p>" for text in TEXT)
SAID = [
    f"I have lived by that lock for {n} years, and I have never seen the keeper write a single word into any book at all."
    for n in range(3, 8)
]


def text_of(body: str) -> list[str]:
    html = f"<!doctype html><html lang='en'><head><title>{TITLE}</title></head><body>{body}</body></html>"
    found = read_page(FetchedPage(URL, html.encode(), "text/html"), None)
    assert isinstance(found, CleanedArticle), found
    return found.text.split("\n\n")


def each(form: str) -> str:
    return "".join(form.format(said=said, n=n) for n, said in enumerate(SAID))


@pytest.mark.parametrize(
    "comments",
    [
        "<section id=forum>" + each("<div class=posting><span class=username>gull{n}</span><p>{said}</p></div>") + "</section>",
        "<div class='reader-discussion'>" + each("<div><b class=nick>gull{n}</b> <time>1. Mai</time><p>{said}</p></div>") + "</div>",
        "<ol class=commentlist>" + each("<li><div class=comment-author>gull{n}</div><p>{said}</p><a class=reply>Reply</a></li>") + "</ol>",
        "<div class=LeserKommentare>" + each("<article><header class=user>gull{n}</header><p>{said}</p></article>") + "</div>",
        "<ul class=responses>" + each("<li><b><a href='/user/gull{n}'>gull{n}</a></b> 1. Mai<p>{said}</p><a href='?reply={n}'>Answer</a></li>") + "</ul>",
        "<ul>" + each("<li itemprop=comment itemscope itemtype='https://schema.org/Comment'><p>{said}</p></li>") + "</ul>",
        "<aside class=talkback>" + each("<div class=item><i class=avatar></i><span class=post-date>{n}</span><p>{said}</p></div>") + "</aside>",
        "<div>" + each("<div role=comment><p>{said}</p></div>") + "</div>",
        "<section id=comments><h2>Comments (5)</h2>" + each("<div><span class=author>gull{n}</span><p>{said}</p></div>") + "</section>",
        f"<ol class=comment-list><li><b class=author>gull</b><time>1 May</time><p>{SAID[0]}</p></li></ol>",
        "<div class=comments><h3>Comments</h3><h4>5 Comments</h4>" + each("<div><span class=author>gull{n}</span><p>{said}</p></div>") + "</div>",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "form", ["<article>{body}</article>{comments}", "<article>{body}{comments}</article>"]
)
def test_readers_comments_are_left_out(comments: str, form: str) -> None:
    assert text_of(form.format(body=BODY, comments=comments)) == TEXT


def test_comments_under_a_text_without_paragraphs_are_left_out() -> None:
    comments = each("<div><span class=author>gull{n}</span><p>{said}</p></div>")
    page = f"<div class=text><h1>{TITLE}</h1>{'<br><br>'.join(TEXT)}</div><section id=comments>{comments}</section>"
    assert text_of(page) == TEXT


@pytest.mark.parametrize(
    "page",
    [
        # a thread that is the page, a post about a forum, an interview
        f"<h1>{TITLE}</h1><div class=thread>" + each("<div class=posting><span class=username>gull{n}</span><p>{said}</p></div>") + "</div>",
        f"<main itemscope itemtype='https://schema.org/DiscussionForumPosting'><h1>{TITLE}</h1><p>{TEXT[0]} {TEXT[1]}</p><div class=replies>" + each("<div itemprop=comment><span class=author>gull{n}</span><p>{said}</p></div>") + "</div></main>",
        f"<article class='post forum discussion'><h1>{TITLE}</h1>" + each("<p>{said}</p>") + "</article>",
        f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p><div class=discussion>" + each("<p><b>Poe:</b> {said}</p>") + "</div></article>",
    ],
)  # fmt: skip
def test_a_discussion_that_is_the_article_stays(page: str) -> None:
    text = "\n".join(text_of(page))
    assert [said for said in SAID if said not in text] == []


NEXT = "".join(f"<p>Another report says: {text}</p>" for text in TEXT)


@pytest.mark.parametrize(
    "page",
    [
        f"<article data-url='{URL}'>{BODY}</article><article data-url='https://daily.example/2026/11/other'><h1>Another report</h1>{NEXT}</article>",
        f"<article><h1><a href=/2026/11/first>The first report of the day</a></h1>{NEXT}</article><article>{BODY}</article>",
        f"<article>{BODY}</article><article><h2><a href=/2026/11/other>Another report</a></h2>{NEXT}</article><article><h2><a href=/o>Third</a></h2>{NEXT}</article>",
        f"<main><div><article itemid='{URL}'>{BODY}</article></div><div><article itemid=/o><h2>Another report</h2>{NEXT}</article></div></main>",
    ],
)  # fmt: skip
def test_the_next_posts_of_an_endless_page_are_left_out(page: str) -> None:
    assert text_of(page) == TEXT


def test_parts_of_one_article_in_elements_of_their_own_stay() -> None:
    parts = "".join(f"<article><h2>Part {n}</h2><p>{text}</p></article>" for n, text in enumerate(TEXT[1:]))
    text = "\n".join(text_of(f"<main><article><h1>{TITLE}</h1><p>{TEXT[0]}</p></article>{parts}</main>"))
    assert TEXT[0] in text


TEASER = "<article><h3><a href='/2026/11/{}'>A {} is sold to the north</a></h3><p>It left in March, after years of trouble.</p></article>"


@pytest.mark.parametrize(
    "around", ["<article>{}</article>", "<main>{}</main>", "<div class=c-story__text>{}</div>"]
)
def test_a_teaser_among_paragraphs_is_no_part_of_the_article(around: str) -> None:
    paragraphs = [f"<p>{text}</p>" for text in TEXT]
    inner = paragraphs[0] + TEASER.format("ferry", "ferry") + "".join(paragraphs[1:])
    assert text_of(f"<h1>{TITLE}</h1>{around.format(inner)}") == TEXT


def test_a_round_up_keeps_its_entries() -> None:
    entries = "".join(TEASER.format(name, name) for name in ("ferry", "lock", "mill", "barge"))
    text = "\n".join(text_of(f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p>{entries}</article>"))
    assert text.count("It left in March") == 4


@pytest.mark.parametrize("label", ["Comments (5)", "5 Kommentare", "Commentaires", "コメント"])
def test_parts_under_a_heading_that_calls_them_comments_are_left_out(label: str) -> None:
    parts = each("<div class=x1><b>gull{n}</b> <time>1. Mai</time><p>{said}</p></div>")
    assert text_of(f"<article>{BODY}</article><div class=x0><h3>{label}</h3>{parts}</div>") == TEXT


def test_a_heading_that_only_speaks_of_comments_stays_over_its_text() -> None:
    parts = each("<div class=x1><p>{said}</p></div>")
    text = text_of(f"<article>{BODY}<div><h3>Comments of the board</h3>{parts}</div></article>")
    assert SAID[0] in text
    assert "Comments of the board" in text


def test_a_box_of_articles_that_are_pictures_goes_once() -> None:
    box = (
        "<div>"
        + "".join(f"<article><h3><a href='/{n}'><img src=a></a></h3></article>" for n in range(3))
        + "</div>"
    )
    assert (
        text_of(f"<article><h1>{TITLE}</h1>" + box.join(f"<p>{text}</p>" for text in TEXT) + "</article>")
        == TEXT
    )

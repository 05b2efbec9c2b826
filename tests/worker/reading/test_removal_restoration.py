"""What no cleaning step may take, whatever it goes by: items, headings, boxes, captions, running text."""

# ruff: noqa: E501  a page's markup reads better in one line

import random

import pytest
from support.growth import LINEAR, growth

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.steps import run_cleaning_steps
from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

LONG = (
    "The council met on Tuesday evening to decide how the old harbour should be rebuilt after the storm, and "
    "heard from engineers, traders and people who live along the quay about what they need."
)
MORE = (
    "After three hours of debate the members voted for the cheaper of two plans, which keeps the fish market "
    "where it is and moves the ferry landing to the north side, where the water is deep enough."
)
LANG = (
    "Der Gemeinderat hat am Dienstagabend über den Wiederaufbau des alten Hafens beraten, den der Sturm im "
    "Februar schwer beschädigt hatte, und lange mit Ingenieuren und Händlern gesprochen."
)
DENSE = (
    "港の再建計画について、町議会は火曜日の夜に話し合い、技術者や商人、岸壁に住む人々から意見を聞いた。"
    "議論は三時間に及び、結論は出なかったという。住民からは早い決定を求める声が上がっている。"
)


def read(body: str) -> CleanedArticle:
    page = (
        "<html><head><title>Harbour plan agreed - Wendle Courier</title></head><body><header><a href=/>Wendle "
        "Courier</a><nav><a href=/n>News</a></nav></header><main><article><h1>Harbour plan agreed</h1>"
        f"{body}</article></main><footer><p>© 2026 Wendle Courier</p></footer></body></html>"
    )
    url = "https://courier.example/news/x"
    found = read_page(FetchedPage(url, page.encode(), "text/html; charset=utf-8"), None)
    assert isinstance(found, CleanedArticle)
    return found


def figures(*captions: str, mark: str = "<figcaption>{}</figcaption>") -> str:
    return "".join(
        f"<figure><img src=/{n}.jpg>{mark.format(text)}</figure>" for n, text in enumerate(captions)
    )


OWN = {
    "items among others": (
        f"<p>{LONG}</p><ul><li>Facebook</li><li>Mastodon</li><li>WhatsApp</li></ul><p>{MORE}</p>",
        ["Facebook", "WhatsApp"],
    ),
    "a whole list after a colon": (
        f"<p>{LANG}</p><p>Gesperrt werden:</p><ul><li>Facebook</li><li>Telegram</li></ul><p>{LANG}</p>",
        ["Facebook", "Telegram"],
    ),
    "a whole list that ends the text": (
        f"<p>{LONG}</p><p>{MORE}</p><p>Named were:</p><ol><li>Reuters</li><li>AFP</li></ol>",
        ["Reuters", "AFP"],
    ),
    "a list of days under a heading": (
        f"<p>{LONG}</p><p>{MORE}</p><h2>Open days</h2><ul><li>14 May 2026</li><li>21 May 2026</li></ul>",
        ["14 May 2026", "21 May 2026"],
    ),
    "a list in a dense script": (
        f"<p>{DENSE}</p><p>対象は次のとおり：</p><ul><li>Facebook</li><li>WhatsApp</li></ul><p>{DENSE}</p>",
        ["Facebook", "WhatsApp"],
    ),
    "terms and what they mean": (
        f"<p>{LONG}</p><dl><dt>Screen</dt><dd>6 inches</dd><dt>Camera</dt><dd>Video: 4K</dd></dl><p>{MORE}</p>",
        ["Video: 4K"],
    ),
    "cells of a table": (
        (
            f"<p>{LONG}</p><table><tr><th>House</th><th>Jobs</th></tr><tr><td>Reuters</td><td>12</td></tr>"
            f"<tr><td>AFP</td><td>14</td></tr></table><p>{MORE}</p>"
        ),
        ["Reuters | 12", "AFP | 14"],
    ),
    "nested items": (
        f"<p>{LONG}</p><ul><li>Paper<ul><li>Print</li><li>Leaflets</li></ul></li><li>Air</li></ul><p>{MORE}</p>",
        ["Print", "Leaflets"],
    ),
    "lines of one paragraph": (
        (
            f"<p>{LONG}</p><p>The exam:<br>Listening: 30 minutes<br>Reading: 60 minutes<br>Writing: 60 minutes</p>"
            f"<p>{MORE}</p>"
        ),
        ["Reading: 60 minutes"],
    ),
    "headings over their text": (
        (
            f"<p>{LONG}</p><h2>Radio</h2><p>The station keeps its four hours of news.</p><h2>Print</h2>"
            f"<p>The weekly edition ends in the summer.</p><p>{MORE}</p>"
        ),
        ["Radio", "Print"],
    ),
    "headings that sound like bylines": (
        (
            "<p>How to reach the harbour of Wendle from the capital by rail and by road within an hour.</p>"
            "<h3>By Train</h3><p>Line 4 to Wendle, then ten minutes on foot.</p><h3>By Car</h3><p>Leave at Wendle South.</p>"
        ),
        ["By Train", "By Car"],
    ),
    "a heading that sounds like a call, among its like": (
        (
            f"<p>{LONG}</p><h2>Website</h2><p>A firm from the town makes it anew.</p><h2>Newsletter</h2>"
            f"<p>It has two thousand readers on Fridays.</p><p>{MORE}</p>"
        ),
        ["Newsletter"],
    ),
    "a paragraph that begins like a credit": (
        (
            f"<p>{LONG}</p><p>Photo by photo, the album tells how the quay was built by hand after the great fire.</p>"
            f"<p>{MORE}</p>"
        ),
        ["Photo by photo"],
    ),
    "a paragraph that begins like a disclaimer": (
        (
            f"<p>{LONG}</p><p>{MORE}</p><p>The opinions expressed at the meeting were divided, and nobody wanted to "
            f"give way before the summer.</p><p>{LANG}</p>"
        ),
        ["The opinions expressed at the meeting"],
    ),
    "a paragraph whose link leads to a service": (
        (
            f"<p>{LONG}</p><p>Whoever does not know who uses the account should <a href=/account/subscribe>change</a> "
            f"the password today.</p><p>{MORE}</p>"
        ),
        ["Whoever does not know"],
    ),
    "captions of a photo essay": (
        "<p>A tour of the hall in three pictures.</p>" + figures(LONG, MORE, LANG),
        ["The council met", "After three hours", "Der Gemeinderat"],
    ),
    "captions of a photo essay by class": (
        "<p>A tour of the hall.</p>" + figures(LONG, MORE, LANG, mark="<p class=wp-caption-text>{}</p>"),
        ["The council met", "After three hours", "Der Gemeinderat"],
    ),
    "captions of a photo essay with headings": (
        "<p>Une visite en trois images.</p>"
        + "".join(
            f"<figure><h2>Étape {n}</h2><img src=/{n}.jpg><figcaption><p>{text}</p></figcaption></figure>"
            for n, text in enumerate((LONG, MORE, LANG), 1)
        ),
        ["Étape 1", "Étape 2", "Étape 3", "After three hours"],
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_what_is_the_storys_own_is_put_back(name: str) -> None:
    body, own = OWN[name]
    found = read(body)
    assert [text for text in own if text not in found.text] == []
    assert not found.reading_seconds
    assert found.agencies == ()


FRAME = {
    "a share row of links": (
        f"<p>{LONG}</p><p>{MORE}</p><ul><li><a href=//f.example/x>Facebook</a></li><li><a href=/p>Print</a></li></ul>",
        ["Facebook", "Print"],
    ),
    "a row of facts above the text": (
        f"<ul class=meta><li>By Jane Doe</li><li>12 May 2026</li><li>4 min read</li></ul><p>{LONG}</p><p>{MORE}</p>",
        ["By Jane", "12 May", "4 min"],
    ),
    "related links under their label": (
        f"<p>{LONG}</p><h3>Related</h3><ul><li><a href=/1>Ferry fares rise</a></li></ul><p>{MORE}</p>",
        ["Related", "Ferry fares"],
    ),
    "a call in a box": (
        f"<p>{LONG}</p><div><h3>Newsletter</h3><p>Sign up for our daily newsletter</p></div><p>{MORE}</p>",
        ["Newsletter", "Sign up"],
    ),
    "an advertisement's label": (f"<p>{LONG}</p><h6>Advertisement</h6><p>{MORE}</p>", ["Advertisement"]),
    "a caption beside a text": (
        f"<p>{LONG}</p><p>{MORE}</p>" + figures("The quay after the storm of February, seen from the lighthouse on the north."),
        ["The quay after"],
    ),
    "three captions beside a longer text": (
        f"<p>{LONG}</p><p>{MORE}</p><p>{LANG}</p><p>{LONG}</p>"
        + figures(*(f"The quay number {n} after the storm of February, seen from the lighthouse." for n in range(3))),
        ["The quay number"],
    ),
    "a call with its list": (
        f"<p>{LONG}</p><p>{MORE}</p><p>Follow us on:</p><ul><li>Facebook</li><li>WhatsApp</li></ul>",
        ["Follow us", "Facebook"],
    ),
    "closing rows": (f"<p>{LONG}</p><p>{MORE}</p><p>12 May 2026</p><p>Share this article</p>", ["12 May", "Share"]),
    "a note on the author at the end": (
        f"<p>{LONG}</p><p>{MORE}</p><p>Jane Doe is a reporter for the Wendle Courier, where she covers the harbour.</p>",
        ["Jane Doe is a reporter"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAME)
def test_what_is_the_pages_frame_still_goes(name: str) -> None:
    body, frame = FRAME[name]
    found = read(body)
    assert [text for text in frame if text in found.text] == []
    assert "The council met" in found.text


def test_what_is_put_back_is_counted_by_the_step_that_took_it() -> None:
    found = read(OWN["items among others"][0])
    assert found.count_put_back() == {"share": 2}
    assert [piece.text for piece in found.put_back] == ["Facebook", "WhatsApp"]
    assert "share" not in found.count_removed()


WORDS = [
    "harbour",
    "council",
    "bridge",
    "timber",
    "winter",
    "market",
    "engineer",
    "figures",
    "meeting",
    "quarry",
    "evening",
    "decided",
    "repaired",
    "several",
    "because",
    "towards",
    "against",
    "without",
    "Facebook",
    "Reuters",
    "newsletter",
    "photo",
    "cookies",
    "minutes",
    "reading",
    "share",
    "print",
    "follow",
]
LABELS = ("Share", "Advertisement", "12 May 2026", "Reuters", "3 min read", "Newsletter", "Photo: Jane Doe")


def write_document(rng: random.Random) -> tuple[str, list[str]]:
    """Write a random article; answers its HTML and its paragraphs of twelve words or more."""
    parts, long = [], []
    for _ in range(rng.randint(3, 14)):
        kind = rng.choice(("p", "p", "p", "label", "heading", "list", "quote", "figure", "short"))
        if kind in ("p", "quote"):
            words = [rng.choice(WORDS) for _ in range(rng.randint(12, 60))]
            text = " ".join(words).capitalize() + "."
            text = rng.choice(long) if long and rng.random() < 0.1 else text
            long.append(text)
            parts.append(f"<p>{text}</p>" if kind == "p" else f"<blockquote><p>{text}</p></blockquote>")
        elif kind == "label":
            parts.append(f"<p>{rng.choice(LABELS)}</p>")
        elif kind == "heading":
            parts.append(f"<h{rng.randint(2, 4)}>{rng.choice((*LABELS, 'What comes next'))}</h2>")
        elif kind == "list":
            items = (rng.choice((*LABELS, "Oak", "Two piers", "Basalt")) for _ in range(rng.randint(2, 5)))
            parts.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>")
        elif kind == "figure":
            parts.append("<figure><img src=/1.jpg><figcaption>The quay in the morning.</figcaption></figure>")
        else:
            parts.append(f"<p>{' '.join(rng.choice(WORDS) for _ in range(rng.randint(1, 8)))}.</p>")
    return "".join(parts), long


@pytest.mark.parametrize("seed", range(60))
def test_every_long_paragraph_stays_as_often_as_the_page_shows_it(seed: int) -> None:
    body, long = write_document(random.Random(seed))
    tree = parse_html(f"<html><body><article>{body}</article></body></html>")
    assert tree is not None
    blocks = tuple(list_page_blocks(tree))
    shown = [block.text for block in blocks]
    kept = [block.text for block in run_cleaning_steps(CleaningDraft(blocks=blocks)).blocks]
    lost = {text for text in long if kept.count(text) < shown.count(text)}
    quoted = {text for text in lost if long.count(text) > 1}  # said twice, once as a quotation set apart
    assert lost == quoted
    assert [text for text in quoted if text not in kept] == []


@pytest.mark.parametrize(
    "part",
    [
        "<h3>By Train</h3><p>Line 4 to Wendle Harbour.</p>",
        "<ul><li>Facebook</li><li>Oak</li></ul>",
        "<p>One<br>Two<br>12 May 2026</p>",
        "<aside><h3>On the air</h3><p>Print</p></aside>",
    ],
)
def test_bounds_cost_in_proportion_to_the_page(part: str) -> None:
    def clean(count: int) -> None:
        tree = parse_html(
            f"<html><body><article><p>{LONG}</p>{part * count}<p>{MORE}</p></article></body></html>"
        )
        assert tree is not None
        run_cleaning_steps(CleaningDraft(blocks=tuple(list_page_blocks(tree))))

    assert growth(clean, 200) < LINEAR

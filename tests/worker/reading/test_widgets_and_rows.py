"""Players, polls, rows to share and to follow by, menus and traces are no text; what looks like them stays."""

# ruff: noqa: E501  fixtures read better a line each, and are of many scripts

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage

TITLE = "The mill at the weir turns again"
TEXT = [
    f"The old mill at the weir has been grinding since Saturday, after {count} years in which a society had gathered wheels, belts "
    f"and stones and kept them in the barn of the vicarage, number {count} on the lane."
    for count in (11, 12, 13, 14)
]
MENU = "<header><a href=/>The Courier</a><ul class=menu><li><a href=/n>News</a></li><li><a href=/s>Sport</a></li></ul></header>"


def read(body: str, title: str = TITLE) -> CleanedArticle | RejectedPage:
    """Read a page with this body."""
    html = f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    return read_page(FetchedPage("https://courier.test/2026/mill", html.encode(), "text/html"), None)


def lines_of(inner: str) -> list[str]:
    """List the lines of an article with this content between its paragraphs."""
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    done = read(f"{MENU}<main><article><h1>{TITLE}</h1>{first}{inner}{''.join(rest)}</article></main>")
    assert isinstance(done, CleanedArticle), done
    return [line.strip().removeprefix("- ") for line in done.text.split("\n") if line.strip()]


OF_THE_PAGE = {
    "share links run together": "<div class=sns><a href='https://twitter.com/share?url=x'>ツイート</a><a href='https://www.facebook.com/sharer/sharer.php?u=x'>シェア</a></div>",
    "share labels run together": "<p><span>ツイート</span><span>シェア</span></p>",
    "share links in unknown words": "<p><a href='https://wa.me/?text=x'>Partekatu</a> <a href='https://twitter.com/intent/tweet?text=x'>Txiokatu</a></p>",
    "a row of a known program": "<div class=ya-share2><span>Поделиться</span><span>Твитнуть</span></div>",
    "a channel to join": "<p><a href='https://whatsapp.com/channel/0029VaX'>Entre no canal da Várzea e fique por dentro</a></p>",
    "a channel behind a label": "<p><b>Receba as notícias pelo WhatsApp: <a href='https://whatsapp.com/channel/0029VaX'>entre no canal</a></b></p>",
    "a group to join": "<p><a href='https://t.me/ghati_samachar'>टेलीग्राम पर हमसे जुड़ें</a></p>",
    "a player": "<div class=audio><span>Escuchar este artículo</span><span>00:00</span><span>04:12</span></div>",
    "a player in paragraphs": "<div class=listen><p>استمع إلى المقال</p><p>00:00 / 05:31</p></div>",
    "a player in boxes": "<div class=wrap><div class=label>聽新聞</div><div class=time>0:00</div></div>",
    "counters": "<div class=gallery><img src=/1.jpg><p>1/3</p><img src=/2.jpg><p>2 / 3</p></div>",
    "a player in a line": "<p><button>Listen</button> <span>00:00</span> <span>1x</span></p>",
    "share words in a line": "<div class=sns>ツイート シェア</div>",
    "a poll": "<div class=poll><h4>Will you buy bread there?</h4><form><label><input type=radio name=a> Yes</label><label><input type=radio name=a> No</label></form></div>",
    "a pointer with a label of its own": "<div class=also-block><span>What comes next</span><a href='/n/8'>The market moves to the square</a></div>",
    "a pointer in Thai": "<div class=also-block><span>ขั้นตอนต่อไป</span> <a href='https://courier.test/n/8'>ตลาดย้ายไปที่จัตุรัส</a></div>",
    "a count of views": "<p>1 204 views</p>",
    "a count of views in Russian": "<div class=meta>Просмотров: 1 204</div>",
    "a count of views in Chinese": "<p>浏览次数：1204</p>",
    "a count of views in Korean": "<p>조회수 1,204</p>",
    "a post to embed in a box": "<div class=embed><blockquote class=twitter-tweet><a href='https://twitter.com/x/1'>A post of the mill</a></blockquote></div>",
    "a post to embed": "<blockquote class=instagram-media><p><a href='https://www.instagram.com/p/x/'>View this post on Instagram</a></p></blockquote>",
}


@pytest.mark.parametrize("kind", OF_THE_PAGE)
def test_what_is_a_widget_or_a_row_of_the_page_is_no_text(kind: str) -> None:
    assert lines_of(OF_THE_PAGE[kind]) == TEXT


OF_THE_TEXT = {
    "a link in a sentence": ("<p>The lifts were arranged in a <a href='https://chat.whatsapp.com/Ab12'>group of parents</a> that is still there.</p>", ["The lifts were arranged in a group of parents that is still there."]),
    "a list of words to share": ("<p>The buttons of the page were:</p><ul><li>Share</li><li>Print</li></ul>", ["The buttons of the page were:", "Share", "Print"]),
    "a clock in a sentence": ("<p>The clock over the door showed 00:00.</p>", ["The clock over the door showed 00:00."]),
    "a part of a cup": ("<div><p>1/4</p><p>cup of flour</p></div><p>1/2</p><p>That is all that goes in, and yet it feeds the whole lane.</p>", ["1/4", "cup of flour", "1/2"]),
    "a mark out of ten": ("<p>8/10</p><p>That is what the miller gives his own flour, and nobody dares to ask for more.</p>", ["8/10"]),
    "a timetable": ("<table><tr><th>What</th><th>When</th></tr><tr><td>Gates</td><td>00:00</td></tr><tr><td>Bell</td><td>00:30</td></tr></table>", ["What | When", "Gates | 00:00", "Bell | 00:30"]),
    "a line that begins with a clock": ("<div><p><b>0:00</b> The gates are opened.</p></div>", ["0:00 The gates are opened."]),
    "a post that says something": ("<blockquote class=twitter-tweet><p>The wheel turns, and the whole village has come to look at it.</p><a href='https://twitter.com/x/1'>May 3</a></blockquote>", ["The wheel turns, and the whole village has come to look at it."]),
    "a post in a box named an embed": ("<div class=embed><blockquote class=twitter-tweet><p>The wheel turns, and the whole village has come to look at it.</p><a href='https://twitter.com/x/1'>May 3</a></blockquote></div>", ["The wheel turns, and the whole village has come to look at it."]),
    "a post in a figure named an embed": ("<figure class=wp-block-embed><div class=wp-block-embed__wrapper><blockquote class=twitter-tweet><p>水車が回り、村じゅうの人が見に来ています。</p>— 水車小屋 <a href='https://twitter.com/x/1'>5月3日</a></blockquote></div></figure>", ["水車が回り、村じゅうの人が見に来ています。"]),
    "a sentence that is mostly link": ("<p class=row>See <a href='/n/8'>the minutes of the council of May</a>, page 4.</p>", ["See the minutes of the council of May, page 4."]),
    "a sentence on views": ("<p>The film of the wheel had 1 204 views in one night, and more by noon.</p>", ["The film of the wheel had 1 204 views in one night, and more by noon."]),
    "views in a list": ("<p>The films most watched were:</p><ul><li>The launch: 1,204 views</li><li>980 views</li></ul>", ["The launch: 1,204 views", "980 views"]),
    "a heading over text": ("<h2>Comments</h2><p>So it said on the slate on which the customers wrote what they thought of crust and crumb, day by day.</p>", ["Comments", "So it said on the slate on which the customers wrote what they thought of crust and crumb, day by day."]),
}  # fmt: skip


@pytest.mark.parametrize("kind", OF_THE_TEXT)
def test_what_only_looks_like_a_widget_or_a_row_stays(kind: str) -> None:
    inner, kept = OF_THE_TEXT[kind]
    lines = lines_of(inner)
    assert [line for line in kept if line not in lines] == []
    assert [line for line in TEXT if line not in lines] == []


def test_a_transcript_with_its_clocks_is_no_player() -> None:
    parts = "".join(
        f"<div class=part><p>{n // 2}:{n % 2 * 30:02}</p><p>Words {n} of the talk.</p></div>"
        for n in range(8)
    )
    lines = lines_of(parts)
    assert [n for n in range(8) if f"Words {n} of the talk." not in lines] == []


@pytest.mark.parametrize(
    "said",
    [
        ["तालाब का पानी साफ है।", "मेला सोमवार को है।"],
        ["銭湯は午後三時から開く。", "定休日は水曜日。"],
        ["The pool opens at six.", "Nobody has to pay."],
    ],
)
@pytest.mark.parametrize(
    "menu",
    [MENU, "<div id=top><a href=/>Courier</a><ul><li><a href=/n>News</a></li><li><a href=/s>A–Z</a></li></ul></div>"],
)  # fmt: skip
def test_a_short_post_is_without_the_menu(said: list[str], menu: str) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in said)
    done = read(f"{menu}<main><h1>{TITLE}</h1><div class=post>{paragraphs}</div></main>")
    assert isinstance(done, CleanedArticle), done
    assert done.text.split("\n\n") == said


QUOTED = "Without bread there is no square, and without a square there is no village, says my grandmother."
SET_APART = [
    f"<aside class=pullquote><p>{QUOTED}</p></aside>",
    f"<figure class=quote><blockquote><p>{QUOTED}</p></blockquote><figcaption>Jonas Reimer</figcaption></figure>",
    f"<figure class=wp-block-pullquote><blockquote><p>{QUOTED}</p><cite>Jonas Reimer</cite></blockquote></figure>",
    f"<blockquote class=pull-quote>{QUOTED}</blockquote>",
]


@pytest.mark.parametrize("box", SET_APART)
def test_a_quotation_set_apart_that_no_paragraph_says_stays(box: str) -> None:
    lines = lines_of(box)
    assert QUOTED in lines
    assert [line for line in TEXT if line not in lines] == []


@pytest.mark.parametrize("box", SET_APART)
def test_a_quotation_set_apart_that_a_paragraph_says_in_nearly_these_words_goes(box: str) -> None:
    said = f"“{QUOTED[:-26]} and no mill,” she added, while the flour ran into the sack beside her and the wheel turned on and on."
    lines = lines_of(f"{box}<p>{said}</p>")
    assert said in lines
    assert QUOTED not in lines


def test_a_traceback_is_no_article_and_an_article_about_one_is() -> None:
    trace = "<p>SQLSTATE[HY000] [2002] Connection refused in /var/www/lib/db.php:43</p><pre>Stack trace:\n#0 /var/www/lib/db.php(43): connect()</pre>"
    found = read(trace, "Courier")
    assert isinstance(found, RejectedPage)
    assert found.outcome == "error"
    told = read(
        f"{MENU}<article><h1>How to read a trace</h1><p>{TEXT[0]}</p>{trace}<p>{TEXT[1]}</p></article>"
    )
    assert isinstance(told, CleanedArticle)
    assert "SQLSTATE" in told.text


def test_a_toggle_keeps_its_heading_whatever_opens_it() -> None:
    toggle = (
        "<div class='kg-card kg-toggle-card'><div class=kg-toggle-heading><h4>Where does he live?</h4>"
        "<button class=icon aria-label=Expand><svg></svg></button></div><div class=kg-toggle-content><p>At the foot of the tower.</p></div></div>"
    )
    lines = lines_of(toggle)
    assert lines[1:3] == ["Where does he live?", "At the foot of the tower."]


def test_names_of_layout_are_no_names_of_a_part_of_the_page() -> None:
    years = "<ol class='relative min-h-screen overflow-hidden'><li><span>1994</span><h3>First ferry</h3></li><li><span>2011</span><h3>New captain</h3></li></ol>"
    lines = lines_of(years)
    assert [line for line in ("1994", "First ferry", "2011", "New captain") if line not in lines] == []


def test_lines_above_the_headline_are_no_text() -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXT)
    kicker = "<div class=x7>Country life</div><p>Our series</p>"
    done = read(f"{MENU}<main>{kicker}<h1>{TITLE}</h1>{paragraphs}</main>")
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == TEXT


def test_text_above_a_late_heading_stays() -> None:
    first, *rest = (f"<p>{text}</p>" for text in TEXT)
    done = read(f"<main><h2>{TITLE}</h2>{first}{''.join(rest)}<h1>The Courier</h1></main>")
    assert isinstance(done, CleanedArticle)
    assert [line for line in TEXT if line not in done.text] == []


def test_a_last_heading_goes_with_the_cards_below_it() -> None:
    cards = "".join(f"<a href=/n/{n}>Of something else, number {n}</a>" for n in range(3))
    lines = lines_of("")
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXT)
    done = read(
        f"{MENU}<article><h1>{TITLE}</h1>{paragraphs}<div><h3>From our valley</h3><div class=grid>{cards}</div></div></article>"
    )
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == lines


@pytest.mark.parametrize(
    "tail",
    [
        "<h3>By train</h3><p>Every hour.</p>",
        "<h3>Opening hours</h3><ul><li>Monday: closed</li><li>Tuesday: nine to five</li></ul>",
    ],
)
def test_a_last_heading_with_its_text_stays(tail: str) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXT)
    done = read(f"{MENU}<article><h1>{TITLE}</h1>{paragraphs}{tail}</article>")
    assert isinstance(done, CleanedArticle)
    assert ("By train" in done.text) == ("By train" in tail)
    assert ("Opening hours" in done.text) == ("Opening hours" in tail)


LED = [
    "<p>On the boards of the market stood:</p><div>Comments</div><div>Follow us</div><div>Advertisement</div>",
    "<p>On the boards of the market stood:<br>Share<br>Advertisement<br>Follow us<br>Comments</p>",
]


@pytest.mark.parametrize("inner", LED)
def test_words_of_the_page_stay_in_a_list_that_the_text_leads_up_to(inner: str) -> None:
    lines = lines_of(inner)
    assert [word for word in ("Comments", "Follow us", "Advertisement") if word not in lines] == []


def test_another_story_below_the_text_goes_where_its_headline_leads_elsewhere() -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXT)
    other = "<article class=next><h1><a href=/n/9>The market moves</a></h1><p>The market of Thursday will be held on Saturday, so that those who work in the city can come.</p></article>"
    done = read(f"<div id=content><h1>{TITLE}</h1><div class=body>{paragraphs}</div>{other}</div>")
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == TEXT


def test_a_day_in_a_sentence_is_not_that_of_publication() -> None:
    said = "<p>The meeting will be held on <time datetime=2026-06-12>12 June</time> in the town hall.</p>"
    paragraphs = "".join(f"<p>{text}</p>" for text in TEXT)
    done = read(f"<article><h1>{TITLE}</h1>{said}{paragraphs}</article>")
    assert isinstance(done, CleanedArticle)
    assert done.published_at is None
    printed = f"<p>By Jane Doe, <time datetime=2026-05-03>3 May 2026</time></p>{paragraphs}"
    done = read(f"<article><h1>{TITLE}</h1>{printed}</article>")
    assert isinstance(done, CleanedArticle)
    assert done.published_at is not None
    assert done.published_at.date().isoformat() == "2026-05-03"


def test_questions_on_buttons_whose_answers_are_not_there_stay_out() -> None:
    questions = "".join(
        f"<div class=q{n}><button aria-expanded=false><span>How long does it take to fill sack number {n} by hand?</span></button></div>"
        for n in range(4)
    )
    assert lines_of(f"<div class=my-8><div class=list>{questions}</div></div>") == TEXT

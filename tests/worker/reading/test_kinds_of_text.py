"""Pages of many kinds in several scripts: every word of the article, in its order, and none of the page."""

import json
from dataclasses import dataclass

import pytest

from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.extraction.page_drafting import find_surroundings
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage


@dataclass(frozen=True, slots=True)
class Tongue:
    """An article's paragraphs in one language, with a headline and what"
    " its pages say round an article."""

    lang: str
    title: str
    paragraphs: tuple[str, ...]
    short: tuple[str, ...]
    """Short sentences that close an article."""
    related: str
    """What stands over links to other articles."""
    other: str
    """The headline of another article."""


TONGUES = (
    Tongue(
        "en",
        "Gates of the allotments open to neighbours",
        (
            (
                "The allotments of Carrow have voted to open their gates to neighbours"
                " on two evenings a week,"
                " after a summer in which nearly a third of the plots stood empty and"
                " nobody picked the plums."
            ),
            (
                "Its chair, Ruth Amble, told the meeting that the waiting list had"
                " been a fiction for years, as"
                " most of those on it had long since moved away or found a garden of their own."
            ),
            (
                "Several older members feared for their tools and their strawberries,"
                " and asked who would lock"
                " the sheds at night when the volunteers had gone home to their suppers."
            ),
        ),
        ("The gates open again on Tuesday at five.", "Nobody has to join the society."),
        "Related articles",
        "Bridge over the Wend shut until autumn",
    ),
    Tongue(
        "ru",
        "Садоводы открывают ворота соседям",
        (
            (
                "Садовое товарищество в Карлово решило открывать ворота для соседей"
                " два вечера в неделю, после"
                " того как летом почти треть участков пустовала и никто не собирал сливы."
            ),
            (
                "Председатель Вера Амосова сказала на собрании, что очередь уже много"
                " лет остаётся выдумкой,"
                " потому что большинство записавшихся давно уехало или нашло собственный сад."
            ),
            (
                "Несколько пожилых членов товарищества беспокоились о своих"
                " инструментах и клубнике и спрашивали,"
                " кто будет запирать сараи на ночь, когда добровольцы уйдут ужинать."
            ),
        ),
        ("Ворота снова откроются во вторник в пять.", "Вступать в товарищество не нужно никому."),
        "Похожие статьи",
        "Мост через реку закрыт до осени",
    ),
    Tongue(
        "ar",
        "حدائق الكرم تفتح أبوابها للجيران",
        (
            (
                "صوّتت جمعية الحدائق الأهلية في بلدة الكرم على فتح أبوابها أمام"
                " الجيران مساءين في الأسبوع، بعد صيف"
                " بقي فيه نحو ثلث القطع مهجورا ولم يقطف أحد ثمار البرقوق."
            ),
            (
                "وقالت رئيسة الجمعية ليلى العامري أمام الاجتماع إن قائمة الانتظار كانت"
                " وهما منذ سنوات، لأن معظم"
                " المسجلين فيها انتقلوا إلى أماكن أخرى أو وجدوا حديقة خاصة بهم."
            ),
            (
                "وخشي عدد من الأعضاء المسنين على أدواتهم وعلى الفراولة، وسألوا عمن"
                " سيقفل المخازن ليلا بعد أن يعود"
                " المتطوعون إلى بيوتهم لتناول العشاء."
            ),
        ),
        ("تفتح الأبواب ثانية يوم الثلاثاء في الخامسة.", "ولا يلزم أحدا أن ينضم إلى الجمعية."),
        "مقالات ذات صلة",
        "إغلاق الجسر حتى الخريف",
    ),
    Tongue(
        "zh",
        "市民菜园向邻居开放大门",
        (
            "河湾镇的市民菜园协会投票决定，每周有两个晚上向邻居开放大门。今年夏天，园里将近三分之一的地块空着。",
            "会长林若兰在大会上说，候补名单多年来形同虚设，因为名单上的大多数人早已搬走，或者已经找到了园子。",
            "几位年长的会员担心自己的工具和草莓，他们追问志愿者回家吃晚饭以后，夜里由谁来给工具棚上锁。",
        ),
        ("大门周二下午五点再次开放。", "不必加入协会也可以来。"),
        "相关文章",
        "河上的桥封闭到秋天",
    ),
)
THAI = Tongue(
    "th",
    "สวนผักชุมชนเปิดประตูให้เพื่อนบ้าน",
    (
        "สมาคมสวนผักชุมชนของตำบลบ้านคลองลงมติเปิดประตูให้เพื่อนบ้านเข้ามาได้สัปดาห์ละสองเย็น",
        "นายกสมาคม รัตนา อัมพร กล่าวในที่ประชุมว่ารายชื่อผู้รอคิวเป็นเพียงเรื่องแต่งมานานหลายปีแล้ว",
        ("สมาชิกสูงวัยหลายคนเป็นห่วงเครื่องมือและสตรอว์เบอร์รีของตน และถามว่าใครจะล็อกโรงเก็บของในเวลากลางคืน"),
    ),
    ("ประตูจะเปิดอีกครั้งในวันอังคารเวลาห้าโมงเย็น", "ทุกคนเข้ามาได้โดยไม่ต้องเป็นสมาชิกของสมาคม"),
    "",
    "",
)
by_tongue = pytest.mark.parametrize("tongue", TONGUES, ids=lambda tongue: tongue.lang)


def write_paragraphs(texts: tuple[str, ...]) -> str:
    """Write texts as paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)


def read_lines(tongue: Tongue, body: str) -> list[str]:
    """Read an article with this body, and list the lines of its text, list markers aside."""
    page = (
        f"<html lang={tongue.lang}><meta charset=utf-8><title>{tongue.title} - The Post</title>"
        f"<body><header><a href=/>The Post</a></header><main><article><h1>{tongue.title}</h1>{body}</article>"
    )
    done = read_page(FetchedPage("https://post.test/2026/gates", page.encode(), "text/html"), None)
    assert isinstance(done, CleanedArticle)
    return [line.strip().removeprefix("- ") for line in done.text.split("\n") if line.strip()]


POINTERS = [
    "<h3>{0}</h3><ul><li><a href=/b>{1}</a></li></ul>",
    "<p><b>{0}</b></p><p><a href=/b>{1}</a></p>{2}",
    "<div class=more><span>{0}</span><ul><li><a href=/b>{1}</a></li></ul></div>",
]


@by_tongue
@pytest.mark.parametrize("pointer", POINTERS)
def test_short_sentences_go_on_after_a_pointer_to_other_articles(tongue: Tongue, pointer: str) -> None:
    between = write_paragraphs(tongue.paragraphs[2:])
    box = pointer.format(tongue.related, tongue.other, between)
    lines = read_lines(tongue, write_paragraphs(tongue.paragraphs) + box + write_paragraphs(tongue.short))
    assert lines[:3] == [*tongue.paragraphs]
    assert lines[-2:] == [*tongue.short]
    assert tongue.other not in lines


@by_tongue
def test_what_is_left_out_between_short_paragraphs_is_seen_by_the_steps(tongue: Tongue) -> None:
    texts = [text[:90] for text in tongue.paragraphs]
    box = f"<div><span>{tongue.related}</span><a href=/b><h4>{tongue.other}</h4></a></div>"
    tree = parse_html(f"<body>{write_paragraphs((*texts[:2],))}{box}{write_paragraphs((*texts[2:],))}</body>")
    assert tree is not None
    everything = list_page_blocks(tree)
    kept = [block for block in everything if block.text != tongue.related]
    above, below = find_surroundings(kept, everything)
    assert [block.text for block in (*above, *below)] == [tongue.related]


@by_tongue
def test_cards_with_excerpts_at_the_end_are_no_more_of_the_article(tongue: Tongue) -> None:
    cards = "".join(
        f"<div class=card><h4><a href=/{n}>{tongue.other} {n}</a></h4><p>{text}</p></div>"
        for n, text in enumerate(tongue.short)
    )
    flat = "".join(
        f"<h4><a href=/{n}>{tongue.other}</a></h4><p>{text}</p>" for n, text in enumerate(tongue.short)
    )
    for tail in (cards, flat):
        body = f"{write_paragraphs(tongue.paragraphs)}<h3>{tongue.related}</h3>{tail}"
        assert read_lines(tongue, body) == [*tongue.paragraphs]


def carry(form: str, tongue: Tongue) -> str:
    """Write the article as its page carries it for machines and scripts."""
    markup = write_paragraphs(tongue.paragraphs)
    if form.startswith("articleBody"):
        body = markup if form.endswith("HTML") else "\n\n".join(tongue.paragraphs)
        said = {"@type": "NewsArticle", "headline": tongue.title, "articleBody": body}
        return f"<script type=application/ld+json>{json.dumps(said)}</script>"
    parts = [{"type": "paragraph", "data": {"text": text}} for text in tongue.paragraphs]
    post = {"title": tongue.title, "content": parts if form.endswith("blocks") else markup}
    state = {"props": {"pageProps": {"post": post}}}
    return f"<script id=__NEXT_DATA__ type=application/json>{json.dumps(state)}</script>"


@pytest.mark.parametrize("tongue", [*TONGUES, THAI], ids=lambda tongue: tongue.lang)
@pytest.mark.parametrize("form", ["articleBody", "articleBody of HTML", "state", "state of blocks"])
def test_an_article_that_a_page_carries_unseen_is_found_in_any_script(tongue: Tongue, form: str) -> None:
    assert read_lines(tongue, f"<div id=root></div>{carry(form, tongue)}") == [*tongue.paragraphs]


BOXES = [
    "<div>{0}</div>",
    "<div class='card callout'><div class=callout-text>{0}</div></div>",
    "<aside class=fact><p>{0}</p></aside>",
    "<small>{0}</small>",
    "{0}",
]


@pytest.mark.parametrize("tongue", [*TONGUES, THAI], ids=lambda tongue: tongue.lang)
@pytest.mark.parametrize("box", BOXES)
def test_a_box_or_line_between_paragraphs_stays_in_any_script(tongue: Tongue, box: str) -> None:
    first, *others = tongue.paragraphs
    hint = " ".join(tongue.short)
    body = f"<p>{first}</p>{box.format(hint)}{write_paragraphs((*others, *others[::-1]))}"
    assert read_lines(tongue, body)[:3] == [first, hint, others[0]]


ITEMS = {"en": ["two buckets", "a knife", "stout shoes"], "ru": ["два ведра", "нож", "крепкие ботинки"]}
LISTS = [
    "<form class=recipe><ul>{}</ul></form>".format(
        "".join(f"<li><label><input type=checkbox> {{{n}}}</label></li>" for n in range(1, 4))
    ),
    "<div role=list>{}</div>".format("".join(f"<div role=listitem>{{{n}}}</div>" for n in range(1, 4))),
]


@pytest.mark.parametrize("tongue", TONGUES[:2], ids=lambda tongue: tongue.lang)
@pytest.mark.parametrize("markup", LISTS)
def test_items_to_tick_or_by_role_stay_in_their_list(tongue: Tongue, markup: str) -> None:
    items = ITEMS[tongue.lang]
    body = write_paragraphs(tongue.paragraphs[:2]) + markup.format("", *items)
    lines = read_lines(tongue, body + write_paragraphs(tongue.paragraphs[2:]))
    assert lines == [*tongue.paragraphs[:2], *items, tongue.paragraphs[2]]


NO_LISTS = [
    (
        "<form action=/subscribe><label><input type=checkbox name=a>"
        " Daily</label><label><input type=checkbox> Weekly</label>"
        "<input type=email><button>Go</button></form>"
    ),
    (
        "<form class=newsletter-form><ul><li><input type=checkbox>"
        " Daily</li><li><input type=checkbox> Weekly</li></ul></form>"
    ),
    (
        "<div role=list><div role=listitem><a href=/1>Daily</a></div><div"
        " role=listitem><a href=/2>Weekly</a></div></div>"
    ),
]


@pytest.mark.parametrize("markup", NO_LISTS)
def test_choices_and_menus_are_no_items_of_the_article(markup: str) -> None:
    tongue = TONGUES[0]
    body = write_paragraphs(tongue.paragraphs[:2]) + markup + write_paragraphs(tongue.paragraphs[2:])
    assert read_lines(tongue, body) == [*tongue.paragraphs]


HEADED = [
    "<h2>{0}</h2><p>{1}</p>",
    "<section><h2>{0}</h2><p>{1}</p></section>",
    "<section class=part><h3>{0}</h3><p>{1}</p></section>",
]


@by_tongue
@pytest.mark.parametrize("markup", HEADED)
@pytest.mark.parametrize("around", ["<article><h1>{0}</h1>{1}</article>", "<h1>{0}</h1>{1}"])
def test_the_first_of_several_subheadings_stays_too(tongue: Tongue, markup: str, around: str) -> None:
    heads = [f"{tongue.title[:9].strip()} {number}" for number in range(1, 4)]
    pairs = list(zip(heads, tongue.paragraphs, strict=True))
    body = around.format(tongue.title, "".join(markup.format(*pair) for pair in pairs))
    page = f"<html lang={tongue.lang}><title>{tongue.title}</title><body>{body}<footer>The Post</footer>"
    done = read_page(FetchedPage("https://post.test/gates", page.encode(), "text/html; charset=utf-8"), None)
    assert isinstance(done, CleanedArticle)
    assert done.text.split("\n\n") == [line for pair in pairs for line in pair]


def test_a_heading_over_the_text_that_is_unlike_the_others_is_no_subheading() -> None:
    first, *others = TONGUES[0].paragraphs
    rest = "".join(f"<h3>Part {number}</h3><p>{text}</p>" for number, text in enumerate(others))
    page = f"<html lang=en><title>x</title><body><h2>News of the valley</h2><p>{first}</p>{rest}"
    done = read_page(FetchedPage("https://post.test/gates", page.encode(), "text/html; charset=utf-8"), None)
    assert isinstance(done, CleanedArticle)
    assert done.text.startswith(first)


@by_tongue
def test_a_page_laid_out_in_one_cell_has_its_paragraphs(tongue: Tongue) -> None:
    markup = write_paragraphs((*tongue.paragraphs, *tongue.short))
    assert read_lines(tongue, f"<table><tr><td>{markup}</td></tr></table>") == [
        *tongue.paragraphs,
        *tongue.short,
    ]


def test_a_box_of_teasers_between_paragraphs_goes_and_a_round_up_keeps_its_entries() -> None:
    tongue = TONGUES[0]
    teaser = "<h3>Story {0} of the other kind</h3><p>What story {0} is about.</p>"
    entry = f"<article><a href=/x{{0}}>{teaser}</a></article>"
    entries = "".join(entry.format(number) for number in range(3))
    box = f"<section class=more><h2>More</h2>{entries}</section>"
    first, *others = map(str, tongue.paragraphs)
    body = f"<p>{first}</p>{box}{write_paragraphs((*others,))}"
    assert read_lines(tongue, body) == [*tongue.paragraphs]
    round_up = read_lines(tongue, f"<p>{first[:90]}.</p>{box}")
    assert "What story 2 is about." in round_up

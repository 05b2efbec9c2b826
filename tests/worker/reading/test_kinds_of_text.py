"""Pages of many kinds in several scripts: every word of the article, in its order, and none of the page."""

from dataclasses import dataclass

import pytest

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

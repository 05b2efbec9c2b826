"""What recurs across a source's articles goes, and no line of an article: on sites of one's own templates."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from worker.boilerplate.line_removal import strip_batch
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage, RemovedText

PLACES = ("Aldwick", "Brenmoor", "Castell", "Dunhaven", "Eastmere", "Gresham", "Iverton", "Jarnfield")
ACTORS = ("The council", "The harbour board", "A group of residents", "The museum", "The bus operator")
DEEDS = ("has approved", "questioned", "will fund", "postponed", "wants to expand", "has opened")
THINGS = ("the old bridge", "a night bus", "the clock tower", "a solar roof", "the wetlands", "a tidal study")
ENDS = ("after months of debate.", "although money is tight.", "before next summer.", "by a narrow vote.")
PEOPLE = ("Mara Ellison", "Tobias Renn", "Ida Kovach", "Samuel Orde", "Lena Farrow")


@dataclass(frozen=True, slots=True)
class Text:
    """An article as its writer wrote it."""

    title: str
    author: str
    paragraphs: tuple[str, ...]


def texts(count: int) -> list[Text]:
    rng = random.Random(11)

    def sentence(number: int) -> str:
        parts = (rng.choice(ACTORS), "in", rng.choice(PLACES), rng.choice(DEEDS), rng.choice(THINGS))
        return f"{' '.join(parts)} {rng.choice(ENDS)} File {number} says so."

    def article(number: int) -> Text:
        title = f"{rng.choice(PLACES)} and {rng.choice(THINGS)}: {rng.choice(ENDS)[:-1]} {number}"
        size = rng.randint(4, 8)
        lines = (
            " ".join(sentence(rng.randint(1, 9999)) for _ in range(rng.randint(2, 4))) for _ in range(size)
        )
        return Text(title, rng.choice(PEOPLE), tuple(lines))

    return [article(number) for number in range(count)]


def paragraphs(lines: list[str]) -> str:
    return "\n".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)


def page(text: Text, above: str, body: list[str], below: str, lang: str = "en") -> str:
    return (
        f"<!doctype html><html lang='{lang}'><head><title>{text.title}</title></head><body><article>"
        f"<h1>{text.title}</h1>{above}<div class='entry'>{paragraphs(body)}</div>{below}"
        "</article></body></html>"
    )


def herald(text: Text, other: Text) -> str:
    """Write a page with a call in mid-text, an inline link and a sign-off."""
    body = list(text.paragraphs)
    body.insert(2, "Our readers meet every Thursday in the reading room, and you are welcome.")
    body.insert(4, f"<p>Lue myös: <a href='/{len(other.title)}'>{other.title}</a></p>")
    body.append("<p><em>The Herald is written by eleven people above a bakery.</em></p>")
    return page(text, f"<p class='info'>{text.author} | {len(text.title)} min</p>", body, "")


def blatt(text: Text, other: Text) -> str:
    """Write a page with a box of its own in mid-text and links under a label that no list of words knows."""
    body = list(text.paragraphs)
    call = "<p>Jede Woche ein Brief aus dem Tal, umsonst und gern.</p>"
    body.insert(1, f"<div class='box'><h4>Post vom Fluss</h4>{call}</div>")
    links = f"<p class='t'>Auch aus dem Tal</p><ul><li><a href='/o'>{other.title}</a></li></ul>"
    return page(text, "", body, f"<p class='sign'>Bis morgen, liebe Leserinnen und Leser.</p>{links}", "de")


Template = Callable[[Text, Text], str]


def cleaned(written: list[Text], template: Template) -> list[tuple[str, CleanedArticle]]:
    found = []
    for number, text in enumerate(written):
        url = f"https://paper.example/{number}"
        read = read_page(FetchedPage(url, template(text, written[number - 1]).encode(), "text/html"), None)
        assert isinstance(read, CleanedArticle)
        found.append((url, read))
    return found


def learned(one: CleanedArticle) -> list[str]:
    return [piece.text for piece in one.removed if piece.rule == "learned"]


def from_bodies(*bodies: list[str], titles: list[str] | None = None) -> list[CleanedArticle]:
    """Clean pages of one site with these paragraphs, and strip what they teach about each other."""
    articles = []
    for number, body in enumerate(bodies):
        text = Text(
            titles[number] if titles else f"{PLACES[number % 8]} {DEEDS[number % 6]} {number}", "", ()
        )
        url = f"https://paper.example/{number}"
        read = read_page(FetchedPage(url, page(text, "", body, "").encode(), "text/html"), None)
        assert isinstance(read, CleanedArticle)
        articles.append((url, read))
    return strip_batch(articles)


def own(number: int) -> list[str]:
    return list(texts(number + 1)[number].paragraphs)


@pytest.mark.parametrize("template", [herald, blatt])
@pytest.mark.parametrize("count", [3, 10, 50])
def test_texts_are_exact_and_no_line_is_lost(count: int, template: Template) -> None:
    written = texts(count)
    before = cleaned(written, template)
    after = strip_batch(before)
    exact = [one.text == "\n\n".join(text.paragraphs) for one, text in zip(after, written, strict=True)]
    assert all(line in one.text for one, text in zip(after, written, strict=True) for line in text.paragraphs)
    assert sum(exact) >= 0.9 * count, [learned(one) for one in after][:3]
    assert all(one.count_removed()["learned"] >= 2 for one in after)


def test_one_article_and_two_teach_nothing() -> None:
    for count in (1, 2):
        before = cleaned(texts(count), herald)
        assert strip_batch(before) == [one for _, one in before]


def test_a_live_tickers_intro_stays() -> None:
    intro = "We report on the siege of the northern harbour here, hour by hour, with our people in the town."
    titles = [f"Live: the siege of the northern harbour, day {number}" for number in range(8)]
    stripped = from_bodies(*([intro, *own(number)] for number in range(8)), titles=titles)
    assert all(one.text.startswith(intro) for one in stripped)


def test_labels_with_content_under_them_stay() -> None:
    bodies = [
        [
            *own(number)[:3],
            "<h3>Pros</h3>",
            *own(number)[3:4],
            "<p>Cons</p>",
            f"It is loud at level {number}.",
        ]
        for number in range(6)
    ]
    for one in from_bodies(*bodies):
        assert "Pros" in one.text
        assert "Cons" in one.text


def test_a_report_sent_twice_teaches_nothing() -> None:
    report = own(1)
    for one in from_bodies(report, report, [*report, "A late line for the record, said the harbour master."]):
        assert not learned(one)


def test_a_wire_report_among_others_stays_whole() -> None:
    report = own(7)
    stripped = from_bodies(report, report, report, own(2), own(3), own(4))
    assert [line in stripped[0].text for line in report] == [True] * len(report)


def test_an_update_counts_once() -> None:
    text = texts(1)[0]
    first = cleaned([text], herald)[0]
    assert not any(learned(one) for one in strip_batch([first] * 5))


def test_a_sentence_that_some_articles_end_with_stays() -> None:
    end = "Police are still looking for witnesses."
    stripped = from_bodies(*([*own(number), *([end] if number < 4 else [])] for number in range(9)))
    assert all(one.text.endswith(end) for one in stripped[:4])


def test_a_greeting_and_a_lead_in_stay_among_the_paragraphs() -> None:
    stripped = from_bodies(*(["Ann here.", own(n)[0], "Let us begin!", *own(n)[1:]] for n in range(6)))
    assert all("Ann here." in one.text and "Let us begin!" in one.text for one in stripped)


def test_questions_of_an_interview_stay() -> None:
    asked = "<p><b>What did you read last?</b></p>"
    stripped = from_bodies(*([own(number)[0], asked, *own(number)[1:]] for number in range(5)))
    assert all("What did you read last?" in one.text for one in stripped)


def test_items_of_a_recipe_stay() -> None:
    items = "<ul><li>two eggs</li><li>a pinch of salt</li><li>{}</li></ul>"
    things = ["flour", "butter", "flour", "milk", "flour", "butter"]
    stripped = from_bodies(*([*own(number), items.format(thing)] for number, thing in enumerate(things)))
    assert all("a pinch of salt" in one.text for one in stripped)


def test_what_is_removed_is_told_with_its_rule() -> None:
    one = strip_batch(cleaned(texts(3), herald))[0]
    line = "Our readers meet every Thursday in the reading room, and you are welcome."
    assert RemovedText(line, "learned") in one.removed
    assert one.word_count == len(one.text.split())
    assert line not in one.markdown

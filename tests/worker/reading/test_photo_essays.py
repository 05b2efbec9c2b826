"""The captions of a photo essay are its text; those of a report with pictures are not."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

TITLE = "Four pictures of the covered market"
SAID = [
    f"The covered market opens its gates again on Saturday, {n} months after the fire that burnt the roof and the stalls "
    "of twenty-two traders who had stood there for a lifetime."
    for n in range(4)
]
INTRO = "A walk through the market in four pictures."


def text_of(body: str) -> str:
    html = f"<!doctype html><html lang='en'><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{body}</body></html>"
    found = read_page(FetchedPage("https://daily.example/market", html.encode(), "text/html"), None)
    assert isinstance(found, CleanedArticle), found
    return found.text


FIGURES = {
    "headings in figures": "".join(f"<figure><h2>Step {n}</h2><img src=/{n}.jpg><figcaption><p>{text}</p></figcaption></figure>" for n, text in enumerate(SAID)),
    "bare captions": "".join(f"<figure><img src=/{n}.jpg><figcaption>{text}</figcaption></figure>" for n, text in enumerate(SAID)),
    "in a list": "<ol>" + "".join(f"<li><figure><img src=/{n}.jpg><figcaption>{text}</figcaption></figure></li>" for n, text in enumerate(SAID)) + "</ol>",
    "in sections": "".join(f"<section><figure><picture><img src=/{n}.jpg></picture><figcaption class=slide-text>{text}</figcaption></figure></section>" for n, text in enumerate(SAID)),
    "in boxes": "".join(f"<div class=photo><figure class=wide><img src=/{n}.jpg><figcaption><span>{text}</span></figcaption></figure></div>" for n, text in enumerate(SAID)),
}  # fmt: skip


@pytest.mark.parametrize("form", FIGURES)
def test_captions_that_are_the_article_stay(form: str) -> None:
    text = text_of(f"<article><p>{INTRO}</p>{FIGURES[form]}</article>")
    assert [said for said in [INTRO, *SAID] if said not in text] == []


@pytest.mark.parametrize(
    "pictures",
    [
        "".join(f"<figure><img src=/{n}.jpg><figcaption>{text}</figcaption></figure>" for n, text in enumerate(SAID[:2])),
        "".join(f"<figure><img src=/{n}.jpg><figcaption>Photo {n}: the market hall</figcaption></figure>" for n in range(9)),
        "<aside>" + FIGURES["bare captions"] + "</aside>",
    ],
)  # fmt: skip
def test_captions_of_a_report_with_pictures_stay_out(pictures: str) -> None:
    report = "".join(f"<p>{n} {text.replace('market', 'hall')}</p>" for n, text in enumerate(SAID * 2))
    text = text_of(f"<article>{report}{pictures}</article>")
    assert not any(said in text for said in SAID)
    assert "Photo 3" not in text


SHORT = {
    "de": ["Das neue Rad am ersten Morgen im Wasser.", "Der Müller prüft die Riemen unter dem Dach.", "Elf Stufen führen die Fische vorbei.", "Der erste Sack geht an die Bäckerei."],
    "ja": ["番台の横に並ぶ常連客からの手紙の束。", "塗り直された富士山の絵を見上げる店主。", "木の札に願い事を書く小学生たち。"],
}  # fmt: skip
FORMS = [
    "<figure><img src=/{0}.jpg><figcaption>{1}</figcaption></figure>",
    "<div class=photo><img src=/{0}.jpg><p class=caption>{1}</p></div>",
    "<figure class=wide><img src=/{0}.jpg><figcaption class=text-sm>{1}</figcaption></figure>",
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", SHORT)
def test_short_captions_side_by_side_that_are_the_article_stay(lang: str, form: str) -> None:
    pictures = "".join(form.format(n, text) for n, text in enumerate(SHORT[lang]))
    text = text_of(f"<article><p>{INTRO}</p>{pictures}</article>")
    assert [said for said in [INTRO, *SHORT[lang]] if said not in text] == []


@pytest.mark.parametrize("form", FORMS)
def test_cards_with_captions_that_lead_elsewhere_stay_out(form: str) -> None:
    cards = "".join(form.format(n, f"<a href=/{n}>{text}</a>") for n, text in enumerate(SHORT["de"]))
    text = text_of(f"<article><p>{SAID[0]}</p><p>{SAID[1]}</p></article><div>{cards}</div>")
    assert not any(said in text for said in SHORT["de"])

"""What lies over a page, or speaks of it, is no part of the article; what only looks so stays."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage

TITLE = "The lamp at the corner is back"
TEXT = [
    "The lamp at the corner of the lane is back, and the town works have our thanks for it.",
    "It shines a little yellower than before, which those who live near it say they like better.",
]
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
ASKED = (
    "<h2>Your privacy</h2><p>We and our 412 partners store and access information on a device, such as unique "
    "identifiers, to process personal data. You may accept or manage your choices at any time.</p>"
    "<p>Strictly necessary ones are always on. They are set in answer to what you do, such as filling in forms.</p>"
)
GEFRAGT = (
    "<p>Wir und unsere 412 Partner speichern Informationen auf Ihrem Gerät und greifen darauf zu, um "
    "personenbezogene Daten zu verarbeiten, zum Beispiel für Anzeigen nach Ihren Vorlieben.</p><button>Zustimmen</button>"
)


def read(body: str) -> CleanedArticle | RejectedPage:
    html = f"<!doctype html><html lang='en'><head><title>{TITLE}</title></head><body>{body}</body></html>"
    return read_page(
        FetchedPage("https://daily.example/lamp", html.encode(), "text/html;charset=utf-8"), None
    )


def text_of(body: str) -> list[str]:
    found = read(body)
    assert isinstance(found, CleanedArticle), found
    return found.text.split("\n\n")


ARTICLE = f"<main><article><h1>{TITLE}</h1>{BODY}</article>"


@pytest.mark.parametrize(
    "over",
    [
        f"<div id=cookie-consent class=cmp-dialog>{ASKED}</div>",
        f"<div id=onetrust-consent-sdk><div id=onetrust-banner-sdk role=region>{ASKED}</div></div>",
        f"<div id=CybotCookiebotDialog>{GEFRAGT}</div>",
        f"<div role=dialog aria-label='Datenschutz-Einstellungen'>{GEFRAGT}</div>",
        f"<dialog open class='c-privacy'>{ASKED}<button>OK</button></dialog>",
        f"<section class='gdpr-overlay'>{ASKED}<button>Accept</button></section>",
        f"<div class='tx bottom-bar rgpd'>{ASKED}<input type=submit></div>",
        f"<div aria-modal=true id=privacy-manager>{ASKED}</div>",
        f"<div class='didomi-popup-container'>{GEFRAGT}</div>",
        f"<div id=cmpwrapper>{ASKED}</div>",
        f"<div class='sd-cmp-1x2 sd-cmp'>{ASKED}<button>OK</button></div>",
        f"<div id=CookieReportsPanel>{ASKED}<button>OK</button></div>",
        f"<div id=snigel-cmp-framework>{GEFRAGT}</div>",
        f"<div role=dialog aria-modal=true class=css-1x2y3z>{ASKED}<button>OK</button></div>",
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["{over}{article}</main>", "{article}{over}</main>"])
def test_a_consent_dialog_is_no_part_of_a_short_post(over: str, place: str) -> None:
    assert text_of(place.format(over=over, article=ARTICLE)) == TEXT


@pytest.mark.parametrize(
    "junk",
    [
        "<div class='embed-placeholder'><p>At this place you find content of a third party. It is shown when you agree.</p><button>Show</button></div>",
        "<figure class='youtube-consent'><p>Mit dem Laden des Videos akzeptieren Sie die Bedingungen von YouTube, lesen Sie mehr dazu.</p><a href=#>Laden</a></figure>",
        "<section class=nyhetsbrev><h3>Nyhetsbrev</h3><p>De viktigaste nyheterna direkt i din inkorg varje morgon.</p><form><input type=email><button>OK</button></form><form><input type=email></form></section>",
        "<p><span class=sr-only>Opens in a new window</span></p>",
        "<a class=visually-hidden-focusable href='#end'>Go on to the end of the text</a>",
        "<div class=visually-hidden>Article text begins here, use the arrow keys to go on</div>",
        "<p class=vjs-no-js>To view this video please enable JavaScript, and consider a browser that <a href=//x.test>plays it</a></p>",
        "<div class=no-js-message>Bitte aktivieren Sie JavaScript, um dieses Video zu sehen.</div>",
        "<p class='screen-reader-text'>Estimated number of words in this text: twenty</p>",
    ],
)  # fmt: skip
def test_placeholders_and_words_for_screen_readers_go(junk: str) -> None:
    assert text_of(f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p>{junk}<p>{TEXT[1]}</p></article>") == TEXT


@pytest.mark.parametrize(
    "link",
    [
        "<a href=#main>Skip to the text of this page please</a>",
        "<div class=skip-links><a href=#content>Zum Inhalt springen</a> <a href=#nav>Zum Menü springen</a></div>",
        "<p><a class=skip-link href=#t>Aller au contenu principal de cette page</a></p>",
    ],
)
def test_links_that_skip_to_the_text_go(link: str) -> None:
    assert text_of(f"{link}<div><h1>{TITLE}</h1>{BODY}</div>") == TEXT


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("The board asked for <span class=g-wrap><span class=term>openness</span><span class=glossary-definition>Telling people what is done.</span></span> in all it does.", ["The board asked for openness in all it does."]),
        ("The board asked for <span class=tooltip>openness<span class=tooltiptext>Telling people.</span></span> in all it does.", ["The board asked for openness in all it does."]),
        ("The board asked for openness<span role=tooltip>Telling people.</span> in all it does.", ["The board asked for openness in all it does."]),
        ("The board met on Tuesday<label class='margin-toggle sidenote-number'></label><input class=margin-toggle><span class=sidenote>It meets twice a year, mostly in spring.</span> to decide.", ["The board met on Tuesday to decide.", "It meets twice a year, mostly in spring."]),
        ("The board met on Tuesday<span class=marginnote>It meets twice a year, mostly in spring.</span> to decide.", ["The board met on Tuesday to decide.", "It meets twice a year, mostly in spring."]),
        # what is named so and is the sentence itself
        ("The <span class=glossary-term>board</span> asked for <span class=tooltip title=x>openness</span> in all it does.", ["The board asked for openness in all it does."]),
        ("The <dfn class=definition>board</dfn> is the house of seven that the town elects.", ["The board is the house of seven that the town elects."]),
    ],
)  # fmt: skip
def test_an_explanation_on_demand_does_not_run_into_the_sentence(sentence: str, lines: list[str]) -> None:
    assert text_of(
        f"<article><h1>{TITLE}</h1><p>{TEXT[0]}</p><p>{sentence}</p><p>{TEXT[1]}</p></article>"
    ) == [TEXT[0], *lines, TEXT[1]]


@pytest.mark.parametrize(
    "article",
    [
        # posts about cookies and privacy, a builder's names, a post in a box
        f"<article class='post tag-cookies category-privacy'><h1>{TITLE}</h1>{BODY}</article>",
        f"<article><h1>{TITLE}</h1><div class='recipe-box cookie-recipe'>{BODY}<button>Print</button></div></article>",
        f"<article><h1>{TITLE}</h1><div class='cmp-text cmp-box'>{BODY}<a href=/x>More</a></div></article>",
        f"<div class=privacy-notice-box><h1>{TITLE}</h1>{BODY}<button>OK</button></div>",
        f"<div id=cookie-notice-page><main><h1>{TITLE}</h1>{BODY}</main></div>",
        f"<article><h1>{TITLE}</h1><div class=video-privacy-story>{BODY}</div></article>",
        f"<article><h1>{TITLE}</h1><div class=newsletter-issue>{BODY}<form><input type=email></form></div></article>",
    ],
)  # fmt: skip
def test_a_post_that_is_named_after_consent_stays(article: str) -> None:
    assert text_of(article)[:2] == TEXT


def test_a_page_that_only_asks_for_consent_is_judged_by_what_it_asks() -> None:
    asks = "<p>We use cookies. By a click on accept you give your consent to all cookies of our partners.</p>"
    found = read(f"<div id=onetrust-banner-sdk role=dialog>{asks}{ASKED}</div>")
    assert isinstance(found, RejectedPage)
    assert found.outcome == "consent"


def test_a_colon_for_screen_readers_stays_in_the_headline() -> None:
    found = read(
        f"<article><h1>Wendle<span class=visually-hidden>: </span>the lamp is back again</h1>{BODY}</article>"
    )
    assert isinstance(found, CleanedArticle)
    assert found.title == "Wendle: the lamp is back again"


def test_a_box_named_after_cookies_at_the_end_of_the_body_is_no_part_of_a_post() -> None:
    over = f"<div class=Cookie__Wrapper-sc>{ASKED}<button>OK</button></div>"
    assert text_of(f"{ARTICLE}</main>{over}") == TEXT


@pytest.mark.parametrize(
    "names", ["class='cmp-text cmp-container'", "class=cookie-recipes", "id=privacy-law", "class=accc"]
)
def test_a_container_of_the_text_that_is_named_alike_stays(names: str) -> None:
    assert text_of(f"<div><h1>{TITLE}</h1><div {names}>{BODY}</div></div>") == TEXT


@pytest.mark.parametrize(
    "said",
    [["월요일에는 문을 닫는다.", "회비는 따로 없다."], ["営業は午後三時から。", "定休日は水曜日。"], ["الدخول مجاني للجميع.", "تغلق يوم الجمعة."]],
)  # fmt: skip
def test_short_sentences_in_any_script_are_a_post_beside_a_dialog(said: list[str]) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in said)
    dialog = f"<div class=fc-consent-root><div>{ASKED}</div></div>"
    assert text_of(f"<main><article><h1>{TITLE}</h1>{paragraphs}</article></main>{dialog}") == said

"""Pages that are no articles, each under its name, and articles that look like them. All words are our own."""

# ruff: noqa: E501  fixtures read better a line each

import pytest

from feedmill._ledger.core.records import Entry
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage

URL = "https://daily.example/2026/11/old-lock"
NOT_FREE = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
PASSWORD = "<form><label>Name <input name=u></label><label>Word <input type=password></label></form>"
OPENING = "<p>The old lock at the mill was opened again on Tuesday, after two years in which no boat went through.</p>"
LISTING = "".join(
    f"<li><a href='/story/{n}'>What was found at lock number {n} of the canal</a></li>" for n in range(30)
)


def page(title: str, body: str, head: str = "") -> bytes:
    return f"<html lang='en'><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


WALLS: list[tuple[str, str, str, str]] = [
    # outcome, title, body, head
    ("consent", "Before you continue", p("We use cookies for what you see here.", "Accept all", "More choices"), ""),
    ("consent", "Your privacy choices", p("Our 300 partners and we store cookies, with your consent, on this device."), ""),
    ("consent", "Datenschutzeinstellungen", p("Wir verwenden Cookies. Mit Ihrer Einwilligung geht es weiter; der Datenschutz ist uns wichtig."), ""),
    ("consent", "Le Quai", p("Nous utilisons des cookies avec votre consentement.", "Chaque partner a ses cookies.", "Tout accepter"), ""),
    ("challenge", "Just a moment...", p("Checking that the line is safe."), ""),
    ("challenge", "Daily Example", p("Please verify you are a human", "Press and hold"), "<script src='/captcha-delivery/x.js'></script>"),
    ("challenge", "Access denied", p("You have no permission to see this page on this server. Number 18.2f"), ""),
    ("challenge", "Security check", p("Complete the security check to go on to the Daily Example"), ""),
    ("paywall", "The lock is open", OPENING + p("Subscribe to continue reading."), NOT_FREE),
    ("paywall", "Die Schleuse ist offen", p("Die alte Schleuse ist wieder offen.", "Jetzt weiterlesen mit dem Abo", "Nur für Abonnenten"), ""),
    ("paywall", "L'écluse est ouverte", p("L'écluse est de nouveau ouverte depuis mardi.", "Cet article réservé aux abonnés"), ""),
    ("paywall", "La esclusa está abierta", p("La esclusa se abrió el martes.", "Contenido exclusivo para suscriptores"), ""),
    ("paywall", "A eclusa abriu", p("A eclusa voltou a abrir.", "Conteúdo exclusivo para assinantes"), ""),
    ("paywall", "La chiusa è aperta", p("La chiusa è aperta da martedì.", "Contenuto riservato agli abbonati"), ""),
    ("login", "Log in", p("Members come in here.") + PASSWORD, ""),
    ("login", "Anmelden", p("Mit Ihrem Konto geht es weiter.") + PASSWORD, ""),
    ("login", "Se connecter | Le Quai", p("Votre compte") + PASSWORD, ""),
    ("login", "Войти", p("Почта и пароль") + PASSWORD, ""),
    ("not_found", "404", p("Nothing is kept under this address."), ""),
    ("not_found", "Seite nicht gefunden", p("Vielleicht hilft die Suche."), ""),
    ("not_found", "Página no encontrada", p("Pruebe otra vez."), ""),
    ("not_found", "ページが見つかりません", p("トップへ戻る"), ""),
    ("not_found", "Daily Example", p("This story is no longer available."), ""),
    ("maintenance", "Under maintenance", p("The Daily Example is being mended. Come again at noon."), ""),
    ("maintenance", "Daily Example", p("We'll be back soon!", "Our readers' desk is out for the moment."), ""),
    ("maintenance", "Wartungsarbeiten", p("Bis 6 Uhr wird hier gearbeitet."), ""),
    ("maintenance", "Технические работы", p("Скоро вернёмся."), ""),
    ("parked", "daily.example", p("This domain is for sale.", "Ask the broker."), ""),
    ("parked", "daily.example", p("Diese Domain steht zum Verkauf."), ""),
    ("parked", "daily.example", p("Related searches", "Canal boats", "Lock keepers", "Old mills"), ""),
    ("index", "News of the canal", f"<ul>{LISTING}</ul>", ""),
    ("index", "Topic: locks", f"<h1>Locks</h1><p>All that we wrote of locks.</p><ul>{LISTING}</ul>", ""),
    ("index", "Archive, November", "".join(f"<h3><a href='/s/{n}'>Report number {n} from the canal and its mills</a></h3>" for n in range(40)), ""),
    ("empty", "The lock is open", "<div id='app'></div><script src='/app.js'></script>", ""),
    ("empty", "Daily Example", "<noscript>Please turn on scripts.</noscript><div id='root'></div>", ""),
    ("empty", "Daily Example", "<header></header><main></main><footer></footer>", ""),
]  # fmt: skip


@pytest.mark.parametrize(("outcome", "title", "body", "head"), WALLS)
def test_what_is_no_article_has_a_name(outcome: str, title: str, body: str, head: str) -> None:
    found = read_page(FetchedPage(URL, page(title, body, head), "text/html"), None)
    assert isinstance(found, RejectedPage), found
    assert (found.outcome == outcome) or (outcome == "index" and found.outcome == "empty"), found


def test_each_outcome_has_at_least_three_fixtures() -> None:
    outcomes = [outcome for outcome, *_ in WALLS]
    assert all(outcomes.count(outcome) >= 3 for outcome in outcomes)


@pytest.mark.parametrize(
    "address",
    [
        "https://daily.example/search?q=lock",
        "https://daily.example/?s=lock",
        "https://daily.example/suche/lock",
    ],
)
def test_search_results_are_an_index(address: str) -> None:
    body = f"<article><h1>Search results for lock</h1>{p(*['A long extract of a report on the lock.' * 4] * 9)}</article>"
    found = read_page(FetchedPage(address, page("Search results for lock", body), "text/html"), None)
    assert isinstance(found, RejectedPage)
    assert (found.outcome, found.detail) == ("index", "search results")


MISSING = [
    ("Page not found", "It looks like nothing was found at this location. Maybe try a search?", ""),
    ("Seite nicht gefunden", "Leider wurde unter dieser Adresse nichts gefunden. Versuchen Sie es mit der Suche.", "search"),
    ("الصفحة غير موجودة", "عذرا، لم نعثر على الصفحة التي تبحث عنها. ربما تم حذفها أو نقلها. جرب البحث.", "search"),
    ("ページが見つかりません", "お探しのページは見つかりませんでした。移動または削除された可能性があります。", "search"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "said", "form"), MISSING)
def test_a_missing_page_in_the_markup_of_an_article_is_none(title: str, said: str, form: str) -> None:
    search = "<form role=search><input type=search name=s></form>" if form else ""
    body = f"<article class='post hentry'><h1>{title}</h1><div class=entry-content>{p(said)}{search}</div></article>"
    head = "<meta charset=utf-8>" + ("<meta property=og:type content=article>" if form else "")
    found = read_page(FetchedPage(URL, page(title, body, head), "text/html"), None)
    assert isinstance(found, RejectedPage), found
    assert found.outcome == "not_found"


EXCERPT = (
    "What was found at lock {n} of the canal will be told in full tomorrow, when the keeper has been asked …"
)
CARDS = [
    "<article class=card><h3><a href='/story/{n}'>Lock {n} is open</a></h3><p>{said}</p></article>",
    "<div class=item><a href='/story/{n}'><img src=/{n}.jpg></a><div class=text><time datetime=2026-05-0{n}>May</time><p>{said}</p></div></div>",
]


@pytest.mark.parametrize("card", CARDS)
def test_cards_with_excerpts_and_nothing_else_are_an_index(card: str) -> None:
    cards = "".join(card.format(n=n, said=EXCERPT.format(n=n)) for n in range(1, 10))
    found = read_page(FetchedPage(URL, page("Daily Example", f"<main>{cards}</main>"), "text/html"), None)
    assert isinstance(found, RejectedPage), found
    assert found.outcome == "index"


@pytest.mark.parametrize(
    ("intro", "head", "link"),
    [
        (OPENING, "", "/walk/{n}"),
        ("", "<meta property=og:type content=article>", "/walk/{n}"),
        ("", "", "https://walks.test/{n}"),
    ],
)
def test_a_text_in_cards_is_an_article_by_what_else_is_there(intro: str, head: str, link: str) -> None:
    said = "From the mill over the hill to the lock, an hour and a half, with a bench half way and a view of weir {n}."
    cards = "".join(
        f"<div class=walk><h2><a href='{link.format(n=n)}'>Walk {n}</a></h2><p>{said.format(n=n)}</p></div>"
        for n in range(9)
    )
    body = f"<main><h1>Nine walks along the canal</h1>{intro}{cards}</main>"
    found = read_page(FetchedPage(URL, page("Nine walks along the canal", body, head), "text/html"), None)
    assert isinstance(found, CleanedArticle), found


def report(*texts: str) -> str:
    return f"<article><h1>Of the town</h1>{p(*texts)}</article>"


ARTICLES = [
    ("How to bake a cookie that stays soft", report(
        "A cookie is soft when it is taken out early. Bake it nine minutes, not twelve, and leave the tray alone.",
        "Brown sugar keeps water; so does honey. The second cookie of each tray tells you whether the oven is even.",
        "Our partner in this test, the mill at the lock, gave us flour of three kinds, and the plain one won.")),
    ("Parliament argues about cookie banners", report(
        "Nobody reads a cookie banner, says the member for the canal towns, and she wants them gone by spring.",
        "Her bill would let the browser answer once for all sites. Shops fear for their figures, privacy groups cheer.",
        "A first vote is expected in March. The data office has asked for two changes and will not say which.")),
    ("Why your password is not the weak point", report(
        "Log in with a long word and you are as safe as with a strange one, the town's computer club has found.",
        "It tried both on eleven old machines in the library, and wrote down how long each of them took to give in.",
        "The weak point was the same each time: a note under the keyboard. The club now gives out wallets instead.")),
    ("Newspapers and their paywalls", report(
        "Three of four readers turn round at a paywall, a study of the canal towns says, and one of them comes back.",
        "The paper that asked least earned most: it let everybody read ten reports a month and asked for the eleventh.",
        "Editors were surprised. They had thought that a reader who is asked often gets used to it; she goes elsewhere.")),
    ("Highway 404 is closed for a week", report(
        "Highway 404 will be closed from Monday on, between the mill and the upper lock, for new drains.",
        "Buses go by the quay. The county says that the road was last mended in the year of the flood.",
        "Shops along the road open two hours later, and the market moves to the school yard until Friday.")),
    ("The lock is back after maintenance", report(
        "After maintenance that took two years the old lock is open, and the first boat went through at nine.",
        "The gates are new, the stones are not: masons took each one out, numbered it and put it back.",
        "Whoever wants to watch can come on Sunday, when the keeper lets visitors turn the wheel themselves.")),
    ("Twelve walks along the canal", "<article><h1>Twelve walks along the canal</h1>" + p(
        "We walked for a month and kept the twelve that we would walk again, from the shortest to the longest one.",
    ) + "<ul>" + "".join(
        f"<li><a href='/walk/{n}'>Walk {n}</a>: from the mill over the hill to lock {n}, an hour and a half, with a bench"
        f" half way and a view of the weir that is best in the morning, when the mist is still on it.</li>" for n in range(12)
    ) + "</ul></article>"),
    ("A page in the markup of a system whose classes say cmp", "<div class=cmp-container><div class=cmp-title><h1>The lock</h1></div><div class=cmp-text>" + p(
        "The old lock at the mill was opened on Tuesday, and the first boat went through at nine in the morning.",
    ) + "<h2>Links</h2>" + p("The report of the county is on the board at the lock, where everybody can read it until Friday.") + "</div></div>"),
    ("A short notice", report("The town hall is shut on Friday.", "The register office opens on Saturday from nine to noon instead.")),
]  # fmt: skip


@pytest.mark.parametrize(("title", "body"), ARTICLES, ids=[title for title, _ in ARTICLES])
def test_articles_about_walls_are_articles(title: str, body: str) -> None:
    found = read_page(FetchedPage(URL, page(title, body), "text/html"), None)
    assert isinstance(found, CleanedArticle), found


FRONT = f"<article><h1>Daily Example</h1>{p(*[f'Of what happened at lock {n} we shall tell more tomorrow.' * 3 for n in range(8)])}</article>"


@pytest.mark.parametrize(
    ("link", "answered", "title", "gone"),
    [
        (URL, "https://daily.example/", "Daily Example", "redirected to the front page"),
        (URL, "https://www.daily.example/index.html", "Daily Example", "redirected to the front page"),
        (URL, "https://daily.example/en/?utm_source=x", "Daily Example", "redirected to the front page"),
        ("https://daily.example/news/town/old-lock", "https://daily.example/news/town/", "Town news", "redirected to a section page"),
        ("https://daily.example/?p=77", "https://daily.example/", "Daily Example", "redirected to the front page"),
        # the article itself under a shorter address, another one, the front page itself
        (f"{URL}/amp", URL, "The old lock is open again", None),
        ("https://daily.example/story/77-old-lock", "https://daily.example/story/77", "The old lock is open again", None),
        ("https://short.example/x7", URL, "The old lock is open again", None),
        ("https://daily.example/?p=77", URL, "The old lock is open again", None),
        ("https://daily.example/", "https://www.daily.example/", "The old lock is open again", None),
    ],
)  # fmt: skip
def test_a_link_that_leads_to_the_front_or_a_section_is_gone(
    link: str, answered: str, title: str, gone: str | None
) -> None:
    entry = Entry(title="The old lock is open again", link=link)
    found = read_page(
        FetchedPage(answered, page(title, FRONT.replace("Daily Example", title)), "text/html"), entry
    )
    if gone is None:
        assert isinstance(found, CleanedArticle), found
    else:
        assert found == RejectedPage("not_found", gone)


@pytest.mark.parametrize(("outcome", "title", "body", "head"), WALLS[::4])
def test_the_feeds_full_text_is_published_instead(outcome: str, title: str, body: str, head: str) -> None:
    content = p(
        *[
            f"At lock {n} of the old canal the water stood still for {n} years, and then it did not."
            for n in range(9)
        ]
    )
    entry = Entry(title="The old lock is open again", link=URL, content=content)
    found = read_page(FetchedPage(URL, page(title, body, head), "text/html"), entry)
    assert isinstance(found, CleanedArticle), outcome
    assert found.text_from == "feed"
    assert found.text.count("At lock") == 9

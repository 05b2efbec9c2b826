"""Walls, errors and indexes are told from articles by evidence: both sides of pages in 25 languages, and guards."""

# ruff: noqa: E501  fixtures read better a line each

from collections import Counter

import pytest

from feedmill._ledger.core.records import Entry
from tests.support.wall_pages import PARTS, URL, WallPage, list_wall_pages
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage
from worker.quality.wall_check import OUTCOMES
from worker.vocabulary.wall_words import list_languages, measure_wall_words

LEAST_RIGHT = 0.95
SAMPLED = 3
"""Of the large parts each third page is read: a third of the time, and all languages are there."""
TYPED = '<meta property="og:type" content="article">'
ROWERS = Entry(
    title="Rowers win at Alder Bay after a long night on the water",
    summary="The rowing club of Wendle won the night race at Alder Bay on Saturday, two minutes before the boat from the north.",
    link=URL,
)


def page(title: str, body: str, head: str = "", *, lang: str = "en", attributes: str = "") -> str:
    return f"<!DOCTYPE html><html lang={lang}><head><meta charset=utf-8><title>{title}</title>{head}</head><body {attributes}>{body}</body></html>"


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(html: str, entry: Entry | None = None) -> CleanedArticle | RejectedPage:
    return read_page(FetchedPage(URL, html.encode(), "text/html; charset=utf-8"), entry)


def is_right(one: WallPage) -> bool:
    return isinstance(read(one.html, one.entry), RejectedPage) == one.is_wall


@pytest.mark.parametrize("part", PARTS)
def test_both_sides_are_judged_right(part: str) -> None:
    pages = list(list_wall_pages(part))[:: 1 if part == PARTS[-1] else SAMPLED]
    of_side = Counter(one.is_wall for one in pages)
    wrong = [one for one in pages if not is_right(one)]
    missed = Counter(one.is_wall for one in wrong)
    shares = {side: 1 - missed[side] / count for side, count in of_side.items()}
    assert min(shares.values()) >= LEAST_RIGHT, [str(one) for one in wrong]


def test_the_parts_share_no_language_and_no_template() -> None:
    seen = {part: list(list_wall_pages(part)) for part in PARTS}
    langs = [{one.lang for one in pages} for pages in seen.values()]
    assert sum(map(len, langs)) == len(set.union(*langs)) >= 20
    tuned, apart = ({(one.kind, one.template) for one in seen[part]} for part in PARTS[:2])
    assert not tuned & apart
    assert sum(map(len, seen.values())) >= 200


NGINX = "<hr><center>nginx/1.18.0</center>"
LATEST = "".join(
    f"<li><a href=/s/{n}>What was found at lock number {n} of the canal</a></li>" for n in range(6)
)
TEASER = p(
    *(
        f"Le conseil du port s'est réuni mardi soir au sujet de la cale numéro {n}, dont personne ne veut plus payer les réparations depuis que la crue de l'hiver a emporté la moitié du quai et trois barques."
        for n in range(8)
    )
)
NOT_FREE = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-05-03","isAccessibleForFree":false,"hasPart":{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".paywall"}}</script>'

WALLS = {
    "nginx": ("error", page("502 Bad Gateway", f"<center><h1>502 Bad Gateway</h1></center>{NGINX}")),
    "apache": ("challenge", "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1><p>You don't have permission to access this resource.</p><hr><address>Apache/2.4.57 (Debian) Server at daily.example Port 443</address></body></html>"),
    "cloudflare": ("error", page("daily.example | 521: Web server is down", "<div id=cf-wrapper><div id=cf-error-details><h1>Web server is down</h1><p>The web server is not returning a connection.</p><p>Please try again in a few minutes.</p></div><div>Ray ID: 8cab12de9f0011aa</div></div>")),
    "incapsula": ("challenge", "<html><head><meta name=robots content='noindex,nofollow'></head><body><script src='/_Incapsula_Resource?x=1'></script><p>Request unsuccessful. Incident ID: 1234000-77661234</p></body></html>"),
    "platform": ("not_found", page("404: NOT_FOUND", "<main><p>404: NOT_FOUND</p><p>Code: <code>DEPLOYMENT_NOT_FOUND</code></p></main>")),
    "application": ("error", page("Application error", p("An error occurred in the application and your page could not be served."))),
    "wordpress": ("error", page("WordPress › Error", f"<div class=wp-die-message>{p('There has been a critical error on this website.')}</div>", attributes="id=error-page")),
    "subscribers, arabic": ("paywall", page("حدائق الكرم", f"<article><h1>حدائق الكرم تفتح أبوابها</h1>{p('هذا المحتوى متاح للمشتركين فقط. اشترك الآن لقراءة المقال كاملا أو سجل الدخول.')}<form><input type=password></form></article>", lang="ar")),
    "too many requests": ("challenge", page("429 Too Many Requests", f"<h1>Too Many Requests</h1>{p('You have sent too many requests. Please slow down.')}")),
    "other language, status": ("not_found", page("404", f"<main><h1>404</h1>{p('Seda lehte me kahjuks ei leidnud.')}</main>", lang="et")),
    "links to the latest": ("not_found", page("Page not found - Daily Example", f"<main><h1>Page not found</h1>{p('The page you want is not here.')}<h2>Latest</h2><ul>{LATEST}</ul></main>")),
    "registration": ("paywall", page("Harbour board puts off its decision", f"<article><h1>Harbour board puts off its decision</h1>{p('The harbour board met on Tuesday evening to talk about the old slip.')}<div class=regwall><h3>Register to keep reading</h3><p>Create a free account to read this article.</p><a href=/register>Register</a></div></article>", TYPED)),
    "long teaser": ("paywall", page("Le port reporte sa décision", f"<article><h1>Le port reporte sa décision</h1>{TEASER}<div class=paywall><p>Cet article est réservé à nos abonnés</p><a href=/abonnement>Abonnez-vous pour lire la suite</a></div></article>", TYPED + NOT_FREE, lang="fr")),
    "an offer alone": ("paywall", page("Le port reporte sa décision", f"<main><h1>Le port reporte sa décision</h1><div class=paywall>{p('Cet article est réservé aux abonnés.', 'Pour lire la suite, abonnez-vous à partir de 1 € par mois.')}<a href=/abo>S'abonner</a></div></main>", lang="fr")),
    "a word and a call": ("paywall", page("Der Pegel steigt", f"<article><h1>Der Pegel steigt</h1>{p('Der Pegel …', 'Weiterlesen mit Abo: Jetzt vier Wochen testen und alle Artikel lesen.')}<a href=/abo>Jetzt testen</a></article>", TYPED + NOT_FREE, lang="de")),
    "swedish": ("paywall", page("Hamnen skjuter upp", f"<main><h1>Hamnen skjuter upp</h1>{p('Hamnstyrelsen möttes i tisdags kväll om den gamla slipen.', 'Vill du läsa vidare? Bli prenumerant idag. Är du redan prenumerant? Logga in här.')}</main>", lang="sv")),
    "chinese": ("paywall", page("港务会推迟决定", f"<main><h1>港务会推迟决定</h1>{p('港务会星期二晚上讨论了旧船台的去留，结果尚未公布。', '本文为付费内容，开通会员后可继续阅读全文。')}</main>", lang="zh")),
    "japanese": ("paywall", page("港の委員会、決定を先送り", f"<main><h1>港の委員会、決定を先送り</h1>{p('港の委員会は火曜日の夜、古い船台について話し合った。', '残り1,200文字。この記事は会員限定です。', '無料会員に登録すると続きをお読みいただけます。')}</main>", lang="ja")),
    "thai": ("not_found", page("ไม่พบหน้า", f"<main><h1>ไม่พบหน้าที่คุณต้องการ</h1>{p('หน้านี้อาจถูกลบหรือย้ายแล้ว กรุณากลับไปหน้าแรก')}</main>", lang="th")),
    "vietnamese": ("not_found", page("Không tìm thấy trang", f"<main><h1>Không tìm thấy trang</h1>{p('Trang bạn yêu cầu không tồn tại hoặc đã bị xóa.')}</main>", lang="vi")),
}  # fmt: skip


@pytest.mark.parametrize("entry", [None, ROWERS], ids=["alone", "with entry"])
@pytest.mark.parametrize("name", WALLS)
def test_walls_of_known_software_have_their_names(name: str, entry: Entry | None) -> None:
    outcome, html = WALLS[name]
    found = read(html, entry)
    assert isinstance(found, RejectedPage), found
    assert found.outcome == outcome, found.evidence


def simple(title: str, *texts: str, lang: str = "en", head: str = "") -> str:
    return page(title, f"<main><h1>{title}</h1>{p(*texts)}</main>", head, lang=lang)


def listed(title: str, summary: str) -> Entry:
    return Entry(title=title, summary=summary, link=URL)


ARTICLES: dict[str, tuple[str, Entry | None]] = {
    "the site was down": (page("Back online", f"<div class=h-entry><div class=e-content>{p('The site was down last night for maintenance, sorry about that. The new disk is in and humming.')}</div><time class=dt-published datetime=2026-05-03T08:00Z>3 May</time></div>"), None),
    "status message": (simple("Scheduled maintenance on 5 May", "Our servers will be unavailable between 2 and 4 in the morning. You will not be able to log in during that time. We apologise for the inconvenience."), listed("Scheduled maintenance on 5 May", "Our servers will be unavailable between 2 and 4 in the morning.")),
    "instructions": (simple("How to reset your password", "Click on the link under the form, enter your e-mail address and wait for a message. Open the link in it and choose a new password.", head=TYPED + '<meta property="article:published_time" content="2026-05-01T00:00:00Z">'), None),
    "release notes": (simple("Version 2.1", "Fixed an error on the login page. The search box no longer crashes the browser. Cookies are now deleted on log out."), listed("Version 2.1", "Fixed an error on the login page.")),
    "a number that counts": (simple("404 jobs lost at the mill", "The mill at Wendle closes in May and 404 people lose their work."), None),
    "newsletter at the end": (simple("Mill opens again", "The mill at Wendle opened again on Monday after two years.", "Subscribe to our newsletter to get more stories like this every week."), None),
    "members at the end": (simple("Mill opens again", "The mill at Wendle opened again on Monday after two years. The stones are new, the wheel is not, and the bread is as good as it was.", "If you liked this, become a member and support us."), None),
    "a link to the source": (page("On millstones", "<main><h1>On millstones</h1><p>A fine piece on how millstones are cut by hand.</p><p><a href='https://other.example/x'>Read the full article at The Miller</a></p></main>"), None),
    "not free and complete": (page("Man hurt in overnight fire", f"<article><h1>Man hurt in overnight fire</h1>{p('A man was hurt in a fire at the harbour on Sunday night, police say.', 'He is in hospital and will recover, and no one else was in the house.')}</article><footer><a href=/subscribe>Subscribe to unlock all articles</a></footer>", TYPED + NOT_FREE), None),
    "not free, long, with an offer": (page("Le port", f"<article><h1>Le port reporte sa décision</h1>{TEASER * 3}<div class=paywall><p>Abonnez-vous pour lire nos articles réservés aux abonnés</p></div></article>", TYPED + NOT_FREE, lang="fr"), None),
    "a reworded headline": (simple("Wendle oarsmen first at night regatta", "In the dark and the rain the crew of the Wendle club came in two minutes ahead on Saturday."), ROWERS),
    "another language than the entry": (simple("Ruderer gewinnen in Erlenbucht", "Der Ruderklub gewann am Samstag das Nachtrennen, zwei Minuten vor dem Boot aus dem Norden.", lang="de"), ROWERS),
    "a link somebody else wrote about": (simple("A study of tides", "We measured the tide at nine piers for a year and found that the moon is not alone to blame."), listed("Neat stuff found today", "Worth your time, especially the charts near the end.")),
    "of subscriptions, beside a login": (page("الصحيفة", f"<article><h1>الصحيفة تفتح أبوابها</h1>{p('أعلنت الصحيفة أنها ستتيح محتواها كاملا لكل مشترك قديم ابتداء من شهر مايو، بعد أن وجدت دراسة أن القراء يفضلون ذلك.')}</article><form><input type=password></form>", lang="ar"), None),
    "of a site": (simple("A web page for every tree", "The new web site of the town has a page for each of its trees, with a link to a map and a search box."), None),
    "of a browser": (simple("Browser update fixes security hole", "The makers of the browser closed a hole on Tuesday through which any web page could read the passwords of another site."), None),
    "of a database": (simple("Database error stops trains", "An error in a database stopped all trains between Wendle and Alder Bay on Monday. The server was back after four hours."), None),
    "of data": (simple("Datenschutz: Partner ziehen sich zurück", "Drei Partner des Hafens haben am Montag ihre Zustimmung zur gemeinsamen Kartei zurückgezogen, weil sie um die Daten der Fischer fürchten.", lang="de"), None),
    "of technical works": (simple("Технические работы в метро", "На синей ветке метро в субботу пройдут технические работы, поезда будут ходить реже.", lang="ru"), None),
    "of upkeep": (simple("地铁维护暂停两站", "星期六地铁蓝线维护，两个车站暂停使用，乘客可改乘公共汽车。", lang="zh"), None),
    "of a login": (simple("図書館、ログイン不要に", "町の図書館は五月から、蔵書を調べるのにログインを求めないことにした。", lang="ja"), None),
    "unlisted language": (simple("Sild on jälle lahti", "Vana sild avati esmaspäeval pärast kahte aastat remonti.", lang="et"), None),
    "short, vietnamese": (simple("Cầu cũ mở lại", "Cầu cũ ở nhà máy xay được mở lại hôm thứ ba, sau hai năm không có thuyền nào qua.", lang="vi"), None),
    "short, hindi": (simple("पुराना पुल फिर खुला", "चक्की के पास का पुराना पुल दो साल बाद मंगलवार को फिर खोला गया।", lang="hi"), None),
    "short, korean": (simple("나룻배 쉰다", "바람이 세서 나룻배가 하루 쉰다.", lang="ko"), None),
}  # fmt: skip


@pytest.mark.parametrize("name", ARTICLES)
def test_short_articles_are_published(name: str) -> None:
    html, entry = ARTICLES[name]
    found = read(html, entry)
    assert isinstance(found, CleanedArticle), (found.outcome, found.evidence)
    assert "newsletter" in name or found.text


@pytest.mark.parametrize(
    "phrase",
    ["Page not found", "Access denied", "Just a moment", "Under maintenance", "Log in", "Before you continue", "This domain is for sale", "Subscribe to continue reading", "Something went wrong", "Вход", "Wartungsarbeiten", "アクセスが拒否されました"],
)  # fmt: skip
def test_no_phrase_rejects_what_its_entry_leads_to(phrase: str) -> None:
    told = "The second film of Ida Brandt tells of a village that nobody finds on any map, slow and grey and wonderful."
    found = read(simple(phrase, told, head=TYPED), listed(phrase, told))
    assert isinstance(found, CleanedArticle), found
    assert read(simple(phrase, told, head=TYPED)).__class__ is CleanedArticle


ELSEWHERE = "".join(
    f"<li><a href='https://site{n}.example/a'>How ferries shaped the coast number {n}</a></li>"
    for n in range(16)
)
OWN = ELSEWHERE.replace("https://site", "/s/").replace(".example", "")
ROUND_UP = Entry(title="Links for the first week of May", link=URL)


@pytest.mark.parametrize(
    ("html", "entry"),
    [
        (simple("Links for the first week of May", "What I read this week.", head=TYPED).replace("</main>", f"<ul>{ELSEWHERE}</ul></main>"), None),
        (page("Links for the first week of May", f"<main><h1>Links for the first week of May</h1><ul>{ELSEWHERE}</ul></main>"), ROUND_UP),
        (page("Links for the first week of May", f"<main><h1>Links for the first week of May</h1><p>The best of ours.</p><ul>{OWN}</ul></main>"), ROUND_UP),
    ],
    ids=["typed", "elsewhere", "own pages"],
)  # fmt: skip
def test_a_round_up_is_an_article(html: str, entry: Entry | None) -> None:
    found = read(html, entry)
    assert isinstance(found, CleanedArticle), found
    assert found.text.count("How ferries shaped the coast") == 16


@pytest.mark.parametrize("head", ["", TYPED], ids=["plain", "called an article"])
def test_a_topic_page_is_an_index(head: str) -> None:
    html = page("Topic: ferries", f"<main><h1>Ferries</h1><ul>{OWN}</ul></main>", head)
    found = read(html, ROWERS)
    assert isinstance(found, RejectedPage)
    assert found.outcome == "index"


TEASERS = "".join(
    f"<div class=card><h2><a href=/s/{n}>Report number {n} of the canal</a></h2>"
    f"<p>What the keeper of lock {n} has to tell, in a line or two.</p></div>"
    for n in range(9)
)


def test_a_front_page_that_is_served_in_place_of_the_article_is_an_index() -> None:
    front = page("Daily Example - news of the canal", f"<main>{TEASERS}</main>")
    found = read(front, ROWERS)
    assert isinstance(found, RejectedPage), found.text
    assert found.outcome == "index"
    assert isinstance(read(front, listed("Reports of the canal keepers", "")), CleanedArticle)
    elsewhere = front.replace("href=/s/", "href=https://other.example/s/")
    assert isinstance(read(elsewhere, ROWERS), CleanedArticle), "a round-up"


OTTERS = "Saw two otters under the mill bridge before work, both of them asleep."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (page(OTTERS, f"<article class=h-entry><p class='p-name e-content'>{OTTERS}</p><time datetime=2026-05-03>3 May 2026</time></article>"), OTTERS),
        (page(f"{OTTERS} — Jo", f"<article class=h-entry><p>{OTTERS}</p><p><a href=/t/otter>#otter</a> <a href=/t/mill>#mill</a></p></article>"), OTTERS),
        (page("Heute früh lag Raureif auf allen Booten.", "<main><div class=note><p>Heute früh lag Raureif auf allen Booten.</p></div></main>", lang="de"), "Heute früh lag Raureif auf allen Booten."),
        (page("朝、港で四十本の苗木を植えた。腰が痛い。", p("朝、港で四十本の苗木を植えた。腰が痛い。"), lang="ja"), "朝、港で四十本の苗木を植えた。腰が痛い。"),
        (page("Saplings", "<main><figure><img src=a.jpg><figcaption>Forty oak saplings stand along the harbour lane in the rain.</figcaption></figure></main>"), "Forty oak saplings stand along the harbour lane in the rain."),
        (page("IMG 2231", "<article class=h-entry><figure><img src=a.jpg><figcaption>Last light on the quay, seen from the night ferry.</figcaption></figure></article>"), "Last light on the quay, seen from the night ferry."),
    ],
)  # fmt: skip
def test_a_post_that_is_its_title_or_a_caption_keeps_its_text(html: str, text: str) -> None:
    found = read(html)
    assert isinstance(found, CleanedArticle), found
    assert found.text == text


@pytest.mark.parametrize(
    "html",
    [
        page("Wendle Courier", "<div id=app>Wendle Courier</div>"),
        page("The lock is open", "<main><h1>The lock is open again on Tuesday</h1></main>"),
        page(
            "The lock is open again on Tuesday", "<header><p>The lock is open again on Tuesday</p></header>"
        ),
    ],
    ids=["shell", "heading alone", "header"],
)
def test_a_title_alone_is_no_post(html: str) -> None:
    assert isinstance(read(html), RejectedPage)


def test_a_headline_printed_above_an_article_goes() -> None:
    title = "The lock is open again on Tuesday"
    found = read(
        page(
            title,
            f"<main><p>{title}</p>{p('After two years the first boat went through at nine, and the keeper waved.', 'The gates are new, the stones are not, and the bench is where it was.')}</main>",
        )
    )
    assert isinstance(found, CleanedArticle)
    assert title not in found.text


def test_what_has_nothing_of_its_entry_is_rejected() -> None:
    html = simple("Tere tulemast", "Siin ei ole midagi.", lang="et")
    found = read(html, ROWERS)
    assert isinstance(found, RejectedPage)
    assert found.outcome == "unrelated"
    assert isinstance(read(html), CleanedArticle)


def test_the_evidence_is_kept_with_the_rejection() -> None:
    found = read(WALLS["nginx"][1])
    assert isinstance(found, RejectedPage)
    assert "status_in_title +3" in found.evidence


def test_every_kind_of_words_has_an_outcome() -> None:
    kinds = {kind for lang in ("en", "de", "ja") for kind, *_ in measure_wall_words(SAMPLES[lang]).kinds}
    assert kinds - {"page", "reader"} <= set(OUTCOMES)
    assert len(list_languages()) >= 30


SAMPLES = {
    "en": "Sorry, page not found. Access denied, robot. Server error. Back after maintenance. Cookie consent. Log in. Subscribe. Domain for sale.",
    "de": "Seite nicht gefunden, Zugriff verweigert, Roboter, Fehler, Wartung, Cookies, Anmelden, Abo, Domain kaufen",
    "ja": "ページが見つかりません。アクセス拒否。ロボット。エラー。メンテナンス。クッキー。ログイン。購読。ドメイン販売",
}

"""Metadata, field by field, as tables of heads and bylines of our own making."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from support.growth import LINEAR, growth

from feedmill._ledger.core.records import Entry
from worker.document.html_parsing import parse_html
from worker.metadata.date_parser import parse_printed_day
from worker.metadata.metadata_reader import Metadata, read_metadata
from worker.metadata.page_declarations import strip_markup
from worker.metadata.person_names import parse_byline, parse_organization, parse_person_names
from worker.vocabulary.reading_times import parse_reading_seconds

URL = "https://daily.example/harbour-plan"
H1 = "<h1>Council agrees on the harbour plan</h1>"


def told(
    head: str = "",
    body: str = H1,
    *,
    entry: Entry | None = None,
    headers: dict[str, str] | None = None,
    url: str = URL,
) -> Metadata:
    tree = parse_html(f"<html><head>{head}</head><body>{body}<p>Text.</p></body></html>")
    assert tree is not None
    return read_metadata(tree, url, entry, headers or {})


def ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("By Jane Doe", ["Jane Doe"]),
        ("Jane Doe and John Roe", ["Jane Doe", "John Roe"]),
        ("By Jane Doe, John Roe & Ann Poe", ["Jane Doe", "John Roe", "Ann Poe"]),
        ("Von Jürgen Groß und Eva Kirchner-Rätsch", ["Jürgen Groß", "Eva Kirchner-Rätsch"]),
        ("Juan Pérez y Ana López", ["Juan Pérez", "Ana López"]),
        ("Jane Doe (Paris)", ["Jane Doe"]),
        ("Jane Doe, in Paris", ["Jane Doe"]),
        ("Jane Doe, staff writer", ["Jane Doe"]),
        ("Jane Doe | The Daily Example", ["Jane Doe"]),
        ("Jane Doe <jane@daily.example>", ["Jane Doe"]),
        ("jane@daily.example (Jane Doe)", []),
        ("jane@daily.example", []),
        ("https://daily.example/authors/jane", []),
        ("Jane Doe, MD, PhD", ["Jane Doe"]),
        ("Martin Roe, Jr.", ["Martin Roe, Jr."]),
        ("Ann Poe as told to Jane Doe", ["Jane Doe"]),
        ("Dr. Max Muster", ["Dr. Max Muster"]),
        ("岡田有花", ["岡田有花"]),
        ("张三、李四", ["张三", "李四"]),
        ("Иван Петров и Анна Сидорова", ["Иван Петров", "Анна Сидорова"]),
        ("أحمد علي", ["أحمد علي"]),
        ("Editorial Team", []),
        ("The Worcester Example & Gazette", []),
        ("admin", []),
        ("Staff Reporter", []),
        ("", []),
    ],
)
def test_an_author_field_is_split_into_people(field: str, names: list[str]) -> None:
    assert list(parse_person_names(field)) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Mara Ellison · November 1, 2026 · 2 min read", ["Mara Ellison"]),
        ("By Mara Ellison - Updated 3 hours ago", ["Mara Ellison"]),
        ("Von Mara Ellison, Lille", ["Mara Ellison, Lille"]),
        ("By the river the work goes on", []),
        ("By 2030 the quay will be gone", []),
        ("Mara Ellison", []),
    ],
)
def test_a_printed_byline_gives_its_names_only(line: str, names: list[str]) -> None:
    assert parse_byline(line) == names


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Associated Press", "Associated Press"),
        ("MND Staff", "MND Staff"),
        ("admin", None),
        ("Redaktion", None),
        ("https://social.example/daily", None),
        ("105092", None),
    ],
)
def test_a_desk_or_agency_can_stand_in_but_no_user_of_a_system(name: str, body: str | None) -> None:
    assert parse_organization(name) == body


def test_agencies_stand_as_author_only_where_nobody_is_named() -> None:
    agency = ld('{"@type":"NewsArticle","author":{"@type":"Organization","name":"Associated Press"}}')
    assert told(agency).authors == ("Associated Press",)
    assert told(agency, H1 + "<p class=byline>By Jane Doe</p>").authors == ("Jane Doe",)
    assert told(agency, entry=Entry(authors=("Jane Doe",))).authors == ("Jane Doe",)


def test_the_site_is_never_an_author() -> None:
    site = '<meta property="og:site_name" content="The Daily Example"><meta name="author" content="Daily Example">'  # noqa: E501
    publisher = '"publisher":{"@type":"Organization","name":"Example Media House"}'
    assert told(site).authors == ()
    own = f'{{"@type":"NewsArticle","author":{{"name":"Example Media House"}},{publisher}}}'
    assert told(ld(own)).authors == ()


@pytest.mark.parametrize(
    "byline",
    [
        "<p>By Mara Ellison · November 1, 2026 · 2 min read</p>",
        "<div class=meta><span>By <a href=/authors/mara>Mara Ellison</a></span> <time>1 November 2026</time></div>",  # noqa: E501
        "<p class=post-meta>1. November 2026 <span class=author>Mara Ellison</span></p>",
        "<div class=entry-meta>Posted on 2026/11/01 by <a rel=author href=/u>Mara Ellison</a></div>",
        "<div class=AuthorNameLink><a>Mara Ellison</a></div><span class=date>2026年11月1日</span>",
        "<p class=meta>By <a rel=author href=/u>Mara Ellison</a> - Nov. 1, 2026</p>",
        "<p>By <a href=/authors/mara>Mara Ellison</a>, 1 November 2026, 8:00</p>",
    ],
)
def test_bylines_in_the_page_give_author_and_day_where_nothing_better_does(byline: str) -> None:
    found = told(body=f"<article><header>{H1}{byline}</header><p>Text.</p></article>")
    assert found.authors == ("Mara Ellison",)
    assert found.published_at == datetime(2026, 11, 1, tzinfo=UTC)
    listed = datetime(2026, 11, 2, 8, tzinfo=UTC)
    fed = told(body=H1 + byline, entry=Entry(authors=("Ann Poe",), published_at=listed))
    assert (fed.authors, fed.published_at) == (("Ann Poe",), listed)


def test_wordpress_authors_are_found_over_references_and_admin_is_nobody() -> None:
    graph = ld(
        '{"@graph":[{"@type":"Article","@id":"#a","author":{"name":"admin","@id":"#p"}},{"@type":"WebPage",'
        '"datePublished":"2026-11-01T08:00:00+01:00"},{"@type":"Person","@id":"#p","name":"admin"}]}'
    )
    found = told(
        graph, H1 + "<span class='author vcard'><a rel=author href=/author/x>Mara Ellison</a></span>"
    )
    assert found.authors == ("Mara Ellison",)
    assert found.published_at == datetime(2026, 11, 1, 8, tzinfo=timezone(timedelta(hours=1)))
    assert told(graph).authors == ()
    linked = '{"@graph":[{"@type":"Article","author":{"@id":"#p"}},{"@id":"#p","@type":"Person","name":"Mara Ellison"}]}'  # noqa: E501
    assert told(ld(linked)).authors == ("Mara Ellison",)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            '<title>Harbour plan agreed - The Daily</title><meta property="og:site_name" content="The Daily">',  # noqa: E501
            "",
            0,
        ),
        ("<title>Harbour plan agreed | The Daily</title>", "<h1>Harbour plan agreed</h1>", 0),
        (
            '<title>The Daily: Harbour plan agreed</title><meta property="og:site_name" content="The Daily">',
            "",
            0,
        ),
        (
            '<meta property="og:title" content="You will not believe it">',
            "<h1>Harbour plan agreed at last</h1>",
            1,
        ),
        (
            '<meta property="og:title" content="Opinion | Harbour plan agreed at last">'
            + ld('{"@type":"NewsArticle","headline":"Harbour plan agreed at last"}'),
            "<h1>Opinion Harbour plan agreed at last</h1>",
            1,
        ),
        (
            '<meta property="og:title" content="A hundred years of the harbour">',
            "<article><h1>The quiet port</h1></article>",
            2,
        ),
        (
            '<meta property="og:title" content="Harbour plan agreed">',
            "<header><h1>Daily</h1></header>",
            0,
        ),
        (
            "<title>Harbour Daily - Harbour plan agreed</title>",
            '<h1><a href="/">Harbour Daily</a></h1><h2>Harbour plan agreed</h2>',
            0,
        ),
    ],
)
def test_the_title_is_the_printed_headline(head: str, body: str, title: int) -> None:
    wanted = ("Harbour plan agreed", "Harbour plan agreed at last", "The quiet port")[title]
    assert told(head, body or " ").title == wanted


PUBLISHED = '<meta property="article:published_time" content="{}">'


@pytest.mark.parametrize(
    ("head", "body", "moment"),
    [
        # the offset that the publisher shows beside a UTC time, a time without zone, a day
        (
            PUBLISHED.format("2026-11-02T03:22:00Z"),
            "<time datetime='2026-11-01T22:22:00-05:00'>",
            (1, 22, 22, -5),
        ),
        (
            ld('{"@type":"NewsArticle","datePublished":"2026-11-01 22:22:00.0"}')
            + PUBLISHED.format("2026-11-01T22:22:00-05:00"),
            "",
            (1, 22, 22, -5),
        ),
        (PUBLISHED.format("2026-11-01"), "<time datetime='2026-11-01T22:22:00-05:00'>", (1, 22, 22, -5)),
        # another time than the first says nothing about its zone
        (
            PUBLISHED.format("2026-11-02T03:22:00Z"),
            "<time datetime='2026-11-01T10:22:00-05:00'>",
            (2, 3, 22, 0),
        ),
        (
            PUBLISHED.format("2026-11-01T22:22:00+05:30"),
            "<time datetime='2026-11-01T16:52Z'>",
            (1, 22, 22, 5.5),
        ),
        ('<meta name="article:published:time" content="2026-11-01T22:22:00Z">', "", (1, 22, 22, 0)),
        ('<meta name="publishdate" content="2026-11-01">', "", (1, 0, 0, 0)),
        (
            ld('{"@type":["Recipe"],"headline":"x","datePublished":"2026-11-01T22:22-05:00"}'),
            "",
            (1, 22, 22, -5),
        ),
    ],
)
def test_times_keep_the_publishers_own_zone(
    head: str, body: str, moment: tuple[int, int, int, float]
) -> None:
    day, hour, minute, offset = moment
    found = told(head, H1 + body).published_at
    assert found == datetime(2026, 11, day, hour, minute, tzinfo=timezone(timedelta(hours=offset)))
    assert found.utcoffset() == timedelta(hours=offset)


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("November 1, 2026", None, (11, 1)),
        ("Posted Nov. 1st, 2026 by Jane", None, (11, 1)),
        ("1 November 2026", None, (11, 1)),
        ("So, 1. November 2026, 14:07 Uhr", None, (11, 1)),
        ("le 1er novembre 2026", None, (11, 1)),
        ("1 de noviembre de 2026", None, (11, 1)),
        ("1 listopada 2026", None, (11, 1)),
        ("1 листопада 2026", None, (11, 1)),
        ("1 Kasım 2026", None, (11, 1)),
        ("1 नवंबर 2026", None, (11, 1)),
        ("१ नवंबर २०२६", None, (11, 1)),
        ("३ मई २०२६, रविवार", None, (5, 3)),
        ("١ نوفمبر ٢٠٢٦", None, (11, 1)),
        ("1 พฤศจิกายน 2569", None, (11, 1)),
        ("วันที่ ๑ พฤศจิกายน พ.ศ. ๒๕๖๙", None, (11, 1)),
        ("1 พฤศจิกายน 2026", None, (11, 1)),
        ("1 নভেম্বর ২০২৬", None, (11, 1)),
        ("1. marraskuuta 2026", None, (11, 1)),
        ("2026年１１月１日", None, (11, 1)),
        ("2026年11月1日", None, (11, 1)),
        ("2026년 11월 1일", None, (11, 1)),
        ("2026-11-01 08:00", None, (11, 1)),
        ("So 01.11.26 | 14:07", None, (11, 1)),
        ("11/01/2026", "en-US", (11, 1)),
        ("01/11/2026", "fr", (11, 1)),
        ("25/11/2026", None, (11, 25)),
        ("11/25/2026", "en", (11, 25)),
        ("03/04/2026", "en", None),
        ("Version 1.2.3 of 2026", None, None),
        ("in 2026 November", None, None),
        ("1 November 2569", None, None),
        ("3 of 2026 were late", None, None),
        ("32 November 2026", None, None),
    ],
)
def test_printed_days_are_read_where_they_are_sure(
    text: str, lang: str | None, day: tuple[int, int] | None
) -> None:
    assert parse_printed_day(text, lang) == (datetime(2026, *day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(
    ("head", "headers", "rights"),
    [
        ("", {}, ()),
        ('<meta name="robots" content="index, follow, NoAI, noimageai">', {}, ("noai", "noimageai")),
        ("", {"x-robots-tag": "otherbot: noai, noindex"}, ("noai",)),
        ('<meta name="tdm-reservation" content="0">', {}, ()),
        (
            '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="/tdm.json">',
            {},
            ("tdm-reservation", "tdm-policy=https://daily.example/tdm.json"),
        ),
        ('<meta name="tdm-reservation" content="1">', {"tdm-reservation": "0"}, ()),
        ("", {"tdm-reservation": "1"}, ("tdm-reservation",)),
        ("", {"content-usage": "train-ai=n, search=y"}, ("content-usage:train-ai=n",)),
        ('<link rel="license" href="/terms">', {}, ("link:license=https://daily.example/terms",)),
        ('<link rel="stylesheet" href="/license">', {}, ()),
        (
            "",
            {"link": '</a>; rel=preload, <https://cc.example/by>; title="a, b"; rel="nofollow License"'},
            ("header:license=https://cc.example/by",),
        ),
        ("", {"link": '<javascript:x>; rel="license", <' + "a" * 9000}, ()),
    ],
)
def test_reservations_are_listed(head: str, headers: dict[str, str], rights: tuple[str, ...]) -> None:
    assert told(head, headers=headers).rights == rights


def test_section_keywords_and_paywall_flag() -> None:
    found = told(
        ld(
            '{"@type":"NewsArticle","articleSection":["Town","Port"],"keywords":"Harbour, quay,harbour",'
            '"isAccessibleForFree":"http://schema.org/False"}'
        )
    )
    assert (found.section, found.keywords, found.free) == ("Town", ("Harbour", "quay"), False)
    tagged = told(
        '<meta property="article:tag" content="Ferry"><meta property="article:section" content="Sea">'
    )
    assert (tagged.section, tagged.keywords, tagged.free) == ("Sea", ("Ferry",), None)


@pytest.mark.parametrize(
    ("head", "lang"),
    [
        ('<meta property="og:locale" content="pt_BR">', "pt"),
        ("<title>Порт и гавань: выборы объявлены</title>", "ru"),
        ("<title>Порт і гавань: нові вибори</title>", "uk"),
        ("<title>港の計画が決まりました</title>", "ja"),
        ("<title>港口计划获得市议会批准</title>", "zh"),
        ("<title>항구 계획이 승인되었습니다</title>", "ko"),
        ("<title>بندرگاہ کا منصوبہ منظور ہو گیا</title>", "ur"),
        ("<title>الموافقة على خطة الميناء</title>", "ar"),
        ("<title>बंदरगाह योजना स्वीकृत</title>", "hi"),
        ("<title>Le plan du port</title>", None),
    ],
)
def test_the_script_tells_the_language_where_nothing_else_does(head: str, lang: str | None) -> None:
    assert told(head, " ").lang == lang


@pytest.mark.parametrize(
    ("value", "image"),
    [
        ("/quay.jpg", "https://daily.example/quay.jpg"),
        ("//img.example/q.jpg", "https://img.example/q.jpg"),
        ("data:image/gif;base64,R0lGOD", None),
        ("javascript:alert(1)", None),
        ("http://[bad", None),
    ],
)
def test_the_image_is_an_absolute_web_address(value: str, image: str | None) -> None:
    assert told(f'<meta property="og:image" content="{value}">').image == image
    listed = ld(f'{{"@type":"NewsArticle","image":[{{"@type":"ImageObject","url":["{value}"]}}]}}')
    assert told(listed).image == image


TRAIL = (
    "<ul class='breadcrumb'><li><a href='/city'>City</a></li>"
    "<li><h1>Harbour plan: all you need to know</h1></li></ul>"
)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        # an h1 that ends the trail to the page is a title for search; the headline is the h2 that is told too
        ('<meta property="og:title" content="Council agrees on the harbour plan">', TRAIL),
        (
            ld('{"@type":"NewsArticle","headline":"Harbour: Council agrees on the harbour plan"}'),
            TRAIL.replace("ul class='breadcrumb'", "nav").replace("</ul>", "</nav>"),
        ),
        (
            '<meta property="og:title" content="Council agrees on the harbour plan">',
            "<div><a href='/'>Home</a><a href='/city'>City</a><h1>Harbour plan: the facts</h1></div>",
        ),
        (
            ld('{"@type":"NewsArticle","alternativeHeadline":"Council agrees on the harbour plan"}'),
            TRAIL,
        ),
    ],
)
def test_a_heading_in_the_trail_is_no_headline(head: str, body: str) -> None:
    printed = "<h2><span>Harbour</span> <span>Council agrees on the harbour plan</span></h2>"
    assert told(head, body + printed).title == "Council agrees on the harbour plan"


def test_a_heading_in_the_trail_stays_where_no_other_is_told() -> None:
    found = told("<title>Harbour plan: all you need to know</title>", f"{TRAIL}<h2>More from the city</h2>")
    assert found.title == "Harbour plan: all you need to know"


def test_a_kicker_stays_where_json_ld_has_it_in_the_headline() -> None:
    head = ld('{"@type":"NewsArticle","headline":"Old friends: how a clock came home again"}') + meta(
        "og:title", "How a clock came home again"
    )
    found = told(head, "<h1>Old friends: how a clock came home again</h1>")
    assert found.title == "Old friends: how a clock came home again"


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        # a user's name gives way to the full name that is printed
        (
            ld('{"@type":"Article","author":{"name":"mellison"}}'),
            H1 + "<p class='byline'>By Mara Ellison</p>",
            ["Mara Ellison"],
        ),
        (
            ld('{"@type":"Article","author":{"name":"Madonna"}}'),
            H1 + "<p class='byline'>By staff</p>",
            ["Madonna"],
        ),
        # a link to an author's page, parts without separators, a label, a signature
        (
            "",
            H1 + "<p><a href='/author/mara-ellison/'>Mara Ellison</a> - November 1, 2026</p>",
            ["Mara Ellison"],
        ),
        (
            "",
            H1 + "<div class='article-byline'><b>Mara Ellison</b><b>Tom Roe</b><b>Ann Mary Poe</b></div>",
            ["Mara Ellison", "Tom Roe", "Ann Mary Poe"],
        ),
        (
            "",
            H1 + "<p>Long text.</p><ul><li><strong>Autorin/Autor</strong> Mara Ellison</li></ul>",
            ["Mara Ellison"],
        ),
        (
            "",
            H1 + "<p>Long text.</p><p style='text-align: right'><strong>Lan Phương</strong></p>",
            ["Lan Phương"],
        ),
        # not a signature, not an address, no roles, no months
        ("", H1 + "<p>Long text.</p><p style='text-align: right'>Turn the page to read on</p>", []),
        (
            meta("og:site_name", "Daily Example") + meta("author", "Daily Example, Hill Town, North Country"),
            H1,
            [],
        ),
        (
            ld('{"@type":"Article","author":"Mara Ellison, Chief Care Officer and Head of Labs"}'),
            H1,
            ["Mara Ellison"],
        ),
        ("", H1 + "<a rel='author' href='/2026/11'>November</a>", []),
    ],
)
def test_authors_are_people_as_printed(head: str, body: str, names: list[str]) -> None:
    assert list(told(head, body).authors) == names


@pytest.mark.parametrize(
    ("author", "names", "agencies"),
    [
        ('["Mara Ellison", "dpa"]', ["Mara Ellison"], ["dpa"]),
        ('"Mara Ellison, Reuters"', ["Mara Ellison"], ["Reuters"]),
        ('"Mara Ellison The Associated Press"', ["Mara Ellison"], ["AP"]),
        ('[{"@type":"Person","name":"張三"},{"@type":"Organization","name":"新华社"}]', ["張三"], ["Xinhua"]),
        ('{"@type":"Organization","name":"Associated Press"}', ["Associated Press"], ["AP"]),
        ('"Mara Ellison"', ["Mara Ellison"], []),
    ],
)
def test_an_agency_beside_a_person_is_no_author(author: str, names: list[str], agencies: list[str]) -> None:
    found = told(ld(f'{{"@type":"NewsArticle","author":{author}}}'))
    assert (list(found.authors), list(found.agencies)) == (names, agencies)


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("November 1, 2026 - 8:48 p.m.", -5),
        ("Published 1 November 2026, 20:48", -5),
        ("2 November 2026 07:18", 5.5),
        ("Updated November 2, 2026 at 10:54 a.m.", 0),
        ("November 2, 2026", 0),
    ],
)
def test_a_clock_printed_near_the_headline_tells_the_publishers_zone(line: str, hours: float) -> None:
    head = ld('{"@type":"NewsArticle","datePublished":"2026-11-02T01:48:19Z"}')
    found = told(head, f"{H1}<p class='date'>{line}</p>").published_at
    assert found == datetime(2026, 11, 2, 1, 48, 19, tzinfo=UTC)
    assert found.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "path", ["/2026/11/01/plan", "/2026/nov/01/plan", "/2026/nov/1/plan", "/20261101/plan"]
)
def test_the_day_in_the_address_comes_before_days_printed_on_the_page(path: str) -> None:
    body = H1 + "<p>stated on October 3, 2026</p>"
    found = told("", body, url=f"https://daily.example{path}").published_at
    assert found == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<link rel="canonical" href="https://daily.example/plan">', "https://daily.example/plan"),
        ('<link rel="shortlink canonical" href="/plan">', "https://daily.example/plan"),
        (meta("og:url", "https://daily.example/plan"), "https://daily.example/plan"),
        ('<link rel="canonical" href="javascript:void(0)">', None),
        ('<link rel="canonical" href="https://other.example/">', "https://other.example/"),  # data only
        ("", None),
    ],
)
def test_the_canonical_address_is_what_the_page_says(head: str, address: str | None) -> None:
    assert told(head).canonical_url == address


@pytest.mark.parametrize(
    ("head", "section", "keywords"),
    [
        (ld('{"@type":"Report","articleSection":["City"],"keywords":"quay,port"}'), "City", ("quay", "port")),
        (meta("article:section", "City") + meta("article:tag", "Quay"), "City", ("Quay",)),
        (meta("article:tag", "Quay") + meta("article:tag", "quay"), None, ("Quay",)),
        ('<meta name="news_keywords" content="港口、渡船">', None, ("港口", "渡船")),
        (meta("article:section", "https://daily.example/city"), None, ()),
    ],
)  # fmt: skip
def test_section_and_keywords_are_the_publishers(
    head: str, section: str | None, keywords: tuple[str, ...]
) -> None:
    found = told(head)
    assert (found.section, found.keywords) == (section, keywords)


@pytest.mark.parametrize(
    ("value", "free"),
    [
        ("true", True),
        ("false", False),
        ('"False"', False),
        ('"http://schema.org/True"', True),
        ('"maybe"', None),
    ],
)
def test_the_paywall_flag_is_read_in_all_its_forms(value: str, free: bool | None) -> None:
    assert told(ld(f'{{"@type":"NewsArticle","isAccessibleForFree":{value}}}')).free is free


@pytest.mark.parametrize(
    ("page", "lang"),
    [
        ("<html lang='pt-BR'><body><p>x", "pt"),
        ("<html xml:lang='de_AT'><body><p>x", "de"),
        ("<html lang='und'><head><meta property='og:locale' content='uk_UA'></head><body><p>x", "uk"),
        ("<html><head><meta http-equiv='content-language' content='FR'></head><body><p>x", "fr"),
        ("<html><body><p>x", None),
    ],
)
def test_the_language_is_the_declared_one_without_region(page: str, lang: str | None) -> None:
    tree = parse_html(page)
    assert tree is not None
    assert read_metadata(tree, URL, None).lang == lang


@pytest.mark.parametrize(
    ("site", "author", "names"),
    [
        ("Jane Doe's Blog", "Jane Doe", ["Jane Doe"]),
        ("Blog of Jane Doe", "Jane Doe", ["Jane Doe"]),
        ("王小明的博客", "王小明", ["王小明"]),
        ("Quay Notes", "Jane Doe", ["Jane Doe"]),
        ("Daily Mail Online", "Daily Mail", []),
        ("Jane Doe's Blog", "Jane Doe's Blog", []),
    ],
)
@pytest.mark.parametrize("meta", [True, False])
def test_a_site_named_after_its_author_has_one_and_no_label_is_one(
    site: str, author: str, names: list[str], *, meta: bool
) -> None:
    head = f'<meta property="og:site_name" content="{site}">'
    head += f'<meta property="article:author" content="{author}">' if meta else ""
    body = (
        "<h1>Harbour plan agreed</h1>"
        f'<span hidden itemprop="author"><meta itemprop="name" content="{author}"></span>'
        f"<p>{'The council agreed on the plan for the old harbour. ' * 9}</p>"
        f'<ul><li class="post-copyright-author"><strong>Post author:  </strong>{author}</li></ul>'
    )
    assert list(told(head, body).authors) == names


@pytest.mark.parametrize("unit", ["A", "a ", "and ", "\t", "a, ", "| "])
def test_a_field_of_any_length_is_soon_read(unit: str) -> None:
    def read(length: int) -> None:
        text = unit * (length // len(unit))
        meta = f'<meta name="author" content="{text}"><meta name="keywords" content="{text}">'
        data = json.dumps({"@type": "NewsArticle", "author": {"name": text}, "keywords": text})
        told(meta + ld(data), f'{H1}<p class="byline author">By {text}</p>')

    assert growth(read, 10_000) < LINEAR


@pytest.mark.parametrize(
    ("told_title", "title"),
    [
        # the words of a title
        ("When to use the <dialog> element", "When to use the <dialog> element"),
        ("The <p> element and you", "The <p> element and you"),
        ("List<String> or Map<K, V>?", "List<String> or Map<K, V>?"),
        ("Warum <div></div> leer ist", "Warum <div></div> leer ist"),
        ("Si a < b y c > d, entonces", "Si a < b y c > d, entonces"),
        ("I <3 Wendle", "I <3 Wendle"),
        ("Use <dialog> for <b>bold</b> plans", "Use <dialog> for bold plans"),
        ("C++: the <vector> header", "C++: the <vector> header"),
        # and markup that should not be there
        ("The <b>bold</b> truth of it", "The bold truth of it"),
        ("Ein Hafen<br>für alle", "Ein Hafen für alle"),
        ("<p>Harbour plan agreed", "Harbour plan agreed"),
        ("<a href='/x'>Harbour</a> plan agreed", "Harbour plan agreed"),
        ("Tom &amp; Jerry in Wendle", "Tom & Jerry in Wendle"),
        ("<!-- draft -->Harbour plan agreed", "Harbour plan agreed"),
    ],
)
def test_a_tag_in_a_title_is_a_word_unless_it_encloses_something(told_title: str, title: str) -> None:
    content = told_title.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")
    assert told(f"<meta property='og:title' content='{content}'>", "").title == title


def test_markup_in_a_value_is_found_in_proportion_to_its_length() -> None:
    def read(size: int) -> None:
        strip_markup("<p>" * size + "<b>" * size + "x" + "</b>" * size)

    assert growth(read, 2000) < LINEAR


HARBOUR = "https://daily.example/news/harbour-plan"


@pytest.mark.parametrize(
    ("url", "head", "body"),
    [
        (HARBOUR, "<link rel=next href='/news/harbour-plan?page=2'>", ""),
        (HARBOUR, "", "<p>Seite <b>1</b> <a href='?seite=2'>2</a> <a href='?seite=3'>3</a></p>"),
        (f"{HARBOUR}/", "", "<div>Pages: <a href='/news/harbour-plan/2/'><span>2</span></a></div>"),
        (f"{HARBOUR}.html", "", "<a rel='next nofollow' href='harbour-plan-2.html'>Suivante</a>"),
        (f"{HARBOUR}.html", "", "<ul><li><a href='/news/harbour-plan_2.html'>2</a></ul>"),
        (f"{HARBOUR},1.html", "<link rel=next href='https://daily.example/news/harbour-plan,1,2.html'>", ""),
        (HARBOUR, "", "<a href='https://www.daily.example/news/harbour-plan/seite-2'>2</a>"),
        (f"{HARBOUR}?id=7&page=2", "", "<a href='?id=7&page=1'>1</a> <a href='?id=7&page=3'>3</a>"),
        (f"{HARBOUR}?utm_source=feed", "", "<a rel=next href='/news/harbour-plan?p=2'>Next page</a>"),
        # named in words
        (HARBOUR, "", "<p><a href='?page=2'>Weiter auf <b>Seite 2</b></a></p>"),
        (HARBOUR, "", "<a href='/news/harbour-plan?page=2'>Page 2 of 5</a>"),
        (HARBOUR, "", "<a href='?page=2'>Продолжение на странице 2</a>"),
        (HARBOUR, "", "<a href='?page=2'>下一页 »</a>"),
        (f"{HARBOUR}.html", "", "<a href='harbour-plan_2.html'>次のページへ</a>"),
        ("https://daily.example/n/%E6%B8%AF", "", "<a href='/n/%E6%B8%AF/2'>الصفحة التالية</a>"),
    ],
)  # fmt: skip
def test_an_article_of_several_pages_is_told(url: str, head: str, body: str) -> None:
    assert told(head, H1 + body, url=url).more_pages


@pytest.mark.parametrize(
    ("url", "head", "body"),
    [
        # the next post of a blog, another one of the same name, another site
        (HARBOUR, "<link rel=next href='/news/the-lamp-is-back'>", ""),
        (HARBOUR, "<link rel=next href='/news/harbour-plan-2'>", ""),
        (HARBOUR, "<link rel=next href='https://other.example/news/harbour-plan?page=2'>", ""),
        # pages of comments, of a list of other articles, of a number in the text
        (HARBOUR, "", "<div id=comments><a rel=next href='?page=2'>2</a></div>"),
        (HARBOUR, "", "<a href='/news/harbour-plan/comment-page-2'>2</a>"),
        (HARBOUR, "", "<div class=related-list><a href='?page=2'>2</a></div>"),
        (HARBOUR, "", "<p>See note <a href='#n2'>2</a> and rule <a href='/rules/2'>2</a>.</p>"),
        # a link that names something else, one that is a teaser, one past the next
        (HARBOUR, "", "<a href='?page=2'>2 more comments</a>"),
        (HARBOUR, "", "<a href='?page=2'>The lamp is back</a>"),
        (HARBOUR, "", "<a href='?page=2'><img><b>The</b> <i>2</i> <u>lamps</u> <b>are</b> <i>in</i></a>"),
        (HARBOUR, "", "<a href='?page=4'>Next page</a>"),
        (HARBOUR, "", "<a href='/news/harbour-plans-2026'>Next</a>"),
        # the last page, a page of a front page
        (f"{HARBOUR}?page=3", "", "<a href='?page=1'>1</a> <a href='?page=2'>2</a>"),
        ("https://daily.example/", "<link rel=next href='/page/2'>", ""),
        (HARBOUR, "<link rel=prev href='?page=2'>", "<a href='?year=20'>20</a>"),
    ],
)  # fmt: skip
def test_a_link_to_something_else_tells_no_further_pages(url: str, head: str, body: str) -> None:
    assert not told(head, H1 + body, url=url).more_pages


def test_the_label_before_a_writers_name_is_no_part_of_it() -> None:
    assert told("", H1 + "<div class=byline>文・森田健一</div>").authors == ("森田健一",)
    assert told("", H1 + "<div class=byline>文章健一</div>").authors == ("文章健一",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Tác giả: Nguyễn Thị Lan", ["Nguyễn Thị Lan"]),
        ("Yazar: Elif Demir", ["Elif Demir"]),
        ("Szerző: Kovács Anna", ["Kovács Anna"]),
        ("Toimittaja: Aino Virtanen", ["Aino Virtanen"]),
        ("مقالات", []),
        ("Forfatter: 12. mai 2026", []),
        ("Skribent: hvem som helst", []),
        ("Forfatteren var der", []),
    ],
)
def test_a_label_with_a_colon_names_the_writer_in_other_languages(line: str, names: list[str]) -> None:
    assert parse_byline(line) == names


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("4 phút đọc", 240),
        ("Leestijd: 3 minuten", 180),
        ("5 min läsning", 300),
        ("Χρόνος ανάγνωσης: 2 λεπτά", 120),
        ("Olvasási idő: 6 perc", 360),
        ("4 phút", None),
        ("đọc 3", None),
    ],
)
def test_a_reading_time_is_read_in_other_languages(text: str, seconds: int | None) -> None:
    assert parse_reading_seconds(text) == seconds

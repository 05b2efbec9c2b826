"""Each cleaning step as a table: what it takes out, and what looks alike and stays."""

import pytest
from support.growth import LINEAR, growth

from config.settings import CLEANING_STEPS
from worker.boilerplate.line_removal import BOILERPLATE_RULE as LEARNED
from worker.cleaning.draft import ArticleFacts, CleaningDraft
from worker.cleaning.steps import STEPS, run_cleaning_steps
from worker.document.block_tests import fold_text
from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html

LONG = (
    "The council met on Tuesday evening to decide how the old harbour should be rebuilt after the storm, and "
    "heard from engineers, traders and people who live along the quay about what they need."
)
MORE = (
    "After three hours of debate the members voted for the cheaper of two plans, which keeps the fish market "
    "where it is and moves the ferry landing to the north side, where the water is deep enough."
)


def story(html: str, **about: object) -> CleaningDraft:
    tree = parse_html(f"<html><body><article>{html}</article></body></html>")
    assert tree is not None
    return CleaningDraft(blocks=tuple(list_page_blocks(tree)), facts=ArticleFacts(**about))  # type: ignore[arg-type]


def texts(found: CleaningDraft) -> list[str]:
    return [block.text for block in found.blocks]


TAKEN = {
    "headline": [
        ("<h1>Harbour plan agreed</h1><p>{long}</p>", {"titles": ("harbourplanagreed",)}),
        ("<h2>Council: Harbour plan agreed</h2><p>{long}</p>", {"titles": ("harbourplanagreed",)}),
        ("<h2><b>Council</b> Harbour plan agreed</h2><p>{long}</p>", {"titles": ("harbourplanagreed",)}),
    ],
    "read_time": [
        ("<p>3 min read</p><p>{long}</p>", {}),
        ("<p>Lesezeit: 3 Minuten</p><p>{long}</p>", {}),
        ("<p>Temps de lecture : 3 minutes</p><p>{long}</p>", {}),
        ("<p>Tiempo de lectura: 3 minutos</p><p>{long}</p>", {}),
        ("<p>Tempo de leitura: 3 minutos</p><p>{long}</p>", {}),
        ("<p>Tempo di lettura: 3 minuti</p><p>{long}</p>", {}),
        ("<p>Czas czytania: 3 minuty</p><p>{long}</p>", {}),
        ("<p>Время чтения: 3 минуты</p><p>{long}</p>", {}),
        ("<p>Час читання: 3 хвилини</p><p>{long}</p>", {}),
        ("<p>Okuma süresi: 3 dakika</p><p>{long}</p>", {}),
        ("<p>وقت القراءة: 3 دقائق</p><p>{long}</p>", {}),
        ("<p>پڑھنے کا وقت: 3 منٹ</p><p>{long}</p>", {}),
        ("<p>पढ़ने का समय: 3 मिनट</p><p>{long}</p>", {}),
        ("<p>阅读时间：3 分钟</p><p>{long}</p>", {}),
        ("<p>この記事は約3分で読めます。</p><p>{long}</p>", {}),
        ("<p>읽는 시간: 3분</p><p>{long}</p>", {}),
    ],
    "related_end": [
        (f"<p>{{long}}</p><h2>{label}</h2><ul><li><a href=/1>Ferry fares rise</a></li></ul>", {})
        for label in (
            "Similar Posts",
            "Ähnliche Beiträge",
            "Articles similaires",
            "Entradas relacionadas",
            "Artigos relacionados",
            "Articoli correlati",
            "Podobne wpisy",
            "Похожие записи",
            "Схожі записи",
            "Benzer yazılar",
            "مقالات ذات صلة",
            "متعلقہ خبریں",
            "संबंधित खबरें",
            "相关文章",
            "関連記事",
            "관련 기사",
        )
    ],
    "related": [("<p>{long}</p><h3>Related</h3><p><a href=/1>Ferry fares rise</a></p>", {})],
    "inline_related": [
        ("<p>{long}</p><p>Also read: <a href=/1>Ferry fares rise again</a></p>", {}),
        ("<p>{long}</p><p>Lesen Sie auch: <a href=/1>Fähren werden teurer</a></p>", {}),
        ("<p>{long}</p><p>Czytaj także: <a href=/1>Promy drożeją</a></p>", {}),
        ("<p>{long}</p><p>یہ بھی پڑھیں: <a href=/1>کرایوں میں اضافہ</a></p>", {}),
    ],
    "advert": [("<p>{long}</p><p>Advertisement</p>", {}), ("<p>{long}</p><p>– Anzeige –</p>", {})],
    "cookies": [("<p>{long}</p><p>This website uses cookies to ensure you get the best experience.</p>", {})],
    "newsletter": [
        ("<p>{long}</p><p>Sign up for our daily newsletter</p>", {}),
        ("<p>{long}</p><p>If you enjoyed this note, subscribe to our newsletter.</p>", {}),
        ("<p>{long}</p><p>Inscrivez-vous à notre newsletter</p>", {}),
    ],
    "follow": [
        ("<p>{long}</p><p>Follow us on Facebook, Twitter and Instagram</p>", {}),
        ("<p>{long}</p><p>📢 Follow us on Facebook ✅</p>", {}),
        ("<p>{long}</p><p>GET THE DAILY ON THE GO BY CLICKING HERE</p>", {}),
    ],
    "service": [
        (
            "<p>{long}</p><p>Like it? <a href=/support/>Become a member</a> of the paper.</p>",
            {},
        ),
        (
            "<p>{long}</p><p>Unsere Woche: <a href=https://a.example/newsletter/daily>hier</a>.</p>",
            {"host": "a.example"},
        ),
    ],
    "share": [
        ("<p>{long}</p><p>Share this article</p>", {}),
        ("<p>{long}</p><p>Поделиться</p>", {}),
        ("<p>{long}</p><p>Share: <a href=/s>Facebook</a> | <a href=/m>Google Classroom</a></p>", {}),
    ],
    "caption": [
        ("<figure><figcaption>The quay at dawn.</figcaption></figure><p>{long}</p>", {}),
        ("<p>{long}</p><p>Photo: AP</p>", {}),
    ],
    "copyright": [
        ("<p>{long}</p><p>Copyright © 2025 The Daily Example. All rights reserved.</p>", {}),
        ("<p>{long}</p><p>The post Harbour plan agreed appeared first on The Daily Example.</p>", {}),
        ("<p>{long}</p><p>Read the original article on The Daily Example.</p>", {}),
    ],
    "comments": [("<p>{long}</p><h3>Leave a Reply</h3>", {})],
    "tags": [("<p>{long}</p><p>Tags: <a href=/h>harbour</a>, <a href=/c>council</a></p>", {})],
    "byline": [
        ("<p>By Jane Doe</p><p>{long}</p>", {}),
        ("<p>Jane Doe</p><p>{long}</p>", {"authors": ("Jane Doe",)}),
        ("<p>Jane Doe | June 3, 2025</p><p>{long}</p>", {"authors": ("Jane Doe",)}),
        ("<p>Jane Doe | 3 June 2025 | 2 min</p><p>{long}</p>", {"authors": ("Jane Doe",)}),
        ("<p>Stand: 03.06.2025 10:30 Uhr</p><p>{long}</p>", {}),
        ("<p>Written by</p><p>Last updated on:</p><p>Autorin:</p><p>{long}</p>", {}),
        ("<p>Last updated on August 2, 2025 by <a href=/about>Jane Doe</a></p><p>{long}</p>", {}),
        ("<p>By Jane Doe on 3 June 2025</p><p>{long}</p>", {}),
        ("<p>Close</p><p>Schließen</p><p>閉じる</p><p>{long}</p>", {}),
    ],
    "agency_credit": [
        ("<p>{long}</p><p>(With inputs from agencies)</p>", {}),
        ("<p>{long}</p><p>Source: Reuters</p>", {}),
        ("<p>{long}</p><p>(PTI)</p>", {}),
        ("<p>{long}</p><p>来源：新华社</p>", {}),
    ],
    "author_note": [("<p>{long}</p><p>The writer is a journalist based in Islamabad.</p>", {})],
    "reporter_credit": [("<p>{long}</p><p>(Reporting by Jane Doe; editing by John Roe)</p>", {})],
    "link_run": [
        ("<p>{long}</p><p>{more}</p><p><a href=/1>One thing</a></p><p><a href=/2>Two things</a></p>", {})
    ],
    "apart": [
        ("<div class=kicker>Politics</div><p>{long}</p><p>{more}</p>", {}),
        ("<p>{long}</p><div class='site-promo'><h4>Read us on paper</h4></div><p>{more}</p>", {}),
        ("<p>{long}</p><p>{more}</p><div class=author-bio><p>She writes about ports.</p></div>", {}),
        ("<div class=entry-date>3 June 2025</div><p>{long}</p><p>{more}</p>", {}),
    ],
    "standfirst": [
        (
            "<p class=dek>The cheaper plan won.</p><div><p>{long}</p><p>{more}</p><p>{long}</p></div>",
            {"standfirst": "The cheaper plan won."},
        )
    ],
    "closing_rows": [
        ("<p>{long}</p><p>Published on June 3, 2025</p>", {}),
        ("<p>{long}</p><p>(jdo/dpa)</p>", {}),
    ],
    "pull_quote": [
        (
            "<p>{long}</p><blockquote>how the old harbour should be rebuilt after the storm</blockquote>",
            {},
        )
    ],
    "link_list": [
        (
            "<p>{long}</p><p>{more}</p><ul><li><a href=/1>Fares rise</a><li><a href=/2>Fish</a></ul>",
            {},
        )
    ],
}
STAYS = {
    "headline": [
        ("<h2>Harbour plan</h2><p>{long}</p>", {"titles": ("harbourplanagreed",)}),
        ("<h2>What a harbour plan agreed</h2><p>{long}</p>", {"titles": ("harbourplanagreed",)}),
    ],
    "read_time": [("<p>{long}</p><p>He ran for 3 minutes</p>", {}), ("<p>2 minutes</p><p>{long}</p>", {})],
    "related_end": [
        ("<p>{long}</p><h2>Related articles</h2><p>{long}</p><p>{more}</p>", {}),
        (
            "<p>{long}</p><p>{long}</p><h3>Similar Posts</h3><ul><li><a href=/1>Fares</a></ul><p>{more}</p>",
            {},
        ),
    ],
    "related": [("<p>{long}</p><h3>Related</h3><p>{more}</p>", {})],
    "inline_related": [
        ("<p>{long}</p><p>Read more books: that is what the mayor wants her town to do.</p>", {}),
        ("<p>{long}</p><p><b>Read</b> <a href=/1>the labels on your food</a>.</p>", {}),
    ],
    "advert": [("<p>{long}</p><p>The advertisement showed the old quay.</p>", {})],
    "cookies": [("<p>{long}</p><p>Put the cookies on a tray and bake them for ten minutes.</p>", {})],
    "newsletter": [("<p>{long}</p><p>The mayor said so in her newsletter.</p>", {})],
    "follow": [("<p>{long}</p><p>Police followed the car to the ferry.</p>", {})],
    "service": [
        (
            "<p>{long}</p><p>The ward takes gifts <a href=https://ward.example/donate>here</a>.</p>",
            {},
        ),
        ("<p>{long}</p><p>See <a href=/news/2026/support-for-ferries/>the vote on support</a>.</p>", {}),
        ("<p>{long}</p><h2><a href=/support/>Support</a></h2><p>{more}</p>", {}),
    ],
    "share": [
        ("<p>{long}</p><p>Shares of the ferry company fell.</p>", {}),
        ("<p>{long}</p><p>Share: Facebook lost a tenth.</p>", {}),
        ("<p>{long}</p><p>Share: <a href=/report>the report of the ferry company</a></p>", {}),
        ("<p>{long}</p><table><tr><th>Open<th>Close<tr><td>3.10<td>3.40</table>", {}),
    ],
    "caption": [("<p>{long}</p><p>A photo of the quay hangs in the hall.</p>", {})],
    "copyright": [("<p>{long}</p><p>The court ruled on copyright and all rights that come with it.</p>", {})],
    "comments": [("<p>{long}</p><h3>Comments</h3><p>{more}</p>", {})],
    "tags": [("<p>{long}</p><p>Price tags in the market went up.</p>", {})],
    "byline": [
        ("<p>By then, they had gone home.</p><p>{long}</p>", {}),
        ("<table><tr><th>Author<th>Published<tr><td>Doe<td>1999</table><p>{long}</p>", {}),
        ("<p>{long}</p><p>Written by</p><p>{more}</p>", {}),
        ("<p>On 3 June 2025 work begun by the council ended.</p><p>{long}</p>", {}),
        ("<p>{long}</p><p>Close</p><p>{more}</p>", {}),
        (
            "<p>Three months ago a man asked for a quay • the council said no.</p><p>{long}</p>",
            {},
        ),
    ],
    "agency_credit": [("<p>{long}</p><p>Source: the ministry of transport</p>", {})],
    "author_note": [("<p>{long}</p><p>The mayor is a former teacher.</p>", {})],
    "reporter_credit": [("<p>{long}</p><p>Reporters asked about the editing of the minutes.</p>", {})],
    "link_run": [("<p>{long}</p><p>{more}</p><p><a href=/1>The plan as a document</a></p>", {})],
    "apart": [
        ("<div class=card><p>{long}</p><p>{more}</p></div>", {}),
        ("<div class=promo><p>{long}</p></div><p>{more}</p>", {}),
        ("<p>{long}</p><p class=update>Up to date as of noon</p><p>{more}</p>", {}),
    ],
    "standfirst": [
        ("<p class=lead>The plan won.</p><p>{long}</p><p>{more}</p><p>{long}</p>", {"standfirst": "Other."}),
        ("<p class=lead>The plan won.</p><p>{more}</p>", {"standfirst": "The plan won."}),
    ],
    "closing_rows": [("<p>{long}</p><p>The vote is on June 3, 2025, at noon, the mayor said.</p>", {})],
    "pull_quote": [
        (
            "<p>{long}</p><blockquote>We want the harbour back as it was.</blockquote><p>{more}</p>",
            {},
        ),
        ("<p>{long}</p><p>how the old harbour should be rebuilt after the storm</p>", {}),
    ],
    "link_list": [
        ("<p>{long}</p><ul><li><a href=/1>The plan</a>: eighty pages<li><a href=/2>The vote</a></ul>", {}),
        ("<ul><li><a href=/1>The plan</a><li><a href=/2>The vote</a></ul><p>{long}</p><p>{more}</p>", {}),
    ],
}


def cases(table: dict[str, list[tuple[str, dict[str, object]]]]) -> list[object]:
    return [
        pytest.param(name, html.replace("{long}", LONG).replace("{more}", MORE), about, id=f"{name}-{place}")
        for name, rows in table.items()
        for place, (html, about) in enumerate(rows)
    ]


@pytest.mark.parametrize(("name", "html", "about"), cases(TAKEN))
def test_step_takes_out_what_it_names_and_records_it(name: str, html: str, about: dict[str, object]) -> None:
    before = story(html, **about)
    after = STEPS[name](before)
    assert [text for text in texts(after) if text in (LONG, MORE)] == texts(after)
    assert {piece.rule for piece in after.removed} == {name}
    assert LONG not in [piece.text for piece in after.removed]


@pytest.mark.parametrize(("name", "html", "about"), cases(STAYS))
def test_step_leaves_what_only_looks_alike(name: str, html: str, about: dict[str, object]) -> None:
    before = story(html, **about)
    after = STEPS[name](before)
    assert texts(after) == texts(before)
    assert after.removed == ()


def test_every_step_has_cases_of_both_kinds_and_says_what_it_does() -> None:
    told_elsewhere = {"dateline", "agency_suffix", "other_post"}
    assert set(TAKEN) == set(STAYS) == set(STEPS) - told_elsewhere
    assert all(step.__doc__ for step in STEPS.values())


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("single postid-18", [LONG]),
        ("single", [LONG, MORE]),
        ("single postid-99", [LONG, MORE]),  # nothing of its own would stay
    ],
)
def test_other_posts_go_where_the_page_says_which_is_its_own(page: str, kept: list[str]) -> None:
    tree = parse_html(
        f'<html><body class="{page}"><article class="post-18 post type-post hentry"><p>{LONG}</p>'
        f'<article class="post-21 post type-post hentry"><p>{MORE}</p></article></article></body></html>'
    )
    assert tree is not None
    assert texts(STEPS["other_post"](CleaningDraft(blocks=tuple(list_page_blocks(tree))))) == kept


def test_a_banner_goes_however_much_it_says_and_a_card_that_holds_the_article_stays() -> None:
    scraps = "".join(f"<p>Free shipping to island {number} this week</p>" for number in range(20))
    assert texts(STEPS["apart"](story(f'<div class="promo-bar">{scraps}</div><p>{LONG}</p>'))) == [LONG]
    held = story(f'<div class="promo-bar"><p>{LONG}</p><p>{MORE}</p></div><p>Ferries sail again.</p>')
    assert texts(STEPS["apart"](held)) == texts(held)


def test_a_button_read_more_takes_no_line_but_itself() -> None:
    cards = "".join(
        f"<div><p><a href=/{name}>{name} plan for the quay</a></p><p><a href=/{name}>Read more</a></p></div>"
        for name in ("First", "Second")
    )
    after = STEPS["related"](story(f"<p>{LONG}</p>{cards}<p>{MORE}</p>"))
    assert texts(after) == [LONG, "First plan for the quay", "Second plan for the quay", MORE]


@pytest.mark.parametrize(
    ("name", "block"),
    [("comments", "<p>Comments</p>"), ("read_time", f"<p><a href='/x'>{LONG}</a></p>")],
)
def test_a_page_of_many_pieces_costs_their_number_and_not_its_square(name: str, block: str) -> None:
    pages = {size: [story(block * size) for _ in range(3)] for size in (1000, 4000)}
    assert growth(lambda size: STEPS[name](pages[size].pop()), 1000) < LINEAR


def test_a_step_can_be_switched_off() -> None:
    before = story(f"<p>{LONG}</p><p>Advertisement</p>")
    assert texts(run_cleaning_steps(before)) == [LONG]
    assert texts(run_cleaning_steps(before, skipped=frozenset(STEPS))) == [LONG, "Advertisement"]


def test_settings_know_every_step_by_its_name() -> None:
    assert (*STEPS, LEARNED) == CLEANING_STEPS


@pytest.mark.parametrize(
    ("text", "place", "agencies"),
    [
        (f"QINGDAO, June 26 (Xinhua) -- {LONG}", "QINGDAO, June 26", ("Xinhua",)),
        (f"RAJSHAHI, Dec 20, 2025 (BSS) - {LONG}", "RAJSHAHI, Dec 20, 2025", ("BSS",)),
        (f"BERLIN (dpa) - {LONG}", "BERLIN", ("dpa",)),
        (f"LONDON — {LONG}", "LONDON", ()),
        (LONG, None, ()),
        (f"Well — {LONG}", None, ()),
    ],
)
def test_dateline_is_read_and_the_sentence_kept(
    text: str, place: str | None, agencies: tuple[str, ...]
) -> None:
    after = run_cleaning_steps(story(f"<p>{text}</p>"))
    assert texts(after) == [text]
    assert after.dateline in (place, (place or "").split(",")[0] or None)
    assert after.agencies == agencies


def test_agency_at_the_end_of_the_last_sentence_is_taken_off() -> None:
    after = run_cleaning_steps(story(f"<p>{LONG}</p><p>{MORE} (Xinhua)</p>"))
    assert texts(after) == [LONG, MORE]
    assert after.agencies == ("Xinhua",)


@pytest.mark.parametrize(
    ("line", "reporters", "agencies"),
    [
        ("(Reporting by Jane Doe and John Roe; editing by Ann Poe)", ("Jane Doe", "John Roe"), ()),
        (
            "Reporting by Jane Doe in Lisbon, John Roe; Editing by Ann Poe",
            ("Jane Doe", "John Roe"),
            (),
        ),
        ("Additional reporting by Reuters", (), ("Reuters",)),
        ("Editing by Ann Poe", (), ()),
    ],
)
def test_reporters_are_read_from_their_credit(
    line: str, reporters: tuple[str, ...], agencies: tuple[str, ...]
) -> None:
    after = run_cleaning_steps(story(f"<p>{LONG}</p><p>{line}</p>"))
    assert texts(after) == [LONG]
    assert (after.reporters, after.agencies) == (reporters, agencies)


def test_titles_compare_by_letters_and_digits() -> None:
    assert fold_text("“Harbour plan” agreed!") == "harbourplanagreed"

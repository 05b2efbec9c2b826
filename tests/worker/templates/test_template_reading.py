"""What a site's template gives on generated sites: the lines of the full way, or a doubt."""

import zlib
from dataclasses import dataclass, field, replace
from itertools import pairwise

import msgspec
import pytest
from site_shapes import SITE_SHAPES, SiteArticle, number_homes, write_site
from uneven_shapes import UNEVEN_SHAPES, write_uneven_site

from feedmill._operator_rules.page_overrides import PageOverrides
from worker.extraction.page_reader import read_page
from worker.metadata.override_reader import OverrideRun
from worker.page_models import CleanedArticle, FetchedPage
from worker.templates.path_role_index import index_template
from worker.templates.template_codec import MOST_BYTES, pack_templates, unpack_templates
from worker.templates.template_session import TemplateSession
from worker.templates.template_set import SiteTemplates, drop_foreign_readers
from worker.templates.template_values import BlockZone, PathCounts, SiteTemplate

PAGES = 24


@dataclass(slots=True)
class Ride:
    """What became of a site's pages, in order."""

    ways: list[str] = field(default_factory=list)
    reasons: list[tuple[str, ...]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    known: SiteTemplates = ()


def fetched(article: SiteArticle, markup: str) -> FetchedPage:
    return FetchedPage(f"https://one.example/{article.number}", markup.encode(), "text/html; charset=utf-8")


def ride(pages: list[tuple[SiteArticle, str]], known: SiteTemplates = ()) -> Ride:
    ridden = Ride(known=known)
    for article, markup in pages:
        run = TemplateSession(unpack_templates(pack_templates(ridden.known)))
        read = read_page(fetched(article, markup), None, templates=run)
        ridden.known = run.known
        ridden.ways.append(run.way)
        ridden.reasons.append(run.reasons)
        ridden.texts.append(read.text if isinstance(read, CleanedArticle) else read.outcome)
    return ridden


def read_full(article: SiteArticle, markup: str) -> CleanedArticle:
    read = read_page(fetched(article, markup), None)
    assert isinstance(read, CleanedArticle)
    return read


@pytest.mark.parametrize("shape", SITE_SHAPES)
def test_a_known_site_is_read_by_its_template_with_the_lines_of_the_full_way(shape: str) -> None:
    pages = write_site(shape, PAGES)
    ridden = ride(pages)
    assert ridden.texts == [read_full(*page).text for page in pages]
    assert ridden.ways.count("template") == 13
    assert "template" not in ridden.ways[:10]


def test_what_a_template_reads_equals_the_full_reading_in_every_field() -> None:
    pages = write_site("herald", PAGES)
    known = ride(pages[:12]).known
    for page in pages[12:]:
        run = TemplateSession(known, audits_all=True)
        read = read_page(fetched(*page), None, templates=run)
        assert run.by_template
        assert isinstance(read, CleanedArticle)
        assert number_homes(run.by_template) == number_homes(read)
        assert replace(run.by_template, lines=read.lines) == read
        assert read.removed


def test_what_an_operators_selector_names_wins_over_a_template() -> None:
    pages = write_site("journal", PAGES)
    run = TemplateSession(ride(pages[:12]).known)
    rules = OverrideRun(PageOverrides(title=("div.info span",)))
    read = read_page(fetched(*pages[12]), None, templates=run, overrides=rules)
    assert run.way == "template"
    assert isinstance(read, CleanedArticle)
    assert read.title == pages[12][0].author
    assert read.text == read_full(*pages[12]).text


def test_templates_stay_within_their_bytes_and_come_back_as_they_were() -> None:
    known = ride(write_site("portal", 12)).known
    data = pack_templates(known)
    assert 0 < len(data) <= MOST_BYTES
    assert unpack_templates(data) == known
    assert unpack_templates(data[:-9]) == ()
    assert unpack_templates(b"no templates") == ()


def test_templates_of_another_reader_are_not_used() -> None:
    known = ride(write_site("plain", 6)).known
    old = tuple(replace(one, template=replace(one.template, reader=0)) for one in known)
    assert known
    assert drop_foreign_readers(old) == ()
    assert drop_foreign_readers(known) == known


@pytest.mark.parametrize(("before", "after"), [*pairwise([*SITE_SHAPES, "herald"])])
def test_a_redesign_goes_the_full_way_on_its_first_page_and_is_learned_within_fifteen(
    before: str, after: str
) -> None:
    old, new = write_site(before, PAGES), write_site(after, PAGES)
    known = ride(old).known
    ridden = ride(new, known)
    assert ridden.texts == [read_full(*page).text for page in new]
    assert ridden.ways[0] == "full"
    assert "template" in ridden.ways[:16]


@pytest.mark.parametrize("shape", [*SITE_SHAPES, *UNEVEN_SHAPES])
def test_no_page_of_a_generated_site_is_read_otherwise_than_by_the_full_way(shape: str) -> None:
    known: SiteTemplates = ()
    reasons: set[str] = set()
    for page in write_uneven_site(shape, 45) if shape in UNEVEN_SHAPES else write_site(shape, 45):
        run = TemplateSession(known, audits_all=True)
        read = read_page(fetched(*page), None, templates=run)
        known = run.known
        reasons.update(run.reasons)
        assert isinstance(read, CleanedArticle)
        assert run.by_template is None or run.by_template.text == read.text, page[0].number
    assert {"portal": "repeated_text", "echo": "repeated_text", "twin": "no_text"}.get(
        shape, "learning"
    ) in reasons


def test_a_path_that_is_text_on_some_pages_and_left_out_on_others_is_doubtful() -> None:
    counts = PathCounts(text=(0, 9, 0), left=(0, 3, 0), text_pages=(0, 9, 0), left_pages=(0, 3, 0), pages=9)
    steady = PathCounts(text=(0, 60, 0), text_pages=(0, 12, 0), pages=12)
    paths = {"html>body>div>p": steady, "html>body>div>div.box>p": counts}
    index = index_template(SiteTemplate(paths=paths, around=frozenset(), container="html>body>div", pages=12))
    assert index.find_role("html>body>div>p", BlockZone.AMONG, has_weight=True) == "text"
    assert index.find_role("html>body>div>div.box>p", BlockZone.AMONG, has_weight=True) == "mixed"


@pytest.mark.parametrize(
    ("path", "text", "left", "role"),
    [
        ("html>body>div>div.slide>p", 1, 0, "rare"),
        ("html>body>div>div.slide>p", 0, 1, "rare"),
        ("html>body>div>div.slide>p", 2, 0, "text"),
        ("html>body>div>div.slide>p", 0, 2, "left"),
        ("html>body>div>blockquote>p", 1, 0, "text"),
        ("html>body>div>blockquote>p", 0, 1, "rare"),
        ("html>body>div>blockquote.tweet>p", 1, 0, "rare"),
        ("html>body>div>div.rel>p~", 0, 1, "left"),
        ("html>body>div>div.rel>p~", 1, 0, "rare"),
    ],
)
def test_a_path_of_a_single_page_tells_only_where_its_markup_is_plain(
    path: str, text: int, left: int, role: str
) -> None:
    counts = PathCounts((0, text, 0), (0, left, 0), {}, text, (0, text, 0), (0, left, 0))
    paths = {"html>body>div>p": PathCounts((0, 60, 0), text_pages=(0, 12, 0), pages=12), path: counts}
    index = index_template(SiteTemplate(paths=paths, around=frozenset(), container="html>body>div", pages=12))
    assert index.find_role(path, BlockZone.AMONG, has_weight=True) == role


def test_a_line_of_a_kind_that_cleaning_always_took_and_now_does_not_is_doubtful() -> None:
    pages = write_site("herald", PAGES)
    known = ride(pages).known
    article, markup = pages[0]
    told = markup.replace("<p>Also read: <a", "<p><a", 1)
    assert told != markup
    run = TemplateSession(known)
    read = read_page(fetched(article, told), None, templates=run)
    assert run.reasons == ("never_kept",)
    assert isinstance(read, CleanedArticle)
    assert read.text == read_full(article, told).text


def test_a_page_that_shows_another_text_path_is_doubtful() -> None:
    pages = write_site("plain", PAGES)
    known = ride(pages).known
    article, markup = pages[0]
    boxed = markup.replace(
        "<p>Until next time",
        "<section><p>" + "A letter from the valley says more. " * 6 + "</p></section><p>Until",
        1,
    )
    run = TemplateSession(known)
    read_page(fetched(article, boxed), None, templates=run)
    assert run.way == "full"
    assert "unknown_text" in run.reasons
    assert run.name_way() == ("full", run.reasons[0])


def test_nothing_is_learned_from_pages_that_are_no_plain_articles() -> None:
    article, markup = write_site("herald", 4)[0]
    live = markup.replace(
        "</head>",
        '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "x"}</script></head>',
    )
    for page in (live, "<html><body><p>Too short to be an article.</p></body></html>"):
        run = TemplateSession(())
        read_page(fetched(article, page), None, templates=run)
        assert run.known == ()


@pytest.mark.parametrize(
    "data",
    [
        zlib.compress(b'{"layout":2,"templates":[]}'),
        b"\xff",
        *map(msgspec.msgpack.encode, [3, [], {}, [2, []], [3, 4], [3, [[]]], [3, [[{}, b""]]]]),
        *(
            msgspec.msgpack.encode([3, [[{}, zlib.compress(plain)]]])
            for plain in (b"{", b"[]", b"{}", b'{"words":[1,2]}', b"\xff")
        ),
        msgspec.msgpack.encode([3, [[{"state": "known"}, b""]]]),
    ],
)
def test_bytes_that_are_no_templates_are_as_nothing_learned(data: bytes) -> None:
    assert unpack_templates(data) == ()


def test_a_template_that_was_read_before_is_read_and_written_once() -> None:
    known = ride(write_site("portal", 12)).known
    data = pack_templates(known)
    first, second = unpack_templates(data), unpack_templates(data)
    assert all(one.template is two.template for one, two in zip(first, second, strict=True))
    assert pack_templates(second) == data

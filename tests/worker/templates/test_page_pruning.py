"""Parts of pages that no article needs are passed, and nothing else is."""

import pytest
from site_shapes import SITE_SHAPES, write_site

from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.templates.page_pruning import (
    MOST_PARTS,
    NEEDED,
    add_parts,
    choose_passed,
    drop_parts,
    list_parts,
)
from worker.templates.path_prints import hash_path, list_paths
from worker.templates.template_codec import unpack_templates
from worker.templates.template_session import TemplateSession

PAGE = (
    "<html><body><div class='nav'><ul><li>One</li><li>Two</li></ul></div><main><h1>A headline</h1>"
    "<p>The text of it.</p><p class='ad'>An advert.</p></main>"
    "<div class='foot'><p>Imprint</p></div></body></html>"
)


def blocks_of(markup: str, prints: frozenset[int] = frozenset()) -> list[str]:
    tree = parse_html(markup)
    assert tree is not None
    drop_parts(tree, prints)
    return [block.text for block in list_page_blocks(tree)]


def parts_of(markup: str, needed: set[str]) -> dict[int, int]:
    tree = parse_html(markup)
    assert tree is not None
    everything = list_page_blocks(tree)
    known: dict[int, str] = {}
    list_paths(everything, known)
    indexes = frozenset(block.index for block in everything if block.text in needed)
    return dict(list_parts(everything, indexes, known))


def test_the_largest_elements_without_a_needed_block_are_parts() -> None:
    parts = parts_of(PAGE, {"A headline", "The text of it."})
    passed = {print_ for print_, pages in parts.items() if pages != NEEDED}
    assert passed == {
        hash_path(path) for path in ("html>body>div.nav", "html>body>div.foot", "html>body>main>p.ad")
    }
    assert blocks_of(PAGE, frozenset(passed)) == ["A headline", "The text of it."]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "<script>x()</script>",
        "<script type='application/ld+json'>{}</script>",
        "<div class='c'><span>Name</span><meta itemprop='author' content='A'></div>",
        "<template><p>Text</p></template>",
    ],
)
def test_a_passed_part_still_parts_lines_and_data_for_programs_stay_where_they_are(data: str) -> None:
    tree = parse_html(
        f"<html><body><div class='a'>Before<div class='b'><p>Menu</p>{data}</div>after</div></body></html>"
    )
    assert tree is not None
    print_ = hash_path("html>body>div.a>div.b")
    assert drop_parts(tree, frozenset((print_,))) == {print_}
    assert [block.text for block in list_page_blocks(tree)] == ["Before", "after"]
    kept = {
        each.tag: "/".join(around.get("class", around.tag) for around in each.iterancestors())
        for each in tree.iter("meta", "script", "template")
    }
    stays = {"meta": "c/b/a/body/html", "script": "b/a/body/html", "template": "b/a/body/html"}
    tag = next((tag for tag in stays if f"<{tag}" in data), "")
    assert kept == ({tag: stays[tag]} if tag and "x()" not in data else {})


def test_a_headline_in_a_passed_part_stays() -> None:
    tree = parse_html(
        "<body><header><h1><a href='/'>The Harbour Post</a></h1><p>Menu</p></header><p>A</p></body>"
    )
    assert tree is not None
    drop_parts(tree, frozenset((hash_path("html>body>header"),)))
    assert [block.text for block in list_page_blocks(tree)] == ["The Harbour Post", "A"]


def test_a_part_whose_absence_changes_the_metadata_is_needed_and_no_other() -> None:
    def write(number: int) -> str:
        lines = "".join(
            f"<p>Line {n} of report {number} tells what was said in the harbour that night. It is long.</p>"
            for n in range(9)
        )
        day = f"<time itemprop='datePublished' datetime='2026-03-{number:02}'></time>"
        links = (
            "<ul class='more'>" + "<li><a href='/other'>Another report of the harbour</a></li>" * 6 + "</ul>"
        )
        boxes = "".join(f"<div class='box-{name}'><p>Contact</p></div>" for name in "abcdefgh")
        dated = f"{links}<div class='foot'><p>Imprint</p>{day}</div>{boxes}"
        return f"<html><body><main><h1>Report {number} of the harbour</h1>{lines}</main>{dated}</body></html>"

    known = unpack_templates(b"")
    for number in range(1, 20):
        run = TemplateSession(known)
        url = f"https://a.example/{number}"
        read = read_page(FetchedPage(url, write(number).encode()), None, templates=run)
        assert isinstance(read, CleanedArticle)
        assert read.published_at is not None
        assert read.published_at.day == number
        known = run.known
    assert run.way == "template", run.reasons
    parts = known[0].template.parts
    assert parts[hash_path("html>body>div.foot")] == NEEDED
    assert all(parts[hash_path(f"html>body>div.box.{name}")] > NEEDED for name in "efgh")


def test_a_part_that_one_page_needed_is_never_passed() -> None:
    usual = parts_of(PAGE, {"A headline", "The text of it."})
    other = parts_of(PAGE, {"A headline", "The text of it.", "Imprint"})
    learned = add_parts(add_parts(add_parts(other, usual), usual), usual)
    assert hash_path("html>body>div.foot") not in choose_passed([learned])
    assert hash_path("html>body>div.nav") in choose_passed([learned])


def test_a_part_is_passed_from_the_third_page_on_and_where_all_templates_agree() -> None:
    assert choose_passed([]) == frozenset()
    assert choose_passed([{1: 2, 2: 3, 3: NEEDED}]) == {2}
    assert choose_passed([{1: 3, 2: 3}, {2: 4}]) == {2}


def test_the_parts_of_a_template_are_bounded_and_needed_ones_stay() -> None:
    many = dict.fromkeys(range(MOST_PARTS), 1)
    added = add_parts(many, dict.fromkeys(range(10**6, 10**6 + 50), NEEDED))
    assert len(added) == MOST_PARTS
    assert sum(pages == NEEDED for pages in added.values()) == 50


@pytest.mark.parametrize("shape", SITE_SHAPES)
def test_a_passed_part_holds_nothing_of_the_article(shape: str) -> None:
    known = unpack_templates(b"")
    for article, markup in write_site(shape, 14):
        run = TemplateSession(known, audits_all=True)
        prints = run.choose_passed()
        whole, rest = blocks_of(markup), blocks_of(markup, prints)
        assert [line for line in article.lines if line not in rest] == [
            line for line in article.lines if line not in whole
        ]
        read_page(FetchedPage(f"https://a.example/{article.number}", markup.encode()), None, templates=run)
        known = run.known
    assert prints
    assert len(rest) < len(whole)

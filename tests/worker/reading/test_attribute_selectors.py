"""Selectors by values of attributes find what the expressions that they stand for find."""

import gzip
from pathlib import Path
from random import Random

import pytest
from lxml.etree import XPath
from lxml.html import HtmlElement, document_fromstring
from trafilatura import settings, xpaths

from worker.document.attribute_selectors import (
    AttributeSelector,
    build_selector,
    build_union_selector,
    keep_tested_values,
)
from worker.extraction import trafilatura_adapter

PAGES = sorted((Path(__file__).parent / "pages").rglob("*.html*"))
NAMESPACES = {"re": xpaths.REGEXP_NS}
LISTS = [
    xpaths.BODY_XPATH, xpaths.COMMENTS_XPATH, xpaths.COMMENTS_DISCARD_XPATH, xpaths.DISCARD_IMAGE_ELEMENTS,
    xpaths.OVERALL_DISCARD_XPATH, xpaths.PRECISION_DISCARD_XPATH, xpaths.RAW_TREE_PRUNE_XPATH,
    xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH, xpaths.TEASER_DISCARD_XPATH,
]  # fmt: skip
NAMES = (
    "class",
    "id",
    "role",
    "style",
    "aria-hidden",
    "itemprop",
    "data-component",
    "data-lp-replacement-content",
)
VALUES = (
    "post", "entry", "articleBody", "article ", "story", "entry-content wide", "content", "Main-Content",
    "main", "comments", "Commentary", "comment-list", "reply-1", "hidden", " hide", "display:none", "true",
    "cookie-bar", "teaser", "Teaser box", "sidebar", "bread-crumb", "infinite-scroll", "Navigation",
    "MostPopularStories",
    "plain", "a footer", "onetrust-banner", "fullText", "FULLTEXT", "ad-", "x ad-y", "caption", "",
)  # fmt: skip
TAGS = ("div", "p", "section", "article", "main", "span", "ul", "aside", "h1", "details", "item", "list")


def expression_of(selector: XPath | AttributeSelector) -> XPath:
    return XPath(selector.path, namespaces=NAMESPACES) if isinstance(selector, XPath) else selector.expression


EXPRESSIONS = [expression_of(each) for listed in LISTS for each in listed]


def drawn_page(random: Random) -> HtmlElement:
    page = document_fromstring("<html><body></body></html>")
    places = [page.find("body")]
    for _ in range(60):
        element = page.makeelement(random.choice(TAGS))
        for name in random.sample(NAMES, random.choice((0, 1, 1, 2, 3))):
            element.set(name, random.choice(VALUES))
        random.choice(places).append(element)
        places.append(element)
    return page


def pages() -> list[HtmlElement]:
    read = [each.read_bytes() for each in PAGES]
    written = [gzip.decompress(each) if each[:2] == b"\x1f\x8b" else each for each in read]
    return [document_fromstring(each) for each in written] + [drawn_page(Random(seed)) for seed in range(150)]


def test_trafilatura_selects_by_values_of_attributes_without_its_expressions() -> None:
    assert trafilatura_adapter
    told = [
        type(each)
        for listed in (xpaths.OVERALL_DISCARD_XPATH, xpaths.RAW_TREE_PRUNE_XPATH)
        for each in listed
    ]
    assert set(told) == {AttributeSelector}
    assert sum(isinstance(each, AttributeSelector) for each in xpaths.BODY_XPATH) == 3


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_a_selector_finds_what_its_expression_finds_in_the_same_order(expression: XPath) -> None:
    selector = build_selector(expression)
    for page in pages():
        assert selector(page) == expression(page)
        with keep_tested_values(page):
            assert selector(page) == expression(page)
            for part in page.iter("body", "article"):
                assert selector(part) == expression(part)


def test_a_union_is_asked_whole_only_where_its_last_part_finds_something() -> None:
    selector = build_union_selector(settings.BASIC_CLEAN_XPATH)
    assert selector is not settings.BASIC_CLEAN_XPATH
    assert all(selector(page) == settings.BASIC_CLEAN_XPATH(page) for page in pages())


@pytest.mark.parametrize(
    "path",
    [
        "//div[@class='a']", ".//*[@class='a' and @id='b']", ".//*[not(@class)]", ".//*[contains(., 'a')]",
        ".//*[@class='a']|.//p", ".//*[@class='a'][1]|.//*[@id]", ".//*[re:test(@class, 'a', 'x')]",
        "(.//*[@class='a'])[2]", ".//*[@class='a'][@id or .//h1]|.//p", './/*[@class="a"]',
    ],
)  # fmt: skip
def test_an_expression_of_another_form_stays_itself_or_finds_the_same(path: str) -> None:
    expression = XPath(path, namespaces=NAMESPACES)
    selector = build_selector(expression)
    page = document_fromstring("<div><p class='a' id='b'>a</p><div class='a'>b</div><p class='a'>a</p></div>")
    assert selector is expression or selector(page) == expression(page)

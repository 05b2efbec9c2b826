"""Reads the headline as printed, and all titles that a page has."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from worker.document.block_tests import LABEL_CHARS, fold_text, is_as_long
from worker.document.blocks import normalize_line
from worker.document.tag_sets import MOST_CHECKED
from worker.metadata.page_declarations import PageHead, read_plain_value, strip_markup

_MIN_HEADLINE_CHARS = 20
"""Characters from which a title is a headline by itself; a shorter one may be a section's name."""
_MIN_HEADLINE_WORDS = 3
"""Words from which a shorter heading within the article is its headline."""
_SUFFIX = re.compile(r"\s+[|–—·•»:-]+\s+|\s*[|｜]\s*")  # noqa: RUF001
_EDGES = " |｜–—·•»:-"  # noqa: RUF001
_TRAILS = frozenset(("li", "ol", "ul", "nav"))
_MAX_TRAIL_ANCESTORS = 3
"""Elements outward from a heading in which a trail (breadcrumbs) is searched for."""
_HOMES = frozenset(("article", "main"))


def read_title(head: PageHead) -> str | None:
    """Choose the headline as printed: without the site's name, no social variant.

    The `h1` that another source confirms is the headline; a kicker printed before it is left out where
    JSON-LD or og:title have the headline without it.
    """
    headline = read_plain_value(head.jsonld.get("headline"))
    social = strip_site_name(head.first("og:title", "twitter:title") or "", head.site)
    home = next((normalize_line(each.text_content()) for each in head.headings if _leads_home(each)), None)
    window = _strip_host(strip_site_name(head.window, head.site or home), head.url)
    listed = normalize_line(strip_markup(head.entry.title)) if head.entry and head.entry.title else ""
    elements = [
        each for each in head.headings if normalize_line(each.text_content()) and not _leads_home(each)
    ]
    if (
        elements
        and all(map(_in_trail, elements))
        and (below := _find_below_trail(head, (headline, social, listed)))
    ):
        return below
    headings = [normalize_line(each.text_content()) for each in elements]
    keys = {fold_text(text) for text in headings}
    if is_as_long(headline, _MIN_HEADLINE_CHARS) and _ends_heading(headline, keys):
        return headline
    if headline and social and fold_text(headline) in keys and _ends_heading(social, keys):
        return headline
    if social and (fold_text(social) in (fold_text(headline), *keys) or _ends_heading(social, keys)):
        return social
    others = {
        fold_text(form)
        for text in (headline, social, window, listed)
        for form in (text, _SUFFIX.split(text)[0])
        if form
    }
    printed = next((heading for heading in headings if fold_text(heading) in others), None)
    if printed is None and len(headings) == 1 and _is_headline(elements[0], headings[0], head):
        printed = headings[0]
    return printed or social or listed or headline or window or (headings[0] if headings else None)


def read_titles(head: PageHead) -> tuple[str, ...]:
    """Return all titles seen (printed, social, feed; with and without the site's name), to find repeats."""
    raw = [
        *(heading.text_content() for heading in head.headings[:3]),
        head.first("og:title") or "",
        head.first("twitter:title") or "",
        read_plain_value(head.jsonld.get("headline")),
        read_plain_value(head.jsonld.get("alternativeHeadline")),
        head.window,
        (head.entry.title or "") if head.entry else "",
    ]
    keys = (
        fold_text(form)
        for text in raw
        for form in _title_forms(normalize_line(strip_markup(text)), head.site)
    )
    return tuple(dict.fromkeys(key for key in keys if key))


def strip_site_name(title: str, site: str | None) -> str:
    """Cut " | Site name" and the like off a title, and "Site name | " where it is the whole name."""
    parts = _SUFFIX.split(title)
    name, sites = fold_text(parts[-1]), fold_text(site or "")
    named = (site or "").strip()
    if sites and title.casefold().startswith(f"{named.casefold()}: "):
        return title[len(named) :].lstrip(_EDGES)
    if len(parts) == 1 or not sites:
        return title
    if fold_text(parts[0]) == sites:
        return title[len(parts[0]) :].lstrip(_EDGES)
    if name not in sites and sites not in name:
        return title
    return title[: title.rfind(parts[-1])].rstrip(_EDGES)


def _strip_host(title: str, url: str) -> str:
    """Cut " - www.host.example" off a title, where that is the page's own host."""
    parts = _SUFFIX.split(title)
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return title
    if len(parts) == 1 or not host or parts[-1].strip().lower().removeprefix("www.") != host:
        return title
    return title[: title.rfind(parts[-1])].rstrip(_EDGES)


def _title_forms(text: str, site: str | None) -> Iterator[str]:
    yield text
    yield strip_site_name(text, site)
    opening = _SUFFIX.split(text)[0]
    if is_as_long(opening, _MIN_HEADLINE_CHARS + 1):
        yield opening


def _ends_heading(text: str, keys: set[str]) -> bool:
    """Return whether a printed heading is a kicker and then this text."""
    key = fold_text(text)
    return bool(key) and any(heading != key and heading.endswith(key) for heading in keys)


def _in_trail(heading: HtmlElement) -> bool:
    """Return whether an `h1` is a step of the trail to the page (breadcrumbs): a title for search."""
    around = list(islice(heading.iterancestors(), _MAX_TRAIL_ANCESTORS))
    if any(each.tag in _TRAILS or "breadcrumb" in (each.get("class") or "").lower() for each in around):
        return True
    beside = (
        [each for each in around[0] if isinstance(each.tag, str) and each is not heading] if around else []
    )
    return len(beside) > 1 and all(_is_step(each) for each in beside)


def _is_step(element: HtmlElement) -> bool:
    linked = normalize_line(" ".join(link.text_content() for link in element.iter("a")))
    return bool(linked) and len(linked) <= LABEL_CHARS and linked == normalize_line(element.text_content())


def _find_below_trail(head: PageHead, titles: Iterable[str]) -> str | None:
    """Find the headline in an `h2`, where the `h1` is a step of a trail: one that another source confirms."""
    other_titles = (*titles, read_plain_value(head.jsonld.get("alternativeHeadline")))
    keys = {fold_text(text) for text in other_titles if len(text) >= _MIN_HEADLINE_CHARS}
    for heading in islice(head.tree.iter("h2"), MOST_CHECKED):
        parts = [heading, *heading.iterdescendants("span", "div", "strong", "a")]
        texts = [
            text for part in parts if len(text := normalize_line(part.text_content())) >= _MIN_HEADLINE_CHARS
        ]
        # The headline without its kicker is the shortest that ends what is told.
        printed = [text for text in texts if any(key.endswith(fold_text(text)) for key in keys)]
        if printed and any(fold_text(text) in keys for text in (texts[0], *printed)):
            return min(printed, key=len)
    return None


def _leads_home(heading: HtmlElement) -> bool:
    """Return whether a heading is the site's name: nothing but a link to its front page."""
    links = heading.findall(".//a")
    if len(links) != 1 or normalize_line(links[0].text_content()) != normalize_line(heading.text_content()):
        return False
    try:
        parts = urlsplit((links[0].get("href") or "#").strip())
    except ValueError:
        return False
    there = bool(parts.netloc or parts.path)
    return there and not parts.path.strip("/") and not parts.query and not parts.fragment


def _is_headline(heading: HtmlElement, text: str, head: PageHead) -> bool:
    """Return whether the only `h1` can be the headline unconfirmed: long, or within the article."""
    if is_as_long(text, _MIN_HEADLINE_CHARS + 1):
        return True
    if fold_text(text) in fold_text(head.site or ""):
        return False
    return len(text.split()) >= _MIN_HEADLINE_WORDS and _within(heading, _HOMES)


def _within(element: HtmlElement, tags: frozenset[str]) -> bool:
    return any(around.tag in tags for around in element.iterancestors())

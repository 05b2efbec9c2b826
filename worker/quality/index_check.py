"""Weighs the evidence that a page is mostly links to others: a front, a topic, an archive, a search. Pure.

A round-up is such a list too. It is an article where its entry leads to it, where it is marked as one, or
where its links lead to other sites; an index leads to pages of its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from worker.document.block_tests import is_link, is_long, is_paragraph
from worker.document.blocks import Block, ElementFrame
from worker.quality.entry_agreement import EntryAgreement
from worker.quality.page_signs import PageSigns
from worker.quality.wall_check import Evidence, Verdict, find_phrase

MIN_POINTS = 2.0
"""Points from which a page is an index; links alone (3) suffice where no sign is of an article."""
_MIN_INDEX_LINKS = 15
"""Link lines from which any page may be an index; fewer are the related articles of a short one."""
_MIN_FRONT_LINKS = 10
"""Link lines from which a front page may be an index; its address is evidence already, so fewer do."""
_MIN_TEASERS = 6
"""Link lines from which a page without a word of its entry may be an index that is served in its place."""
_MAX_INDEX_CHARS = 600
"""Characters in paragraphs from which a page with many links is an article nevertheless."""
_MAX_FRONT_CHARS = 1500
"""As `_MAX_INDEX_CHARS`, for front pages: teasers in full sentences add up to more there."""
_MIN_FOREIGN_SHARE = 0.5
"""Share of links to other hosts from which a list is a round-up: an index leads to pages of its own."""
_MOST_CARDS = 60
"""Excerpts up to which a text may be cards: bounds the cost."""
_CARD_LEVELS = 5
"""Elements outwards from an excerpt in which its card is: bounds the cost."""
_MOST_CARD_LINKS = 6
"""Links of a card that are read; more are a text with references."""
_MAX_EXCERPT_CHARS = 320
"""Characters of the longest excerpt on a card; a longer text is one by itself."""
_SEARCHED = re.compile(
    r"/(?:search|suche|recherche|buscar?|busqueda|cerca|szukaj|poisk|arama)\b|[?&](?:s|q|query|search)="
)


def may_be_index(url: str, blocks: list[Block], text: str) -> bool:
    """Return whether a page may be an index: its address is one of a search, or its text is mostly links."""
    return (
        bool(_SEARCHED.search(url))
        or _name_list(url, blocks, text) is not None
        or count_cards(blocks, url) > 0
    )


def detect_index(
    signs: PageSigns, agreement: EntryAgreement, url: str, blocks: list[Block], text: str
) -> Verdict:
    """Check a page by the lines taken for its text; the first evidence is what it may be."""
    evidence = tuple(_weigh(signs, agreement, url, blocks, text))
    for_it = evidence and evidence[0].points > 0
    points = sum(one.points for one in evidence)
    return Verdict("index" if for_it and points >= MIN_POINTS else None, evidence)


def _weigh(
    signs: PageSigns, agreement: EntryAgreement, url: str, blocks: list[Block], text: str
) -> Iterator[Evidence]:
    links = [block for block in blocks if is_link(block)]
    kind = _find_kind(signs, agreement, url, blocks, text)
    if kind is None:
        return
    yield kind
    if signs.listed:
        yield Evidence("collection_type", 1)
    if _is_front(url) or signs.canonical == "front":
        yield Evidence("front_address", 1)
    if _measure_foreign(links, url) >= _MIN_FOREIGN_SHARE:
        yield Evidence("links_lead_elsewhere", -2)
    if signs.typed and not signs.listed:
        yield Evidence("article_type", -1)
    if signs.dated:
        yield Evidence("date", -1)
    if agreement.title:
        yield Evidence("entry_title", -3)
    if agreement.summary:
        yield Evidence("entry_summary", -3)


def _find_kind(
    signs: PageSigns, agreement: EntryAgreement, url: str, blocks: list[Block], text: str
) -> Evidence | None:
    """Return what a page may be and how much speaks for it; None where it is no list of links."""
    if find_phrase("search", "\n".join(signs.headlines)) and _SEARCHED.search(url):
        return Evidence("search results", 4)
    if found := _name_list(url, blocks, text):
        return Evidence(found, 3)
    if agreement.unrelated and _is_list_of_own(blocks, url):
        return Evidence("teasers, and nothing of the entry", 2)
    if not (signs.typed or signs.signed) and (cards := count_cards(blocks, url)):
        return Evidence(f"{cards} cards with excerpts", 3)
    return None


def _name_list(url: str, blocks: list[Block], text: str) -> str | None:
    """Name what a text that is mostly links may be; None where it is not."""
    links = sum(1 for block in blocks if is_link(block))
    if links < _MIN_FRONT_LINKS:
        return None
    long = sum(len(block.text) for block in blocks if is_paragraph(block))
    if links >= _MIN_INDEX_LINKS and long < _MAX_INDEX_CHARS and long * 3 < len(text):
        return f"{links} links, {long} characters of text"
    return "a front page" if _is_front(url) and long < _MAX_FRONT_CHARS else None


def _is_list_of_own(blocks: list[Block], url: str) -> bool:
    """Return whether a third of the lines lead to other pages of the site: teasers with their summaries."""
    links = [block for block in blocks if is_link(block)]
    return (
        len(links) >= _MIN_TEASERS
        and len(links) * 3 >= len(blocks)
        and _measure_foreign(links, url) < _MIN_FOREIGN_SHARE
    )


def count_cards(blocks: Sequence[Block], url: str) -> int:
    """Count the cards that a text is made of: elements of one tag and class, each with links and an excerpt.

    0 for any other text. The links of a card lead to pages of the site, of each card to others; no line of
    running text stands outside of them.
    """
    long = [block for block in blocks if is_long(block) and not is_link(block) and block.frame is not None]
    if not _MIN_TEASERS <= len(long) <= _MOST_CARDS or any(
        len(block.text) > _MAX_EXCERPT_CHARS for block in long
    ):
        return 0
    for level in range(_CARD_LEVELS):
        cards = {card.number: card for block in long if (card := _find_around(block, level)) is not None}
        kinds = {(card.parent.number if card.parent else -1, card.tag, card.words) for card in cards.values()}
        if len(kinds) > 1 or len(cards) < len(long):
            continue
        links = [_read_card_link(card.element, url) for card in cards.values()]
        if all(links) and len(set(links)) == len(cards):
            return len(cards)
    return 0


def _find_around(block: Block, level: int) -> ElementFrame | None:
    """Find the element so many levels outside of a block."""
    frames = block.frame.up() if block.frame else iter(())
    return next(islice(frames, level, None), None)


def _read_card_link(card: HtmlElement, url: str) -> str:
    """Read where a card's links lead, the least address; empty where one of them leads to another site."""
    leads = {_resolve(url, link.get("href") or "") for link in islice(card.iter("a"), _MOST_CARD_LINKS)}
    if not leads or any(_read_host(lead) != _read_host(url) for lead in leads):
        return ""
    return min(leads)


def _is_front(url: str) -> bool:
    return not url.split("://", 1)[-1].partition("/")[2].split("?")[0].strip("/")


def _measure_foreign(links: list[Block], url: str) -> float:
    """Measure which share of the links leads to other hosts."""
    hosts = [_read_host(_resolve(url, href)) for block in links for href in block.hrefs[:1]]
    own = _read_host(url)
    return sum(bool(host) and host != own for host in hosts) / len(hosts) if hosts else 0.0


def _resolve(url: str, link: str) -> str:
    """Resolve a link; empty where it is none."""
    try:
        return urljoin(url, link)
    except ValueError:
        return ""


def _read_host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

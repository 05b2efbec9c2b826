"""Weighs the evidence that a page is mostly links to others: a front, a topic, an archive, a search. Pure.

A round-up is such a list too. It is an article where its entry leads to it, where it is marked as one, or
where its links lead to other sites; an index leads to pages of its own.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from worker.document.block_tests import is_link, is_paragraph
from worker.document.blocks import Block
from worker.quality.entry_agreement import EntryAgreement
from worker.quality.page_signs import PageSigns
from worker.quality.page_verdict import Evidence, Verdict, find_phrase

MIN_POINTS = 2.0
_INDEX_LINKS = 15
_FRONT_LINKS = 10
_SHORT = 600
_STUB = 1500
_FOREIGN = 0.5
_SEARCHED = re.compile(
    r"/(?:search|suche|recherche|buscar?|busqueda|cerca|szukaj|poisk|arama)\b|[?&](?:s|q|query|search)="
)


def may_be_index(url: str, blocks: list[Block], text: str) -> bool:
    """Return whether a page is worth a look: its address is one of a search, or its text is mostly links."""
    return bool(_SEARCHED.search(url)) or _name_list(url, blocks, text) is not None


def detect_index(
    signs: PageSigns, agreement: EntryAgreement, url: str, blocks: list[Block], text: str
) -> Verdict:
    """Judge a page by the lines taken for its text; the first evidence is what it may be."""
    evidence = tuple(_weigh(signs, agreement, url, blocks, text))
    for_it = evidence and evidence[0].points > 0
    points = sum(one.points for one in evidence)
    return Verdict("index" if for_it and points >= MIN_POINTS else None, evidence)


def _weigh(
    signs: PageSigns, agreement: EntryAgreement, url: str, blocks: list[Block], text: str
) -> Iterator[Evidence]:
    links = [block for block in blocks if is_link(block)]
    front = _is_front(url)
    found = _name_list(url, blocks, text)
    if find_phrase("search", "\n".join(signs.headlines)) and _SEARCHED.search(url):
        yield Evidence("search results", 4)
    elif found:
        yield Evidence(found, 3)
    else:
        return
    if signs.listed:
        yield Evidence("collection_type", 1)
    if front or signs.canonical == "front":
        yield Evidence("front_address", 1)
    if _measure_foreign(links, url) >= _FOREIGN:
        yield Evidence("links_lead_elsewhere", -2)
    if signs.typed and not signs.listed:
        yield Evidence("article_type", -1)
    if signs.dated:
        yield Evidence("date", -1)
    if agreement.title:
        yield Evidence("entry_title", -3)
    if agreement.summary:
        yield Evidence("entry_summary", -3)


def _name_list(url: str, blocks: list[Block], text: str) -> str | None:
    """Say what a text that is mostly links may be; None where it is not."""
    links = sum(1 for block in blocks if is_link(block))
    if links < _FRONT_LINKS:
        return None
    long = sum(len(block.text) for block in blocks if is_paragraph(block))
    if links >= _INDEX_LINKS and long < _SHORT and long * 3 < len(text):
        return f"{links} links, {long} characters of text"
    return "a front page" if _is_front(url) and long < _STUB else None


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

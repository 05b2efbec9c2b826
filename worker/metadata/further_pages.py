"""Finds the further pages of an article: whether it has any, and the address of the next one.

A link counts where its address is the page's own with the number of a page in it: "?page=2", "/2/",
"/page/2", "story-2.html", and its text is or has that number ("Weiter auf Seite 2")
or calls the page the next. The second page may be "?page=1", where its text says 2.
`rel=next` alone is little evidence: blogs give their next post so (HTML Standard, link type "next").
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from worker.document.block_tests import LABEL_CHARS
from worker.document.tag_sets import NEAR_LEVELS
from worker.metadata.page_declarations import PageHead

_MOST_LINKS = 3000
"""Links of a page that are checked: more than any of 980 news pages has."""
_MAX_PAGE_NUMBER = 99
"""Highest number of an article's page; a higher one is an id or a year."""
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_NUMBERED = re.compile(r"(?<!\d)\d\d?(?:\.[a-z]{3,5})?/?\s*(?:[&?#]|$)", re.ASCII | re.IGNORECASE)
"""An address with a number at the end of its path or of a parameter."""
_ANY_NUMBER = re.compile(r"\d{1,4}")
_MOST_PARTS = 5
"""Elements in a link that leads to a page: a teaser has more."""
_NEXT = re.compile(
    "|".join(
        [
            *("next(?: page)?", "continue(?: reading)?", "(?:n[äa]chste|folgende) seite", "weiter(?:lesen)?"),
            *("(?:page )?suivante", "suite", "(?:p[áa]gina )?siguiente", "pr[óo]xima(?: p[áa]gina)?"),
            *("(?:pagina )?successiva", "volgende(?: pagina)?", "n[äa]sta(?: sida)?", "n[eæ]ste(?: side)?"),
            *(
                "seuraava(?: sivu)?",
                "nast[ęe]pna(?: strona)?",
                "dal[šs][íi](?: strana)?",
                "sonraki(?: sayfa)?",
            ),
            *("(?:следующая|след\\.)(?: страница)?", "далее", "наступна(?: сторінка)?", "далі"),
            *("(?:الصفحة )?التالية", "التالي", "अगला(?: पृष्ठ| पेज)?", "หน้า(?:ถัด|ต่อ)ไป", "ถัดไป"),
            *("下一?[页頁]", "次の?ページ(?:へ|に続く)?", "次へ", "다음(?: ?페이지)?"),
        ]
    ),
    re.IGNORECASE,
)
"""What links to the next page are called, whole."""
_EDGES = " \t\n\r\xa0.…:：<>«»‹›→⟶➔►▶⏵-–—|()[]"  # noqa: RUF001
_EXTENSION = re.compile(r"\.(?:html?|php|aspx?|shtml|jsp|xhtml)$", re.IGNORECASE)
_PAGE_SEGMENT = re.compile(r"/(?:[a-z]{1,9}[-_/.]?)?(\d{1,2})", re.IGNORECASE)
_PAGE_OF_FILE = re.compile(r"[-_,./]+(?:[a-z]{1,9}[-_.]?)?(\d{1,2})", re.IGNORECASE)
_PAGE_NAME = re.compile(
    r"^(?:p|pg|pn|pp|n|str|sida|side|seite|sivu|oldal)$|pag|seite|stran|страниц", re.IGNORECASE
)
_APART = re.compile(r"comment|komment|reply|replies|related|archive|gallery-nav|search", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FurtherPages:
    """What a page's links say of later pages of its article."""

    exist: bool = False
    next_url: str | None = None
    """The address of the page that follows, where it is linked."""


NO_PAGES = FurtherPages()


def find_further_pages(head: PageHead, *, first: str | None = None, number: int = 0) -> FurtherPages:
    """Find the links of a page to later pages of its article.

    By `rel=next` (in the head or the text), or by a link whose text is or has the number that its address
    has, or calls it the next. For a later page of an article, `first` is the address of its first page, of
    which numbers are a part, and `number` the page's own.
    """
    own = split_address(first or head.url)
    if own is None:
        return NO_PAGES
    exist, number = False, number or read_own_number(own)
    for found, address in _find_numbered_links(head, own, number):
        if found == number + 1:
            return FurtherPages(exist=True, next_url=urldefrag(urljoin(head.url, address.strip())).url)
        exist = True
    return FurtherPages(exist=exist)


def _find_numbered_links(
    head: PageHead, own: tuple[str, str, dict[str, str]], after: int
) -> Iterator[tuple[int, str]]:
    """Yield number and address of each link to a page of the same article with a later number."""
    links = islice(head.tree.iter("a"), _MOST_LINKS)
    last = _EXTENSION.sub("", own[1].rpartition("/")[2])
    for link in (*head.links, *links):
        address = link.get("href")
        if address is None or not (_is_next(link) or _may_lead_on(link, address, last)):
            continue
        number = _read_page_number(head.url, own, address)
        if number == after and "?" in address:  # pages counted from nought: the second one is "?page=1"
            number += 1
        if not after < number <= _MAX_PAGE_NUMBER or _stands_apart(link):
            continue
        if _is_next(link) or _names_page(link, number, after):
            yield number, address


def _is_next(link: HtmlElement) -> bool:
    rel = link.get("rel")
    return rel is not None and "next" in rel.lower().split()


def _may_lead_on(link: HtmlElement, address: str, last: str) -> bool:
    """Return whether a link's address may be the page's own with a number: most links are of other pages."""
    bare = address.lstrip()
    own = bare[:1] == "?" or "/" not in bare or last in (unquote(bare) if "%" in bare else bare)
    return own and link.tag == "a" and _NUMBERED.search(address) is not None


def _names_page(link: HtmlElement, number: int, after: int) -> bool:
    """Return whether a link's text is or has the number of its target page, or calls it the next."""
    if sum(1 for _ in islice(link.iter(), _MOST_PARTS + 1)) > _MOST_PARTS:
        return False
    text = " ".join("".join(link.itertext()).split())
    if not text or len(text) > LABEL_CHARS or _APART.search(text):
        return False
    if number in map(int, _ANY_NUMBER.findall(text)):
        return True
    return number == after + 1 and names_next_page(text)


def names_next_page(text: str) -> bool:
    """Return whether a text does nothing but call what it links to the next page."""
    return len(text) <= LABEL_CHARS and _NEXT.fullmatch(text.strip(_EDGES)) is not None


def _stands_apart(link: HtmlElement) -> bool:
    """Return whether a link is of the pages of something else: of comments, of a list of other articles."""
    return any(
        _APART.search(f"{around.get('class') or ''} {around.get('id') or ''}"[:400])
        for around in islice(link.iterancestors(), NEAR_LEVELS)
        if around.tag not in ("body", "html")
    )


def split_address(address: str) -> tuple[str, str, dict[str, str]] | None:
    """Return host, path and query of an address; None when it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    query = dict(parse_qsl(parts.query[:2048], max_num_fields=50)) if parts.query.count("&") < 50 else {}  # noqa: PLR2004
    return host, unquote(parts.path).rstrip("/"), query


def _read_page_number(url: str, own: tuple[str, str, dict[str, str]], address: str) -> int:
    """Return the number of the page of the same article that an address names; 0 for none."""
    try:
        there = split_address(urljoin(url, address.strip()))
    except ValueError:
        return 0
    if there is None or there[0] != own[0] or not own[1]:
        return 0
    return _number_in_query(own, there) if there[1] == own[1] else _number_in_path(own[1], there[1])


def _number_in_query(own: tuple[str, str, dict[str, str]], there: tuple[str, str, dict[str, str]]) -> int:
    changed = {name: value for name, value in there[2].items() if own[2].get(name) != value}
    if len(changed) != 1 or set(without_tracking(own[2])) - set(there[2]):
        return 0
    name, value = next(iter(changed.items()))
    named = _PAGE_NAME.search(name) and not _APART.search(name)
    return int(value) if named and _NUMBER.fullmatch(value) else 0


def _number_in_path(own: str, there: str) -> int:
    stem, other = _EXTENSION.sub("", own), _EXTENSION.sub("", there)
    if not other.startswith(stem) or _APART.search(other[len(stem) :]):
        return 0
    # "/story-2" without an extension is another article of the same name (a slug made unique).
    form = _PAGE_OF_FILE if stem != own and other != there else _PAGE_SEGMENT
    found = form.fullmatch(other[len(stem) :])
    return int(found[1]) if found else 0


def read_own_number(own: tuple[str, str, dict[str, str]]) -> int:
    """Return the number that an address gives its page, 1 where it gives none."""
    numbers = [
        int(value) for name, value in own[2].items() if _PAGE_NAME.search(name) and _NUMBER.fullmatch(value)
    ]
    return max(numbers, default=1)


def without_tracking(names: Iterable[str]) -> list[str]:
    """Leave out the names of parameters that name no article: trackers, and numbers of pages."""
    return [name for name in names if not name.lower().startswith("utm_") and not _PAGE_NAME.search(name)]

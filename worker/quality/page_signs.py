"""Reads off a parsed page what it is besides its words: type, dates, status codes, forms, containers. Pure.

Walls and errors of known software leave marks in any language: a status code in the title, the server's
banner, a number to give the administrator, a consent or paywall service's container round the text.
"""

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from worker.document.block_tests import is_paragraph
from worker.document.blocks import Block
from worker.metadata.page_declarations import PageHead, read_canonical, read_head
from worker.quality.wall_containers import find_container_marks, has_class, holds_most, offers_search

MAX_BODY_BYTES = 200_000
"""Bytes of a page that are searched for scripts of challenges: bounds the cost."""
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_BANNER = re.compile(
    r"^(?:nginx|openresty|apache|litespeed|lighttpd|varnish|cloudflare|tengine|caddy|iis|microsoft-iis|squid|envoy)"
    r"(?:/[\d.]+.{0,40}| cache server)?$|^guru meditation|^xid:? ?\d+$|^apache/\S+ .{0,80}\bserver at\b",
    re.IGNORECASE,
)
_TRACE = re.compile(
    r"SQLSTATE\[|Stack trace:|#0 +(?:/|\{main\})|Traceback \(most recent call last\)|mysqli?_connect\(\)"
    r"|(?:Warning|Notice|Fatal error|Parse error): .{0,300} in /\S+ on line \d"
    r"|\S+ in /\S+\.php(?::\d+| on line \d+)|^\s*at [\w.$]+\([\w.]+\.(?:java|kt|scala):\d+\)"
    r"|(?:java|javax|org)(?:\.\w+)+(?:Exception|Error)\b|\[\w+Exception(?:: |\])|ORA-\d{5}:"
)
"""What programs write of their faults: PHP, Python, Java, .NET, databases."""
_INCIDENT = re.compile(
    r"\b(?:ray|reference|ref|request|incident|support|event|trace|error)\W{0,3}(?:id|number|code|no)?\W{0,4}"
    r"(?=[0-9a-f.-]*\d[0-9a-f.-]*)[0-9a-f.-]{8,}"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b",
    re.IGNORECASE,
)
_CHALLENGE_SCRIPT = re.compile(
    rb"cf-challenge|challenge-platform|_cf_chl_opt|captcha-delivery|px-captcha|_px(?:AppId|Uuid)|g-recaptcha|h-captcha|cf-turnstile"
    rb"|_Incapsula_Resource|awswaf|datadome|/_sec/cp_challenge|kasada|sucuri_cloudproxy|friendly-?captcha|altcha|anubis"
)
_ARTICLE_TYPES = re.compile(r"(?:article|posting|report|recipe|review|podcastepisode|videoobject|event)$")
_LIST_TYPES = frozenset(("collectionpage", "searchresultspage", "itemlist"))
_ENTRY_WORDS = re.compile(r" (?:h entry|hentry|e content|type post|single post|entry content) ")
_DATE_NAMES = (
    "article:published_time",
    "datePublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "pubdate",
    "publish-date",
    "parsely-pub-date",
)
_ASIDE = ("nav", "header", "footer", "aside")
_MAX_BLOCKS = 300
"""Lines of a page that are searched for signs; bounds the cost, and walls are shorter than that."""
_MAX_TITLE_CHARS = 400
"""Characters of a title or heading that are read; bounds what the patterns run over."""
_MAX_INCIDENT_LINE_CHARS = 200
"""Characters under which a line may be an incident number; longer ones are prose that mentions one."""
_MAX_TRACE_CHARS = 500
"""Characters of a line that are searched for a program's fault: it names that first."""
_TRACED_BLOCKS = 3
"""Lines from the top that are searched for one: an article about it has a headline and words before."""
_MAX_HOME_LINES = 20
"""Lines from the top of a page where links to the front page give the site's name; a masthead comes early."""
TITLE_PARTS = re.compile(r"\s+[|–—·•»›‹«:-]+\s+|\s*[|｜]\s*")  # noqa: RUF001
"""What stands between a headline and the site's name."""
_STATUS = re.compile(
    r"^\W*(?:(?:http|error)\s+)*([45]\d\d)\b(?![.,]?\d)|^\W*[^\W\d]{2,12}\s+([45]\d\d)\W*$", re.IGNORECASE
)
_KNOWN_STATUSES = frozenset(
    (400, 401, 402, 403, 404, 405, 406, 408, 410, 418, 421, 423, 425, 426, 428, 429, 431, 451)
) | frozenset((*range(500, 512), *range(520, 531), 598, 599))
"""RFC 9110 and the IANA registry of status codes; Cloudflare's 520 to 530."""
_MAX_REST_WORDS = 2
"""Words in lower case that may follow a code ("404 not found"); with more it is a number that counts."""


@dataclass(frozen=True, slots=True)
class PageSigns:
    """What a page is besides its words."""

    headlines: tuple[str, ...]
    """The parts of `<title>` without the site's name, and the first headings."""
    lang: str
    typed: bool
    """JSON-LD, og:type or microdata call it an article."""
    listed: bool
    """JSON-LD calls it a collection."""
    dated: bool
    signed: bool
    held: bool
    """The text stands in an entry by its classes: microformats, WordPress."""
    in_article: bool
    """The text stands in an `article` element, as that of many errors does."""
    canonical: str
    """own, front, other or empty: where the canonical link leads."""
    noindex: bool
    refresh: bool
    password: bool
    searches: bool
    """A form to search the site stands in the element that holds the text: what an error offers instead."""
    challenge_script: bool
    status: int | None
    """A status code that title or heading begin with."""
    banner: bool
    trace: bool
    """One of the first lines is what a program writes of its fault."""
    incident: bool
    site_title: bool
    """`<title>` is the site's name or host alone, or empty."""
    host_title: bool
    """`<title>` is a host's name."""
    marks: frozenset[str]
    """Kinds of walls that classes of the body, or of what holds the text, name."""
    part_not_free: bool
    """JSON-LD `hasPart` names a part that is not free to read."""

    @property
    def bare(self) -> bool:
        """Return whether nothing about the page marks it as an article."""
        return not (self.typed or self.dated or self.signed or self.held)


def read_page_signs(tree: HtmlElement, blocks: list[Block], url: str, body: bytes, text: str) -> PageSigns:
    """Read the signs of a parsed page; `blocks` are all of its lines, `text` the article as it was found."""
    head = read_head(tree, url, None)
    host = _read_host(url)
    sites = {name.casefold() for name in (head.site or "", *_list_home_links(blocks)) if name}
    window = head.window[:_MAX_TITLE_CHARS]
    parts = [part for part in TITLE_PARTS.split(window) if part and not _is_site(part, sites, host)]
    headings = _list_headings(blocks)
    holding = _list_holding(blocks, text)
    types = _list_types(head)
    return PageSigns(
        headlines=tuple(dict.fromkeys([*parts, *headings[:3]])),
        lang=(tree.get("lang") or "").lower().partition("-")[0],
        typed=any(_ARTICLE_TYPES.search(kind) for kind in types)
        or (head.first("og:type") or "").lower() in {"article", "blog", "video.other", "book"}
        or bool(
            tree.xpath("boolean(//*[contains(@itemtype, 'Article') or contains(@itemtype, 'BlogPosting')])")
        ),
        listed=bool(types & _LIST_TYPES),
        dated=bool(head.first(*_DATE_NAMES) or head.jsonld.get("datePublished"))
        or any(time.get("datetime") for time in head.times),
        signed=bool(head.jsonld.get("author") or head.first("author", "article:author")),
        held=holds_most(holding, lambda block: has_class(block, _ENTRY_WORDS)),
        in_article=holds_most(
            holding, lambda block: block.frame is not None and block.frame.within("article")
        ),
        canonical=_classify_canonical(read_canonical(head), url),
        noindex="noindex" in " ".join(head.all("robots", "googlebot")).lower(),
        refresh=bool(head.first("refresh")),
        password=bool(tree.xpath('boolean(//input[translate(@type, "PASWORD", "pasword")="password"])')),
        searches=offers_search(holding),
        challenge_script=_CHALLENGE_SCRIPT.search(body[:MAX_BODY_BYTES]) is not None,
        status=find_status((window, *headings[:3])),
        banner=any(_BANNER.match(block.text) for block in blocks[:_MAX_BLOCKS]),
        trace=any(
            _TRACE.search(block.text[:_MAX_TRACE_CHARS]) is not None for block in blocks[:_TRACED_BLOCKS]
        ),
        incident=any(
            _INCIDENT.search(block.text[:_MAX_INCIDENT_LINE_CHARS])
            for block in blocks[:_MAX_BLOCKS]
            if len(block.text) < _MAX_INCIDENT_LINE_CHARS
        ),
        site_title=not parts,
        host_title=bool(_HOST.fullmatch(window)),
        marks=find_container_marks(holding, tree),
        part_not_free=_has_part_not_free(head),
    )


def list_shown(blocks: list[Block]) -> list[Block]:
    """Return the lines that stand in no navigation, header, footer or aside."""
    return [block for block in islice(blocks, _MAX_BLOCKS) if not _is_aside(block)]


def _list_headings(blocks: list[Block]) -> list[str]:
    """List the headings that may be the page's: of the first level, or above the first paragraph."""
    shown = [block for block in blocks[:_MAX_BLOCKS] if not _is_aside(block)]
    above = next((place for place, block in enumerate(shown) if is_paragraph(block)), len(shown))
    return [
        block.text[:_MAX_TITLE_CHARS]
        for place, block in enumerate(shown)
        if block.level == 1 or (block.level in (2, 3) and place < above)
    ]


def _is_aside(block: Block) -> bool:
    """Return whether a line stands in what surrounds a page; the header of an article is part of it."""
    if block.frame is None or not block.frame.within(*_ASIDE):
        return False
    for frame in block.frame.up():
        if frame.tag in {"article", "main"}:
            return False
        if frame.tag in _ASIDE:
            return True
    return False


def _list_holding(blocks: list[Block], text: str) -> list[Block]:
    """Return the lines of the page that the text is made of, or all that it shows where there is no text."""
    lines = {line.strip("-# ").strip() for line in text[:4000].split("\n")} - {""}
    found = [block for block in blocks if block.text in lines][:20]
    return found or list_shown(blocks)[:20]


def _list_types(head: PageHead) -> set[str]:
    kinds = head.jsonld.get("@type")
    return {str(kind).lower().rpartition("/")[2] for kind in (kinds if isinstance(kinds, list) else [kinds])}


def _has_part_not_free(head: PageHead) -> bool:
    parts = head.jsonld.get("hasPart")
    return any(
        isinstance(part, dict) and str(part.get("isAccessibleForFree")).lower().endswith("false")
        for part in (parts if isinstance(parts, list) else [parts])
    )


def _classify_canonical(link: str | None, url: str) -> str:
    if link is None:
        return ""
    there, here = _read_path(link), _read_path(url)
    if there == here:
        return "own"
    return "front" if not there else "other"


def _read_path(link: str) -> str:
    try:
        return urlsplit(link).path.strip("/").lower()
    except ValueError:
        return link


def _read_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _list_home_links(blocks: list[Block]) -> list[str]:
    return [
        block.text for block in blocks[:_MAX_HOME_LINES] if block.hrefs[:1] == ("/",) and block.linked == 1
    ]


def _is_site(part: str, sites: set[str], host: str) -> bool:
    folded = part.casefold().strip()
    name = "".join(char for char in folded if char.isalnum())
    return (
        folded in sites
        or bool(_HOST.fullmatch(folded))
        or (len(name) > 3 and name in host.replace("-", "").replace(".", ""))  # noqa: PLR2004
    )


def find_status(titles: tuple[str, ...]) -> int | None:
    """Return the status code that a title, or a part of one, begins with or is named by ("Fehler 404")."""
    for title in titles:
        for part in (title, *TITLE_PARTS.split(title)):
            found = _STATUS.search(part)
            code = int(found[1] or found[2]) if found else 0
            if code in _KNOWN_STATUSES and found and _is_code_alone(part, found):
                return code
    return None


def _is_code_alone(part: str, found: re.Match[str]) -> bool:
    """Distinguish a code from a number that counts: "404 jobs lost at the mill" goes on in lower case."""
    rest = part[found.end() :].lstrip(" .:-–—|")  # noqa: RUF001
    return (
        not rest[:1].islower()
        or not part[found.end() :].startswith(" ")
        or len(rest.split()) <= _MAX_REST_WORDS
    )

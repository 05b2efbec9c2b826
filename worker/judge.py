"""Is it an article? Decide by named signs: walls, challenges and index pages stay out of the stream."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from worker.blocks import Block
from worker.clean.story import is_link, is_paragraph
from worker.evidence import share_found
from worker.outgoing import is_too_long
from worker.page import Page, Rejected

_BINARY = {
    b"%PDF-": "pdf",
    b"\x89PNG": "binary",
    b"\xff\xd8\xff": "binary",
    b"GIF8": "binary",
    b"RIFF": "binary",
    b"PK\x03\x04": "binary",
    b"\x1f\x8b": "binary",
    b"\x00\x00\x00": "binary",
    b"ID3": "binary",
    b"OggS": "binary",
    b"\x7fELF": "binary",
    b"wOF": "binary",
}
_HTML_TYPES = ("html", "xml", "text/plain", "octet-stream")
_MARKUP = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|title|div|p|article|section|table|span|h1)\b", re.IGNORECASE
)
_FEED = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE | re.DOTALL
)

_CHALLENGE_MARKS = (
    b"cf-challenge",
    b"challenge-platform",
    b"_cf_chl_opt",
    b"captcha-delivery",
    b"px-captcha",
    b"g-recaptcha",
    b"h-captcha",
    b"_Incapsula_Resource",
    b"awswaf",
    b"datadome",
)
_FRONTS = frozenset((("", ""), ("/home", ""), ("/en", ""), ("/de", ""), ("/fr", ""), ("/es", ""), ("/m", "")))
_INDEX_FILE = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$")
_SEARCHED = re.compile(
    r"/(?:search|suche|recherche|buscar?|busqueda|cerca|szukaj|poisk|arama)\b|[?&](?:s|q|query|search)="
)
_TITLE_WORDS = 3
_FEW_WORDS = 0.35
_LINE = 200
_CONSENT_WORDS = 3
_INDEX_LINKS = 15
_FRONT_LINKS = 10
_SHORT = 600
_STUB = 1500


@lru_cache(maxsize=1)
def _signs() -> dict[str, re.Pattern[str]]:
    content = tomllib.loads(files("worker").joinpath("labels", "walls.toml").read_text(encoding="utf-8"))
    return {
        kind: re.compile("|".join(signs), re.IGNORECASE | re.MULTILINE) for kind, signs in content.items()
    }


def not_html(page: Page) -> Rejected | None:  # noqa: PLR0911
    """Reject what is no HTML by its first bytes and its Content-Type, before it is parsed."""
    head = page.body[:1024].lstrip()
    if not page.body.strip(b"\x00 \t\r\n\x0c"):
        return Rejected("empty", "no bytes")
    for magic, outcome in _BINARY.items():
        if head.startswith(magic) or page.body.startswith(magic):
            return Rejected(outcome)
    kind = (page.content_type or "").lower().split(";")[0].strip()
    if kind == "application/pdf":
        return Rejected("pdf")
    if _FEED.match(page.body[:2048]):
        return Rejected("not_html", "a feed")
    markup = _MARKUP.search(page.body[:65_536]) is not None
    if kind and not any(word in kind for word in _HTML_TYPES) and not markup:
        return Rejected("not_html", kind)
    if b"\x00" in page.body[:4096] and not markup and not page.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Rejected("binary")
    return None if markup or b"\x00" in page.body[:64] else Rejected("not_html", kind or "no markup")


def judge(
    page: Page, tree: HtmlElement, title: str | None, text: str, blocks: list[Block], *, free: bool | None
) -> Rejected | None:
    """Judge a page by its title and the text that was found; None when nothing speaks against an article."""
    window = " ".join((tree.findtext(".//title") or "").split())
    head = f"{window}\n{title or ''}"
    outcome = _wall(page, tree, head, text, blocks, free=free) if len(text) < _STUB else None
    if outcome:
        return Rejected(outcome, window[:80])
    if not text.strip():
        return Rejected("empty", "no text found")
    if is_too_long(text):
        return Rejected("too_long", f"{len(text)} characters")
    if len(text) < _LINE and all(block.frame is None or block.frame.within("noscript") for block in blocks):
        return Rejected("empty", "no text that the page shows")
    return _index(page, head, blocks, text)


def judge_redirect(link: str | None, url: str, listed: str | None, title: str | None) -> Rejected | None:
    """Judge where an entry's link led: to a front page, or up to a section page that has another title.

    Dead links are often redirected there with status 200 at the end.
    """
    if not link:
        return None
    from_, to = _place(link), _place(url)
    if from_ == to or from_ in _FRONTS:
        return None
    if to in _FRONTS:
        return Rejected("not_found", "redirected to the front page")
    above = not to[1] and from_[0].startswith(to[0] + "/")
    if above and listed and share_found(listed, title or "", _TITLE_WORDS) < _FEW_WORDS:
        return Rejected("not_found", "redirected to a section page")
    return None


def _place(link: str) -> tuple[str, str]:
    """Give path and query of an address; names of index files and slashes at the end do not count."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link, ""
    query = "&".join(part for part in parts.query.split("&") if not part.lower().startswith("utm_"))
    return _INDEX_FILE.sub("", parts.path.lower()).rstrip("/"), query


def _wall(
    page: Page, tree: HtmlElement, head: str, text: str, blocks: list[Block], *, free: bool | None
) -> str | None:
    missing, consent = _signs()["missing"], _signs()["consent"]
    short = len(text) < _SHORT
    kinds = ("maintenance", "parked")
    signs: dict[str, bool] = {
        **{kind: short and _signs()[kind].search(f"{head}\n{text}") is not None for kind in kinds},
        "challenge": _is_challenge(page, head, text),
        "not_found": short and bool(missing.search(head) or (len(text) < _LINE and missing.search(text))),
        "login": _is_login(tree, head, text),
        "consent": (bool(consent.search(head)) and short)
        or any(bool(consent.search(told[:300])) and _consent_share(told) for told in _told(text, blocks)),
        "paywall": _is_paywalled(text, blocks, free=free),
    }
    return next((outcome for outcome, seen in signs.items() if seen), None)


def _is_challenge(page: Page, head: str, text: str) -> bool:
    marked = any(mark in page.body[:200_000] for mark in _CHALLENGE_MARKS)
    said = _signs()["challenge"].search(head) is not None
    return (said and len(text) < _SHORT) or (marked and _signs()["challenge"].search(text[:400]) is not None)


def _is_login(tree: HtmlElement, head: str, text: str) -> bool:
    first = _signs()["login"].search(text[:80]) is not None
    password = tree.xpath('boolean(//input[translate(@type, "PASWORD", "pasword")="password"])')
    said = any(_signs()["login"].search(line) for line in head.split("\n"))
    return (
        (said and (bool(password) or len(text) < _SHORT))
        or (first and (bool(password) or len(text) < _LINE))
        or (bool(password) and len(text) < _LINE)
    )


def _told(text: str, blocks: list[Block]) -> tuple[str, ...]:
    """Give the text, and where next to nothing is left of it what was there before the cleaning."""
    return (text,) if len(text) >= _LINE else (text, "\n".join(block.text for block in blocks))


def _consent_share(text: str) -> bool:
    return len(_signs()["consent_words"].findall(text)) >= _CONSENT_WORDS


def _is_paywalled(text: str, blocks: list[Block], *, free: bool | None) -> bool:
    wall = _signs()["paywall"]
    said = wall.search(text) or any(len(block.text) < _LINE and wall.search(block.text) for block in blocks)
    return bool(said) and (free is False or len(text) < _SHORT)


def _index(page: Page, head: str, blocks: list[Block], text: str) -> Rejected | None:
    """Find a page that is mostly headlines that link elsewhere: a front, a topic, an archive, a search."""
    if _signs()["search"].search(head) and _SEARCHED.search(page.url):
        return Rejected("index", "search results")
    path = page.url.split("://", 1)[-1].partition("/")[2].split("?")[0].strip("/")
    long = sum(len(block.text) for block in blocks if is_paragraph(block))
    links = sum(1 for block in blocks if is_link(block))
    if links >= _INDEX_LINKS and long < _SHORT and long * 3 < len(text):
        return Rejected("index", f"{links} links, {long} characters of text")
    if not path and links >= _FRONT_LINKS and long < _STUB:
        return Rejected("index", "a front page")
    return None

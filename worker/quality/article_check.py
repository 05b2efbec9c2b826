"""Decides by evidence whether a page is an article; walls, errors and index pages stay out of the stream."""

import re
from urllib.parse import urlsplit

from feedmill._ledger.core.records import Entry
from worker.document.attribute_inventory import PageNames
from worker.document.block_walker import list_page_blocks
from worker.document.blocks import Block
from worker.document.html_parsing import parse_html
from worker.document.page_decoding import decode_page
from worker.document.preparation.page_overlays import drop_overlays
from worker.page_models import FetchedPage, RejectedPage
from worker.publishing.article_sanitizer import is_too_long
from worker.quality.confidence import measure_word_share
from worker.quality.entry_agreement import EntryAgreement, compare_with_entry, is_summary_only
from worker.quality.index_check import detect_index, may_be_index
from worker.quality.page_signs import PageSigns, list_shown, read_page_signs
from worker.quality.paywall_check import detect_paywall
from worker.quality.wall_check import detect_wall

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

_FRONTS = frozenset((("", ""), ("/home", ""), ("/en", ""), ("/de", ""), ("/fr", ""), ("/es", ""), ("/m", "")))
_INDEX_FILE = re.compile(r"/(?:index|default|home)\.(?:html?|php|aspx?|jsp)$")
_MIN_TITLE_WORDS = 3
"""Longer words that a title must have to be compared: fewer match or differ by chance, so the page stays."""
_MIN_TITLE_SHARE = 0.35
"""Share of the entry's title words in a page's title under which a redirect upwards led to another page."""
_MAX_HIDDEN_TEXT_CHARS = 200
"""Characters under which a text in `noscript` or in no element counts as none; a longer one stays."""
_MIN_TEXT_CHARS = 40
"""Characters under which all that the page shows is checked in place of what was found."""
_LONG_TEXT_CHARS = 1500
"""Characters from which a text is an article unless it is marked as not free or may be an index."""
_LONG_NOT_FREE_TEXT_CHARS = 3000
"""Characters from which no evidence would make a text a teaser (`worker.quality.paywall_check`)."""


def reject_non_html(page: FetchedPage) -> RejectedPage | None:  # noqa: PLR0911
    """Reject what is no HTML by its first bytes and its Content-Type, before it is parsed."""
    head = page.body[:1024].lstrip()
    if not page.body.strip(b"\x00 \t\r\n\x0c"):
        return RejectedPage("empty", "no bytes")
    for magic, outcome in _BINARY.items():
        if head.startswith(magic) or page.body.startswith(magic):
            return RejectedPage(outcome)
    kind = (page.content_type or "").lower().split(";")[0].strip()
    if kind == "application/pdf":
        return RejectedPage("pdf")
    if _FEED.match(page.body[:2048]):
        return RejectedPage("not_html", "a feed")
    markup = _MARKUP.search(page.body[:65_536]) is not None
    if kind and not any(word in kind for word in _HTML_TYPES) and not markup:
        return RejectedPage("not_html", kind)
    if b"\x00" in page.body[:4096] and not markup and not page.body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return RejectedPage("binary")
    return None if markup or b"\x00" in page.body[:64] else RejectedPage("not_html", kind or "no markup")


def reject_non_article(
    page: FetchedPage,
    entry: Entry | None,
    text: str,
    blocks: list[Block],
    *,
    free: bool | None,
) -> RejectedPage | None:
    """Check a page by evidence from its words, its structure and its entry; None: nothing is against it.

    A long text is an article unless its publisher marks it as not free. A short one is checked with
    its page, which is parsed afresh: extraction has changed the tree. `blocks` are those of the text.
    """
    if is_too_long(text):
        return RejectedPage("too_long", f"{len(text)} characters")
    if len(text) >= (_LONG_NOT_FREE_TEXT_CHARS if free is False else _LONG_TEXT_CHARS) and not may_be_index(
        page.url, blocks, text
    ):
        return None
    tree = parse_html(decode_page(page.body, page.content_type))
    if tree is None:
        return RejectedPage("empty", "no elements")
    drop_overlays(tree, PageNames(tree))  # what asks for consent beside a post is no sign of a wall
    everything = list_page_blocks(tree)
    signs = read_page_signs(tree, everything, page.url, page.body, text)
    shown = list_shown(everything)
    seen = text if len(text) >= _MIN_TEXT_CHARS else "\n".join(block.text for block in shown)
    agreement = compare_with_entry(entry, signs.headlines, seen)
    verdicts = (
        *([detect_wall(signs, agreement, seen)] if len(text) < _LONG_TEXT_CHARS else []),
        detect_paywall(signs, shown, text, free=free, summary_only=is_summary_only(entry, text)),
    )
    for verdict in verdicts:
        if verdict.outcome:
            return RejectedPage(verdict.outcome, " / ".join(signs.headlines)[:80], verdict.list_reasons())
    return _reject_empty(text, blocks) or _reject_index(signs, agreement, page.url, blocks, text)


def _reject_empty(text: str, blocks: list[Block]) -> RejectedPage | None:
    if not text.strip():
        return RejectedPage("empty", "no text found")
    if len(text) < _MAX_HIDDEN_TEXT_CHARS and all(
        block.frame is None or block.frame.within("noscript") for block in blocks
    ):
        return RejectedPage("empty", "no text that the page shows")
    return None


def _reject_index(
    signs: PageSigns, agreement: EntryAgreement, url: str, blocks: list[Block], text: str
) -> RejectedPage | None:
    verdict = detect_index(signs, agreement, url, blocks, text)
    if not verdict.outcome:
        return None
    return RejectedPage("index", verdict.evidence[0].name, verdict.list_reasons())


def reject_redirect(link: str | None, url: str, listed: str | None, title: str | None) -> RejectedPage | None:
    """Check where an entry's link led: to a front page, or up to a section page that has another title.

    Dead links are often redirected there with status 200 at the end.
    """
    if not link:
        return None
    from_, to = _read_path_and_query(link), _read_path_and_query(url)
    if from_ == to or from_ in _FRONTS:
        return None
    if to in _FRONTS:
        return RejectedPage("not_found", "redirected to the front page")
    above = not to[1] and from_[0].startswith(to[0] + "/")
    if above and listed and measure_word_share(listed, title or "", _MIN_TITLE_WORDS) < _MIN_TITLE_SHARE:
        return RejectedPage("not_found", "redirected to a section page")
    return None


def _read_path_and_query(link: str) -> tuple[str, str]:
    """Return path and query of an address; names of index files and slashes at the end do not count."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return link, ""
    query = "&".join(part for part in parts.query.split("&") if not part.lower().startswith("utm_"))
    return _INDEX_FILE.sub("", parts.path.lower()).rstrip("/"), query

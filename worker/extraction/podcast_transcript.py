"""Reads the transcript that a podcast's feed links to: the text of an episode whose page has none. Pure."""

from html import escape

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.document.block_flattening import flatten_blocks
from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.document.normalization.tree_normalization import normalize_tree
from worker.document.page_decoding import decode_page
from worker.document.page_trimming import trim
from worker.document.text_rendering import count_words, join_markdown, join_plain
from worker.extraction.page_reader import read_page
from worker.extraction.transcript_cues import (
    is_timed,
    join_cues,
    parse_json,
    parse_lines,
    parse_timed,
    split_paragraphs,
)
from worker.metadata.language import choose_language
from worker.metadata.metadata_reader import read_metadata
from worker.page_models import CleanedArticle, FetchedPage, TextLine
from worker.publishing.article_sanitizer import is_too_long
from worker.quality.confidence import SHORT_WORDS, compute_confidence

MAX_BYTES = 2 << 20
"""Bytes of a transcript; one of more is none. An hour of speech has 60 KB, with timings of each word 500."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SHOWS_NO_TEXT = ("script", "style", "time", "svg", "template")
_DOCUMENT = ("<!doctype", "<html", "<head", "<body")


def find_transcript(entry: Entry) -> str | None:
    """Return the address of an entry's transcript, where its article may be made of one."""
    return entry.episode.transcript if entry.episode and not entry.words_only else None


def read_transcript(found: FetchedPage, entry: Entry, url: str) -> CleanedArticle | None:
    """Make an entry's article of its transcript; None where what was fetched is none.

    Which format it has, its bytes say: servers often name another. Title, authors and dates are the feed's.
    """
    is_binary = found.body.startswith(b"%PDF") or (
        b"\x00" in found.body[:1024] and not found.body.startswith(_UTF16)
    )
    if is_binary or len(found.body) > MAX_BYTES:
        return None
    text = decode_page(found.body, found.content_type).lstrip("\ufeff \t\r\n")
    if not is_timed(text) and text[:1] == "<":
        lines, is_cut = _read_html(found, text)
    else:
        paragraphs, has_more = _list_paragraphs(text)
        lines, is_cut = _list_lines("".join(f"<p>{escape(one)}</p>" for one in paragraphs))
        is_cut = is_cut or has_more
    return _build_article(lines, entry, url, is_cut=is_cut)


def _list_paragraphs(text: str) -> tuple[list[str], bool]:
    """List the paragraphs of a transcript that is no HTML; also say whether there are more than are read."""
    if is_timed(text):
        return join_cues(parse_timed(text))
    if text[:1] in ("{", "["):
        return join_cues(parse_json(text))
    paragraphs = split_paragraphs(text)
    return (paragraphs, False) if len(paragraphs) > 1 else join_cues(parse_lines(text))


def _read_html(found: FetchedPage, text: str) -> tuple[tuple[TextLine, ...], bool]:
    """Read a transcript in HTML: a page as pages are read, a mere run of paragraphs as it stands."""
    if text[:1000].lower().startswith(_DOCUMENT):
        read = read_page(found, None, stands_in=False)
        if not isinstance(read, CleanedArticle):
            return (), False
        return read.lines, "trimmed" in read.doubts
    return _list_lines(text)


def _list_lines(markup: str) -> tuple[tuple[TextLine, ...], bool]:
    """List the lines of markup; also say whether it has more elements than are read."""
    tree = parse_html(f"<html><body><article>{markup}</article></body></html>") if markup else None
    if tree is None:
        return (), False
    is_cut = trim(tree)
    _name_speakers(tree)
    strip_elements(tree, *_SHOWS_NO_TEXT, with_tail=False)
    normalize_tree(tree)
    return flatten_blocks([block for block in list_page_blocks(tree) if block.text]), is_cut


def _name_speakers(tree: HtmlElement) -> None:
    """Set each `cite`, which names a speaker, before what is said, as the Podcast Namespace writes HTML."""
    for name in list(tree.iter("cite")):
        said = next((other for other in name.itersiblings() if other.tag not in ("time", "br")), None)
        words = " ".join(name.text_content().split()).rstrip(":")
        if said is not None and said.tag == "p" and words:
            said.text = f"{words}: {said.text or ''}"
            name.drop_tree()


def _build_article(
    lines: tuple[TextLine, ...], entry: Entry, url: str, *, is_cut: bool
) -> CleanedArticle | None:
    text = join_plain(lines)
    page = parse_html(f"<html><body><h1>{escape(entry.title or url)}</h1></body></html>")
    if not text or is_too_long(text) or page is None:
        return None
    facts = read_metadata(page, url, entry)
    words = count_words(text)
    doubts = tuple(doubt for doubt, seen in (("short", words < SHORT_WORDS), ("trimmed", is_cut)) if seen)
    return CleanedArticle(
        title=(facts.title or entry.title or url)[:1000],
        text=text,
        markdown=join_markdown(lines),
        authors=entry.authors,
        published_at=facts.published_at,
        updated_at=facts.updated_at,
        lang=choose_language(entry.lang, text),
        image=facts.image,
        rights=facts.rights,
        word_count=words,
        text_from="transcript",
        lines=lines,
        doubts=doubts,
        confidence=compute_confidence(doubts),
    )

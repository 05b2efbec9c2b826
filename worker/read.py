"""Read a fetched page: from bytes to a cleaned article, or to the reason why it is none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from feedmill._ledger.records import Entry
from worker.blocks import Block, plain
from worker.choose import choose, extracted
from worker.clean.align import with_landmarks
from worker.clean.chain import clean
from worker.clean.render import count_words
from worker.clean.story import About, Story, comparable, is_paragraph
from worker.decode import decode, parse
from worker.evidence import confidence, is_fuller, may_be_fuller, summary_of, weigh
from worker.extract import Way
from worker.judge import judge, judge_redirect, not_html
from worker.lines import as_lines, markdown_of, text_of
from worker.metadata import NO_HEADERS, Metadata, read_metadata
from worker.page import Cleaned, Page, Rejected, TextFrom
from worker.walk import page_blocks

_MIN_FEED_TEXT = 250
_OTHER_WAYS: tuple[Way, ...] = ("usual", "fast", "recall")
_SHOWS_NO_TEXT = ("script", "style", "svg", "template", "link", "meta", "iframe", "noscript")
_ABOVE = 15
_BELOW = 4
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A page read but not yet cleaned: its metadata and the blocks that an extractor took for the article."""

    metadata: Metadata
    blocks: tuple[Block, ...]
    above: tuple[Block, ...] = ()
    below: tuple[Block, ...] = ()


def read_page(
    page: Page,
    entry: Entry | None,
    *,
    off: frozenset[str] = _NOTHING,
    usual: tuple[int, int] | None = None,
) -> Cleaned | Rejected:
    """Clean one page; `entry` is what its feed said about it, None when no feed did.

    Pure: the same arguments give the same result. `off` names cleaning steps to leave out. Where the page
    is no article or has far less of it than the feed's own content, that is cleaned instead (`text_from`
    "feed"). `usual` are the words that texts of its source have, at least and at most: a text outside
    gives way to what another way of extraction finds, where that is within.
    """
    unread = not_html(page)
    tree = None if unread else parse(decode(page.body, page.content_type))
    if tree is None:
        return _from_feed(page, entry, off) or unread or Rejected("empty", "no elements")
    draft = draft_page(tree, page.url, entry, page.headers)
    cleaned = finish(draft, page.url, off=off)
    if cleaned and usual and not usual[0] <= cleaned.word_count <= usual[1]:
        cleaned = _other_way(tree, draft, page.url, off, usual) or cleaned
    text = cleaned.text if cleaned else ""
    about = draft.metadata
    rejected = judge_redirect(
        entry.link if entry else None, page.url, entry.title if entry else None, about.title
    )
    rejected = rejected or judge(page, tree, about.title, text, list(draft.blocks), free=about.free)
    if rejected or cleaned is None:
        return _from_feed(page, entry, off) or rejected or Rejected("empty", "nothing left")
    if entry and may_be_fuller(entry, cleaned):
        fed = _from_feed(page, entry, off)
        if fed and is_fuller(fed, cleaned):
            return fed
    return _weighed(cleaned, about, entry, usual)


def _weighed(
    cleaned: Cleaned, about: Metadata, entry: Entry | None, usual: tuple[int, int] | None
) -> Cleaned:
    doubts = weigh(cleaned, about, entry, usual)
    return replace(cleaned, confidence=confidence(doubts), doubts=doubts)


def _other_way(
    tree: HtmlElement, draft: Draft, url: str, off: frozenset[str], usual: tuple[int, int]
) -> Cleaned | None:
    """Look for a text of a length that its source's texts have."""
    everything = page_blocks(tree)
    for way in _OTHER_WAYS:
        blocks = extracted(tree, everything, way)
        above, below = _surroundings(blocks, everything)
        found = finish(Draft(draft.metadata, with_landmarks(blocks, below), above, below), url, off=off)
        if found and usual[0] <= found.word_count <= usual[1]:
            return found
    return None


def draft_page(
    tree: HtmlElement, url: str, entry: Entry | None, headers: Mapping[str, str] = NO_HEADERS
) -> Draft:
    """Read metadata and main text of a parsed page; the tree loses the elements that show no text.

    Extraction copies the tree several times over: without them it takes an eighth less and finds the same.
    """
    metadata = read_metadata(tree, url, entry, headers)
    strip_elements(tree, *_SHOWS_NO_TEXT, with_tail=False)
    everything = page_blocks(tree)
    blocks = choose(tree, everything, metadata.body, summary_of(entry) or metadata.description)
    above, below = _surroundings(blocks, everything)
    return Draft(metadata, with_landmarks(blocks, below), above, below)


def _surroundings(
    blocks: list[Block], everything: list[Block]
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Find the left-out blocks above the first paragraph, and those from there to right below the last."""
    taken = {block.index for block in blocks}
    first = next((block.index for block in blocks if block.index >= 0 and is_paragraph(block)), None)
    if first is None:
        return (), ()
    last = max(taken)
    above = tuple(block for block in everything[max(0, first - _ABOVE) : first] if block.index not in taken)
    return above, tuple(block for block in everything[first : last + 1 + _BELOW] if block.index not in taken)


def finish(
    draft: Draft, url: str, *, off: frozenset[str] = _NOTHING, text_from: TextFrom = "page"
) -> Cleaned | None:
    """Run a draft through the cleaning steps; None when no text is left."""
    about = draft.metadata
    story = clean(
        Story(
            blocks=draft.blocks,
            above=draft.above,
            below=draft.below,
            about=About(
                titles=(*about.titles, comparable(about.title or "")),
                authors=about.authors,
                standfirst=about.description,
                site=about.site,
                host=_host(url),
            ),
        ),
        off=off,
    )
    lines = as_lines(story.blocks)
    text = text_of(lines)
    if not text:
        return None
    return Cleaned(
        title=(about.title or url)[:1000],
        text=text,
        standfirst=_standfirst(draft),
        authors=about.authors or story.reporters,
        published_at=about.published_at,
        updated_at=about.updated_at,
        lang=about.lang,
        image=about.image,
        section=about.section,
        keywords=about.keywords,
        free=about.free,
        rights=about.rights,
        canonical_url=about.canonical_url,
        reading_seconds=story.reading_seconds,
        agencies=tuple(dict.fromkeys((*about.agencies, *story.agencies))),
        dateline=story.dateline,
        word_count=count_words(text),
        text_from=text_from,
        removed=story.removed,
        markdown=markdown_of(lines),
        lines=lines,
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _standfirst(draft: Draft) -> str | None:
    told = plain(draft.metadata.description or "")
    return told if len(comparable(told)) >= 20 else None  # noqa: PLR2004


def _from_feed(page: Page, entry: Entry | None, off: frozenset[str]) -> Cleaned | None:
    """Clean the feed's own content, where it is long enough to be the whole text."""
    content = (entry.content or "") if entry else ""
    if len(content) < _MIN_FEED_TEXT:
        return None
    tree = parse(f"<html><body><article>{content}</article></body></html>")
    if tree is None:
        return None
    blocks = tuple(block for block in page_blocks(tree) if block.text)
    if sum(len(block.text) for block in blocks) < _MIN_FEED_TEXT:
        return None
    about = read_metadata(tree, page.url, entry, page.headers)
    fed = finish(Draft(about, blocks), page.url, off=off, text_from="feed")
    return _weighed(fed, about, None, None) if fed else None

"""Read a fetched page: from bytes to a cleaned article, or to the reason why it is none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from urllib.parse import urlsplit

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.cleaning.draft import ArticleFacts, CleaningDraft
from worker.cleaning.steps import run_cleaning_steps
from worker.document.block_tests import fold_text, is_paragraph
from worker.document.block_walker import list_page_blocks
from worker.document.blocks import Block, normalize_line
from worker.document.html_decoding import decode_page, parse_html
from worker.document.lines import flatten_blocks, join_markdown, join_plain
from worker.document.normalization.formulas import show_formula_sources
from worker.document.normalization.tree_normalization import normalize_tree
from worker.document.page_limits import simplify, trim
from worker.document.preparation.other_contributions import drop_comments, drop_other_articles
from worker.document.preparation.page_preparation import prepare_page
from worker.document.text_rendering import count_words
from worker.extraction.block_alignment import insert_landmarks
from worker.extraction.candidate_choice import choose_candidate, extract_blocks
from worker.extraction.hidden_sources import find_hidden_blocks, keep_hidden_sources
from worker.extraction.picture_posts import find_picture_words
from worker.extraction.short_posts import find_post_blocks, has_lost_its_text
from worker.extraction.trafilatura_adapter import ExtractionMode
from worker.metadata.metadata_reader import NO_HEADERS, Metadata, read_metadata
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage, TextSource
from worker.quality.article_check import reject_non_article, reject_non_html, reject_redirect
from worker.quality.confidence import (
    SHORT_WORDS,
    compute_confidence,
    find_doubts,
    is_fuller_in_feed,
    may_be_fuller_in_feed,
    read_entry_summary,
)
from worker.vocabulary.labels import normalize_label

_MIN_FEED_TEXT = 250
_OTHER_MODES: tuple[ExtractionMode, ...] = ("usual", "fast", "recall")
_SHOWS_NO_TEXT = ("script", "style", "svg", "template", "link", "meta", "iframe", "noscript")
_ABOVE = 15
_BELOW = 4
_NOTHING: frozenset[str] = frozenset()
TAKES_SHORT_POSTS = frozenset(("headline", "caption"))
"""Cleaning steps that would take a post that is its title, or a caption."""


@dataclass(frozen=True, slots=True)
class PageDraft:
    """A page read but not yet cleaned: its metadata and the blocks that an extractor took for the article."""

    metadata: Metadata
    blocks: tuple[Block, ...]
    above: tuple[Block, ...] = ()
    below: tuple[Block, ...] = ()
    trimmed: bool = False
    """The page is too large to be read whole."""


def read_page(
    page: FetchedPage,
    entry: Entry | None,
    *,
    skipped: frozenset[str] = _NOTHING,
    usual: tuple[int, int] | None = None,
    stands_in: bool = True,
) -> CleanedArticle | RejectedPage:
    """Clean one page; `entry` is what its feed said about it, None when no feed did.

    Pure: the same arguments give the same result. `skipped` names cleaning steps to leave out. Where the page
    has far less of the article than the feed's own content, that is cleaned instead (`text_from` "feed");
    with `stands_in` also where the page is no article. `usual` are the words that texts of its source have,
    at least and at most: a text outside gives way to what another way of extraction finds, where that is
    within.
    """
    normalize_label.cache_clear()  # what it keeps is of one page
    unread = reject_non_html(page)
    tree = None if unread else parse_html(decode_page(page.body, page.content_type))
    if tree is None:
        instead = _clean_feed_content(page, entry, skipped) if stands_in else None
        return instead or unread or RejectedPage("empty", "no elements")
    draft = draft_page(tree, page.url, entry, page.headers, fetched_at=page.fetched_at)
    cleaned = clean_page_draft(draft, page.url, skipped=skipped)
    if cleaned and usual and not usual[0] <= cleaned.word_count <= usual[1]:
        cleaned = _try_other_modes(tree, draft, page.url, skipped, usual) or cleaned
    facts = draft.metadata
    if has_lost_its_text(cleaned, frozenset(facts.titles)):
        cleaned = _clean_short_post(tree, draft, page.url, skipped) or cleaned
    picture = None
    if cleaned is None or cleaned.word_count < SHORT_WORDS:
        picture = _clean_picture_post(tree, draft, page.url, entry, skipped)
    cleaned = picture or cleaned
    text = cleaned.text if cleaned else ""
    rejected = reject_redirect(
        entry.link if entry else None, page.url, entry.title if entry else None, facts.title
    )
    if picture is None:  # what is picture and entry both is no wall
        rejected = rejected or reject_non_article(page, entry, text, list(draft.blocks), free=facts.free)
    if rejected or cleaned is None:
        instead = _clean_feed_content(page, entry, skipped) if stands_in else None
        return instead or rejected or RejectedPage("empty", "nothing left")
    if entry and entry.stands_in and may_be_fuller_in_feed(entry, cleaned):
        fed = _clean_feed_content(page, entry, skipped)
        if fed and is_fuller_in_feed(fed, cleaned):
            return fed
    return _add_doubts(cleaned, facts, entry, usual, trimmed=draft.trimmed)


def _add_doubts(
    cleaned: CleanedArticle,
    facts: Metadata,
    entry: Entry | None,
    usual: tuple[int, int] | None,
    *,
    trimmed: bool = False,
) -> CleanedArticle:
    doubts = find_doubts(cleaned, facts, entry, usual, trimmed=trimmed)
    return replace(cleaned, confidence=compute_confidence(doubts), doubts=doubts)


def _clean_short_post(
    tree: HtmlElement, draft: PageDraft, url: str, skipped: frozenset[str]
) -> CleanedArticle | None:
    """Clean a post that is its title, or a caption: these lines alone, without the steps that take such."""
    facts = draft.metadata
    titles = frozenset((*facts.titles, fold_text(facts.title or "")))
    blocks = tuple(find_post_blocks(list_page_blocks(tree), titles, facts.site))
    short = replace(draft, blocks=blocks, above=(), below=())
    return clean_page_draft(short, url, skipped=skipped | TAKES_SHORT_POSTS) if blocks else None


def _clean_picture_post(
    tree: HtmlElement, draft: PageDraft, url: str, entry: Entry | None, skipped: frozenset[str]
) -> CleanedArticle | None:
    """Clean a post that is a picture: the words of it alone."""
    words = find_picture_words(entry, tree)
    said = parse_html(f"<html><body><p>{escape(words)}</p></body></html>") if words else None
    if said is None:
        return None
    post = PageDraft(draft.metadata, tuple(list_page_blocks(said)), trimmed=draft.trimmed)
    return clean_page_draft(post, url, skipped=skipped | TAKES_SHORT_POSTS)


def _try_other_modes(
    tree: HtmlElement, draft: PageDraft, url: str, skipped: frozenset[str], usual: tuple[int, int]
) -> CleanedArticle | None:
    """Look for a text of a length that its source's texts have."""
    everything = list_page_blocks(tree)
    for way in _OTHER_MODES:
        blocks = extract_blocks(tree, everything, way)
        above, below = _find_surroundings(blocks, everything)
        found = clean_page_draft(
            PageDraft(draft.metadata, insert_landmarks(blocks, below), above, below), url, skipped=skipped
        )
        if found and usual[0] <= found.word_count <= usual[1]:
            return found
    return None


def draft_page(
    tree: HtmlElement,
    url: str,
    entry: Entry | None,
    headers: Mapping[str, str] = NO_HEADERS,
    *,
    fetched_at: datetime | None = None,
) -> PageDraft:
    """Read metadata and main text of a parsed page; the tree loses the elements that show no text.

    Extraction copies the tree several times over: without them it takes an eighth less and finds the same.
    """
    prepare_page(tree)
    metadata = read_metadata(tree, url, entry, headers, fetched_at=fetched_at)
    show_formula_sources(tree)
    drop_comments(tree)
    drop_other_articles(tree, url, metadata.canonical_url, metadata.title)
    hidden = keep_hidden_sources(tree)
    strip_elements(tree, *_SHOWS_NO_TEXT, with_tail=False)
    trimmed = trim(tree)
    normalize_tree(tree)
    everything = list_page_blocks(tree)
    simplify(tree)
    description = read_entry_summary(entry) or metadata.description
    blocks = choose_candidate(tree, everything, metadata.body, description)
    unseen = find_hidden_blocks(
        hidden, tree, blocks, metadata.titles, free=metadata.free, description=description
    )
    if unseen is not None:
        return PageDraft(metadata, tuple(unseen), trimmed=trimmed)
    above, below = _find_surroundings(blocks, everything)
    return PageDraft(metadata, insert_landmarks(blocks, below), above, below, trimmed)


def _find_surroundings(
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


def clean_page_draft(
    draft: PageDraft, url: str, *, skipped: frozenset[str] = _NOTHING, text_from: TextSource = "page"
) -> CleanedArticle | None:
    """Run a draft through the cleaning steps; None when no text is left."""
    facts = draft.metadata
    cleaning = run_cleaning_steps(
        CleaningDraft(
            blocks=draft.blocks,
            above=draft.above,
            below=draft.below,
            facts=ArticleFacts(
                titles=(*facts.titles, fold_text(facts.title or "")),
                authors=facts.authors,
                standfirst=facts.description,
                site=facts.site,
                host=_host(url),
            ),
        ),
        skipped=skipped,
    )
    lines = flatten_blocks(cleaning.blocks)
    text = join_plain(lines)
    if not text:
        return None
    return CleanedArticle(
        title=(facts.title or url)[:1000],
        text=text,
        standfirst=_standfirst(draft),
        authors=facts.authors or cleaning.reporters,
        published_at=facts.published_at,
        updated_at=facts.updated_at,
        lang=facts.lang,
        image=facts.image,
        section=facts.section,
        keywords=facts.keywords,
        free=facts.free,
        rights=facts.rights,
        canonical_url=facts.canonical_url,
        reading_seconds=cleaning.reading_seconds,
        agencies=tuple(dict.fromkeys((*facts.agencies, *cleaning.agencies))),
        dateline=cleaning.dateline,
        word_count=count_words(text),
        text_from=text_from,
        removed=cleaning.removed,
        put_back=cleaning.put_back,
        markdown=join_markdown(lines),
        lines=lines,
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _standfirst(draft: PageDraft) -> str | None:
    description = normalize_line(draft.metadata.description or "")
    return description if len(fold_text(description)) >= 20 else None  # noqa: PLR2004


def _clean_feed_content(
    page: FetchedPage, entry: Entry | None, skipped: frozenset[str]
) -> CleanedArticle | None:
    """Clean the feed's own content, where it is long enough to be the whole text."""
    content = (entry.content or "") if entry else ""
    if len(content) < _MIN_FEED_TEXT:
        return None
    tree = parse_html(f"<html><body><article>{content}</article></body></html>")
    if tree is None:
        return None
    facts = read_metadata(tree, page.url, entry, page.headers, fetched_at=page.fetched_at)
    normalize_tree(tree)
    blocks = tuple(block for block in list_page_blocks(tree) if block.text)
    if sum(len(block.text) for block in blocks) < _MIN_FEED_TEXT:
        return None
    fed = clean_page_draft(PageDraft(facts, blocks), page.url, skipped=skipped, text_from="feed")
    return _add_doubts(fed, facts, None, None) if fed else None

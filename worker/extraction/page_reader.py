"""Reads a fetched page: from bytes to a cleaned article, or to the reason why it is none."""

from dataclasses import dataclass, replace
from html import escape

from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.continuation.text_joining import FurtherText, join_pages
from worker.document.block_tests import ARTICLE_CHARS, fold_text
from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.document.normalization.tree_normalization import normalize_tree
from worker.document.page_decoding import decode_page
from worker.extraction.block_alignment import insert_landmarks
from worker.extraction.candidate_choice import extract_blocks
from worker.extraction.page_drafting import (
    OpenedPage,
    PageDraft,
    clean_page_draft,
    draft_page,
    find_surroundings,
    open_page,
)
from worker.extraction.short_posts import find_picture_words, find_post_blocks, has_lost_its_text
from worker.extraction.template_reader import (
    conclude_full_reading,
    read_by_template,
)
from worker.extraction.trafilatura_adapter import ExtractionMode
from worker.metadata.metadata_reader import Metadata, read_metadata
from worker.metadata.override_reader import OverriddenParts, OverrideRun, read_overridden_parts
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage
from worker.quality.article_check import reject_non_article, reject_non_html, reject_redirect
from worker.quality.confidence import (
    SHORT_WORDS,
    compute_confidence,
    find_doubts,
    is_fuller_in_feed,
    may_be_fuller_in_feed,
)
from worker.templates.page_pruning import drop_parts
from worker.templates.template_session import TemplateSession
from worker.vocabulary.labels import normalize_label

_OTHER_MODES: tuple[ExtractionMode, ...] = ("usual", "fast", "recall")
_NOTHING: frozenset[str] = frozenset()
TAKES_SHORT_POSTS = frozenset(("headline", "caption"))
"""Cleaning steps that would take a post that is its title, or a caption."""


@dataclass(frozen=True, slots=True)
class _GivenPage:
    """A page, and what its reading is given besides the tree; `read_page` says what each of it does."""

    page: FetchedPage
    entry: Entry | None
    skipped: frozenset[str]
    usual: tuple[int, int] | None
    stands_in: bool
    further: FurtherText | None


def read_page(
    page: FetchedPage,
    entry: Entry | None,
    *,
    skipped: frozenset[str] = _NOTHING,
    usual: tuple[int, int] | None = None,
    stands_in: bool = True,
    overrides: OverrideRun | None = None,
    templates: TemplateSession | None = None,
    further: FurtherText | None = None,
) -> CleanedArticle | RejectedPage:
    """Clean one page; `entry` is what its feed said about it, None when no feed did.

    Pure: the same arguments give the same result. `skipped` names cleaning steps to leave out. Where the page
    has far less of the article than the feed's own content, that is cleaned instead (`text_from` "feed");
    with `stands_in` also where the page is no article. `usual` are the words that texts of its source have,
    at least and at most: a text outside gives way to what another way of extraction finds, where that is
    within. What the selectors of `overrides` find wins over all of this. `templates` are those of the page's
    source and site: a trusted one is read by in place of extraction, and each other page teaches them.
    `further` is what the further pages of the article were read as: its text is joined of all.
    """
    normalize_label.cache_clear()  # what it keeps is of one page
    given = _GivenPage(page, entry, skipped, usual, stands_in, further)
    unread = reject_non_html(page)
    if unread:
        return _stand_in(given) or unread
    pruned = templates.choose_passed() if templates and not overrides else frozenset()
    if templates and pruned and (known := _read_pruned(given, templates, pruned)):
        return known
    tree = parse_html(decode_page(page.body, page.content_type))
    if tree is None:
        return _stand_in(given) or RejectedPage("empty", "no elements")
    named = read_overridden_parts(tree, overrides, page.url) if overrides else OverriddenParts()
    opened = open_page(tree, page.url, entry, page.headers, fetched_at=page.fetched_at)
    if templates and not named.blocks and not pruned:
        shown = replace(opened, **named.list_changes(opened.metadata, trimmed=opened.trimmed))
        if known := _read_known(given, templates, shown):
            return known
    return _read_full_way(given, templates, opened, named)


def _stand_in(given: _GivenPage) -> CleanedArticle | None:
    """Clean the feed's own content in place of a page that is no article, where it may stand in for it."""
    return _clean_feed_content(given.page, given.entry, given.skipped) if given.stands_in else None


def _read_pruned(
    given: _GivenPage, templates: TemplateSession, pruned: frozenset[int]
) -> CleanedArticle | None:
    """Read a page by its template without these of its parts; None where the full way reads it as well."""
    page = given.page
    tree = parse_html(decode_page(page.body, page.content_type))
    if tree is None:
        return None
    templates.passed = drop_parts(tree, pruned)
    opened = open_page(tree, page.url, given.entry, page.headers, fetched_at=page.fetched_at)
    templates.facts = opened.metadata
    return _read_known(given, templates, opened)


def _read_known(given: _GivenPage, templates: TemplateSession, opened: OpenedPage) -> CleanedArticle | None:
    """Read a page by its template, where there is one to trust; nothing is learned from it then."""
    read = read_by_template(opened, templates, given.page, given.entry, given.skipped)
    if read:
        templates.conclude(None, None)
    return read


def _read_full_way(
    given: _GivenPage, templates: TemplateSession | None, opened: OpenedPage, named: OverriddenParts
) -> CleanedArticle | RejectedPage:
    """Read a page by extraction, and have its templates learn from that; `named` wins over what it finds."""
    draft = draft_page(opened)
    draft = replace(draft, **named.list_changes(draft.metadata, trimmed=draft.trimmed))
    extracted = clean_page_draft(draft, given.page.url, skipped=given.skipped)
    if named.blocks:
        return _conclude_reading(replace(given, usual=None), draft, extracted, is_named=True)
    text = _extract_otherwise(given, opened.tree, draft, extracted)
    picture = None
    if text is None or text.word_count < SHORT_WORDS:
        picture = _clean_picture_post(opened.tree, draft, given.page.url, given.entry, given.skipped)
    read = _conclude_reading(given, draft, picture or text, is_picture=picture is not None)
    if templates:
        conclude_full_reading(templates, opened, draft, extracted, read, page=given.page, entry=given.entry)
    return read


def _extract_otherwise(
    given: _GivenPage, tree: HtmlElement, draft: PageDraft, extracted: CleanedArticle | None
) -> CleanedArticle | None:
    """Extract a text of the usual length, or a short post's, where what was extracted is neither."""
    url, usual, found = given.page.url, given.usual, extracted
    if found and usual and not usual[0] <= found.word_count <= usual[1]:
        found = _try_other_modes(tree, draft, url, given.skipped, usual) or found
    if has_lost_its_text(found, frozenset(draft.metadata.titles)):
        found = _clean_short_post(tree, draft, url, given.skipped) or found
    return found


def _conclude_reading(
    given: _GivenPage,
    draft: PageDraft,
    cleaned: CleanedArticle | None,
    *,
    is_named: bool = False,
    is_picture: bool = False,
) -> CleanedArticle | RejectedPage:
    """Decide what a page comes to: its text with doubts, the feed's fuller text, or why it is no article.

    What the operator's selectors name gives way to no other text.
    """
    page, entry, facts = given.page, given.entry, draft.metadata
    rejected = reject_redirect(
        entry.link if entry else None, page.url, entry.title if entry else None, facts.title
    )
    if not is_picture:  # what is picture and entry both is no wall
        text = cleaned.text if cleaned else ""
        rejected = rejected or reject_non_article(page, entry, text, list(draft.blocks), free=facts.free)
    if rejected or cleaned is None:
        return _stand_in(given) or rejected or RejectedPage("empty", "nothing left")
    if given.further:
        cleaned, is_whole = join_pages(cleaned, given.further)
        facts = replace(facts, more_pages=not is_whole)
    if entry and entry.stands_in and not is_named and may_be_fuller_in_feed(entry, cleaned):
        fed = _clean_feed_content(page, entry, given.skipped)
        if fed and is_fuller_in_feed(fed, cleaned):
            return fed
    return _add_doubts(cleaned, facts, entry, given.usual, trimmed=draft.trimmed)


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
        above, below = find_surroundings(blocks, everything)
        found = clean_page_draft(
            PageDraft(draft.metadata, insert_landmarks(blocks, below), above, below), url, skipped=skipped
        )
        if found and usual[0] <= found.word_count <= usual[1]:
            return found
    return None


def _clean_feed_content(
    page: FetchedPage, entry: Entry | None, skipped: frozenset[str]
) -> CleanedArticle | None:
    """Clean the feed's own content, where it is long enough to be the whole text."""
    content = (entry.content or "") if entry else ""
    if len(content) < ARTICLE_CHARS:
        return None
    tree = parse_html(f"<html><body><article>{content}</article></body></html>")
    if tree is None:
        return None
    facts = read_metadata(tree, page.url, entry, page.headers, fetched_at=page.fetched_at)
    normalize_tree(tree)
    blocks = tuple(block for block in list_page_blocks(tree) if block.text)
    if sum(len(block.text) for block in blocks) < ARTICLE_CHARS:
        return None
    fed = clean_page_draft(PageDraft(facts, blocks), page.url, skipped=skipped, text_from="feed")
    return _add_doubts(fed, facts, None, None) if fed else None

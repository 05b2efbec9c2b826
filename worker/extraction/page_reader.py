"""Reads a fetched page: from bytes to a cleaned article, or to the reason why it is none."""

from dataclasses import replace
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
    PageDraft,
    clean_page_draft,
    draft_page,
    find_surroundings,
    open_page,
)
from worker.extraction.short_posts import find_picture_words, find_post_blocks, has_lost_its_text
from worker.extraction.template_reader import (
    conclude_full_reading,
    find_telling_parts,
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
    unread = reject_non_html(page)
    parts = templates.choose_passed() if templates and not overrides and not unread else None
    if templates and parts:
        by_template = _read_without_parts(page, entry, templates, parts, skipped)
        if by_template:
            return by_template
    tree = None if unread else parse_html(decode_page(page.body, page.content_type))
    if tree is None:
        instead = _clean_feed_content(page, entry, skipped) if stands_in else None
        return instead or unread or RejectedPage("empty", "no elements")
    told = read_overridden_parts(tree, overrides, page.url) if overrides else OverriddenParts()
    opened = open_page(tree, page.url, entry, page.headers, fetched_at=page.fetched_at)
    if templates and not told.blocks and not parts:
        given = replace(opened, **told.list_changes(opened.metadata, trimmed=opened.trimmed))
        by_template = read_by_template(given, templates, page, entry, skipped)
        if by_template:
            templates.conclude(None, None)
            return by_template
    draft = draft_page(opened)
    draft = replace(draft, **told.list_changes(draft.metadata, trimmed=draft.trimmed))
    extracted = clean_page_draft(draft, page.url, skipped=skipped)
    usual = None if told.blocks else usual
    read = _finish_reading(
        page,
        entry,
        tree,
        draft,
        extracted,
        skipped=skipped,
        usual=usual,
        stands_in=stands_in,
        is_given=bool(told.blocks),
        further=further,
    )
    if templates and not told.blocks:
        templates.telling = find_telling_parts(page, entry, templates, opened.metadata)
        conclude_full_reading(templates, opened, draft, extracted, read)
    return read


def _read_without_parts(
    page: FetchedPage,
    entry: Entry | None,
    templates: TemplateSession,
    parts: frozenset[int],
    skipped: frozenset[str],
) -> CleanedArticle | None:
    """Read a page by its template without these of its parts; None where the full way reads it as well."""
    tree = parse_html(decode_page(page.body, page.content_type))
    if tree is None:
        return None
    templates.passed = drop_parts(tree, parts)
    opened = open_page(tree, page.url, entry, page.headers, fetched_at=page.fetched_at)
    templates.facts = opened.metadata
    by_template = read_by_template(opened, templates, page, entry, skipped)
    if by_template:
        templates.conclude(None, None)
    return by_template


def _finish_reading(
    page: FetchedPage,
    entry: Entry | None,
    tree: HtmlElement,
    draft: PageDraft,
    cleaned: CleanedArticle | None,
    *,
    skipped: frozenset[str],
    usual: tuple[int, int] | None,
    stands_in: bool,
    is_given: bool,
    further: FurtherText | None,
) -> CleanedArticle | RejectedPage:
    """Judge what was cleaned, and look for another text where it is none of an article."""
    if cleaned and usual and not usual[0] <= cleaned.word_count <= usual[1]:
        cleaned = _try_other_modes(tree, draft, page.url, skipped, usual) or cleaned
    facts = draft.metadata
    if not is_given and has_lost_its_text(cleaned, frozenset(facts.titles)):
        cleaned = _clean_short_post(tree, draft, page.url, skipped) or cleaned
    picture = None
    if not is_given and (cleaned is None or cleaned.word_count < SHORT_WORDS):
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
    if further:
        cleaned, is_whole = join_pages(cleaned, further)
        facts = replace(facts, more_pages=not is_whole)
    if entry and entry.stands_in and not is_given and may_be_fuller_in_feed(entry, cleaned):
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

"""Drafts a parsed page (its metadata and main blocks), then takes the draft through the cleaning steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feedmill._ledger.core.records import Entry
from worker.cleaning.draft import ArticleFacts, CleaningDraft
from worker.cleaning.steps import run_cleaning_steps
from worker.document.block_flattening import flatten_blocks
from worker.document.block_tests import fold_text, is_link, is_long, is_paragraph
from worker.document.block_walker import list_page_blocks
from worker.document.blocks import Block, normalize_line
from worker.document.normalization.formulas import show_formula_sources
from worker.document.normalization.tree_normalization import normalize_tree
from worker.document.page_trimming import drop_elements, simplify, trim
from worker.document.preparation.page_preparation import drop_other_posts, prepare_page
from worker.document.text_rendering import count_words, join_markdown, join_plain
from worker.extraction.block_alignment import insert_landmarks
from worker.extraction.candidate_choice import choose_candidate
from worker.extraction.hidden_sources import HiddenSources, find_hidden_blocks, keep_hidden_sources
from worker.metadata.language import choose_language
from worker.metadata.metadata_reader import NO_HEADERS, Metadata, read_metadata
from worker.page_models import CleanedArticle, TextSource
from worker.quality.confidence import (
    read_entry_summary,
)

_SHOWS_NO_TEXT = ("script", "style", "svg", "template", "link", "meta", "iframe", "noscript")
_BLOCKS_ABOVE = 15
"""Blocks above the text in which bylines and dates are searched for; further up is the page's head."""
_BLOCKS_BELOW = 4
"""Blocks right below the text that are read for notes; further down other parts of the page begin."""
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PageDraft:
    """A page read but not yet cleaned: its metadata and the blocks that an extractor took for the article."""

    metadata: Metadata
    blocks: tuple[Block, ...]
    above: tuple[Block, ...] = ()
    below: tuple[Block, ...] = ()
    trimmed: bool = False
    """The page is too large to be read whole."""
    is_shown: bool = True
    """The blocks stand on the page as shown."""


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A parsed page with its metadata and all its blocks, whichever of them are the article."""

    tree: HtmlElement
    url: str
    metadata: Metadata
    everything: list[Block]
    description: str | None
    """What feed or page say of the article."""
    hidden: HiddenSources
    trimmed: bool

    def draft_blocks(self, blocks: list[Block]) -> PageDraft:
        """Draft the page with these of its blocks as the article."""
        above, below = find_surroundings(blocks, self.everything)
        return PageDraft(self.metadata, insert_landmarks(blocks, below), above, below, self.trimmed)


def open_page(
    tree: HtmlElement,
    url: str,
    entry: Entry | None,
    headers: Mapping[str, str] = NO_HEADERS,
    *,
    fetched_at: datetime | None = None,
) -> OpenedPage:
    """Read metadata and blocks of a parsed page; the tree loses the elements that show no text.

    Extraction copies the tree several times over: without them it takes an eighth less and finds the same.
    """
    named = prepare_page(tree)
    metadata = read_metadata(tree, url, entry, headers, fetched_at=fetched_at)
    show_formula_sources(tree)
    asked = (entry.link if entry else None) or url
    drop_other_posts(tree, named, url, metadata.canonical_url, metadata.title, asked=asked)
    hidden = keep_hidden_sources(tree)
    drop_elements(tree, *_SHOWS_NO_TEXT)
    trimmed = trim(tree)
    normalize_tree(tree)
    description = read_entry_summary(entry) or metadata.description
    return OpenedPage(tree, url, metadata, list_page_blocks(tree), description, hidden, trimmed)


def draft_page(opened: OpenedPage) -> PageDraft:
    """Take what extraction finds for the article, or what the page carries unseen; its tree is simplified."""
    tree, metadata, description = opened.tree, opened.metadata, opened.description
    simplify(tree)
    blocks = choose_candidate(tree, opened.everything, metadata.body, description, _host(opened.url))
    unseen = find_hidden_blocks(
        opened.hidden, tree, blocks, metadata.titles, free=metadata.free, description=description
    )
    if unseen is not None:
        return PageDraft(metadata, tuple(unseen), trimmed=opened.trimmed, is_shown=False)
    return opened.draft_blocks(blocks)


def find_surroundings(
    blocks: list[Block], everything: list[Block]
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Find the left-out blocks above the first paragraph, and those from there to right below the last.

    Where all paragraphs are short the first is the first line as long as a sentence.
    """
    taken = {block.index for block in blocks}
    shown = [block for block in blocks if block.index >= 0]
    first = next((block.index for block in shown if is_paragraph(block)), None)
    if first is None:
        lines = (block for block in shown if is_long(block) and not is_link(block) and not block.level)
        first = next((block.index for block in lines), None)
    if first is None:
        return (), ()
    last = max(taken)
    above = tuple(
        block for block in everything[max(0, first - _BLOCKS_ABOVE) : first] if block.index not in taken
    )
    return above, tuple(
        block for block in everything[first : last + 1 + _BLOCKS_BELOW] if block.index not in taken
    )


def clean_page_draft(
    draft: PageDraft, url: str, *, skipped: frozenset[str] = _NOTHING, text_from: TextSource = "page"
) -> CleanedArticle | None:
    """Run a draft through the cleaning steps; None when no text is left."""
    facts = draft.metadata
    cleaning = run_cleaning_steps(_begin_cleaning(draft, url), skipped=skipped)
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
        lang=choose_language(facts.lang, text),
        lang_declared=facts.lang_declared,
        image=facts.image,
        section=facts.section,
        keywords=facts.keywords,
        free=facts.free,
        rights=facts.rights,
        tdm_reserved=facts.tdm_reserved,
        next_page=facts.next_page if text_from == "page" else None,
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


def _begin_cleaning(draft: PageDraft, url: str) -> CleaningDraft:
    """Make of a page's draft what the first cleaning step takes: its blocks, and facts to go by."""
    facts = draft.metadata
    return CleaningDraft(
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
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _standfirst(draft: PageDraft) -> str | None:
    description = normalize_line(draft.metadata.description or "")
    return description if len(fold_text(description)) >= 20 else None  # noqa: PLR2004

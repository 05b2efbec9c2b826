"""Reads an opened page by its site's template in place of extraction; learns from what the full way reads."""

from feedmill._ledger.core.records import Entry
from worker.document.block_tests import fold_text, is_link, is_long_text
from worker.document.html_parsing import parse_html
from worker.document.page_decoding import decode_page
from worker.document.preparation.page_preparation import prepare_page
from worker.extraction.page_drafting import OpenedPage, PageDraft, clean_page_draft
from worker.metadata.metadata_reader import Metadata, read_metadata
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage
from worker.quality.article_check import reject_non_article, reject_redirect
from worker.quality.confidence import find_doubts, may_be_fuller_in_feed
from worker.templates.metadata_paths import find_marks
from worker.templates.page_pruning import NEEDED, drop_parts, list_parts
from worker.templates.path_prints import list_paths
from worker.templates.path_role_index import index_template
from worker.templates.template_application import (
    AppliedTemplate,
    apply_template,
    is_unusual_length,
)
from worker.templates.template_learning import observe_page
from worker.templates.template_session import TemplateSession
from worker.templates.template_set import choose_template
from worker.templates.template_trust import choose_way
from worker.templates.template_values import PageReading

_MOST_TRIES = 12
"""Readings of a page's metadata that find the parts which change them: one of thirty, or two of five."""
_MAX_TRIED_BYTES = 262_144
"""Bytes of a page up to which that is tried; a longer one takes too much of its time."""


def read_by_template(
    opened: OpenedPage, run: TemplateSession, page: FetchedPage, entry: Entry | None, skipped: frozenset[str]
) -> CleanedArticle | None:
    """Clean a page by the template of its source and site; None where it goes the full way.

    `run` gets which way that is and why, and what the template made of the page.
    """
    if not run.known or opened.metadata.is_live or opened.trimmed:
        run.reasons = ("no_template",)
        return None
    paths = list_paths(opened.everything)
    tried = [one for one in run.known if choose_way(one.trust) != "full"]  # others read nothing yet
    indexes = [index_template(one.template) for one in tried or run.known]
    index = choose_template(indexes, paths)
    run.used = next(one for one in run.known if index and one.template is index.template)
    way = choose_way(run.used.trust)
    if index is None or way == "full":
        run.reasons = ("learning",) if run.used.trust.state == "learning" else ("often_doubtful",)
        return None
    applied = apply_template(index, opened.everything, paths, len(run.passed))
    read = None if applied.doubts else _clean_applied(opened, applied, run, page, entry, skipped=skipped)
    run.reasons = run.reasons or applied.doubts
    run.by_template = None if run.reasons else read
    if run.by_template is None:
        return None
    run.way = way
    return run.by_template if way == "template" and not run.audits_all else None


def _clean_applied(
    opened: OpenedPage,
    applied: AppliedTemplate,
    run: TemplateSession,
    page: FetchedPage,
    entry: Entry | None,
    *,
    skipped: frozenset[str],
) -> CleanedArticle | None:
    """Clean the text that a template takes; what speaks against it is noted as the run's reasons."""
    facts = opened.metadata
    draft = opened.draft_blocks(list(applied.blocks))
    read = clean_page_draft(draft, page.url, skipped=skipped)
    if read and applied.copies and _repeats_line(read):
        draft = opened.draft_blocks([block for block in applied.blocks if block not in applied.copies])
        read = clean_page_draft(draft, page.url, skipped=skipped)
    if read is None:
        run.reasons = ("no_text",)
        return None
    if applied.open_blocks and not _takes_doubted_lines(
        opened, draft, applied, read, url=page.url, skipped=skipped
    ):
        run.reasons = applied.open_doubts
        return None
    run.reasons = find_doubts(read, facts, entry, trimmed=opened.trimmed)
    if is_unusual_length(applied.index, read.word_count):
        run.reasons += ("template_length",)
    if any(line.text in applied.repeated for line in read.lines):
        run.reasons += ("repeated_text",)
    if any(line.text in applied.never_kept for line in read.lines):
        run.reasons += ("never_kept",)
    if entry and may_be_fuller_in_feed(entry, read):
        run.reasons += ("fuller_in_feed",)
    rejected = reject_redirect(
        entry.link if entry else None, page.url, entry.title if entry else None, facts.title
    ) or reject_non_article(page, entry, read.text, list(draft.blocks), free=facts.free)
    if rejected:
        run.reasons += ("no_article",)
    return None if run.reasons else read


def _repeats_line(read: CleanedArticle) -> bool:
    texts = [line.text for line in read.lines if is_long_text(line.text)]
    return len(set(texts)) < len(texts)


def _takes_doubted_lines(
    opened: OpenedPage,
    draft: PageDraft,
    applied: AppliedTemplate,
    read: CleanedArticle,
    *,
    url: str,
    skipped: frozenset[str],
) -> bool:
    """Return whether cleaning takes each line that the template doubts: the text is one without them."""
    taken = (block for block in draft.blocks if not block.is_landmark)
    every = sorted((*taken, *applied.open_blocks), key=lambda block: block.index)
    whole = clean_page_draft(opened.draft_blocks(every), url, skipped=skipped)
    return whole is not None and whole.lines == read.lines


def find_telling_parts(
    page: FetchedPage, entry: Entry | None, run: TemplateSession, facts: Metadata
) -> frozenset[int]:
    """Find those of the passed parts without which a page's metadata are others, by halves.

    Past _MOST_TRIES readings of the metadata, and on a very long page, all that were not tried count as such.
    """
    if run.facts in (None, facts):
        return frozenset()
    if len(page.body) > _MAX_TRIED_BYTES:
        return run.passed
    todo = _halve(sorted(run.passed))
    silent: frozenset[int] = frozenset()
    for _ in range(_MOST_TRIES):
        if not todo:
            break
        group = todo.pop()
        if _read_facts_without(page, entry, silent.union(group)) == facts:
            silent = silent.union(group)
        elif len(group) > 1:
            todo += _halve(group)
    return run.passed - silent


def _halve(prints: list[int]) -> list[list[int]]:
    middle = (len(prints) + 1) // 2
    return [half for half in (prints[:middle], prints[middle:]) if half]


def _read_facts_without(page: FetchedPage, entry: Entry | None, parts: frozenset[int]) -> Metadata | None:
    tree = parse_html(decode_page(page.body, page.content_type))
    if tree is None:
        return None
    drop_parts(tree, parts)
    prepare_page(tree)
    return read_metadata(tree, page.url, entry, page.headers, fetched_at=page.fetched_at)


def conclude_full_reading(
    run: TemplateSession,
    opened: OpenedPage,
    draft: PageDraft,
    extracted: CleanedArticle | None,
    read: CleanedArticle | RejectedPage,
    *,
    page: FetchedPage,
    entry: Entry | None,
) -> None:
    """Have the templates learn from a page that the full way has read, where it is a plain reading of it.

    Nothing is learned from live pages, texts with doubts, texts of the feed or of another way of extraction
    than `extracted`, or from text that the page does not show.
    """
    whole = None if isinstance(read, RejectedPage) else read
    reading = None
    if whole and _is_plain(whole, extracted, draft, is_live=opened.metadata.is_live):
        reading = _observe_reading(opened, draft, whole, run, page=page, entry=entry)
    run.conclude(whole, reading)


def _is_plain(
    read: CleanedArticle, extracted: CleanedArticle | None, draft: PageDraft, *, is_live: bool
) -> bool:
    """Return whether a text is what extraction found on the page as shown, with nothing doubtful about it."""
    return (
        extracted is not None
        and read.text_from == "page"
        and read.text is extracted.text
        and not read.doubts
        and draft.is_shown
        and not is_live
    )


def _observe_reading(
    opened: OpenedPage,
    draft: PageDraft,
    read: CleanedArticle,
    run: TemplateSession,
    *,
    page: FetchedPage,
    entry: Entry | None,
) -> PageReading | None:
    """Describe what a reading shows of its site's template: where text, metadata and needed parts stand."""
    facts = opened.metadata
    known: dict[int, str] = {}
    paths = list_paths(opened.everything, known)
    above = [block for block in draft.above if not is_link(block)]  # what is read there is no link
    needed = frozenset(block.index for block in (*draft.blocks, *above, *draft.below))
    parts = dict(list_parts(opened.everything, needed, known))
    parts.update(dict.fromkeys(find_telling_parts(page, entry, run, facts), NEEDED))
    marks = find_marks(
        opened.everything,
        paths,
        titles=(*facts.titles, fold_text(facts.title or "")),
        authors=facts.authors,
        description=opened.description,
        lead_image=facts.image,
        tree=opened.tree,
    )
    return observe_page(
        opened.everything,
        draft.blocks,
        read.removed,
        paths=paths,
        words=read.word_count,
        parts=parts,
        marks=marks,
    )

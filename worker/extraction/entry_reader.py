"""Reads an entry that has no page, or whose page gives nothing: the feed's words are the article."""

from dataclasses import replace
from html import escape
from textwrap import shorten
from urllib.parse import unquote, urlsplit

from feedmill._ledger.core.records import Entry
from worker.document.block_flattening import flatten_blocks
from worker.document.block_walker import list_page_blocks
from worker.document.blocks import normalize_line
from worker.document.html_parsing import parse_html
from worker.document.normalization.tree_normalization import normalize_tree
from worker.document.text_rendering import count_words, join_markdown, join_plain
from worker.extraction.page_drafting import PageDraft, clean_page_draft
from worker.extraction.short_posts import MAX_PICTURES
from worker.metadata.metadata_reader import read_metadata
from worker.page_models import CleanedArticle, RejectedPage
from worker.quality.confidence import SHORT_WORDS, compute_confidence

_MAX_TITLE_CHARS = 100
"""Characters of the text's first words that become the title of an entry without one."""


def read_entry(
    entry: Entry, url: str, *, skipped: frozenset[str] = frozenset(), stands_in: bool = False
) -> CleanedArticle | RejectedPage:
    """Clean a feed's words on an article, however short; `url` is the page's, or the feed's. Pure.

    The text is the first that there is of: its content, its summary, what its pictures show (their `alt`),
    its title, the names of its enclosed files. Where it `stands_in` for a page, that is a doubt.
    """
    cleaned = None
    for markup in (entry.content, entry.summary):
        cleaned = cleaned or _clean_markup(markup, entry, url, skipped)
    cleaned = cleaned or _use_single_line(entry, url)
    if cleaned is None:
        return RejectedPage("empty", "the entry has no words")
    if not entry.title:
        cleaned = replace(cleaned, title=shorten(cleaned.text, _MAX_TITLE_CHARS, placeholder="…"))
    if not stands_in:
        return cleaned
    doubts = ("short", "feed_only") if cleaned.word_count < SHORT_WORDS else ("feed_only",)
    return replace(cleaned, doubts=doubts, confidence=compute_confidence(doubts))


def _clean_markup(
    markup: str | None, entry: Entry, url: str, skipped: frozenset[str]
) -> CleanedArticle | None:
    tree = parse_html(f"<html><body><article>{markup}</article></body></html>") if markup else None
    if tree is None:
        return None
    facts = read_metadata(tree, url, entry)
    normalize_tree(tree)
    blocks = tuple(block for block in list_page_blocks(tree) if block.text)
    return clean_page_draft(PageDraft(facts, blocks), url, skipped=skipped, text_from="feed")


def _use_single_line(entry: Entry, url: str) -> CleanedArticle | None:
    """Make an article of an entry without a text: of its pictures' words, its title or its files' names."""
    shown = [_list_picture_words(markup) for markup in (entry.content, entry.summary) if markup]
    files = [unquote(urlsplit(one.url).path.rpartition("/")[2]) for one in entry.enclosures]
    texts = (normalize_line(" ".join(found)) for found in (*shown, [entry.title or ""], files))
    line = next((text for text in texts if text), None)
    tree = parse_html(f"<html><body><p>{escape(line)}</p></body></html>") if line else None
    if tree is None:
        return None
    facts = read_metadata(tree, url, entry)
    lines = flatten_blocks([block for block in list_page_blocks(tree) if block.text])
    text = join_plain(lines)
    return CleanedArticle(
        title=facts.title or text,
        text=text,
        markdown=join_markdown(lines),
        authors=facts.authors,
        published_at=facts.published_at,
        updated_at=facts.updated_at,
        lang=facts.lang,
        image=facts.image,
        word_count=count_words(text),
        text_from="feed",
    )


def _list_picture_words(markup: str) -> list[str]:
    tree = parse_html(f"<html><body>{markup}</body></html>")
    if tree is None:
        return []
    words = (image.get("alt") or image.get("title") or "" for image in tree.iter("img"))
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))[:MAX_PICTURES]

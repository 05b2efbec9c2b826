"""Read an entry that has no page: what the feed says is the article."""

from feedmill._ledger.records import Entry
from worker.decode import parse
from worker.metadata import read_metadata
from worker.page import Cleaned, Rejected
from worker.read import Draft, finish
from worker.walk import page_blocks


def read_entry(entry: Entry, url: str, *, off: frozenset[str] = frozenset()) -> Cleaned | Rejected:
    """Clean an entry's own content, else its summary, however short; `url` is the feed's. Pure."""
    tree = parse(f"<html><body><article>{entry.content or entry.summary or ''}</article></body></html>")
    if tree is None:
        return Rejected("empty", "no elements")
    blocks = tuple(block for block in page_blocks(tree) if block.text)
    cleaned = finish(Draft(read_metadata(tree, url, entry), blocks), url, off=off, text_from="feed")
    return cleaned or Rejected("empty", "the entry has neither a link nor words")

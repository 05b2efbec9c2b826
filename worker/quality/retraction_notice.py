"""Finds the notice by which a page retracts its article. Pure; the words are in notices.toml."""

import re
import tomllib
from functools import cache
from importlib import resources

from feedmill._ledger.identity.diff_normalization import normalize_for_diff

_MAX_NOTICE_BLOCK_CHARS = 500
"""Characters of a block that may be a notice; a longer one is prose in which such words may occur."""
_LEADING_BLOCKS = 3
"""Blocks at the start that are searched, besides the last one: notices stand above or below a text."""


def find_retraction_notice(title: str, text: str) -> str | None:
    """Return the words by which a page retracts its article, 500 characters at most; None if it does not."""
    titles, phrases = _load_labels()
    if titles.match(normalize_for_diff(title).casefold()):
        return title[:_MAX_NOTICE_BLOCK_CHARS]
    blocks = [block for block in text.split("\n\n") if block.strip()]
    for block in dict.fromkeys((*blocks[:_LEADING_BLOCKS], *blocks[-1:])):
        if len(block) <= _MAX_NOTICE_BLOCK_CHARS and phrases.search(normalize_for_diff(block).casefold()):
            return block[:_MAX_NOTICE_BLOCK_CHARS]
    return None


@cache
def _load_labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads((resources.files("worker") / "publishing" / "notices.toml").read_text("utf-8"))
    titles = "|".join(re.escape(normalize_for_diff(label)) for label in data["titles"])
    phrases = "|".join(re.escape(normalize_for_diff(label)) for label in data["phrases"])
    return re.compile(rf"[\[(]?(?:{titles})\s*(?:[:\-)\]]|$)"), re.compile(phrases)

"""Finds the notice by which a page retracts its article. Pure; the words are in notices.toml."""

import re
import tomllib
from functools import cache
from importlib import resources

from feedmill._ledger.identity.text_normalization import normalize_for_diff

_SHORT = 500
_FIRST = 3
_MAX_NOTICE_CHARS = 500


def find_retraction_notice(title: str, text: str) -> str | None:
    """Return the words by which a page retracts its article, 500 characters at most; None if it does not."""
    titles, phrases = _load_labels()
    if titles.match(normalize_for_diff(title).casefold()):
        return title[:_MAX_NOTICE_CHARS]
    blocks = [block for block in text.split("\n\n") if block.strip()]
    for block in dict.fromkeys((*blocks[:_FIRST], *blocks[-1:])):
        if len(block) <= _SHORT and phrases.search(normalize_for_diff(block).casefold()):
            return block[:_MAX_NOTICE_CHARS]
    return None


@cache
def _load_labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads((resources.files("worker") / "publishing" / "notices.toml").read_text("utf-8"))
    titles = "|".join(re.escape(normalize_for_diff(label)) for label in data["titles"])
    phrases = "|".join(re.escape(normalize_for_diff(label)) for label in data["phrases"])
    return re.compile(rf"[\[(]?(?:{titles})\s*(?:[:\-)\]]|$)"), re.compile(phrases)

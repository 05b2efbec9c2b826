"""Does a page say that its article was retracted? Pure; the words are in notices.toml."""

import re
import tomllib
from functools import cache
from importlib import resources

from feedmill._ledger.substance import substance

_SHORT = 500
_FIRST = 3
_LONGEST = 500


def notice_of(title: str, text: str) -> str | None:
    """Give the words by which a page retracts its article, 500 characters at most; None when it does not."""
    titles, phrases = _labels()
    if titles.match(substance(title).casefold()):
        return title[:_LONGEST]
    blocks = [block for block in text.split("\n\n") if block.strip()]
    for block in dict.fromkeys((*blocks[:_FIRST], *blocks[-1:])):
        if len(block) <= _SHORT and phrases.search(substance(block).casefold()):
            return block[:_LONGEST]
    return None


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = tomllib.loads((resources.files("worker") / "notices.toml").read_text("utf-8"))
    titles = "|".join(re.escape(substance(label)) for label in data["titles"])
    phrases = "|".join(re.escape(substance(label)) for label in data["phrases"])
    return re.compile(rf"[\[(]?(?:{titles})\s*(?:[:\-)\]]|$)"), re.compile(phrases)

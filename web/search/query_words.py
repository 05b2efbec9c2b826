"""Reads what somebody searches for, and writes it as an FTS5 expression; cuts scripts without spaces. Pure.

Words are all wanted; "words in quotation marks" stand together, -word is not wanted, word* is a beginning.
Nothing of FTS5's own syntax reaches it: every word is quoted.
"""

import re
from dataclasses import dataclass

MAX_TERMS = 16
"""Terms of one search: bounds its work; what is more is left out."""
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')
_WORD = re.compile(r"\w")
_SPACELESS = "[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\u0e01-\u0e3a\u0e40-\u0e4e\uf900-\ufaff]"
_BETWEEN = re.compile(f"(?<={_SPACELESS})(?={_SPACELESS})")
_MARKS = "\x02", "\x03"
"""What stands about a word that was found, in an excerpt: no text of the index has them."""


@dataclass(frozen=True, slots=True)
class ExcerptPart:
    """A piece of an excerpt."""

    text: str
    is_found: bool
    """It is what was searched for."""


def write_match(query: str) -> str:
    """Write a search as an FTS5 expression; empty where nothing is searched for."""
    wanted: list[str] = []
    unwanted: list[str] = []
    for sign, phrase, word in _TERM.findall(query)[:MAX_TERMS]:
        text = (phrase or word).replace('"', " ").strip()
        if not _WORD.search(text):
            continue
        is_beginning = bool(word) and text.endswith("*") and len(text.rstrip("*")) > 1
        quoted = f'"{split_letters(text.rstrip("*"))}"' + ("*" if is_beginning else "")
        (unwanted if sign else wanted).append(quoted)
    if not wanted:
        return ""
    return " AND ".join(wanted) + "".join(f" NOT {term}" for term in unwanted)


def split_letters(text: str) -> str:
    """Part the letters of scripts that write no spaces, so that each can be found; no width is added."""
    return _BETWEEN.sub("\u200b", text)


def cut_excerpt(snippet: str) -> tuple[ExcerptPart, ...]:
    """Cut an excerpt at the marks about what was found, and join parted letters again."""
    parts = re.split(f"([{_MARKS[0]}{_MARKS[1]}])", snippet.replace("\u200b", ""))
    found: list[ExcerptPart] = []
    is_found = False
    for part in parts:
        if part in _MARKS:
            is_found = part == _MARKS[0]
        elif part:
            found.append(ExcerptPart(" ".join(part.split("\n")), is_found))
    return tuple(found)

"""Hashes the lines of an article to a few bytes each (for what the ledger remembers of a source).

An entry is a 6-byte hash and a weight. Three kinds of hash: of the line's words; of its shape, with digits
and names left open ("5 min read"); of the words that lead a link ("Also read: …").
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from worker.document.block_tests import fold_text
from worker.page_models import CleanedArticle, TextLine

HASH_BYTES = 6
"""Bytes of a line's hash: 48 bits keep lines of one source apart, and a stored article small."""
ENTRY_BYTES = HASH_BYTES + 1
"""Bytes of an entry: its hash, then its weight (0 to 255), a measure of the line's length."""
TITLE_WORD_BYTES = 3
"""Bytes of a title word's hash; a clash matters little, as most words of a title must agree."""
_MAX_TITLE_WORDS = 12
"""Words of a title that are kept; bounds what one article takes in the memory of its source."""
_EDGE_LINES = 60
"""Lines kept from each end of a very long article: boilerplate stands at the ends."""
_MAX_ENTRIES = 200
"""Entries kept of one article, for the same bound; lines beyond are not learned from."""
_MAX_SHAPE_CHARS = 120
"""Characters up to which a line's shape is hashed; shapes of longer lines do not recur."""
_OPEN = ("0", "X")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class LineHashes:
    """One article in the memory of its source. `of` leads from a line's place and a kind to its entry."""

    title: bytes
    """Hashes of 3 bytes of the title's words, sorted."""
    entries: bytes
    entry_of_line: dict[tuple[int, str], int]


def hash_lines(cleaned: CleanedArticle) -> LineHashes:
    """Take the prints of a cleaned text. What rules removed counts as seen but weighs nothing."""
    numbers: dict[bytes, int] = {}
    weights: list[int] = []
    of: dict[tuple[int, str], int] = {}
    for place, kind, name, weight in _list_entries(cleaned):
        if name not in numbers:
            if len(numbers) >= _MAX_ENTRIES:
                break
            numbers[name] = len(weights)
            weights.append(weight)
        if place >= 0:
            of[place, kind] = numbers[name]
    entries = b"".join(name + bytes([weights[number]]) for name, number in numbers.items())
    return LineHashes(_hash_title(cleaned.title), entries, of)


def fold_line(text: str) -> str:
    """Fold a line to its letters and digits, case aside."""
    return fold_text(text)


def mask_variable_words(text: str) -> str:
    """Leave digits and names of a short line open; empty when nothing is open or nothing is fixed.

    The first word counts as fixed where no other word is: its capital is no sign.
    """
    if len(text) > _MAX_SHAPE_CHARS:
        return ""
    found = _TOKEN.findall(text)
    rest = _mask_tokens(found[1:])
    first = _mask_tokens(found[:1])
    has_fixed = any(token not in _OPEN for token in rest)
    tokens = (first if has_fixed else [token.casefold() for token in found[:1]]) + rest
    is_open = any(token in _OPEN for token in tokens)
    is_fixed = any(token not in _OPEN for token in tokens)
    return " ".join(tokens) if is_open and is_fixed else ""


def _mask_tokens(tokens: Iterable[str]) -> list[str]:
    """Write numbers as 0 and names, however many words, as X."""
    opened: list[str] = []
    for token in tokens:
        form = "0" if token.isdigit() else "X" if token[0].isupper() else token.casefold()
        if not (form == "X" and opened and opened[-1] == "X"):
            opened.append(form)
    return opened


def _list_entries(cleaned: CleanedArticle) -> Iterator[tuple[int, str, bytes, int]]:
    """Yield place, kind, hash and weight of every entry."""
    lines = cleaned.lines
    shown = [
        (place, line)
        for place, line in enumerate(lines)
        if place < _EDGE_LINES or place >= len(lines) - _EDGE_LINES
    ]
    for place, line in shown:
        yield from _hash_line(place, line)
    for piece in cleaned.removed:
        if words := fold_line(piece.text):
            yield -1, "words", _hash("words", words), 0


def _hash_line(place: int, line: TextLine) -> Iterator[tuple[int, str, bytes, int]]:
    words = fold_line(line.text)
    if not words:
        return
    yield place, "words", _hash("words", words), min(255, len(words) // 4 + 1)
    shape = mask_variable_words(line.text)
    if shape:
        yield place, "shape", _hash("shape", f"{line.markup}\n{shape}"), 0
    if line.lead:
        yield place, "lead", _hash("lead", fold_line(line.lead)), 0


def _hash_title(title: str) -> bytes:
    words = sorted({word.casefold() for word in _TOKEN.findall(title)})[:_MAX_TITLE_WORDS]
    return b"".join(sorted(_hash("title", word)[:TITLE_WORD_BYTES] for word in words))


def _hash(kind: str, text: str) -> bytes:
    return blake2b(
        text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES, person=kind.encode()
    ).digest()


def unpack_entries(entries: bytes) -> Sequence[tuple[bytes, int]]:
    """Read entries as (hash, weight)."""
    return [
        (entries[at : at + HASH_BYTES], entries[at + HASH_BYTES])
        for at in range(0, len(entries), ENTRY_BYTES)
    ]

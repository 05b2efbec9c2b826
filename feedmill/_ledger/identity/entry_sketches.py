"""Sketches an entry's words in few bytes, so that entries of a feed can be compared: pure rules.

They go through all that strangers write: never call them in a process that others wait for. A sketch is
a one-permutation MinHash (Li, Owen, Zhang, "One Permutation Hashing", NIPS 2012) of the first words; the
ledger compares sketches without knowing the words (compare_entries.lua).
"""

import re
from collections.abc import Collection
from hashlib import blake2b
from itertools import pairwise
from zlib import crc32

from feedmill._ledger.core.records import Entry
from feedmill._ledger.identity.digests import digest_name

FoldedWords = tuple[str, str, str]
"""Title, summary and content as `entry_identity.fold_words` gives them."""

TITLE_BYTES, BODY_BYTES, GUID_BYTES, BINS = 3, 2, 2, 32
SKETCH_BYTES = TITLE_BYTES + BODY_BYTES + GUID_BYTES + BINS // 2
"""Hashes of title, of body and of a guid without its version; a nibble for each bin, 0 an empty one."""
_NO_GUID, _NO_NAME = b"\xff\xff", b"\xfe\xfe"
"""Neither a guid, nor a link either."""
_FEW, _DATE_BYTES = b"\x0f\x0f", 2
"""Ends a sketch of title and body together, which has eight bins less: before this is a hash of the time."""
_FEW_BINS = BINS - 2 * (_DATE_BYTES + len(_FEW))
_MIN_SKETCHED_WORDS = 3
"""Words of title and body that carry meaning from which an entry gets a sketch; fewer recur by chance."""
_MAX_BODY_CHARS = 400
"""Characters of a body that are sketched: enough to compare, and a bound on its cost."""
_MIN_TITLE_WORDS = 3
"""Words of a title that is recognized with no body and a day for a date; with fewer it may recur."""
_MIN_BODY_CHARS = 40
"""Characters of a body from which it identifies an entry even with a short title."""
_WORD = re.compile(rb"[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
_LONG_WORD_BYTES = 24
"""Mean bytes of a word from which words are the sentences of a language that writes without spaces."""
_MIN_WORDS = 6
"""Words from which single words are compared: of fewer one edited word is half of all."""
_NIBBLES = "123456789abcdef"
_ORDERS = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)
"""Odd factors by which features are put in other orders (MinHash, Broder 1997)."""
_VERSION = re.compile(
    r"(?:\#\d{1,4}|[:;/_.#-]v(?:er(?:sion)?)?[:=._-]?\d{1,4}|[?&;](?:v|ver|version|rev|revision)=\d{1,6})$",
    re.IGNORECASE,
)
"""How ids count the versions of what they name: `…#1`, `…:v2`, `…?version=3`."""


def name_words(feed_url: str, entry: Entry, words: FoldedWords) -> str:
    """Name the words of a feed under one title at one time; "" where that may be several articles."""
    title, body = words[0], words[1] or words[2]
    moment = entry.published_at or entry.updated_at
    if not title or moment is None:
        return ""
    whole_day = not (moment.hour or moment.minute or moment.second)
    if whole_day and len(body) < _MIN_BODY_CHARS and len(title.split()) < _MIN_TITLE_WORDS:
        return ""
    return digest_name("said", feed_url, str(int(moment.timestamp())), *words)


def name_nearby(feed_url: str, entry: Entry, words: FoldedWords) -> tuple[str, ...]:
    """Name what an edit of an entry without link and guid leaves as it was: the title, the time, or words.

    An entry has names by its words where it has no time, or a day alone. What may be that of several articles
    is no name. Of entries with files only those with the same one are one.
    """
    title, body = words[0], words[1] or words[2]
    moment = entry.published_at or entry.updated_at
    file = entry.enclosures[0].url if entry.enclosures else ""
    time = str(int(moment.timestamp())) if moment else ""
    names = [digest_name("titled", feed_url, file, title)] if title else []
    if moment and (moment.hour or moment.minute or moment.second):
        names.append(digest_name("timed", feed_url, file, time))
    else:
        least = enumerate(_list_least_features(_features(body)))
        names.extend(
            digest_name("texted", feed_url, file, time, str(turn), str(word)) for turn, word in least
        )
    return tuple(names)


def _list_least_features(features: Collection[int]) -> list[int]:
    """List the least features in some orders: two bodies that are half the same share one in 7 of 8 cases."""
    if not features:
        return []
    return [min((feature * factor) & 0xFFFFFFFF for feature in features) for factor in _ORDERS]


def sketch_words(entry: Entry, words: FoldedWords) -> bytes:
    """Make the SKETCH_BYTES by which the ledger finds that a link leads to other words than before."""
    title, body = words[0], words[1] or words[2]
    guid = drop_guid_version(entry.guid or "", entry.link or "")
    base = _hash(guid, GUID_BYTES) if guid != (entry.guid or "") else bytes(GUID_BYTES)
    mark = base if entry.guid else _NO_GUID if entry.link else _NO_NAME
    features = _features(body)
    bins = _fill_bins(features, BINS) if features else _sketch_few(entry, title, body)
    return _hash(title, TITLE_BYTES) + _hash(body, BODY_BYTES) + mark + bins


def drop_guid_version(guid: str, link: str) -> str:
    """Return a guid without the number of a version at its end.

    Where the link ends so too, the number names a place on a page.
    """
    found = _VERSION.search(guid)
    if found is None or link.endswith(found[0]):
        return guid
    return guid[: found.start()]


def are_alike(one: str, other: str) -> bool:
    """Return whether half of two bodies' first words are the same (Jaccard)."""
    if one == other:
        return True
    first, second = _features(one), _features(other)
    return bool(first and second) and len(first & second) * 2 >= len(first | second)


def _sketch_few(entry: Entry, title: str, body: str) -> bytes:
    """Sketch an entry of few words by its title too, and its time; nothing where they are too few."""
    moment = entry.published_at or entry.updated_at
    words = set(map(crc32, _split(f"{title} {body}")))
    if len(words) < _MIN_SKETCHED_WORDS and not title.isascii():
        words = {crc32(letter.encode("utf-8", "replace")) for letter in f"{title}{body}" if letter.isalpha()}
    if len(words) < _MIN_SKETCHED_WORDS or not (body or moment):
        return bytes(BINS // 2)
    date = _hash(str(int(moment.timestamp())), _DATE_BYTES) if moment else bytes(_DATE_BYTES)
    return _fill_bins(words, _FEW_BINS) + date + _FEW


def _fill_bins(features: Collection[int], bins: int) -> bytes:
    nibbles = ["0"] * bins
    for feature in sorted(features, reverse=True):  # the least of a bin comes last
        nibbles[feature % bins] = _NIBBLES[feature // bins % len(_NIBBLES)]
    return bytes.fromhex("".join(nibbles))


def _features(body: str) -> set[int]:
    """Hash each two words in a row of a body's begin; nothing where they are too few to compare."""
    words = _split(body)
    if len(words) < _MIN_WORDS:
        return set()
    return set(map(crc32, map(b" ".join, pairwise(words))))


def _split(text: str) -> list[bytes]:
    """Return the words of a text's begin, or its letters where it has no spaces."""
    text = text[:_MAX_BODY_CHARS].casefold()
    words = _WORD.findall(text.encode("utf-8", "replace"))
    if not text.isascii() and sum(map(len, words)) > _LONG_WORD_BYTES * len(words):
        return [character.encode("utf-8", "replace") for character in text if not character.isspace()]
    return words


def _hash(text: str, size: int) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest() if text else bytes(size)

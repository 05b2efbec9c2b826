"""Computes the signature of a text: 64 minimums of its shingles (MinHash). Pure.

A shingle is three words in a row; of Chinese and Japanese five characters, of Thai, Lao, Khmer and Burmese
twelve, as they stand without spaces. Each gets one 64-bit hash. A permutation of the hashes is their XOR with
a number: of a sorted list its minimum is next to the place of that number, so that 64 of them cost a sort and
64 searches. The share of equal minimums estimates the share of shingles that two texts have in common (Broder
1997). Integers alone, and a list of separators of its own: the same on every machine and Python.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b as _hash

PERMUTATIONS = 64
"""Minimums of a signature: more estimate more closely, and cost more bytes and searches per article."""
BANDS = 32
"""Bands of two permutations each: two texts are compared where one band at least is equal."""
MAX_SHINGLES = 2_000
"""Shingles of a text that are hashed: about 2 ms, and the first ten pages of a book."""
LEAST_SHINGLES = 12
"""Shingles without which a text has no signature: a caption has too little to differ from others."""

_HASH_BITS = 64
"""Bits of a shingle's hash: what `digest_size` gives."""
_PLACE_BITS = 6
"""Bits that number the permutations (2 ** 6 = PERMUTATIONS), so that each begins in a range of its own."""
_ASCII_SPACED = bytes(code if code >= 128 or chr(code).isalnum() else 32 for code in range(256))  # noqa: PLR2004
"""Makes spaces of the separators among ASCII, in UTF-8 too."""
_OTHER_SEPARATORS = re.compile(
    r"[\x80-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u1680"
    r"\u02b0-\u02ff\u0964\u0965\u060c\u061b\u061f\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u3030"
    r"\u30fb\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+"
)
_IDEOGRAPHS = r"\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN_ON = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_DENSE = re.compile(f"[{_IDEOGRAPHS}]")
_UNSPACED = re.compile(f"[{_RUN_ON}]")
_UNIT = re.compile(f"[{_IDEOGRAPHS}{_RUN_ON}]|[^{_IDEOGRAPHS}{_RUN_ON}]+")
_WORDS, _DENSE_CHARACTERS, _UNSPACED_CHARACTERS = 3, 5, 12
_MAX_CHARS = 40_000
"""Characters that are read: MAX_SHINGLES long words."""


@dataclass(frozen=True, slots=True)
class TextSignature:
    """What is known of a text for comparison."""

    minimums: bytes
    """A byte for each permutation: texts are compared by them. Two that differ agree in one of 256."""
    bands: bytes
    """Four bytes for each band: texts that may be alike are found by them."""


def compute_signature(text: str) -> TextSignature | None:
    """Compute a text's signature; None where it is too short to have one."""
    shingles = list_shingles(text)
    if len(shingles) < LEAST_SHINGLES:
        return None
    nearest = _find_nearest(sorted({_hash(shingle, digest_size=8).digest() for shingle in shingles}))
    bands = (
        _hash(bytes([band]) + b"".join(nearest[band::BANDS]), digest_size=4).digest() for band in range(BANDS)
    )
    return TextSignature(bytes(one[-1] for one in nearest), b"".join(bands))


def list_shingles(text: str) -> list[bytes]:
    """List the shingles of a text in order, MAX_SHINGLES at most."""
    head = text[:_MAX_CHARS].lower()
    plain = head if head.isascii() else _OTHER_SEPARATORS.sub(" ", head)
    words = plain.encode("utf-8", "surrogatepass").translate(_ASCII_SPACED).split()
    size = _WORDS
    if not plain.isascii() and (dense := _DENSE.findall(head)) + (run_on := _UNSPACED.findall(head)):
        if max(len(dense), len(run_on)) > len(words):
            size = _DENSE_CHARACTERS if len(dense) >= len(run_on) else _UNSPACED_CHARACTERS
        units = (_UNIT.findall(word.decode("utf-8", "surrogatepass")) for word in words)
        words = [unit.encode("utf-8", "surrogatepass") for found in units for unit in found]
    encoded = words[: MAX_SHINGLES + size - 1]
    return list(map(b" ".join, zip(*(encoded[at:] for at in range(size)), strict=False)))


def estimate_similarity(one: bytes, two: bytes) -> float:
    """Estimate the share of shingles that two texts have in common, by their minimums; 0 to 1.

    Of minimums that differ one in 256 agrees by chance; that is taken off.
    """
    equal = sum(a == b for a, b in zip(one, two, strict=True))
    return max(0.0, (equal / PERMUTATIONS - 1 / 256) * 256 / 255)


def _find_nearest(hashes: list[bytes]) -> list[bytes]:
    """Find the minimum of each permutation in the sorted hashes."""
    last = len(hashes) - 1
    nearest = []
    for mask, number in _masks():
        at = bisect_left(hashes, mask)
        before, after = hashes[at - 1 if at else 0], hashes[min(at, last)]
        is_before = int.from_bytes(before, "big") ^ number < int.from_bytes(after, "big") ^ number
        nearest.append(before if is_before else after)
    return nearest


@cache
def _masks() -> tuple[tuple[bytes, int], ...]:
    """Return the numbers of the permutations: one in each 64th of the hashes, so that few share a minimum."""
    low = _HASH_BITS - _PLACE_BITS
    numbers = (
        place << low
        | int.from_bytes(_hash(b"permutation %d" % place, digest_size=8).digest(), "big") >> _PLACE_BITS
        for place in range(PERMUTATIONS)
    )
    return tuple((number.to_bytes(8, "big"), number) for number in numbers)

"""Decides which links and feeds are the same thing, and how names are made. Pure.

Names of articles are 16 hex digits; a link's name and the id of an article known by that link are the same.
"""

import hashlib
import re
from urllib.parse import urlsplit

from feedmill._ledger.identity.url_normalization import find_site, normalize_url


def name_link(url: str) -> str:
    """Name an article by a link to it."""
    return digest_name("link", normalize_url(url))


def bind_name(name: str, source: str) -> str:
    """Make a name that of one source alone; "" stays "".

    An article behind credentials has no name in common with any other source's: it joins none.
    """
    return digest_name("bound", source, name) if name else ""


def name_feed(url: str) -> str:
    """Name a feed by the URL that the operator configured, byte for byte."""
    return digest_name("feed", url)


def is_variant_of(link: str, canonical_url: str) -> bool:
    """Return whether a page's own name for itself looks like its address: evidence that it is one article.

    On one site, and with the same last part of the path where that is a slug or a number that few pages
    share, or the same query on the same path. A name that misses this counts only with other evidence.
    """
    if find_site(link) != find_site(canonical_url):
        return False
    try:
        one, other = urlsplit(normalize_url(link)), urlsplit(normalize_url(canonical_url))
    except ValueError:
        return False
    if one.path == other.path and one.query == other.query:
        return True
    ends = [_ending(part.path) for part in (one, other)]
    return ends[0] == ends[1] and _is_telling(ends[0]) and not (one.query and other.query)


def _ending(path: str) -> str:
    return re.sub(r"\.(amp\.)?(html?|php|aspx?|shtml)$", "", path.rstrip("/").rpartition("/")[2].lower())


def _is_telling(ending: str) -> bool:
    words = re.split(r"[-_]", ending)
    return len(words) >= 3 or sum(character.isdigit() for character in ending) >= 5  # noqa: PLR2004


def _digest(kind: str, parts: tuple[str, ...]) -> bytes:
    joined = "\0".join((kind, *parts))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()[:8]


def hash_text(text: str) -> int:
    """Name a text (an address, a list of numbers) by a number."""
    return digest_number("guid", text)


def digest_name(kind: str, *parts: str) -> str:
    """Make a name of 16 hex digits."""
    return _digest(kind, parts).hex()


def digest_number(kind: str, *parts: str) -> int:
    """Make a signed number of 63 bits."""
    return int.from_bytes(_digest(kind, parts), "big", signed=True) >> 1

"""Makes the ids of articles out of their links, and of feeds out of their URLs. Pure.

Names of articles are 16 hex digits; a link's name and the id of an article known by that link are the same.
"""

from feedmill._ledger.identity.digests import digest_name
from feedmill._ledger.identity.url_normalization import normalize_url


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

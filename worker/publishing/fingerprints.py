"""Computes fingerprints of what is published: they differ where its substance does, not its form. Pure."""

from functools import lru_cache
from hashlib import sha256

from feedmill._ledger.identity.diff_normalization import normalize_for_diff
from feedmill._ledger.identity.registrable_domain import find_site
from worker.page_models import CleanedArticle
from worker.publishing.reader_version import READER_VERSION, ReadingOrigin, list_reader_numbers

RETRACTED = "retracted"
"""Stands for the fingerprint of an article that was retracted."""
NO_SITE = "0" * 8
"""Stands for the site of a revision that was made of the feed's words."""
_SUBSTANCE_CHARS = 16
"""Digits of the page's own substance, at the start: equal ones make no revision."""
_SUBSTANCES_CHARS = 32
"""Digits of both substances, before and after what was learned; those of the site follow."""
_FINGERPRINT_CHARS = 40
"""Digits of a fingerprint with its site; the number of the reader that made it may follow."""


def compute_fingerprint(
    read: CleanedArticle, stripped: CleanedArticle | None = None, *, url: str = ""
) -> str:
    """Hash the substance (title and text) as 40 hex characters; `url` is the address that answered.

    The first 16 are of the page as read, the next without its source's boilerplate, the last 8 of its site:
    NO_SITE for the feed's words and transcripts.
    """
    site = NO_SITE if read.text_from != "page" else _digest(find_site(url))[:8]
    return _hash_half(read) + _hash_half(stripped or read) + site


def number_fingerprint(print_: str, reader: int = READER_VERSION, *, origin: ReadingOrigin = "full") -> str:
    """Write the number of the reader that made a fingerprint behind it, as 2 hex characters."""
    return f"{print_}{list_reader_numbers(origin, reader)[0]:02x}"


def choose_known_fingerprint(
    published: str, numbered: str, reader: int = READER_VERSION, *, origin: ReadingOrigin = "full"
) -> tuple[str, bool]:
    """Choose what a page that is read again is compared with; and whether this reader made it the same way.

    `published` is what the last revision was published with, `numbered` how a numbered reader read it last.
    """
    numbers = {f"{number:02x}" for number in list_reader_numbers(origin, reader)}
    is_own = numbered[_FINGERPRINT_CHARS:] in numbers
    return (numbered[:_FINGERPRINT_CHARS], True) if is_own else (published, published == RETRACTED)


def has_same_substance(one: str, two: str) -> bool:
    """Return whether two fingerprints are of one substance: what was learned meanwhile makes no revision."""
    return (
        one[:_SUBSTANCE_CHARS] == two[:_SUBSTANCE_CHARS]
        or one[_SUBSTANCE_CHARS:_SUBSTANCES_CHARS] == two[_SUBSTANCE_CHARS:_SUBSTANCES_CHARS]
    )


def has_same_site(one: str, two: str) -> bool:
    """Return whether two fingerprints are of one site: no other site may revise an article of a page."""
    return one[_SUBSTANCES_CHARS:] == two[_SUBSTANCES_CHARS:] or NO_SITE in (
        one[_SUBSTANCES_CHARS:],
        two[_SUBSTANCES_CHARS:],
    )


def is_of_feed_words(fingerprint: str) -> bool:
    """Return whether a fingerprint is of a revision that was made of the feed's words.

    Those of 0.1.0 do not show it.
    """
    return fingerprint[_SUBSTANCES_CHARS:] == NO_SITE


def _hash_half(cleaned: CleanedArticle) -> str:
    return _hash_text(cleaned.title, cleaned.text)


@lru_cache(maxsize=4)
def _hash_text(title: str, text: str) -> str:
    """Hash one text; a page's own is needed three times over."""
    return _digest(normalize_for_diff(title) + "\x1f" + normalize_for_diff(text))[:_SUBSTANCE_CHARS]


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

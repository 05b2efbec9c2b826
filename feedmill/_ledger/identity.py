"""Which links, entries and feeds are the same thing: pure rules.

Names of articles are 16 hex digits; a link's name and the id of an article known by that link are the same.
"""

import hashlib
import html
import re
from urllib.parse import urlsplit

from feedmill._ledger.links import normalise_url, site_of
from feedmill._ledger.records import Entry
from feedmill._ledger.substance import substance

_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h\d|table|tr|td|blockquote|hr|section|article)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")


def link_alias(url: str) -> str:
    """Name an article by a link to it."""
    return _name("link", normalise_url(url))


def article_id(feed_url: str, entry: Entry) -> str:
    """Name the article of an entry: by its link, else by its guid within the feed, else by its words."""
    if entry.link:
        return link_alias(entry.link)
    if entry.guid:
        return _name("guid", feed_url, entry.guid)
    return _name("words", feed_url, *_words(entry))


def aliases(feed_url: str, entry: Entry) -> tuple[str, ...]:
    """Answer the other names under which the entry's article may be met, without its id.

    A guid that is itself a link counts only on the link's own site: a feed cannot claim foreign articles.
    """
    names = []
    if entry.guid:
        names.append(_name("guid", feed_url, entry.guid))
        if entry.link and _is_link(entry.guid) and site_of(entry.guid) == site_of(entry.link):
            names.append(link_alias(entry.guid))
    own = article_id(feed_url, entry)
    return tuple(dict.fromkeys(name for name in names if name != own))


def feed_id(url: str) -> str:
    """Name a feed by the URL that the operator configured, byte for byte."""
    return _name("feed", url)


def entry_key(entry: Entry) -> int:
    """Identify an entry within its feed: by its guid, else its link, else its words."""
    if entry.guid:
        return _number("guid", entry.guid)
    if entry.link:
        return _number("link", normalise_url(entry.link))
    return _number("words", *_words(entry))


def entry_version(entry: Entry) -> int:
    """Identify an entry with what the feed says of it: another number when that changes in substance.

    Markup, white space, counters and dates do not count, nor do tracking parameters of the link.
    """
    link = normalise_url(entry.link) if entry.link else ""
    return _number("version", str(entry_key(entry)), link, *_said(entry))


def entry_stamp(entry: Entry) -> int | None:
    """Identify an entry with the time at which the feed says that it was updated; None: it does not say."""
    if entry.updated_at is None:
        return None
    return _number("stamp", str(entry_key(entry)), str(int(entry.updated_at.timestamp())))


def kin(link: str, told: str) -> bool:
    """Tell whether a page's own name for itself looks like its address: evidence that it is one article.

    On one site, and with the same last part of the path where that is a slug or a number that few pages
    share, or the same query on the same path. A name that misses this is believed only by other evidence.
    """
    if site_of(link) != site_of(told):
        return False
    try:
        one, other = urlsplit(normalise_url(link)), urlsplit(normalise_url(told))
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


def _words(entry: Entry) -> tuple[str, ...]:
    parts = (entry.title, entry.summary, entry.content)
    return tuple(" ".join(_TAG.sub(" ", part).split()) if part else "" for part in parts)


def _said(entry: Entry) -> tuple[str, ...]:
    return tuple(_folded(part) if part else "" for part in (entry.title, entry.summary, entry.content))


def _folded(markup: str) -> str:
    return substance(html.unescape(_TAG.sub(" ", _BLOCK_TAG.sub("\n", markup))))


def _digest(kind: str, parts: tuple[str, ...]) -> bytes:
    joined = "\0".join((kind, *parts))
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()[:8]


def _name(kind: str, *parts: str) -> str:
    return _digest(kind, parts).hex()


def _number(kind: str, *parts: str) -> int:
    return int.from_bytes(_digest(kind, parts), "big", signed=True) >> 1


def _is_link(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))

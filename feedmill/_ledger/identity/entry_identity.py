"""Names an entry of a feed and finds that its words changed: pure rules, for the sandboxed parser's process.

They go through all that strangers write: never call them in a process that others wait for.
"""

import re

from feedmill._ledger.core.records import Entry
from feedmill._ledger.identity.article_and_feed_ids import name_link
from feedmill._ledger.identity.diff_normalization import normalize_for_diff
from feedmill._ledger.identity.digests import digest_name, digest_number
from feedmill._ledger.identity.entry_sketches import FoldedWords
from feedmill._ledger.identity.legacy_url_normalization import normalize_legacy_url
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.identity.url_normalization import normalize_url
from feedmill._unicode_normalization import unescape

_BLOCK_TAG = re.compile(
    r"</?(?:p|div|br|li|ul|ol|h\d|table|tr|td|blockquote|hr|section|article)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>")


def name_article(feed_url: str, entry: Entry) -> str:
    """Name the article of an entry: by its link, else by its guid within the feed, else by its words."""
    if entry.link:
        return name_link(entry.link)
    if entry.guid:
        return digest_name("guid", feed_url, entry.guid)
    return digest_name("words", feed_url, *_words(entry))


def list_aliases(feed_url: str, entry: Entry) -> tuple[str, ...]:
    """Return the other names under which the entry's article may be met, without its id.

    A guid that is itself a link counts only on the link's own site: a feed cannot claim foreign articles.
    """
    names = []
    if entry.guid:
        names.append(digest_name("guid", feed_url, entry.guid))
        if entry.link and _is_link(entry.guid) and find_site(entry.guid) == find_site(entry.link):
            names.append(name_link(entry.guid))
    own = name_article(feed_url, entry)
    return tuple(dict.fromkeys(name for name in names if name != own))


def compute_entry_key(entry: Entry) -> int:
    """Identify an entry within its feed: by its guid, else its link, else its words."""
    if entry.guid:
        return digest_number("guid", entry.guid)
    if entry.link:
        return digest_number("link", normalize_url(entry.link))
    return digest_number("words", *_words(entry))


def compute_entry_version(entry: Entry, words: FoldedWords | None = None) -> int:
    """Identify an entry with its data in the feed: another number when that changes in substance.

    Markup, white space, counters and dates do not count, nor do tracking parameters of the link, nor whether
    that is the entry's own or one for many. `words` are those of `fold_words`, where it was asked.
    """
    link = entry.link or entry.place
    form = normalize_url(link) if link else ""
    return digest_number("version", str(compute_entry_key(entry)), form, *(words or fold_words(entry)))


def choose_own_name(feed_url: str, entry: Entry) -> str:
    """Name the article of an entry whose link leads to another: by its guid, else by its words."""
    return (
        digest_name("guid", feed_url, entry.guid)
        if entry.guid
        else digest_name("words", feed_url, *_words(entry))
    )


def former_pair(entry: Entry) -> tuple[int, int]:
    """Identify an entry, and its words, as versions before 0.2 did (legacy_url_normalization.py)."""
    form = (normalize_legacy_url(entry.link) or normalize_url(entry.link)) if entry.link else ""
    key = digest_number("link", form) if form and not entry.guid else compute_entry_key(entry)
    return key, digest_number("version", str(key), form, *fold_words(entry))


def compute_entry_stamp(entry: Entry) -> int | None:
    """Identify an entry with the time of its update in the feed; None where the feed has none."""
    if entry.updated_at is None:
        return None
    return digest_number("stamp", str(compute_entry_key(entry)), str(int(entry.updated_at.timestamp())))


def _words(entry: Entry) -> tuple[str, ...]:
    parts = (entry.title, entry.summary, entry.content)
    return tuple(" ".join(_TAG.sub(" ", part).split()) if part else "" for part in parts)


def fold_words(entry: Entry) -> FoldedWords:
    """Return an entry's title, summary and content in substance, each "" where there is none."""
    title, summary, content = (
        _folded(part) if part else "" for part in (entry.title, entry.summary, entry.content)
    )
    return title, summary, content


def _folded(markup: str) -> str:
    return normalize_for_diff(unescape(_TAG.sub(" ", _BLOCK_TAG.sub("\n", markup))))


def _is_link(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))

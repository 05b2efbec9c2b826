"""Marks entries behind the operator's credentials, and gives them names of their own (in the parser's child).

What is restricted never joins another source's article: its names are bound to its source.
"""

import msgspec

from feedmill._ledger.core.records import Entry
from feedmill._ledger.identity.article_and_feed_ids import bind_name
from feedmill._ledger.identity.digests import digest_number
from feedmill._site_credentials.credentials import CredentialStore
from feedmill._site_credentials.origins import leads_to
from scheduler.parsing.document_models import OPEN_ACCESS, EntryAccess, NamedEntry


def describe_access(credentials: CredentialStore, feed_url: str, source: str) -> EntryAccess:
    """Describe which entries of a feed are behind credentials."""
    origins = credentials.list_origins()
    return EntryAccess(source, credentials.covers(feed_url), origins) if origins else OPEN_ACCESS


def mark_restricted(entry: Entry, access: EntryAccess) -> Entry:
    """Note in an entry what of it is behind credentials."""
    of_page = bool(entry.link and access.origins) and leads_to(entry.link or "", access.origins)
    if not of_page and not access.of_feed:
        return entry
    return msgspec.structs.replace(
        entry, access="both" if of_page and access.of_feed else "page" if of_page else "feed"
    )


def bind_names(named: NamedEntry, access: EntryAccess, *, anew: bool) -> NamedEntry:
    """Bind an entry's names to its source, if it is restricted.

    `anew`: it is taken for one that the feed's memory has not, as when it was listed before there were
    credentials for it.
    """
    if not named.entry.access:
        return named
    evidence = msgspec.structs.replace(
        named.evidence,
        link=bind_name(named.evidence.link, access.source),
        own=bind_name(named.evidence.own, access.source),
        words=bind_name(named.evidence.words, access.source),
        former=None,
        former_link="",
    )
    return msgspec.structs.replace(
        named,
        key=digest_number("bound", str(named.key)) if anew else named.key,
        version=digest_number("bound", str(named.version)) if anew else named.version,
        page=bind_name(named.page, access.source),
        aliases=tuple(bind_name(name, access.source) for name in named.aliases),
        evidence=evidence,
    )

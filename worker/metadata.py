"""What a page says about its article, field by field, in the order that is right most often.

docs/text.md keeps the orders and why they are so; `worker/told/` has a module a field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from types import MappingProxyType

from lxml.html import HtmlElement

from feedmill._ledger.records import Entry
from worker.told.byline import near_headline
from worker.told.head import read_head, unmarked, untagged
from worker.told.language import read_lang
from worker.told.links import read_canonical, read_image
from worker.told.people import read_agencies, read_authors
from worker.told.rights import read_rights
from worker.told.times import read_published, read_updated
from worker.told.titles import read_title, read_titles
from worker.told.topics import read_free, read_keywords, read_section

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Metadata:
    """The page's own words about its article; every field may be missing."""

    title: str | None
    titles: tuple[str, ...]
    """All titles seen (printed, social, feed, without the site's name), for finding repeats."""
    description: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    updated_at: datetime | None
    lang: str | None
    image: str | None
    canonical_url: str | None
    site: str | None
    body: str | None
    """JSON-LD articleBody, as plain text."""
    free: bool | None
    """JSON-LD isAccessibleForFree."""
    section: str | None = None
    keywords: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    """Agencies that author fields name."""
    rights: tuple[str, ...] = ()
    """Reservations against AI training and text and data mining; see `worker.told.rights`."""


def read_metadata(
    tree: HtmlElement, url: str, entry: Entry | None, headers: Mapping[str, str] = NO_HEADERS
) -> Metadata:
    """Read a parsed page's metadata; what its feed entry says fills the gaps.

    `headers` are those of the answer, names in lower case.
    """
    head = read_head(tree, url, entry)
    title = read_title(head)
    printed = cache(partial(near_headline, head, title))
    return Metadata(
        title=title,
        titles=read_titles(head),
        description=head.first("description", "og:description", "twitter:description")
        or unmarked(head.told.get("description"))
        or None,
        authors=read_authors(head, printed),
        published_at=read_published(head, printed),
        updated_at=read_updated(head),
        lang=read_lang(head),
        image=read_image(head),
        canonical_url=read_canonical(head),
        site=head.site,
        body=_body(head.told.get("articleBody")),
        free=read_free(head),
        section=read_section(head),
        keywords=read_keywords(head),
        agencies=read_agencies(head),
        rights=read_rights(head, headers),
    )


def _body(value: object) -> str | None:
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    return (untagged(value) or None) if isinstance(value, str) else None

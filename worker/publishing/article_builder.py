"""Builds what the stream carries from a cleaned page. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from feedmill._ledger.core.records import LeasedPage
from feedmill._ledger.identity.article_and_feed_ids import bind_name, name_link
from feedmill._ledger.identity.legacy_url_normalization import normalize_legacy_url
from feedmill._ledger.identity.link_equivalence import is_variant_of
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill.article import SCHEMA, Article, encode
from feedmill.revision_changes import Changes, encode_changes
from worker.page_models import CleanedArticle
from worker.publishing.article_sanitizer import sanitize_article
from worker.publishing.reader_version import ReadingOrigin

RESTRICTED = "restricted"
"""Of the field `access`: the article is behind the operator's credentials."""


def list_article_aliases(
    page: LeasedPage, final_url: str, canonical_url: str | None, *, is_proven: bool = True
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the other names of a page's article: those that are proven, and those that are only claimed.

    The address that answered is proven, and so is a canonical link that looks like it. A
    front page names no article (dead links are often redirected there, and careless templates declare it
    canonical), and a page cannot declare itself part of another site. An address to which a page jumped by
    itself is not proven (`is_proven`): it is claimed, and so is its canonical link. So is a link without
    parameters that may be tracking: it counts where the page's words are those of that article.
    """
    if page.entry.link is None:  # its address is the feed's, or one for many
        return (), ()
    proven = [final_url] if is_proven else []
    weak = [] if is_proven else [final_url]
    if canonical_url and find_site(canonical_url) == find_site(final_url):
        (proven if is_proven and is_variant_of(final_url, canonical_url) else weak).append(canonical_url)
    weak.extend(form for form in map(normalize_legacy_url, (page.entry.link, final_url)) if form)
    known = {page.id}
    names = []
    for links in (proven, weak):
        aliases = dict.fromkeys(_name(page, link) for link in links if _names_an_article(link))
        names.append(tuple(name for name in aliases if name not in known))
        known.update(aliases)
    return names[0], names[1]


def build_article(
    page: LeasedPage,
    cleaned: CleanedArticle,
    *,
    rev: int,
    url: str,
    fetched_at: datetime,
    origin: ReadingOrigin = "full",
) -> Article:
    """Build the article of one revision, clean; `url` is the address that answered, or the listed one.

    Of a page that both ways read the full way's text is published.
    """
    way: Literal["full", "template"] = "template" if origin == "template" else "full"
    made = Article(
        id=page.id,
        rev=rev,
        url=url,
        canonical_url=cleaned.canonical_url,
        title=cleaned.title,
        authors=cleaned.authors,
        published_at=cleaned.published_at,
        updated_at=cleaned.updated_at,
        listed_at=datetime.fromtimestamp(page.listed_at / 1000, UTC),
        fetched_at=fetched_at,
        source=page.source,
        feed=page.feed,
        tags=page.tags,
        lang=cleaned.lang,
        lang_declared=cleaned.lang_declared,
        text=cleaned.text,
        markdown=cleaned.markdown,
        standfirst=cleaned.standfirst,
        reading_seconds=cleaned.reading_seconds,
        agencies=cleaned.agencies,
        dateline=cleaned.dateline,
        image=cleaned.image,
        enclosures=page.entry.enclosures,
        episode=page.entry.episode,
        section=cleaned.section,
        keywords=cleaned.keywords,
        free=cleaned.free,
        rights=cleaned.rights,
        word_count=cleaned.word_count,
        text_from=cleaned.text_from,
        confidence=cleaned.confidence,
        doubts=cleaned.doubts,
        backfill=page.backfill,
        removed=cleaned.count_removed(),
        read_by=way if cleaned.text_from == "page" else None,
    )
    return sanitize_article(made)


def build_stream_fields(
    article: Article,
    *,
    event: str,
    now: datetime,
    restricted: bool = False,
    reserved: str | None = None,
    changes: Changes | None = None,
) -> dict[str, bytes | str]:
    """Lay out the stream entry: flat fields to route by, the article as JSON, and what a revision changed.

    `reserved` is what its publisher reserves and the operator honours by a mark.
    """
    fields: dict[str, bytes | str] = {
        "event": event,
        "id": article.id,
        "rev": str(article.rev),
        "source": article.source,
        "feed": article.feed,
        "lang": article.lang or "",
        "tags": ",".join(article.tags),
        "url": article.url,
        "time": _format_time(now),
        "schema": SCHEMA,
        "text_from": article.text_from,
        **({"backfill": "1"} if article.backfill else {}),
        **({"access": RESTRICTED} if restricted else {}),
        **({"reserved": reserved} if reserved else {}),
        "article": encode(article),
    }
    if changes is not None:
        fields["changes"] = encode_changes(changes)
    return fields


def build_retraction_fields(
    page: LeasedPage, before: Mapping[str, str], *, reason: str, notice: str, now: datetime
) -> dict[str, bytes | str]:
    """Lay out the stream entry of a retraction; `before` is the last revision's, or empty."""
    fields: dict[str, bytes | str] = {
        "event": "retracted",
        "id": page.id,
        "rev": str(page.known_rev + 1),
        "source": page.source,
        "feed": page.feed,
        "lang": before.get("lang", ""),
        "tags": ",".join(page.tags),
        "url": before.get("url") or page.url,
        "time": _format_time(now),
        "schema": SCHEMA,
        "text_from": before.get("text_from", ""),
        "reason": reason,
    }
    if before.get("access") or page.entry.access:
        fields["access"] = RESTRICTED
    return {**fields, "notice": notice} if notice else fields


def _name(page: LeasedPage, link: str) -> str:
    """Name an article by a link; what is behind credentials by one of its source's own."""
    name = name_link(link)
    return bind_name(name, page.source) if page.entry.access else name


def _format_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _names_an_article(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.path.strip("/") or parts.query)

"""From a cleaned page to what the stream carries: pure functions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from feedmill._ledger.identity import kin, link_alias
from feedmill._ledger.links import site_of
from feedmill._ledger.records import LeasedPage
from feedmill.article import SCHEMA, Article, encode
from feedmill.changes import Changes, encode_changes
from worker.outgoing import outgoing
from worker.page import Cleaned


def names_of(
    page: LeasedPage, final_url: str, canonical_url: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the other names of a page's article: those that are proven, and those that it only tells.

    The address that answered is proven, and so is a canonical link that looks like it (`identity.kin`). A
    front page names no article (dead links are often redirected there, and careless templates declare it
    canonical), and a page cannot declare itself part of another site.
    """
    if page.entry.link is None:  # its address is the feed's, or one for many
        return (), ()
    proven = [final_url]
    told: list[str] = []
    if canonical_url and site_of(canonical_url) == site_of(final_url):
        (proven if kin(final_url, canonical_url) else told).append(canonical_url)
    known = {page.id}
    names = []
    for links in (proven, told):
        aliases = dict.fromkeys(link_alias(link) for link in links if _names_an_article(link))
        names.append(tuple(name for name in aliases if name not in known))
        known.update(aliases)
    return names[0], names[1]


def article_of(page: LeasedPage, cleaned: Cleaned, *, rev: int, url: str, fetched_at: datetime) -> Article:
    """Make the article of one revision, clean; `url` is the address that answered, or the listed one."""
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
        removed=cleaned.removed_counts(),
    )
    return outgoing(made)


def fields_of(
    article: Article, *, event: str, now: datetime, changes: Changes | None = None
) -> dict[str, bytes | str]:
    """Lay out the stream entry: flat fields to route by, the article as JSON, and what a revision changed."""
    fields: dict[str, bytes | str] = {
        "event": event,
        "id": article.id,
        "rev": str(article.rev),
        "source": article.source,
        "feed": article.feed,
        "lang": article.lang or "",
        "tags": ",".join(article.tags),
        "url": article.url,
        "time": _written(now),
        "schema": SCHEMA,
        **({"backfill": "1"} if article.backfill else {}),
        "article": encode(article),
    }
    if changes is not None:
        fields["changes"] = encode_changes(changes)
    return fields


def retraction_fields(
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
        "time": _written(now),
        "schema": SCHEMA,
        "reason": reason,
    }
    return {**fields, "notice": notice} if notice else fields


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _names_an_article(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.path.strip("/") or parts.query)

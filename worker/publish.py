"""From a cleaned page to what the stream carries: pure functions."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from feedmill._ledger.identity import link_alias, site_of
from feedmill._ledger.records import LeasedPage
from feedmill.article import SCHEMA, Article, encode
from worker.page import Cleaned


def names_of(page: LeasedPage, final_url: str, canonical_url: str | None) -> tuple[str, ...]:
    """Give the other names of a page's article: by the address that answered and by the canonical link.

    A front page names no article (dead links are often redirected there, and careless templates declare
    it canonical), and a page cannot declare itself part of another site.
    """
    if page.entry.link is None:  # its address is the feed's
        return ()
    links = [final_url]
    if canonical_url and site_of(canonical_url) == site_of(final_url):
        links.append(canonical_url)
    names = (link_alias(link) for link in links if _names_an_article(link))
    return tuple(dict.fromkeys(name for name in names if name != page.id))


def article_of(page: LeasedPage, cleaned: Cleaned, *, rev: int, url: str, fetched_at: datetime) -> Article:
    """Make the article of one revision; `url` is the address that answered, or the listed one."""
    return Article(
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
        standfirst=cleaned.standfirst,
        reading_seconds=cleaned.reading_seconds,
        agencies=cleaned.agencies,
        dateline=cleaned.dateline,
        image=cleaned.image,
        section=cleaned.section,
        keywords=cleaned.keywords,
        free=cleaned.free,
        rights=cleaned.rights,
        word_count=cleaned.word_count,
        text_from=cleaned.text_from,
        removed=cleaned.removed_counts(),
    )


def fields_of(article: Article, *, event: str, now: datetime) -> dict[str, bytes | str]:
    """Lay out the stream entry: flat fields to route by, and the article as JSON."""
    return {
        "event": event,
        "id": article.id,
        "rev": str(article.rev),
        "source": article.source,
        "feed": article.feed,
        "lang": article.lang or "",
        "tags": ",".join(article.tags),
        "url": article.url,
        "time": now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "schema": SCHEMA,
        "article": encode(article),
    }


def _names_an_article(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.path.strip("/") or parts.query)

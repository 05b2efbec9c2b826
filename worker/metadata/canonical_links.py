"""Reads addresses that a page gives: its own, and its lead image's."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from worker.metadata.head_tags import PageHead

_MAX_URL_CHARS = 2048
"""Characters of a link that a page gives; a longer one counts as none, as a cut one would lead elsewhere."""


def read_image(head: PageHead) -> str | None:
    """Return the lead image as an absolute http(s) address: og:image, JSON-LD, feed."""
    values = [
        head.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"),
        _read_picture(head.jsonld.get("image")),
        _read_picture(head.jsonld.get("thumbnailUrl")),
        head.entry.image if head.entry else None,
    ]
    return next((link for value in values if value and (link := resolve_http_url(value, head.url))), None)


def read_canonical(head: PageHead) -> str | None:
    """Return what the page calls its own address: `<link rel=canonical>`, og:url."""
    named = (
        link.get("href") or ""
        for link in head.links
        if "canonical" in (link.get("rel") or "").lower().split()
    )
    values = [*named, *head.all("og:url")]
    return next((link for value in values if (link := resolve_http_url(value, head.url))), None)


def resolve_http_url(value: str, url: str) -> str | None:
    """Resolve an address against the page's; None when it is not http(s) or has more than 2048 characters."""
    try:
        link = urljoin(url, value.strip())
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc or len(link) > _MAX_URL_CHARS:
        return None
    return link


def _read_picture(value: Any) -> str | None:
    for part in value if isinstance(value, list) else [value]:
        address = part.get("url") or part.get("contentUrl") if isinstance(part, dict) else part
        if isinstance(address, list) and address:
            address = address[0]
        if isinstance(address, str) and address.strip():
            return address
    return None

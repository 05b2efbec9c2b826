"""Lists the addresses that may be an entry's page, the likeliest first. Pure.

Sources: RSS 2.0 `link` and `guid`, RFC 4287 section 4.2.7 (alternate is what a link without `rel` is, and a
name that the registry's own address may stand for), RDF Site Summary 1.0.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_REGISTRY = ("http://www.iana.org/assignments/relation/", "https://www.iana.org/assignments/relation/")


def list_page_addresses(
    raw: Mapping[str, Any], links: Sequence[Mapping[str, Any]], *, form: str
) -> list[object]:
    """List what may lead to an entry's page, as it is written.

    In this order: what a forwarding service hides, an alternate link (a page before a document; of
    several pages the first, in whatever language: known entries keep their link so), `link`, a guid that
    is an address.
    """
    guid, given = str(raw.get("id") or ""), raw.get("link")
    alternates = [link for link in links if _is_alternate(link)]
    alternates.sort(key=lambda link: not _is_page(link))
    named = [link.get("href") for link in alternates]
    if raw.get("guidislink") and given == guid and not is_address(guid):  # a permalink in name only
        named, given = [href for href in named if href != guid], None
    # an empty link and RDF, whose items are named by their address, do not deny that the guid is one
    named_by = guid if is_address(guid) and (given == "" or form == "rss10") else None
    return [raw.get("feedburner_origlink"), *named, given, named_by]


def is_address(guid: str) -> bool:
    """Return whether a guid can be an address: a whole one, or one from the root."""
    return guid.startswith(("http://", "https://", "/"))


def _is_alternate(link: Mapping[str, Any]) -> bool:
    rel = str(link.get("rel", "alternate")).strip().lower()
    for registry in _REGISTRY:
        rel = rel.removeprefix(registry)
    return rel == "alternate"


def _is_page(link: Mapping[str, Any]) -> bool:
    return "html" in str(link.get("type", "text/html"))

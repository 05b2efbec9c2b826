"""OPML both ways, as other feed readers write and read it. Pure: bytes in, values out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from config.feeds import FEED_INTERVAL, ListedFeed, is_feed_url, site_name
from config.units import UnfitError, write_duration
from daemon.errors import AskedWronglyError
from scheduler.mend import with_escaped_ampersands

NAMESPACE = "urn:feedmill:opml"
_INTERVAL, _ENABLED = f"{{{NAMESPACE}}}interval", f"{{{NAMESPACE}}}enabled"
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed:(?=//)", re.IGNORECASE)
_LONGEST_TAG = 64
_LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True)
class Skipped:
    """An outline that was not taken over."""

    text: str
    reason: str


def read_opml(data: bytes) -> tuple[list[ListedFeed], list[Skipped]]:
    """Read the feeds of an OPML document; folders and categories become tags.

    Raises AskedWronglyError for what is no OPML. Outlines without a feed's URL are folders.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(data if b"\0" in data else with_escaped_ampersands(data), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or str(root.tag).rpartition("}")[2].lower() != "opml":
        raise AskedWronglyError("not an OPML document")
    feeds: dict[str, ListedFeed] = {}
    skipped: list[Skipped] = []
    for outline in root.iter("outline"):
        given = {name.lower(): value for name, value in outline.attrib.items()}
        if "xmlurl" not in given:
            if not len(outline):
                skipped.append(Skipped(given.get("text", ""), "no xmlUrl"))
            continue
        url = _FEED_SCHEME.sub("", given["xmlurl"].strip())
        url = f"http:{url}" if url.startswith("//") else url
        tags = _tags(outline, given.get("category", ""))
        if "xpath" in given.get("type", "").lower():
            skipped.append(Skipped(url, "a page that another reader cuts entries out of, no feed"))
        elif not is_feed_url(url):
            skipped.append(Skipped(url, "not a URL that feedmill polls"))
        elif url in feeds:
            skipped.append(Skipped(url, "listed twice in this document; its folders are kept"))
            feeds[url] = replace(feeds[url], tags=tuple(dict.fromkeys((*feeds[url].tags, *tags))))
        else:
            name = _one_line(given.get("text") or given.get("title") or "")[:_LONGEST_SOURCE]
            interval = _interval(given.get(_INTERVAL))
            if interval is None and _INTERVAL in given:
                skipped.append(Skipped(url, f"its interval {given[_INTERVAL]!r} is none; the feed is taken"))
            feeds[url] = ListedFeed(
                url=url,
                source=name or site_name(url),
                tags=tags,
                interval=interval,
                enabled=given.get(_ENABLED, "").strip().lower() != "false",
            )
    return list(feeds.values()), skipped


def _tags(outline: etree._Element, category: str) -> tuple[str, ...]:
    folders = [parent.get("text") or parent.get("title") or "" for parent in outline.iterancestors("outline")]
    words = [*reversed(folders), *(part.rsplit("/", 1)[-1] for part in category.split(","))]
    clean = (_one_line(word).replace(",", " ")[:_LONGEST_TAG].strip() for word in words)
    return tuple(dict.fromkeys(word for word in clean if word))


def _interval(text: str | None) -> float | None:
    try:
        found = FEED_INTERVAL.read(text) if text is not None else None
    except UnfitError:
        return None
    return found if isinstance(found, float) else None


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", text).strip()


def write_opml(feeds: Sequence[ListedFeed]) -> bytes:
    """Write OPML 2.0; tags stand in `category`, what OPML has no word for in attributes of a namespace."""
    own = any(feed.interval is not None or not feed.enabled for feed in feeds)
    root = etree.Element("opml", version="2.0", nsmap={"feedmill": NAMESPACE} if own else None)
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "feedmill"
    body = etree.SubElement(root, "body")
    for feed in feeds:
        outline = etree.SubElement(body, "outline", type="rss", text=feed.source, xmlUrl=feed.url)
        if feed.tags:
            outline.set("category", ",".join(feed.tags))
        if feed.interval is not None:
            outline.set(_INTERVAL, write_duration(feed.interval))
        if not feed.enabled:
            outline.set(_ENABLED, "false")
    document: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return document

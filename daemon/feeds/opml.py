"""Reads and writes OPML as other feed readers do. Pure: bytes in, values out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html.entities import html5
from urllib.parse import quote, unquote

from lxml import etree

from config.parsing.duration_and_size import InvalidValueError, format_duration
from config.sections.feed_tables import FEED_INTERVAL, ListedFeed, is_feed_url, site_name
from daemon.errors import InvalidRequestError
from scheduler.parsing.xml_repair import escape_ampersands

NAMESPACE = "urn:feedmill:opml"
_TITLE = "feedmill"
"""The title of the lists that are written here, by which they are known."""
_INTERVAL, _ENABLED, _TAGS = (f"{{{NAMESPACE}}}{name}" for name in ("interval", "enabled", "tags"))
_ADDRESSES = ("xmlurl", "xml_url", "xml-url", "feedurl", "rssurl")
"""Attributes that have a feed's URL, in lower case: programs differ."""
_FEED_KINDS = frozenset({"rss", "atom", "feed", "json"})
"""Types of outlines whose `url` is a feed's."""
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed:(?=//)", re.IGNORECASE)
_HOST_AND_PATH = re.compile(r"(?:www\.[\w-]|(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?/)", re.IGNORECASE)
"""How addresses begin that have lost their scheme; a file's name alone does not."""
_WRAP = re.compile(r"(?<!\s)\s*[\r\n]\s*")
_QUOTED = rb"\"[^\"<]{0,8000}\"|'[^'<]{0,8000}'"
_BARE = rb"[^\s\"'<>]{1,4000}?(?=\s|/?>)"
_NAME = rb"\s{1,200}[\w:.-]{1,60}\s{0,20}=\s{0,20}"
_ATTRIBUTE = re.compile(rb"(" + _NAME + rb")(?:(" + _QUOTED + rb")|(" + _BARE + rb"))")
_OUTLINE = re.compile(
    rb"<outline(?:" + _NAME + rb"(?:" + _QUOTED + rb"|" + _BARE + rb")){1,100}\s{0,200}/?>", re.IGNORECASE
)
_END = re.compile(rb"</(?:[\w.-]{1,60}:)?opml\s{0,200}>", re.IGNORECASE)
_MAX_TAG_CHARS = 64
"""Characters of a tag that is made of a folder's name; as many as `tags` may have in feeds.toml."""
_MAX_SOURCE_CHARS = 200
"""Characters of a source's name; as many as `source` may have in feeds.toml."""


@dataclass(frozen=True, slots=True)
class SkippedOutline:
    """An outline that was not taken over."""

    text: str
    reason: str


def read_opml(data: bytes) -> tuple[list[ListedFeed], list[SkippedOutline]]:
    """Read the feeds of an OPML document; folders and categories become tags.

    Raises InvalidRequestError for what is no OPML. Outlines without a feed's URL are folders.
    """
    root = _parse_list(data)
    feeds: dict[str, ListedFeed] = {}
    skipped: list[SkippedOutline] = []
    for outline in root.iter():
        if not _is_outline(outline):
            continue
        given = _read_attributes(outline)
        address = _find_address(given)
        if address is None:
            if not any(map(_is_outline, outline)):
                skipped.append(SkippedOutline(given.get("text", ""), "no xmlUrl"))
            continue
        url = _write_scheme(address.strip())
        tags = _tags(outline, given)
        if "xpath" in given.get("type", "").lower():
            skipped.append(SkippedOutline(url, "a page that another reader cuts entries out of, no feed"))
        elif not is_feed_url(url):
            skipped.append(SkippedOutline(url, "not a URL that feedmill polls"))
        elif url in feeds:
            skipped.append(SkippedOutline(url, "listed twice in this document; its folders are kept"))
            feeds[url] = replace(feeds[url], tags=tuple(dict.fromkeys((*feeds[url].tags, *tags))))
        else:
            feeds[url] = _build_listed_feed(url, given, tags)
            if feeds[url].interval is None and _INTERVAL in given:
                skipped.append(
                    SkippedOutline(url, f"its interval {given[_INTERVAL]!r} is none; the feed is taken")
                )
    return list(feeds.values()), skipped


def _build_listed_feed(url: str, given: Mapping[str, str], tags: tuple[str, ...]) -> ListedFeed:
    name = _one_line(given.get("text") or given.get("title") or "")[:_MAX_SOURCE_CHARS]
    return ListedFeed(
        url=url,
        source=name or site_name(url),
        tags=tags,
        interval=_interval(given.get(_INTERVAL)),
        enabled=given.get(_ENABLED, "").strip().lower() != "false",
    )


def breaks_off(data: bytes) -> bool:
    """Return whether a list ends before its end tag: feeds that stood behind are not in it."""
    return b"\0" not in data and _END.search(data) is None


def _parse_list(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        data = data if b"\0" in data else escape_ampersands(_name_letters(_quote_values(_write_utf8(data))))
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _read_name(str(root.tag)) != "opml":
        raise InvalidRequestError("not an OPML document")
    return root


def _write_utf8(data: bytes) -> bytes:
    """Return a list that names no character set and is no UTF-8 as UTF-8, read as what Windows writes."""
    try:
        data.decode()
    except UnicodeDecodeError:
        is_named = re.match(rb"\s*<\?xml[^<>]{0,100}\sencoding", data) is not None
        return data if is_named else data.decode("cp1252", "replace").encode()
    return data


def _quote_values(data: bytes) -> bytes:
    """Write quotes around the values of outlines' attributes that have none, as in HTML."""
    return _OUTLINE.sub(lambda tag: _ATTRIBUTE.sub(_quote_value, tag[0]), data)


def _quote_value(found: re.Match[bytes]) -> bytes:
    return found[0] if found[2] is not None else found[1] + b'"' + found[3] + b'"'


def _name_letters(data: bytes) -> bytes:
    """Write HTML's named entities as numbers: OPML has no names but XML's five, and many write others."""
    return _ENTITY.sub(_write_entity, data)


def _write_entity(found: re.Match[bytes]) -> bytes:
    name = found[1].decode("ascii")
    letters = None if name in _XML_ENTITIES else html5.get(name)
    return found[0] if letters is None else "".join(f"&#{ord(letter)};" for letter in letters).encode()


def _is_outline(element: etree._Element) -> bool:
    """Return whether it is an outline, in any namespace and case; comments and the like have no name."""
    return isinstance(element.tag, str) and _read_name(element.tag) == "outline"


def _read_name(name: str) -> str:
    """Return a name in lower case without its namespace, or a prefix that was never declared."""
    bare = name.rpartition("}")[2].lower()
    prefix, _, local = bare.partition(":")
    return local if prefix and local and ":" not in local else bare


def _read_attributes(outline: etree._Element) -> dict[str, str]:
    """Return attributes by their names in lower case, those of other namespaces than ours without it."""
    own = {name: value for name, value in outline.attrib.items() if name.startswith(f"{{{NAMESPACE}}}")}
    rest = {_read_name(name): value for name, value in outline.attrib.items() if name not in own}
    return rest | own


def _write_scheme(address: str) -> str:
    """Return an address without the scheme of feeds and line breaks, and with a scheme where it has none."""
    url = _WRAP.sub("", _FEED_SCHEME.sub("", address)).replace(" ", "%20")
    if _HOST_AND_PATH.match(url):
        return f"http://{url}"
    return f"http:{url}" if url.startswith("//") else url


def _find_address(given: Mapping[str, str]) -> str | None:
    found = next((given[name] for name in _ADDRESSES if given.get(name, "").strip()), None)
    if found is None and given.get("type", "").strip().lower() in _FEED_KINDS:
        found = given.get("url")
    return found


def _tags(outline: etree._Element, given: Mapping[str, str]) -> tuple[str, ...]:
    """Return an outline's folders and categories.

    Of a category that is a path ("/News/Asia") the last part counts; one without a slash at its begin is a
    name that may hold some. What feedmill itself has written counts as it stands.
    """
    parents = filter(_is_outline, outline.iterancestors())
    folders = [
        (_read_attributes(one).get("text") or _read_attributes(one).get("title") or "") for one in parents
    ]
    if _TAGS in given:
        words = [unquote(word) for word in given[_TAGS].split(",")]
    else:
        parts = (part.strip() for part in given.get("category", "").split(","))
        words = [part.rsplit("/", 1)[-1] if part.startswith("/") else part for part in parts]
    clean = (
        _one_line(word).replace(",", " ")[:_MAX_TAG_CHARS].strip() for word in (*reversed(folders), *words)
    )
    return tuple(dict.fromkeys(word for word in clean if word))


def _interval(text: str | None) -> float | None:
    try:
        found = FEED_INTERVAL.read(text) if text is not None else None
    except InvalidValueError:
        return None
    return found if isinstance(found, float) else None


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", text).strip()


def is_opml_of_feedmill(data: bytes) -> bool:
    """Return whether this is an OPML document that `write_opml` has made: it has its title."""
    try:
        root = _parse_list(data)
    except InvalidRequestError:
        return False
    return str(root.findtext("head/title")) == _TITLE


def write_opml(feeds: Sequence[ListedFeed]) -> bytes:
    """Write OPML 2.0; tags stand in `category`, what OPML has no word for in attributes of a namespace."""
    own = any(
        feed.interval is not None or not feed.enabled or any("/" in tag for tag in feed.tags)
        for feed in feeds
    )
    root = etree.Element("opml", version="2.0", nsmap={"feedmill": NAMESPACE} if own else None)
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = _TITLE
    body = etree.SubElement(root, "body")
    for feed in feeds:
        outline = etree.SubElement(body, "outline", type="rss", text=feed.source, xmlUrl=feed.url)
        if feed.tags:
            outline.set("category", ",".join(feed.tags))
        if any("/" in tag for tag in feed.tags):
            outline.set(_TAGS, ",".join(quote(tag, safe=" /") for tag in feed.tags))
        if feed.interval is not None:
            outline.set(_INTERVAL, format_duration(feed.interval))
        if not feed.enabled:
            outline.set(_ENABLED, "false")
    document: bytes = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return document

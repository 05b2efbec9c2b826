"""Reads one entry of a feed from what feedparser lists of it: link, texts, names, times, licenses. Pure.

Sources: RSS 2.0 `link` and `guid`, RFC 4287 section 4.2.7 (alternate is what a link without `rel` is, and a
name that the registry's own address may stand for), RDF Site Summary 1.0, RFC 4946 (licenses).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedmill._ledger.core.records import Entry
from scheduler.field_values.entry_dates import read_entry_date
from scheduler.field_values.links import MAX_URL_CHARS, resolve_link
from scheduler.field_values.text_to_html import read_as_html, unescape_typography, unwrap_cdata
from scheduler.parsing.entry_enclosures import read_enclosures, read_episode
from scheduler.parsing.text_cleaning import (
    MAX_CONTENT_CHARS,
    MAX_SUMMARY_CHARS,
    clean_language_tag,
    clean_line,
    clean_names,
    truncate_text,
)
from scheduler.parsing.xml_repair import CAPTION

DATE_FIELDS = ("published", "updated")
MAX_STATED_CHARS = 300
"""Characters of one statement of rights: a license's address or a line about copyright is shorter."""
_MAX_LICENSES = 3
"""Licenses of one entry or feed that are kept; more are those of its parts."""
_REGISTRY = ("http://www.iana.org/assignments/relation/", "https://www.iana.org/assignments/relation/")
_WHOLE_TEXTS = ("yandex_full-text", "turbo_content")
"""Elements that hold an article's text beside `content` and `content:encoded`: of aggregators and readers."""
_MAIL = re.compile(r"[^\s@()<>]{1,100}@[^\s@()<>]{1,100}")
_CUT_MAIL = re.compile(r"\.[A-Za-z]{4}$")
_REST_OF_MAIL = re.compile(
    r"[a-z]{1,20}\s{0,9}\((?P<behind>[^()]{1,200})\)?|(?P<before>[^<>()]{1,200}?)\s{0,9}(?:<[a-z]{1,20}>|\([a-z]{1,20}\)?)"
)
"""A name with what feedparser leaves of an address: it takes top-level domains for four letters long."""


@dataclass(frozen=True, slots=True)
class FeedContext:
    """What an entry is read by beside itself."""

    url: str
    lang: str | None
    form: str
    day_first: bool | None
    hosts: frozenset[str]
    """The feed's own."""
    licenses: tuple[str, ...]
    """Those that the feed states for itself."""


def read_entry(raw: Mapping[str, Any], context: FeedContext) -> Entry:
    """Read an entry, with its texts as HTML, cut to their bounds."""
    url, lang, form = context.url, context.lang, context.form
    title = raw.get("title_detail")
    title = title if isinstance(title, Mapping) else {}
    contents = [part for part in read_parts(raw, "content") if part.get("value")]
    whole = (text for name in _WHOLE_TEXTS if (text := raw.get(name)) and isinstance(text, str))
    content = max((*(str(part["value"]) for part in contents), *whole), key=len, default=None)
    others = (raw.get(name) for name in ("summary", "googleplay_description", "subtitle", CAPTION))
    summary = next((text for text in others if text and isinstance(text, str)), None)
    enclosed = read_enclosures(read_parts(raw, "links"), read_parts(raw, "media_content"), url)
    summary, content = summary and read_as_html(summary), content and read_as_html(content)
    published, updated = (read_entry_date(raw, name, day_first=context.day_first) for name in DATE_FIELDS)
    if published is None and form.startswith("rss"):  # dc:date is all that many have
        published = updated
    own_lang = next((part.get("language") for part in (*contents, title) if part.get("language")), None)
    files = frozenset(one.url for one in enclosed if one.type and "html" not in one.type)
    guid, link = (
        truncate_text(raw.get("id"), MAX_URL_CHARS),
        _choose_link(raw, context, files),
    )
    if link is None and not (summary or content) and guid and _is_address(guid):
        led = resolve_link(guid, url)  # said to be no permalink, but all that the entry has
        link = led if led not in files else None
    return Entry(
        guid=guid,
        link=link,
        title=_read_title(raw, title),
        summary=truncate_text(summary, MAX_SUMMARY_CHARS) if summary != content else None,
        content=truncate_text(content, MAX_CONTENT_CHARS),
        authors=_read_authors(raw),
        published_at=published,
        updated_at=updated,
        tags=clean_names(tag.get("term") for tag in read_parts(raw, "tags")),
        lang=clean_language_tag(own_lang) or lang,
        image=_choose_image(raw, url),
        enclosures=enclosed,
        episode=read_episode(raw, url),
        rights=read_stated_rights(raw, read_licenses(read_parts(raw, "links"), url) or context.licenses),
    )


def _read_title(raw: Mapping[str, Any], detail: Mapping[str, Any]) -> str | None:
    given = raw.get("title") or raw.get("itunes_title")
    if not isinstance(given, str):
        return None
    line = clean_line(unwrap_cdata(given), markup="html" in str(detail.get("type", "")))
    return line and unescape_typography(line)


def _choose_link(raw: Mapping[str, Any], context: FeedContext, files: frozenset[str]) -> str | None:
    named = _list_page_addresses(raw, read_parts(raw, "links"), form=context.form)
    sources = [part.get("src") for part in read_parts(raw, "content")]
    led = (resolve_link(candidate, context.url, context.hosts) for candidate in (*named, *sources))
    return next((found for found in led if found and found not in files), None)


def _choose_image(raw: Mapping[str, Any], url: str) -> str | None:
    pictures = [
        media.get("url")
        for media in read_parts(raw, "media_content")
        if media.get("medium") == "image" or str(media.get("type", "")).startswith("image/")
    ]
    pictures += [media.get("url") for media in read_parts(raw, "media_thumbnail")]
    pictures += [
        link.get("href")
        for link in read_parts(raw, "links")
        if str(link.get("type", "")).startswith("image/")
    ]
    cover = raw.get("image")
    pictures += [cover.get("href")] if isinstance(cover, Mapping) else []
    return next((found for found in (resolve_link(picture, url) for picture in pictures) if found), None)


def _read_authors(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the authors without their mail addresses.

    feedparser cuts these out as well, but of the last letters of a long one it makes a part of the name.
    """
    given = [_read_name(author) for author in read_parts(raw, "authors")]
    last = str(raw.get("author") or "")
    if "@" in last or not given:
        given[-1:] = [_MAIL.sub("", last[:300]).strip(" \t\r\n()<>")]
    return clean_names(given)


def _read_name(author: Mapping[str, Any]) -> object:
    name, mail = author.get("name"), author.get("email")
    if not (isinstance(name, str) and isinstance(mail, str) and _CUT_MAIL.search(mail[-5:])):
        return name
    found = _REST_OF_MAIL.fullmatch(name.strip()[:400])
    return (found["behind"] or found["before"]) if found else name


def read_parts(raw: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return what feedparser lists under a name; a document's own element of that name comes as a text."""
    found = raw.get(name)
    return [part for part in found if isinstance(part, Mapping)] if isinstance(found, list) else []


def _list_page_addresses(
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
    if raw.get("guidislink") and given == guid and not _is_address(guid):  # a permalink in name only
        named, given = [href for href in named if href != guid], None
    # an empty link and RDF, whose items are named by their address, do not deny that the guid is one
    named_by = guid if _is_address(guid) and (given == "" or form == "rss10") else None
    return [raw.get("feedburner_origlink"), *named, given, named_by]


def _is_address(guid: str) -> bool:
    """Return whether a guid can be an address: a whole one, or one from the root."""
    return guid.startswith(("http://", "https://", "/"))


def _is_alternate(link: Mapping[str, Any]) -> bool:
    rel = str(link.get("rel", "alternate")).strip().lower()
    for registry in _REGISTRY:
        rel = rel.removeprefix(registry)
    return rel == "alternate"


def _is_page(link: Mapping[str, Any]) -> bool:
    return "html" in str(link.get("type", "text/html"))


def read_licenses(links: Iterable[Mapping[str, Any]], url: str) -> tuple[str, ...]:
    """List `license=URL` of an entry's or a feed's links.

    Licenses of Atom (RFC 4946), `creativeCommons:license` and `cc:license` are among them.
    """
    found = (
        resolve_link(link.get("href"), url) for link in links if str(link.get("rel")).lower() == "license"
    )
    stated = dict.fromkeys(f"license={one}" for one in found if one and len(one) <= MAX_STATED_CHARS)
    return tuple(stated)[:_MAX_LICENSES]


def read_stated_rights(raw: Mapping[str, Any], licenses: tuple[str, ...]) -> tuple[str, ...]:
    """List an entry's licenses, and `rights=WORDS` where it has `dc:rights` or `rights` of its own."""
    words = clean_line(raw.get("rights"), markup=True)
    return (*licenses, *([f"rights={words[:MAX_STATED_CHARS]}"] if words else []))

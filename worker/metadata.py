"""What a page says about its article, field by field, in the order that is right most often.

docs/text.md keeps the orders and why they are so.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.html import HtmlElement

from feedmill._ledger.records import Entry
from worker.blocks import plain
from worker.clean.story import comparable
from worker.jsonld import described_article
from worker.moments import read_moment

_HEADLINE = 20
_LEAST_NAME = 2
_LONGEST_NAME = 60
_LONGEST_BYLINE = 80
_ADDRESS = re.compile(r"https?:|www\.|@")
_DIGITS = re.compile(r"\d|•|·")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])")
_SUFFIX = re.compile(r"\s+[|–—·•»:-]+\s+|\s*\|\s*")  # noqa: RUF001
_AUTHOR_SPLIT = re.compile(
    r"\s*(?:,|;|\||/|·|&|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+|\s+og\s+|\s+och\s+|\s+та\s+)\s*", re.IGNORECASE
)
_AUTHOR_LEAD = re.compile(
    r"^(?:view all posts by|by|von|par|por|di|door|af|av|written by|words by|reported by|story by|автор|автори|text|texte|photos? by)"  # noqa: E501
    r"\b[:\s]*",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"https?://|@|\d{3}|\b(?:staff|desk|editor(?:s|ial)?|team|newsroom|redaktion|redaction|rédaction|redacción|redazione|"
    r"redação|admin|administrator|correspondent|reporter|writer|agenc(?:y|ies)|news|network|press|media|magazine|"
    r"online|times|post|guest|contributor|unknown|redakcja|редакция|редакція)\b",
    re.IGNORECASE,
)


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


def read_metadata(tree: HtmlElement, url: str, entry: Entry | None) -> Metadata:
    """Read a parsed page's metadata; what its feed entry says fills the gaps."""
    metas = _metas(tree)
    told = described_article(tree)
    site = _site(metas, told)
    titles = tuple(_titles(tree, metas, told, entry, site))
    return Metadata(
        title=_printed_title(tree, metas, told, entry, site),
        titles=titles,
        description=_first(metas, "description", "og:description", "twitter:description")
        or plain(_text(told.get("description")))
        or None,
        authors=_authors(tree, metas, told, entry, _houses(url, site)),
        published_at=_published(tree, metas, told, entry, url),
        updated_at=_moment(
            told.get("dateModified"),
            metas,
            ("article:modified_time", "og:updated_time", "last-modified", "datemodified"),
        )
        or (entry.updated_at if entry else None),
        lang=_lang(tree, metas, told, entry),
        image=_image(metas, told, entry, url),
        canonical_url=_canonical(tree, metas, url),
        site=site,
        body=_text(told.get("articleBody")) or None,
        free=_boolean(told.get("isAccessibleForFree")),
    )


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        ).lower()
        content = meta.get("content")
        if name and content and content.strip():
            metas.setdefault(name, []).append(content.strip())
    return metas


def _first(metas: dict[str, list[str]], *names: str) -> str | None:
    return next(
        (text for name in names for value in metas.get(name, ()) if (text := plain(_untagged(value)))), None
    )


def _untagged(value: str) -> str:
    if "<" not in value and "&" not in value:
        return value
    try:
        return str(html.fromstring(f"<div>{value}</div>").text_content())
    except (ValueError, TypeError):
        return value


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    return _untagged(value) if isinstance(value, str) else ""


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)
    elif isinstance(value, dict) and "organization" not in str(value.get("@type", "")).lower():
        yield from _names(value.get("name"))


def _site(metas: dict[str, list[str]], told: dict[str, Any]) -> str | None:
    publisher = told.get("publisher")
    publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
    name = publisher.get("name") if isinstance(publisher, dict) else None
    return _first(metas, "og:site_name", "application-name") or (
        plain(name) if isinstance(name, str) else None
    )


def _headings(tree: HtmlElement) -> list[str]:
    found = (plain(heading.text_content()) for heading in tree.iter("h1"))
    return [text for text in found if text][:8]


def _without_site(title: str, site: str | None) -> str:
    """Cut " | Site name" and the like off a title."""
    parts = _SUFFIX.split(title)
    if len(parts) < 2:  # noqa: PLR2004
        return title
    last = title.rfind(parts[-1])
    bare = title[:last].rstrip(" |–—·•»:-")  # noqa: RUF001
    name = comparable(parts[-1])
    sites = comparable(site or "")
    if sites and (name in sites or sites in name):
        return bare
    return title


def _titles(
    tree: HtmlElement,
    metas: dict[str, list[str]],
    told: dict[str, Any],
    entry: Entry | None,
    site: str | None,
) -> Iterator[str]:
    raw = [
        *_headings(tree)[:3],
        *metas.get("og:title", ())[:1],
        *metas.get("twitter:title", ())[:1],
        _text(told.get("headline")),
        plain(tree.findtext(".//title") or ""),
        (entry.title or "") if entry else "",
    ]
    seen: set[str] = set()
    for text in map(plain, map(_untagged, raw)):
        forms = [
            text,
            _without_site(text, site),
            *(part for part in _SUFFIX.split(text)[:1] if len(part) > 20),  # noqa: PLR2004
        ]
        for form in forms:
            key = comparable(form)
            if key and key not in seen:
                seen.add(key)
                yield key


def _printed_title(
    tree: HtmlElement,
    metas: dict[str, list[str]],
    told: dict[str, Any],
    entry: Entry | None,
    site: str | None,
) -> str | None:
    headline = plain(_text(told.get("headline")))
    social = _without_site(_first(metas, "og:title", "twitter:title") or "", site)
    window = _without_site(plain(tree.findtext(".//title") or ""), site)
    listed = plain(_untagged(entry.title)) if entry and entry.title else ""
    headings = _headings(tree)
    if social and _agreed(social, headline, headings):
        return social
    others = {comparable(text) for text in (headline, social, window, listed) if text}
    printed = next((heading for heading in headings if comparable(heading) in others), None)
    if printed is None and len(headings) == 1 and len(headings[0]) > _HEADLINE:
        printed = headings[0]
    return printed or social or listed or headline or window or (headings[0] if headings else None)


def _agreed(social: str, headline: str, headings: list[str]) -> bool:
    """Tell whether the social title is the headline: JSON-LD has it too, or a kicker is printed before it."""
    key = comparable(social)
    return key == comparable(headline) or any(comparable(heading).endswith(key) for heading in headings)


def _authors(
    tree: HtmlElement,
    metas: dict[str, list[str]],
    told: dict[str, Any],
    entry: Entry | None,
    houses: set[str],
) -> tuple[str, ...]:
    sources: tuple[Iterable[str], ...] = (
        _names(told.get("author")),
        metas.get("article:author", ()),
        metas.get("author", ()),
        metas.get("parsely-author", metas.get("sailthru.author", metas.get("dc.creator", ()))),
        entry.authors if entry else (),
        _printed_authors(tree),
    )
    for source in sources:
        people = tuple(dict.fromkeys(person for name in source for person in _people(name, houses)))
        if people:
            return people
    return ()


def _printed_authors(tree: HtmlElement) -> list[str]:
    """Read the first byline: the text of the links in it, else its own text up to the first digit."""
    marked = tree.xpath(
        '//*[@rel="author" or @itemprop="author" or contains(concat(" ", @class, " "), " author ") '
        'or contains(@class, "byline") or contains(@class, "author-name")]'
    )
    for element in marked[:6]:
        links = [plain(link.text_content()) for link in element.iter("a")]
        names = [text for text in links if _LEAST_NAME < len(text) < _LONGEST_NAME]
        text = _DIGITS.split(plain(element.text_content()))[0]
        if names or _LEAST_NAME < len(text) < _LONGEST_BYLINE:
            return names or [text]
    return []


def _people(name: str, houses: set[str]) -> Iterator[str]:
    """Split a name field into people; houses (site, publisher, host) and addresses are none."""
    whole = plain(_untagged(name))
    if _ADDRESS.search(whole):
        return
    for part in _AUTHOR_SPLIT.split(whole):
        person = _AUTHOR_LEAD.sub("", part).strip(" ,:;-")
        key = comparable(person)
        if not _LEAST_NAME <= len(person) <= _LONGEST_NAME or _NO_PERSON.search(person) or not key.isalpha():
            continue
        if not any(key in house or house in key for house in houses):
            yield person


def _houses(url: str, site: str | None) -> set[str]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names = {comparable(site or ""), comparable(site or "").removeprefix("the"), comparable(host)}
    return {name for name in names if len(name) > _LEAST_NAME}


def _moment(told: Any, metas: dict[str, list[str]], names: tuple[str, ...]) -> datetime | None:
    values = [told] if isinstance(told, str) else []
    values += [value for name in names for value in metas.get(name, ())]
    return next((moment for value in values if (moment := read_moment(value))), None)


_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article.published",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "pubdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article_date_original",
    "citation_publication_date",
)


def _published(
    tree: HtmlElement, metas: dict[str, list[str]], told: dict[str, Any], entry: Entry | None, url: str
) -> datetime | None:
    found = _moment(
        told.get("datePublished") or told.get("dateCreated") or told.get("uploadDate"), metas, _PUBLISHED
    )
    if found or (entry and entry.published_at):
        return found or (entry.published_at if entry else None)
    times = tree.xpath('//time[@datetime] | //*[@itemprop="datePublished"]')
    printed = (read_moment(time.get("datetime") or time.get("content")) for time in times[:8])
    moment = next((moment for moment in printed if moment), None)
    day = _URL_DAY.search(url)
    return moment or (read_moment(f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}") if day else None)


def _lang(
    tree: HtmlElement, metas: dict[str, list[str]], told: dict[str, Any], entry: Entry | None
) -> str | None:
    root = tree.getroottree().getroot()
    told_lang = told.get("inLanguage")
    for value in (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        _first(metas, "og:locale", "content-language", "dc.language", "language"),
        told_lang if isinstance(told_lang, str) else None,
        entry.lang if entry else None,
    ):
        if value and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", value.strip()):
            return value.strip().replace("_", "-").split("-")[0].lower()
    return None


def _image(metas: dict[str, list[str]], told: dict[str, Any], entry: Entry | None, url: str) -> str | None:
    told_image = told.get("image")
    told_image = told_image[0] if isinstance(told_image, list) and told_image else told_image
    told_image = told_image.get("url") if isinstance(told_image, dict) else told_image
    for value in (
        _first(metas, "og:image", "og:image:url", "twitter:image", "twitter:image:src"),
        told_image,
        entry.image if entry else None,
    ):
        if isinstance(value, str) and (link := _link(value, url)):
            return link
    return None


def _canonical(tree: HtmlElement, metas: dict[str, list[str]], url: str) -> str | None:
    links = tree.xpath('//link[translate(@rel, "CANOIL", "canoil")="canonical"]/@href')
    return next(
        (link for value in [*links, *metas.get("og:url", ())] if (link := _link(str(value), url))), None
    )


def _link(value: str, url: str) -> str | None:
    try:
        link = urljoin(url, value.strip())
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in ("http", "https") and parts.netloc and len(link) <= 2048 else None  # noqa: PLR2004


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).rpartition("/")[2].lower())

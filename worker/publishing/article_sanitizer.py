"""Cleans an article before it is written to the stream: characters, links, lengths. Pure.

Whatever reads a page may miss something; nothing passes here that could steer a terminal, turn a line's
direction round, be followed to a scheme other than the web's, or be longer than a field may be.
"""

from typing import Any
from urllib.parse import urlsplit

import msgspec

from feedmill._text_safety import plain_line, plain_text
from feedmill.article import Article

MAX_URL_CHARS = 2048
"""Characters of the longest link that is published: a longer one counts as none rather than being cut."""
MAX_TEXT_CHARS = 1_000_000
"""Characters of a text: three long novels. A longer one is no article; it is dropped as `too_long`."""
MAX_LINE_CHARS = {
    "title": 1000,
    "standfirst": 5000,
    "dateline": 200,
    "section": 200,
    "lang": 35,
    "lang_declared": 35,
    "source": 200,
}
MAX_NAMES = 100
"""Names of one list (authors, tags) that are published; the rest is dropped, to bound the entry's size."""
MAX_NAME_CHARS = 200
"""Characters of one such name; what is longer is cut."""
_LINKS = ("canonical_url", "image")
_LINKS_OF_EPISODES = ("transcript", "chapters")
_LISTS = ("authors", "agencies", "keywords", "rights", "tags")


def is_too_long(text: str) -> bool:
    """Return whether a text is longer than an article's may be."""
    return len(text) > MAX_TEXT_CHARS


def sanitize_article(article: Article) -> Article:
    """Return the article without harmful characters, other links than http(s), and overlong fields."""
    text, marked = plain_text(article.text), plain_text(article.markdown or "")
    changes: dict[str, Any] = {"text": text, "markdown": marked if marked not in {"", text} else None}
    for name, limit in MAX_LINE_CHARS.items():
        value = getattr(article, name)
        changes[name] = plain_line(value)[:limit].strip() if value is not None else None
    for name in _LISTS:
        lines = (plain_line(value)[:MAX_NAME_CHARS].strip() for value in getattr(article, name)[:MAX_NAMES])
        changes[name] = tuple(line for line in lines if line)
    for name in _LINKS:
        changes[name] = read_http_url(getattr(article, name))
    changes["title"] = changes["title"] or article.url
    changes["enclosures"] = tuple(one for one in article.enclosures if read_http_url(one.url))
    if article.episode:
        links = {name: read_http_url(getattr(article.episode, name)) for name in _LINKS_OF_EPISODES}
        changes["episode"] = msgspec.structs.replace(article.episode, **links)
    return msgspec.structs.replace(article, **changes)


def read_http_url(link: str | None) -> str | None:
    """Return a link that is http(s), has a host, and holds neither white space nor controls; else None.

    Its scheme is given in lower case, as consumers expect it.
    """
    if link is None or len(link) > MAX_URL_CHARS or plain_line(link) != link or " " in link:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    web = parts.scheme in {"http", "https"} and parts.hostname
    return f"{parts.scheme}{link[len(parts.scheme) :]}" if web else None

"""Makes sites of one template each out of single pages: a page's running text in another order of words.

What a page has round its text stays as it is, so each variant is another article of one site. Scripts, styles
and short texts stay; a page whose scripts carry the article too is left out, since that text would not be its own.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

TAUGHT = 10
"""Pages of a site that teach its template; they are not counted."""
_KEPT = re.compile(
    rb"(<(?:script|style|noscript|template|svg)\b.*?</(?:script|style|noscript|template|svg)\s*>)",
    re.DOTALL | re.IGNORECASE,
)
_RUNNING = re.compile(rb">([^<>]{60,})<")
_TITLE = re.compile(rb"(<title[^>]*>|<h1[^>]*>)([^<>]+)<", re.IGNORECASE)
_NAMED = re.compile(
    rb"<link[^>]+rel=(['\"]?)canonical[^>]*>|<meta[^>]+property=(['\"]?)og:(?:url|title)[^>]*>", re.IGNORECASE
)
_BODY = (b"articleBody", b"__NEXT_DATA__", b"__NUXT__", b"__APOLLO_STATE__")


def vary(body: bytes, number: int) -> bytes:
    """Give another article of a page's site: its longer texts and titles with their words in another order."""
    rng = Random(number)

    def mix(words: bytes) -> bytes:
        parts = words.split()
        rng.shuffle(parts)
        return b" ".join(parts)

    parts = _KEPT.split(_NAMED.sub(b"", body))
    for place in range(0, len(parts), 2):
        part = _TITLE.sub(lambda found: found[1] + mix(found[2]) + b" %d<" % number, parts[place])
        parts[place] = _RUNNING.sub(lambda found: b">" + mix(found[1]) + b"<", part)
    return b"".join(parts)


def choose_pages(pages: Sequence[bytes], sites: int) -> list[bytes]:
    """Choose so many pages, evenly, among those whose text stands in their markup alone."""
    plain = [body for body in pages if not any(sign in body for sign in _BODY)]
    step = max(1, len(plain) // sites)
    return plain[::step][:sites]


def write_sites(folder: Path, pages: Sequence[bytes], count: int) -> tuple[Path, Path]:
    """Write variants so that page `n` is of site n % len(pages); gives the folder of all, and of those counted."""
    whole, counted = folder / "all", folder / "counted"
    for one in (whole, counted):
        one.mkdir()
    for number in range(count):
        for site, body in enumerate(pages):
            name, varied = f"{number:04d}-{site:04d}.html", vary(body, number)
            (whole / name).write_bytes(varied)
            if number >= TAUGHT:
                (counted / name).write_bytes(varied)
    return whole, counted

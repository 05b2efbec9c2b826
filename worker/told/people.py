"""The people who wrote an article."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from worker.blocks import plain
from worker.clean.labels import agency_names
from worker.clean.story import comparable
from worker.told.byline import Printed, marked_author
from worker.told.head import Head, publishers, untagged
from worker.told.names import from_byline, organisation, people

_LEAST = 2
_LEAST_HOUSE = 4
_LOOKED_AT = 6


def read_authors(head: Head, printed: Callable[[], Iterable[Printed]]) -> tuple[str, ...]:
    """Name the authors: people, from the first source that names any.

    JSON-LD; author metas; the feed; the byline printed near the headline; marked names anywhere. Where
    nobody is named, an agency or a desk that the publisher gives as author stands in ("Associated Press").
    The site itself, its publisher and its host never do.
    """
    houses = _houses(head)
    told = list(_named(head.told.get("author") or head.told.get("creator"), organisations=False))
    listed = list(head.entry.authors) if head.entry else []
    metas = list(
        head.all(
            "article:author", "author", "parsely-author", "sailthru.author", "dc.creator", "byl", "byline"
        )
    )
    for source in (told, metas, listed):
        if found := _people(source, houses):
            return found
    lines = list(printed())
    if found := _printed_people(head, lines, houses):
        return found
    bodies = [
        *_named(head.told.get("author") or head.told.get("creator"), organisations=True),
        *metas,
        *listed,
        *(line.text for line in lines if line.names_author),
    ]
    return next(
        ((name,) for text in bodies if (name := organisation(text)) and not _is_house(name, houses)), ()
    )


def _named(value: Any, *, organisations: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _named(part, organisations=organisations)
    elif isinstance(value, dict):
        body = "organization" in str(value.get("@type", "")).lower()
        if organisations or not body:
            yield from _named(value.get("name"), organisations=organisations)


def _people(names: Iterable[str], houses: frozenset[str]) -> tuple[str, ...]:
    found = (person for name in names for person in people(untagged(name)))
    kept = (person for person in found if not _is_house(person, houses) and not agency_names(person))
    firsts: dict[str, str] = {}
    for person in kept:
        firsts.setdefault(comparable(person), person)
    return tuple(firsts.values())


def _printed_people(head: Head, lines: list[Printed], houses: frozenset[str]) -> tuple[str, ...]:
    marked_lines = [line for line in lines if line.names_author]
    # "By Jane Doe" within a larger marked element is surer than the element.
    for line in sorted(marked_lines, key=lambda line: not from_byline(line.text)):
        if found := _people(_in_element(line.element, line.text), houses):
            return found
    for line in lines:
        if found := tuple(filter(_is_full, _people(from_byline(line.text), houses))):
            return found
    marked = head.tree.xpath(
        '//*[@rel="author" or @itemprop="author" or contains(concat(" ", @class, " "), " author ") '
        'or contains(@class, "byline") or contains(@class, "author-name") or contains(@class, "authorname")]'
    )
    named = (element for element in marked if marked_author(element))
    texts = ((element, plain(" ".join(element.itertext()))) for element in islice(named, _LOOKED_AT))
    found_anywhere = (_people(_in_element(element, text), houses) for element, text in texts)
    return next((found for found in found_anywhere if found), ())


def _in_element(element: HtmlElement, text: str) -> list[str]:
    """Give the names in a byline's element: its links' texts, else its own text."""
    links = [plain(link.text_content()) for link in element.iter("a")]
    names = [name for name in links if any(people(name))]
    told = [name for line in from_byline(text, led=False) for name in people(line) if _is_full(name)]
    return told if len(told) > len(names) and set(names) <= set(told) else names


def _is_full(name: str) -> bool:
    """Tell whether a name has two words, or is of a script that needs none."""
    return " " in name or min(name) > "\u0590"


def _houses(head: Head) -> frozenset[str]:
    host = (urlsplit(head.url).hostname or "").removeprefix("www.")
    names = [comparable(name) for name in (head.site or "", host, *publishers(head.told))]
    names += [name.removeprefix("the") for name in names]
    return frozenset(name for name in names if len(name) > _LEAST)


def _is_house(name: str, houses: frozenset[str]) -> bool:
    key = comparable(name)
    return any(
        key == house
        or (key in house and len(key) >= _LEAST_HOUSE - 1)
        or (house in key and len(house) >= _LEAST_HOUSE)
        for house in houses
    )

"""The people who wrote an article."""

import re
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
from worker.told.names import (
    LONGEST_FIELD,
    from_byline,
    is_label,
    is_person,
    organisation,
    people,
    reads_as_names,
    split_field,
)

_LEAST = 2
_LEAST_HOUSE = 4
_LOOKED_AT = 6
_LONGEST = 60
_LONGEST_LABEL = 20
_LONGEST_WIRE = 12
"""Words of an agency's name, or of two."""
_FIELDS = ("article:author", "author", "parsely-author", "sailthru.author", "dc.creator", "byl", "byline")
_HIDDEN_NAME = './/meta[@itemprop="name"]/@content'
"""Microdata that no reader sees: themes hide a whole author in it."""
_OF_A_PERSON = re.compile(
    r"s?(?:the|my|personal|tech)?(?:blog|weblog|notes|site|website|homepage|log|journal)(?:of|von|de)?|"
    r"(?:的|の|个人|個人|技术)*(?:博客|ブログ|小站|网站)|블로그"
)
"""What is left of the name of a person's own site, folded, without the person."""


def read_authors(head: Head, printed: Callable[[], Iterable[Printed]]) -> tuple[str, ...]:
    """Name the authors: people, from the first source that names any.

    JSON-LD; author metas; the feed; the byline printed near the headline; marked names anywhere; a name
    that signs the text. A single word, mostly a user's name, gives way to a full name that is printed.
    Where nobody is named, an agency or a desk that the publisher gives as author stands in ("Associated
    Press"). The site itself, its publisher and its host never do.
    """
    houses = _houses(head)
    told = list(_named(_author(head), organisations=False))
    metas, listed = _metas(head, houses), _listed(head)
    found = next((names for source in (told, metas, listed) if (names := _people(source, houses))), ())
    if any(map(_is_full, found)):
        return found
    lines = list(printed())
    shown = _printed_people(head, lines, houses, anywhere=not found)
    if found and not all(map(_is_full, shown)):
        return found
    if shown or found:
        return shown or found
    bodies = [
        *_named(_author(head), organisations=True),
        *metas,
        *listed,
        *(line.text for line in lines if line.names_author),
    ]
    return next(
        ((name,) for text in bodies if (name := organisation(text)) and not _is_house(name, houses)), ()
    )


def read_agencies(head: Head) -> tuple[str, ...]:
    """Name the agencies that author fields carry, alone or beside people ("Jane Doe, AP")."""
    fields = [*_named(_author(head), organisations=True), *head.all(*_FIELDS), *_listed(head)]
    parts = (part for field in fields for part in split_field(untagged(field)))
    return tuple(dict.fromkeys(name for part in parts for name in _agencies_of(part)))


def _author(head: Head) -> Any:
    return head.told.get("author") or head.told.get("creator")


def _listed(head: Head) -> list[str]:
    return list(head.entry.authors) if head.entry else []


def _metas(head: Head, houses: frozenset[str]) -> list[str]:
    """Give the author metas; one that begins with the house is the house's address, not a list of people."""
    return [
        text for text in head.all(*_FIELDS) if not any(_is_house(part, houses) for part in _opening(text))
    ]


def _opening(text: str) -> list[str]:
    parts = split_field(untagged(text))
    return parts[:1] if len(parts) > _LEAST else []


def _agencies_of(part: str) -> tuple[str, ...]:
    return agency_names(part) or agency_names(_wire(part)[1])


def _wire(name: str) -> tuple[str, str]:
    """Part a name from the agency printed right behind it: "John Roe The Associated Press"."""
    words = name[:LONGEST_FIELD].split()
    for at in range(max(_LEAST, len(words) - _LONGEST_WIRE), len(words)):
        tail = " ".join(words[at:])
        if (len(words) - at > 1 or tail.isupper()) and agency_names(tail):
            return " ".join(words[:at]), tail
    return name, ""


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
    found = (person for name in names for person in people(_wire(untagged(name))[0]))
    kept = (person for person in found if not _is_house(person, houses) and not agency_names(person))
    firsts: dict[str, str] = {}
    for person in kept:
        firsts.setdefault(comparable(person), person)
    return tuple(firsts.values())


def _printed_people(
    head: Head, lines: list[Printed], houses: frozenset[str], *, anywhere: bool
) -> tuple[str, ...]:
    marked_lines = [line for line in lines if line.names_author]
    # "By Jane Doe" within a larger marked element is surer than the element.
    for line in sorted(marked_lines, key=lambda line: not from_byline(line.text)):
        if found := _people(_in_element(line.element, line.text), houses):
            return found
    for line in lines:
        if found := tuple(filter(_is_full, _people(from_byline(line.text), houses))):
            return found
    return _people_anywhere(head, houses) if anywhere else ()


def _people_anywhere(head: Head, houses: frozenset[str]) -> tuple[str, ...]:
    """Find names that the markup calls the author's, behind a label, or as the signature of the text."""
    hidden = head.tree.xpath('//*[@itemprop="author" and not(ancestor::*[contains(@class, "comment")])]')
    named_apart = (name for element in hidden[:_LOOKED_AT] for name in element.xpath(_HIDDEN_NAME))
    if found := _people(islice(named_apart, 1), houses):
        return found
    marked = head.tree.xpath(
        '//*[@rel="author" or @itemprop="author" or contains(concat(" ", @class, " "), " author ") '
        'or contains(@class, "byline") or contains(@class, "author-name") or contains(@class, "authorname")]'
    )
    named = (element for element in marked if marked_author(element))
    texts = ((element, plain(" ".join(element.itertext()))) for element in islice(named, _LOOKED_AT))
    found_anywhere = (_people(_in_element(element, text), houses) for element, text in texts)
    if found := next((found for found in found_anywhere if found), ()):
        return found
    signed = (tuple(filter(_is_full, _people([text], houses))) for text in _signatures(head.tree))
    return next((found for found in signed if found), ())


def _signatures(tree: HtmlElement) -> Iterator[str]:
    """Yield what stands behind a label ("Author" in bold), and lines set to the right below the text."""
    for label in tree.iter("strong", "b", "dt", "span"):
        said = label.text or ""
        if 4 < len(said) < _LONGEST_LABEL and is_label(said):  # noqa: PLR2004
            after = label.getnext() if not (label.tail or "").strip() else None
            yield plain(label.tail or (after.text_content()[:_LONGEST] if after is not None else ""))
    for line in tree.xpath('//p[contains(translate(@style, " ", ""), "text-align:right")]')[-1:]:
        text = plain(line.text_content())
        if len(text) <= _LONGEST and reads_as_names(text):
            yield text


def _in_element(element: HtmlElement, text: str) -> list[str]:
    """Give the names in a byline's element: its links' texts, else its own text."""
    links = [plain(link.text_content()) for link in element.iter("a")]
    names = [name for name in links if any(people(name))] or _leaves(element, text)
    told = [name for line in from_byline(text, led=False) for name in people(line) if _is_full(name)]
    return told if len(told) > len(names) and set(names) <= set(told) else names


def _leaves(element: HtmlElement, text: str) -> list[str]:
    """Give the texts of an element's parts where these are all of it and each is a full name."""
    parts = [
        plain(part.text_content()) for part in element.iter() if isinstance(part.tag, str) and not len(part)
    ]
    whole = [part for part in parts if part]
    names = [part for part in whole if _is_full(part) and is_person(part)]
    return names if len(names) > 1 and len(names) == len(whole) and " ".join(whole) == text else []


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
        or (key in house and len(key) >= _LEAST_HOUSE - 1 and not _is_of(name, house))
        or (house in key and len(house) >= _LEAST_HOUSE)
        for house in houses
    )


def _is_of(name: str, house: str) -> bool:
    """Tell whether a site is named after the person who writes it: "Jane Doe's blog"."""
    return _is_full(name) and _OF_A_PERSON.fullmatch(house.replace(comparable(name), "", 1)) is not None

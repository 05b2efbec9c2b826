"""Reads the people who wrote an article, and its agencies."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from worker.document.block_tests import LABEL_CHARS, fold_text
from worker.document.blocks import normalize_line
from worker.metadata.headline_surroundings import VisibleLine, is_marked_author
from worker.metadata.page_declarations import PageHead, list_publishers, strip_markup
from worker.metadata.person_names import (
    MAX_FIELD_CHARS,
    is_label,
    is_person,
    may_be_person_names,
    parse_byline,
    parse_organization,
    parse_person_names,
    split_author_field,
)
from worker.vocabulary.labels import parse_agency_names

_MIN_PARTS = 2
"""Words before an agency in a name, and parts of a list of people: what has fewer is one name."""
_MIN_HOUSE_CHARS = 4
"""Characters of a publisher's name that is searched for in author names: shorter ones occur by chance."""
_MAX_MARKED_ELEMENTS = 6
"""Elements marked as the author's that are read; those further down are of other articles."""
_MAX_LABEL_CHARS = 20
"""Characters of the longest label before a name ("Author")."""
_MAX_AGENCY_WORDS = 12
"""Words of the longest name of an agency, or of two."""
_FIELDS = ("article:author", "author", "parsely-author", "sailthru.author", "dc.creator", "byl", "byline")
_HIDDEN_NAME = './/meta[@itemprop="name"]/@content'
"""Microdata that is not shown: themes hide a whole author in it."""
_OF_A_PERSON = re.compile(
    r"s?(?:the|my|personal|tech)?(?:blog|weblog|notes|site|website|homepage|log|journal)(?:of|von|de)?|"
    r"(?:的|の|个人|個人|技术)*(?:博客|ブログ|小站|网站)|블로그"
)
"""What is left of the name of a person's own site, folded, without the person."""


def read_authors(head: PageHead, printed: Callable[[], Iterable[VisibleLine]]) -> tuple[str, ...]:
    """Name the authors: people, from the first source that names any.

    JSON-LD; author metas; the feed; the byline printed near the headline; marked names anywhere; a name
    that signs the text. A single word, mostly a user's name, gives way to a full name that is printed.
    Where no person is named, an agency or a desk that the publisher gives as author stands in ("Associated
    Press"). The site itself, its publisher and its host never do.
    """
    houses = _list_publishers(head)
    jsonld_names = list(_read_names(_read_jsonld_author(head), organizations=False))
    metas, listed = _read_author_metas(head, houses), _read_listed(head)
    found = next(
        (names for source in (jsonld_names, metas, listed) if (names := _read_people(source, houses))), ()
    )
    if any(map(_is_full, found)):
        return found
    lines = list(printed())
    shown = _read_printed_people(head, lines, houses, anywhere=not found)
    if found and not all(map(_is_full, shown)):
        return found
    if shown or found:
        return shown or found
    bodies = [
        *_read_names(_read_jsonld_author(head), organizations=True),
        *metas,
        *listed,
        *(line.text for line in lines if line.names_author),
    ]
    return next(
        ((name,) for text in bodies if (name := parse_organization(text)) and not _is_house(name, houses)), ()
    )


def read_agencies(head: PageHead) -> tuple[str, ...]:
    """Name the agencies that author fields carry, alone or beside people ("Jane Doe, AP")."""
    fields = [
        *_read_names(_read_jsonld_author(head), organizations=True),
        *head.all(*_FIELDS),
        *_read_listed(head),
    ]
    parts = (part for field in fields for part in split_author_field(strip_markup(field)))
    return tuple(dict.fromkeys(name for part in parts for name in _parse_agencies(part)))


def _read_jsonld_author(head: PageHead) -> Any:
    return head.jsonld.get("author") or head.jsonld.get("creator")


def _read_listed(head: PageHead) -> list[str]:
    return list(head.entry.authors) if head.entry else []


def _read_author_metas(head: PageHead, houses: frozenset[str]) -> list[str]:
    """Return the author metas; one that begins with the house is its address, not a list of people."""
    return [
        text
        for text in head.all(*_FIELDS)
        if not any(_is_house(part, houses) for part in _read_opening(text))
    ]


def _read_opening(text: str) -> list[str]:
    parts = split_author_field(strip_markup(text))
    return parts[:1] if len(parts) > _MIN_PARTS else []


def _parse_agencies(part: str) -> tuple[str, ...]:
    return parse_agency_names(part) or parse_agency_names(_split_wire_agency(part)[1])


def _split_wire_agency(name: str) -> tuple[str, str]:
    """Part a name from the agency printed right behind it: "John Roe The Associated Press"."""
    words = name[:MAX_FIELD_CHARS].split()
    for at in range(max(_MIN_PARTS, len(words) - _MAX_AGENCY_WORDS), len(words)):
        tail = " ".join(words[at:])
        if (len(words) - at > 1 or tail.isupper()) and parse_agency_names(tail):
            return " ".join(words[:at]), tail
    return name, ""


def _read_names(value: Any, *, organizations: bool) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _read_names(part, organizations=organizations)
    elif isinstance(value, dict):
        body = "organization" in str(value.get("@type", "")).lower()
        if organizations or not body:
            yield from _read_names(value.get("name"), organizations=organizations)


def _read_people(names: Iterable[str], houses: frozenset[str]) -> tuple[str, ...]:
    found = (
        person for name in names for person in parse_person_names(_split_wire_agency(strip_markup(name))[0])
    )
    kept = (person for person in found if not _is_house(person, houses) and not parse_agency_names(person))
    firsts: dict[str, str] = {}
    for person in kept:
        firsts.setdefault(fold_text(person), person)
    return tuple(firsts.values())


def _read_printed_people(
    head: PageHead, lines: list[VisibleLine], houses: frozenset[str], *, anywhere: bool
) -> tuple[str, ...]:
    marked_lines = [line for line in lines if line.names_author]
    # "By Jane Doe" within a larger marked element is surer than the element.
    for line in sorted(marked_lines, key=lambda line: not parse_byline(line.text)):
        if found := _read_people(_read_element_names(line.element, line.text), houses):
            return found
    for text in dict.fromkeys(line.text for line in lines):  # an element and the only one in it have one text
        if found := tuple(filter(_is_full, _read_people(parse_byline(text), houses))):
            return found
    return _find_marked_people(head, houses) if anywhere else ()


def _find_marked_people(head: PageHead, houses: frozenset[str]) -> tuple[str, ...]:
    """Find names that the markup calls the author's, behind a label, or as the signature of the text."""
    hidden = head.tree.xpath(
        'descendant-or-self::*[@itemprop="author" and not(ancestor::*[contains(@class, "comment")])]'
    )
    named_apart = (name for element in hidden[:_MAX_MARKED_ELEMENTS] for name in element.xpath(_HIDDEN_NAME))
    if found := _read_people(islice(named_apart, 1), houses):
        return found
    marked = head.tree.xpath(  # the first condition alone spares most elements the others
        'descendant-or-self::*[@rel or @itemprop or @class][@rel="author" or @itemprop="author" '
        'or contains(concat(" ", @class, " "), " author ") or contains(@class, "byline") '
        'or contains(@class, "author-name") or contains(@class, "authorname")]'
    )
    named = (element for element in marked if is_marked_author(element))
    texts = (
        (element, normalize_line(" ".join(element.itertext())))
        for element in islice(named, _MAX_MARKED_ELEMENTS)
    )
    found_anywhere = (_read_people(_read_element_names(element, text), houses) for element, text in texts)
    if found := next((found for found in found_anywhere if found), ()):
        return found
    signed = (tuple(filter(_is_full, _read_people([text], houses))) for text in _find_signatures(head.tree))
    return next((found for found in signed if found), ())


def _find_signatures(tree: HtmlElement) -> Iterator[str]:
    """Yield what stands behind a label ("Author" in bold), and lines set to the right below the text."""
    for label in tree.iter("strong", "b", "dt", "span"):
        said = label.text or ""
        if 4 < len(said) < _MAX_LABEL_CHARS and is_label(said):  # noqa: PLR2004
            after = label.getnext() if not (label.tail or "").strip() else None
            yield normalize_line(
                label.tail or (after.text_content()[:LABEL_CHARS] if after is not None else "")
            )
    for line in tree.xpath('//p[contains(translate(@style, " ", ""), "text-align:right")]')[-1:]:
        text = normalize_line(line.text_content())
        if len(text) <= LABEL_CHARS and may_be_person_names(text):
            yield text


def _read_element_names(element: HtmlElement, text: str) -> list[str]:
    """Return the names in a byline's element: its links' texts, else its own text."""
    links = [normalize_line(link.text_content()) for link in element.iter("a")]
    names = [name for name in links if any(parse_person_names(name))] or _read_leaf_names(element, text)
    byline_names = [
        name for line in parse_byline(text, led=False) for name in parse_person_names(line) if _is_full(name)
    ]
    return byline_names if len(byline_names) > len(names) and set(names) <= set(byline_names) else names


def _read_leaf_names(element: HtmlElement, text: str) -> list[str]:
    """Return the texts of an element's parts where these are all of it and each is a full name."""
    parts = [
        normalize_line(part.text_content())
        for part in element.iter()
        if isinstance(part.tag, str) and not len(part)
    ]
    whole = [part for part in parts if part]
    names = [part for part in whole if _is_full(part) and is_person(part)]
    return names if len(names) > 1 and len(names) == len(whole) and " ".join(whole) == text else []


def _is_full(name: str) -> bool:
    """Return whether a name has two words, or is of a script that needs none."""
    return " " in name or min(name) > "\u0590"


def _list_publishers(head: PageHead) -> frozenset[str]:
    host = (urlsplit(head.url).hostname or "").removeprefix("www.")
    names = [fold_text(name) for name in (head.site or "", host, *list_publishers(head.jsonld))]
    names += [name.removeprefix("the") for name in names]
    return frozenset(name for name in names if len(name) > _MIN_PARTS)


def _is_house(name: str, houses: frozenset[str]) -> bool:
    key = fold_text(name)
    return any(
        key == publisher
        or (key in publisher and len(key) >= _MIN_HOUSE_CHARS - 1 and not _is_named_after(name, publisher))
        or (publisher in key and len(publisher) >= _MIN_HOUSE_CHARS)
        for publisher in houses
    )


def _is_named_after(name: str, publisher: str) -> bool:
    """Return whether a site is named after its writer: "Jane Doe's blog"."""
    return _is_full(name) and _OF_A_PERSON.fullmatch(publisher.replace(fold_text(name), "", 1)) is not None

"""Describes rules that choose among a feed's entries, and how they are stored: frozen values."""

from collections.abc import Iterator

import msgspec

FIELDS = ("title", "category", "author", "link", "language", "enclosure")
"""What a rule may ask of an entry; `enclosure` is the media type of a file that it gives."""
EXPRESSION = "re:"
"""Begins a pattern that is an RE2 expression; any other pattern is words."""
MAX_PATTERN_BYTES = 1024
"""Bytes of one pattern: long lists of words fit, and compiling one stays quick."""
MAX_RULES = 50
"""Rules of `only`, and of `except`: each costs a search in every new entry."""
MAX_FILTER_BYTES = 16_384
"""Bytes of all rules of a feed as they are stored: its record is read at each poll."""


class FilterRule(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Patterns by field; a rule holds for an entry where all of them are found in it."""

    title: str = ""
    category: str = ""
    author: str = ""
    link: str = ""
    language: str = ""
    enclosure: str = ""

    def list_patterns(self) -> Iterator[tuple[str, str]]:
        """Return field and pattern of each that is there."""
        return ((name, pattern) for name in FIELDS if (pattern := getattr(self, name)))

    def __str__(self) -> str:
        said = (f"{name} = {msgspec.json.encode(pattern).decode()}" for name, pattern in self.list_patterns())
        return "{ " + ", ".join(said) + " }"


class EntryFilters(msgspec.Struct, frozen=True, omit_defaults=True, rename={"excluded": "except"}):
    """An entry passes where a rule of `only` holds, if there are any, and none of `except`."""

    only: tuple[FilterRule, ...] = ()
    excluded: tuple[FilterRule, ...] = ()


_decoder = msgspec.json.Decoder(EntryFilters)


def write_filters(filters: EntryFilters) -> str:
    """Write filters as the ledger keeps them: JSON, or "" for none."""
    return msgspec.json.encode(filters).decode() if filters.only or filters.excluded else ""


def read_filters(text: str) -> EntryFilters:
    """Read what `write_filters` wrote."""
    return _decoder.decode(text) if text else EntryFilters()


def format_filters(text: str) -> list[str]:
    """Show stored filters as the operator writes them, one line for each list that is there."""
    filters = read_filters(text)
    lists = (("only", filters.only), ("except", filters.excluded))
    return [f"{name} = [{', '.join(map(str, rules))}]" for name, rules in lists if rules]

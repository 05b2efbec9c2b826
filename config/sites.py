"""What the operator says of single sites: `[[sites]]` tables of feedmill.toml."""

from dataclasses import dataclass

from config.document import Document
from config.errors import Mistake
from config.kinds import Choice, Kind, Text, Whole
from config.tables import Table, read_tables
from config.units import Duration

_HOST = Text('a host name such as "news.example", or an IP address', r"[A-Za-z0-9._:-]{1,253}")
_KINDS: dict[str, Kind] = {
    "site": _HOST,
    "per_site": Whole(1, 64),
    "gap": Duration(0, 3600),
    "robots": Choice(("obey", "ignore")),
    "reason": Text("one line of text, at most 200 characters", r"[^\x00-\x1f\x7f]{1,200}"),
}


@dataclass(frozen=True, slots=True)
class ListedSite:
    """One site that is treated in a way of its own; None is as for all sites."""

    site: str
    per_site: int | None = None
    gap: float | None = None
    robots: str = "obey"
    reason: str = ""


def read_sites(document: Document, mistakes: list[Mistake]) -> tuple[ListedSite, ...]:
    """Read all `[[sites]]` tables; every mistake is added, sites with mistakes are left out."""
    return read_tables(document, "sites", mistakes, _read_site, key="site")


def _read_site(table: Table) -> ListedSite | None:
    before = len(table.mistakes)
    given = table.read(_KINDS)
    table.requires("site", _KINDS)
    if given.get("robots") == "ignore" and "reason" not in table.values:
        found = 'is missing: robots = "ignore" stands on the record with its reason'
        table.wrong("reason", found, "why it is right")
    if len(table.mistakes) > before:
        return None
    return ListedSite(**{**given, "site": given["site"].lower().rstrip(".")})

"""What the operator says of single sites: `[[sites]]` tables of feedmill.toml."""

from dataclasses import dataclass
from typing import Any

from config.document import Document, near, show
from config.errors import Mistake
from config.kinds import Choice, Kind, Text, Whole
from config.units import Duration, UnfitError

TABLE = "sites"
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
    tables = document.values.get(TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        mistakes.append(Mistake(document.where(TABLE), TABLE, f"is {show(tables)}", "[[sites]] tables"))
        return ()
    sites: dict[str, ListedSite] = {}
    for index, table in enumerate(tables):
        site = _read_site(document, index, table, mistakes)
        if site is not None and site.site in sites:
            where = document.where(TABLE, index, "site")
            found = f"{show(site.site)} is named a second time"
            mistakes.append(Mistake(where, f"sites[{index + 1}].site", found, "each site once"))
        elif site is not None:
            sites[site.site] = site
    return tuple(sites.values())


def _read_site(
    document: Document, index: int, table: dict[str, Any], mistakes: list[Mistake]
) -> ListedSite | None:
    before = len(mistakes)

    def wrong(key: str, found: str, allowed: str) -> None:
        where = document.where(TABLE, index, key)
        mistakes.append(Mistake(where, f"sites[{index + 1}].{key}", found, allowed))

    given: dict[str, Any] = {}
    for key, value in table.items():
        kind = _KINDS.get(key)
        if kind is None:
            wrong(key, f"unknown key{near(key, list(_KINDS))}", ", ".join(_KINDS))
            continue
        try:
            given[key] = kind.read(value)
        except UnfitError:
            wrong(key, f"is {show(value)}", kind.allowed)
    if "site" not in table:
        wrong("site", "is missing", _HOST.allowed)
    if given.get("robots") == "ignore" and "reason" not in table:
        wrong(
            "reason", 'is missing: robots = "ignore" stands on the record with its reason', "why it is right"
        )
    if len(mistakes) > before:
        return None
    return ListedSite(**{**given, "site": given["site"].lower().rstrip(".")})

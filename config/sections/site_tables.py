"""Reads the operator's rules for single sites: `[[sites]]` tables of feedmill.toml."""

import dataclasses
import functools
from dataclasses import dataclass

from config.errors import ConfigProblem
from config.parsing.array_tables import ArrayTable, read_tables
from config.parsing.document import TomlDocument
from config.parsing.duration_and_size import DurationKind
from config.parsing.value_kinds import ChoiceKind, IntegerKind, TextKind, ValueKind
from config.sections.page_override_keys import read_page_overrides
from config.sections.site_access_keys import ACCESS_KEYS, AccessSurroundings, read_site_access
from config.sections.site_proxy_key import read_proxy
from feedmill._operator_rules.override_rules import KEYS, PageOverrides
from feedmill._site_access.credentials import SiteCredentials

_HOST = TextKind('a host name such as "news.example", or an IP address', r"[A-Za-z0-9._:-]{1,253}")
_KINDS: dict[str, ValueKind] = {
    "site": _HOST,
    "per_site": IntegerKind(1, 64),
    "gap": DurationKind(0, 3600),
    "robots": ChoiceKind(("obey", "ignore")),
    "reason": TextKind("one line of text, at most 200 characters", r"[^\x00-\x1f\x7f]{1,200}"),
}


@dataclass(frozen=True, slots=True)
class ListedSite:
    """One site that is treated in a way of its own; None is as for all sites."""

    site: str
    per_site: int | None = None
    gap: float | None = None
    robots: str = "obey"
    reason: str = ""
    overrides: PageOverrides | None = None
    """Selectors for its pages."""
    credentials: SiteCredentials | None = None
    """What is sent to its origins."""
    proxy: str | None = dataclasses.field(default=None, repr=False)
    """What its requests go by instead of `network.proxy`; may hold a password."""


def read_sites(
    document: TomlDocument, problems: list[ConfigProblem], surroundings: AccessSurroundings
) -> tuple[ListedSite, ...]:
    """Read all `[[sites]]` tables; every mistake is added, sites with mistakes are left out."""
    read = functools.partial(_read_site, surroundings=surroundings)
    return read_tables(document, "sites", problems, read, key="site", shown=False)


def _read_site(table: ArrayTable, *, surroundings: AccessSurroundings) -> ListedSite | None:
    before = len(table.mistakes)
    given = table.read(_KINDS, besides=(*KEYS, *ACCESS_KEYS, "proxy"))
    overrides = read_page_overrides(table)
    credentials = read_site_access(table, surroundings)
    proxy = read_proxy(table, surroundings)
    table.require_key("site", _KINDS)
    if given.get("robots") == "ignore" and "reason" not in table.values:
        found = 'is missing: robots = "ignore" stands on the record with its reason'
        table.add_problem("reason", found, "why it is right")
    if len(table.mistakes) > before:
        return None
    given |= {
        "site": given["site"].lower().rstrip("."),
        "overrides": overrides,
        "credentials": credentials,
        "proxy": proxy,
    }
    return ListedSite(**given)

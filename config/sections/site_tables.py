"""Reads the operator's rules for single sites: `[[sites]]` tables with their selectors and proxies."""

import dataclasses
import functools
from dataclasses import dataclass

from config.errors import ConfigProblem
from config.parsing.array_tables import ArrayTable, read_tables
from config.parsing.document import TomlDocument, format_toml_value
from config.parsing.duration_and_size import DurationKind, InvalidValueError
from config.parsing.value_kinds import ChoiceKind, IntegerKind, ProxyUrlKind, TextKind, ValueKind
from config.sections.secret_sources import SecretReader
from config.sections.site_credential_keys import ACCESS_KEYS, AccessSurroundings, read_site_credentials
from feedmill._operator_rules.override_selectors import ALLOWED, SelectorError, parse_selectors
from feedmill._operator_rules.page_overrides import KEYS, MAX_SELECTOR_CHARS, MAX_SELECTORS, PageOverrides
from feedmill._site_credentials.credentials import SiteCredentials

_HOST = TextKind('a host name such as "news.example", or an IP address', r"[A-Za-z0-9._:-]{1,253}")
_PROXY_URL = ProxyUrlKind()
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
    credentials = read_site_credentials(table, surroundings)
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


def read_page_overrides(table: ArrayTable) -> PageOverrides | None:
    """Read the selectors for a site's pages (`text`, `drop`, `title` …); every mistake is added."""
    given: dict[str, tuple[str, ...]] = {}
    count = 0
    for key in KEYS:
        if key not in table.values:
            continue
        value = table.values[key]
        selectors = [value] if isinstance(value, str) else value
        if not isinstance(selectors, list) or not selectors:
            table.add_problem(key, f"is {format_toml_value(value)}", f"{ALLOWED}, or a list of such")
            continue
        for selector in selectors:
            if problem := _find_selector_problem(selector):
                table.add_problem(key, problem, ALLOWED)
            else:
                count += len(parse_selectors(selector))
        given[key] = tuple(selectors)
        if count > MAX_SELECTORS:
            found = f"is selector {MAX_SELECTORS + 1} of this site"
            table.add_problem(key, found, f"{MAX_SELECTORS} selectors at most, commas part them")
            break
    return PageOverrides(**given) if given else None


def _find_selector_problem(selector: object) -> str:
    """Return what is wrong with a selector; "" for nothing."""
    shown = format_toml_value(selector)
    if not isinstance(selector, str) or len(selector) > MAX_SELECTOR_CHARS:
        return f"is {shown}"
    try:
        parse_selectors(selector)
    except SelectorError as error:
        return f"is {shown}: {error}"
    return ""


def read_proxy(table: ArrayTable, surroundings: AccessSurroundings) -> str | None:
    """Read the address of the proxy that a site's requests go by; None for none.

    A value that is not on this host is a mistake: without it requests would go straight, which is not meant.
    """
    if "proxy" not in table.values:
        return None
    reader = SecretReader(table, surroundings.folder, surroundings.variables)
    text = reader.read("proxy", table.values["proxy"])
    for missing in reader.missing:
        where, _, said = missing.partition(": ")
        table.mistakes.append(ConfigProblem(where, "", said, "a variable or file of this host"))
    if not text:
        return None
    try:
        return _PROXY_URL.read(text)
    except InvalidValueError:
        hidden = "is no such URL (not shown: it may hold a password)"
        table.add_problem("proxy", hidden, _PROXY_URL.describe_allowed.partition(", or")[0])
        return None

"""Reads what lets feedmill in at a site: `headers`, `bearer`, `origins` and so on of a `[[sites]]` table."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.parsing.array_tables import ArrayTable
from config.sections.feed_tables import ListedFeed
from config.sections.secret_sources import SecretReader
from feedmill._site_credentials.credentials import SiteCredentials
from feedmill._site_credentials.header_validation import (
    MAX_ALL_CHARS,
    MAX_COOKIES,
    MAX_HEADERS,
    find_name_problem,
    is_cookie_name,
    is_cookie_value,
)
from feedmill._site_credentials.origins import find_origin, is_of_host

ACCESS_KEYS = ("headers", "cookies", "basic_auth", "bearer", "user_agent", "origins")
MAX_ORIGINS = 20
"""Origins of one site: it has a few hosts, and each request is compared with all of them."""
_ORIGINS = f'a list of 1 to {MAX_ORIGINS} origins such as "https://www.example.com", without a path'
_HEADERS = f'a table of at most {MAX_HEADERS} fields such as {{ X-Key = "value" }}'
_COOKIES = f'a table of at most {MAX_COOKIES} cookies such as {{ session = "value" }}'
_BASIC = '"user:password", or { user = "name", password = "value" }'
_PARTS = ("user", "password")


@dataclass(frozen=True, slots=True)
class AccessSurroundings:
    """What the values of a site's access are read with."""

    folder: Path = Path()
    """That of the file: paths of files with secrets begin there."""
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    feeds: Sequence[ListedFeed] = ()
    """The origins of a site's feeds are those that its credentials go to where it names none."""


def read_site_credentials(table: ArrayTable, surroundings: AccessSurroundings) -> SiteCredentials | None:
    """Read all keys; every mistake is added, and none shows a value. None where there are no credentials."""
    keys = [key for key in ACCESS_KEYS if key in table.values]
    if not keys:
        return None
    if keys == ["origins"]:
        table.add_problem("origins", "stands alone", f"one of {', '.join(ACCESS_KEYS[:-1])} with it")
        return None
    reader = SecretReader(table, surroundings.folder, surroundings.variables)
    headers = {**_read_headers(table, reader), **_read_cookies(table, reader)}
    headers |= _read_authorization(table, reader)
    if "user_agent" in table.values and (agent := reader.read("user_agent", table.values["user_agent"])):
        headers["User-Agent"] = agent
    if sum(len(name) + len(value) for name, value in headers.items()) > MAX_ALL_CHARS:
        table.add_problem(keys[0], "is too much together", f"{MAX_ALL_CHARS} characters in all")
    site = str(table.values.get("site", "")).lower().rstrip(".")
    origins = _read_origins(table, site, surroundings.feeds)
    missing = list(reader.missing)
    if not origins:
        missing.append(f"no feed of {site} is listed here, and origins names none")
    return SiteCredentials(
        site=site,
        origins=origins,
        headers=headers,
        secrets=tuple(reader.secrets),
        missing=tuple(missing),
        is_secret=bool(reader.secrets or reader.missing),
    )


def _read_origins(table: ArrayTable, site: str, feeds: Iterable[ListedFeed]) -> tuple[str, ...]:
    """Read the origins, or take those of the site's feeds."""
    if "origins" not in table.values:
        return tuple(dict.fromkeys(find_origin(feed.url) for feed in feeds if is_of_host(feed.url, site)))
    given = table.values["origins"]
    if not isinstance(given, list) or not 0 < len(given) <= MAX_ORIGINS:
        table.add_problem("origins", "is no such list", _ORIGINS)
        return ()
    origins = []
    for one in given:
        origin = find_origin(one) if isinstance(one, str) and "@" not in one else ""
        if not origin or not re.fullmatch(r"https?://[^/?#\s]+/?", one, re.IGNORECASE):
            table.add_problem("origins", "has one that is none (not shown: it may hold a password)", _ORIGINS)
        origins.append(origin)
    return tuple(dict.fromkeys(origins))


def _read_headers(table: ArrayTable, reader: SecretReader) -> dict[str, str]:
    given = table.values.get("headers", {})
    if not isinstance(given, dict) or len(given) > MAX_HEADERS:
        table.add_problem("headers", "is no such table", _HEADERS)
        return {}
    found: dict[str, str] = {}
    names: set[str] = set()
    for name, value in given.items():
        problem = find_name_problem(name) or ("is there twice" if name.lower() in names else "")
        names.add(name.lower())
        if problem:
            table.add_problem("headers", f"{name[:64]!r} {problem}", _HEADERS)
        elif text := reader.read("headers", value, name=name):
            found[name] = text
    return found


def _read_cookies(table: ArrayTable, reader: SecretReader) -> dict[str, str]:
    """Read cookies by name, or all of them from one text as browsers show it: `a=1; b=2`."""
    given = table.values.get("cookies", {})
    if isinstance(given, str) or (isinstance(given, dict) and set(given) in ({"env"}, {"file"})):
        line = reader.read("cookies", given)
        pairs = [pair.strip().partition("=") for pair in line.strip("; ").split(";")] if line else []
        if len(pairs) > MAX_COOKIES or not all(is_cookie_name(name.strip()) for name, _, _ in pairs):
            table.add_problem(
                "cookies", "is no such line (not shown: it is a secret)", '"name=value; other=value"'
            )
        reader.secrets += [value for _, _, value in pairs if value]
        return {"Cookie": line} if line else {}
    if not isinstance(given, dict) or len(given) > MAX_COOKIES:
        table.add_problem("cookies", "is no such table (not shown: it may be a secret)", _COOKIES)
        return {}
    found = []
    for name, value in given.items():
        text = reader.read("cookies", value, name=name)
        if not is_cookie_name(name) or not is_cookie_value(text):
            problem = "is no name of a cookie, or its value is none (not shown: it is a secret)"
            table.add_problem("cookies", f"{name[:64]!r} {problem}", _COOKIES)
        elif text:
            found.append(f"{name}={text}")
    return {"Cookie": "; ".join(found)} if found else {}


def _read_authorization(table: ArrayTable, reader: SecretReader) -> dict[str, str]:
    if "bearer" in table.values and "basic_auth" in table.values:
        table.add_problem("bearer", "basic_auth is given as well", "one of the two")
        return {}
    if "bearer" in table.values:
        token = reader.read("bearer", table.values["bearer"])
        return {"Authorization": f"Bearer {token}"} if token else {}
    pair = _read_basic(table, reader) if "basic_auth" in table.values else ""
    if not pair:
        return {}
    encoded = base64.b64encode(pair.encode()).decode("ascii")
    reader.secrets += [encoded, pair.partition(":")[2]]
    return {"Authorization": f"Basic {encoded}"}


def _read_basic(table: ArrayTable, reader: SecretReader) -> str:
    """Return user and password as RFC 7617 joins them; "" where something is missing."""
    given = table.values["basic_auth"]
    if isinstance(given, dict) and set(given) == set(_PARTS):
        user, password = (reader.read("basic_auth", given[part], name=part) for part in _PARTS)
        if ":" in user:
            table.add_problem("basic_auth", "has a colon in the user's name", _BASIC)
        return f"{user}:{password}" if user and password else ""
    if isinstance(given, dict) and set(given) not in ({"env"}, {"file"}):
        table.add_problem("basic_auth", "is no such table (not shown: it may be a secret)", _BASIC)
        return ""
    pair = reader.read("basic_auth", given)
    if pair and ":" not in pair:
        table.add_problem("basic_auth", "has no colon (not shown: it is a secret)", _BASIC)
    return pair

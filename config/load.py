"""Reads settings and feeds from the config folder and the environment; every mistake at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import feeds as feed_list
from config import routes as route_list
from config import sites as site_list
from config import webhooks as webhook_list
from config.document import Document, near, read_document, shown_path
from config.document import show as show_found
from config.errors import ConfigError, Mistake
from config.feeds import ListedFeed, read_feeds
from config.settings import TABLES, Described, Settings, described
from config.units import UnfitError, write_duration

FILE = "feedmill.toml"
_OTHER_VARIABLES = ("FEEDMILL_CONFIG", "FEEDMILL_DATA_DIR")
_LISTS = ("sites", "routes", "webhooks")
_EMPTY = Document("", {}, {})


@dataclass(frozen=True, slots=True)
class Loaded:
    """The effective configuration."""

    settings: Settings
    feeds: tuple[ListedFeed, ...]
    origins: Mapping[str, str]
    """Where each setting came from, by dotted name: `default`, `file:line` or an environment variable."""
    folder: Path
    has_feeds_file: bool


def load(folder: Path, environ: Mapping[str, str]) -> Loaded:
    """Read feedmill.toml and feeds.toml of a folder (both may be absent) and FEEDMILL_* variables.

    Raises ConfigError with all mistakes of both files and of the environment.
    """
    mistakes: list[Mistake] = []
    if folder.exists() and not folder.is_dir():
        mistakes.append(Mistake(shown_path(folder), "", "is not a folder", "a folder with feeds.toml"))
    settings_file, feeds_file = folder / FILE, folder / feed_list.FILE
    document = read_document(settings_file, mistakes) if settings_file.is_file() else _EMPTY
    listed = read_document(feeds_file, mistakes) if feeds_file.is_file() else _EMPTY
    values, origins = _from_file(document, mistakes)
    _from_environment(environ, values, origins, mistakes)
    feeds = read_feeds(listed, mistakes)
    tables = {name: table(**values.get(name, {})) for name, table in TABLES.items()}
    routes = route_list.read_routes(document, mistakes)
    settings = Settings(
        **tables,
        sites=site_list.read_sites(document, mistakes),
        routes=routes,
        webhooks=webhook_list.read_webhooks(document, folder, routes, mistakes),
    )
    _check_together(settings, origins, mistakes)
    if mistakes:
        raise ConfigError(mistakes)
    return Loaded(settings, feeds, origins, folder, feeds_file.is_file())


def _from_file(
    document: Document, mistakes: list[Mistake]
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    values: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    known = {(setting.table, setting.key): setting for setting in described()}
    for table, key, value in _written(document, mistakes):
        where = document.where(table, key)
        setting = known.get((table, key))
        if setting is None:
            keys = [other for of, other in known if of == table]
            mistakes.append(
                Mistake(where, f"{table}.{key}", f"unknown key{near(key, keys)}", ", ".join(keys))
            )
            continue
        try:
            values.setdefault(table, {})[key] = setting.kind.read(value)
            origins[setting.name] = where
        except UnfitError:
            mistakes.append(Mistake(where, setting.name, _found(setting, value), setting.kind.allowed))
    return values, origins


def _written(document: Document, mistakes: list[Mistake]) -> Iterator[tuple[str, str, object]]:
    """List the keys of all known tables."""
    for table, content in document.values.items():
        if table in _LISTS:
            continue
        if table not in TABLES:
            known = [*TABLES, *_LISTS]
            found = f"unknown table{near(table, known)}"
            mistakes.append(Mistake(document.where(table), table, found, ", ".join(known)))
        elif not isinstance(content, dict):
            found = f"is {show_found(content)}"
            mistakes.append(Mistake(document.where(table), table, found, f"a table [{table}]"))
        else:
            yield from ((table, key, value) for key, value in content.items())


def _found(setting: Described, value: object) -> str:
    if not setting.secret:
        return f"is {show_found(value)}"
    if "URL" in setting.kind.allowed:
        return "is not such a URL (not shown: it may hold a password)"
    return "is not of this form (not shown: it is a secret)"


def _from_environment(
    environ: Mapping[str, str],
    values: dict[str, dict[str, Any]],
    origins: dict[str, str],
    mistakes: list[Mistake],
) -> None:
    known = list(described())
    for setting in known:
        variable, text = _variable(setting, environ, mistakes)
        if text is None:
            continue
        try:
            values.setdefault(setting.table, {})[setting.key] = setting.kind.read_text(text)
            origins[setting.name] = variable
        except UnfitError:
            mistakes.append(Mistake(variable, setting.name, _found(setting, text), setting.kind.allowed))
    _unknown_variables(environ, known, mistakes)


def _variable(
    setting: Described, environ: Mapping[str, str], mistakes: list[Mistake]
) -> tuple[str, str | None]:
    """Find a setting's variable and its text; a secret may stand in a file that NAME_FILE points to."""
    named = f"{setting.variable}_FILE"
    if not setting.secret or not environ.get(named):
        return setting.variable, environ.get(setting.variable)
    if setting.variable in environ:
        mistakes.append(Mistake(named, setting.name, f"{setting.variable} is set as well", "one of the two"))
        return named, None
    try:
        return named, Path(environ[named]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        found = f"{environ[named]} cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})"
        mistakes.append(Mistake(named, setting.name, found, "path of a file that holds the value"))
        return named, None


def _unknown_variables(environ: Mapping[str, str], known: list[Described], mistakes: list[Mistake]) -> None:
    """Report FEEDMILL_* variables that look meant for feedmill; strangers with that prefix are left alone."""
    names = [setting.variable for setting in known]
    names += [f"{setting.variable}_FILE" for setting in known if setting.secret]
    names += _OTHER_VARIABLES
    tables = tuple(f"FEEDMILL_{table.upper()}_" for table in TABLES)
    for name in environ:
        if not name.startswith("FEEDMILL_") or name in names:
            continue
        suggestion = near(name, names, cutoff=0.85)
        if suggestion or name.startswith(tables):
            mistakes.append(
                Mistake(name, "", f"unknown variable{suggestion}", "FEEDMILL_TABLE_KEY of a setting")
            )


def _check_together(settings: Settings, origins: Mapping[str, str], mistakes: list[Mistake]) -> None:
    """Check what no single value shows."""
    polling = settings.polling
    if polling.min_interval > polling.max_interval:
        name = "polling.max_interval" if "polling.max_interval" in origins else "polling.min_interval"
        found = f"min_interval {write_duration(polling.min_interval)} is longer than"
        found += f" max_interval {write_duration(polling.max_interval)}"
        mistakes.append(Mistake(origins.get(name, "default"), name, found, "min_interval up to max_interval"))

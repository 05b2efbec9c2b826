"""Reads settings and feeds from the config folder and the environment; every mistake at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.errors import ConfigError, ConfigProblem
from config.parsing.document import (
    TomlDocument,
    display_path,
    read_document,
    read_optional_document,
    suggest_word,
)
from config.parsing.document import format_toml_value as show_found
from config.parsing.duration_and_size import InvalidValueError, format_duration
from config.sections import feed_tables as feed_list
from config.sections import route_tables as route_list
from config.sections import site_tables as site_list
from config.sections import webhook_tables as webhook_list
from config.sections.feed_tables import ListedFeed, read_feeds
from config.sections.site_credential_keys import AccessSurroundings
from config.sections.site_tables import ListedSite
from config.settings import TABLES, SettingDescription, Settings, list_setting_descriptions

SETTINGS_FILE = "feedmill.toml"
_OTHER_VARIABLES = ("FEEDMILL_CONFIG", "FEEDMILL_DATA_DIR")
_LISTS = ("sites", "routes", "webhooks")
_EMPTY = TomlDocument("", {}, {})


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """The effective configuration."""

    settings: Settings
    feeds: tuple[ListedFeed, ...]
    origins: Mapping[str, str]
    """Where each setting came from, by dotted name: `default`, `file:line` or an environment variable."""
    folder: Path
    has_feeds_file: bool


def load_config(folder: Path, environ: Mapping[str, str]) -> LoadedConfig:
    """Read feedmill.toml and feeds.toml of a folder (both may be absent) and FEEDMILL_* variables.

    Raises ConfigError with all mistakes of both files and of the environment.
    """
    problems: list[ConfigProblem] = []
    if folder.exists() and not folder.is_dir():
        problems.append(
            ConfigProblem(display_path(folder), "", "is not a folder", "a folder with feeds.toml")
        )
    settings_file, feeds_file = folder / SETTINGS_FILE, folder / feed_list.FEEDS_FILE
    document = read_optional_document(settings_file, problems) or _EMPTY
    listed = read_optional_document(feeds_file, problems) or _EMPTY
    values, origins = _read_file_values(document, problems)
    _read_environment_values(environ, values, origins, problems)
    feeds = read_feeds(listed, problems)
    tables = {name: table(**values.get(name, {})) for name, table in TABLES.items()}
    routes = route_list.read_routes(document, problems, story_window_days=tables["stories"].window_days)
    settings = Settings(
        **tables,
        sites=site_list.read_sites(document, problems, AccessSurroundings(folder, environ, feeds)),
        routes=routes,
        webhooks=webhook_list.read_webhooks(document, folder, routes, problems),
    )
    _check_together(settings, origins, problems)
    if problems:
        raise ConfigError(problems)
    return LoadedConfig(settings, feeds, origins, folder, feeds_file.is_file())


def read_site_file(path: Path) -> tuple[ListedSite, ...]:
    """Read the `[[sites]]` tables of any file, whatever else is in it; raises ConfigError with mistakes."""
    problems: list[ConfigProblem] = []
    sites = site_list.read_sites(read_document(path, problems), problems, AccessSurroundings(path.parent))
    if problems:
        raise ConfigError(problems)
    return sites


def _read_file_values(
    document: TomlDocument, problems: list[ConfigProblem]
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    values: dict[str, dict[str, Any]] = {}
    origins: dict[str, str] = {}
    known = {(setting.table, setting.key): setting for setting in list_setting_descriptions()}
    for table, key, value in _list_written_keys(document, problems):
        where = document.locate_key(table, key)
        setting = known.get((table, key))
        if setting is None:
            keys = [other for of, other in known if of == table]
            problems.append(
                ConfigProblem(
                    where, f"{table}.{key}", f"unknown key{suggest_word(key, keys)}", ", ".join(keys)
                )
            )
            continue
        try:
            values.setdefault(table, {})[key] = setting.kind.read(value)
            origins[setting.name] = where
        except InvalidValueError:
            problems.append(
                ConfigProblem(where, setting.name, _read_value(setting, value), setting.kind.describe_allowed)
            )
    return values, origins


def _list_written_keys(
    document: TomlDocument, problems: list[ConfigProblem]
) -> Iterator[tuple[str, str, object]]:
    """List the keys of all known tables."""
    for table, content in document.values.items():
        if table in _LISTS:
            continue
        if table not in TABLES:
            known = [*TABLES, *_LISTS]
            problems.append(
                ConfigProblem(
                    document.locate_key(table), table, _describe_stranger(table, known), ", ".join(known)
                )
            )
        elif not isinstance(content, dict):
            found = f"is {show_found(content)}"
            problems.append(ConfigProblem(document.locate_key(table), table, found, f"a table [{table}]"))
        else:
            yield from ((table, key, value) for key, value in content.items())


def _describe_stranger(name: str, known: list[str]) -> str:
    """Describe a name at the top of feedmill.toml that is none of its tables: what was probably meant."""
    if name == "feeds":
        return f"[[feeds]] tables stand in {feed_list.FEEDS_FILE}, not here"
    owners = [setting.table for setting in list_setting_descriptions() if setting.key == name]
    if owners:
        return f"is a key, and stands in no table (did you mean {name} under [{'] or ['.join(owners)}]?)"
    return f"unknown table{suggest_word(name, known)}"


def _read_value(setting: SettingDescription, value: object) -> str:
    if not setting.secret:
        return f"is {show_found(value)}"
    if "URL" in setting.kind.describe_allowed:
        return "is not such a URL (not shown: it may hold a password)"
    return "is not of this form (not shown: it is a secret)"


def _read_environment_values(
    environ: Mapping[str, str],
    values: dict[str, dict[str, Any]],
    origins: dict[str, str],
    problems: list[ConfigProblem],
) -> None:
    known = list(list_setting_descriptions())
    for setting in known:
        variable, text = _read_variable(setting, environ, problems)
        if text is None:
            continue
        try:
            values.setdefault(setting.table, {})[setting.key] = setting.kind.read_text(text)
            origins[setting.name] = variable
        except InvalidValueError:
            problems.append(
                ConfigProblem(
                    variable, setting.name, _read_value(setting, text), setting.kind.describe_allowed
                )
            )
    _report_unknown_variables(environ, known, problems)


def _read_variable(
    setting: SettingDescription, environ: Mapping[str, str], problems: list[ConfigProblem]
) -> tuple[str, str | None]:
    """Find a setting's variable and its text; a secret may stand in a file that NAME_FILE points to."""
    named = f"{setting.variable}_FILE"
    if not setting.secret or not environ.get(named):
        return setting.variable, environ.get(setting.variable)
    if setting.variable in environ:
        problems.append(
            ConfigProblem(named, setting.name, f"{setting.variable} is set as well", "one of the two")
        )
        return named, None
    try:
        return named, Path(environ[named]).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        found = f"{environ[named]} cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})"
        problems.append(ConfigProblem(named, setting.name, found, "path of a file that holds the value"))
        return named, None


def _report_unknown_variables(
    environ: Mapping[str, str], known: list[SettingDescription], problems: list[ConfigProblem]
) -> None:
    """Report FEEDMILL_* variables that look meant for feedmill; strangers with that prefix are left alone."""
    names = [setting.variable for setting in known]
    names += [f"{setting.variable}_FILE" for setting in known if setting.secret]
    names += _OTHER_VARIABLES
    tables = tuple(f"FEEDMILL_{table.upper()}_" for table in TABLES)
    for name in environ:
        if not name.startswith("FEEDMILL_") or name in names:
            continue
        suggestion = suggest_word(name, names, cutoff=0.85)
        if suggestion or name.startswith(tables):
            problems.append(
                ConfigProblem(name, "", f"unknown variable{suggestion}", "FEEDMILL_TABLE_KEY of a setting")
            )


def _check_together(settings: Settings, origins: Mapping[str, str], problems: list[ConfigProblem]) -> None:
    """Check what no single value shows."""
    polling = settings.polling
    if polling.min_interval > polling.max_interval:
        name = "polling.max_interval" if "polling.max_interval" in origins else "polling.min_interval"
        found = f"min_interval {format_duration(polling.min_interval)} is longer than"
        found += f" max_interval {format_duration(polling.max_interval)}"
        problems.append(
            ConfigProblem(origins.get(name, "default"), name, found, "min_interval up to max_interval")
        )

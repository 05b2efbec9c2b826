"""The settings in force as an operator may see them: secrets masked, origins named."""

import re
from dataclasses import dataclass

from config.load import LoadedConfig
from config.settings import list_setting_descriptions
from feedmill._entry_filters.rules import format_filters
from feedmill._page_overrides.rules import KEYS


@dataclass(frozen=True, slots=True)
class EffectiveSetting:
    """One setting in force."""

    name: str
    value: object
    """As used inside (seconds, bytes); a secret only in part."""
    written: str
    """As an operator would write it."""
    origin: str


def mask_secret(secret: str) -> str:
    """Hide a secret: of a URL the password and every value after a `?`, anything else whole."""
    if "://" not in secret:
        return "***" if secret else ""
    url = secret
    url = re.sub(r"(?<=://)([^/@]*?)(:[^/]*)?@", lambda part: f"{part[1]}:***@", url)
    return re.sub(r"=[^&]*", "=***", url)


def list_effective_settings(loaded: LoadedConfig) -> list[EffectiveSetting]:
    """List every setting in force, in the order of the tables."""
    rows = []
    for setting in list_setting_descriptions():
        value = getattr(getattr(loaded.settings, setting.table), setting.key)
        if setting.secret and isinstance(value, str):
            value = mask_secret(value)
        origin = loaded.origins.get(setting.name, "default")
        rows.append(EffectiveSetting(setting.name, value, setting.kind.write(value), origin))
    return rows


def list_page_overrides(loaded: LoadedConfig) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the selectors for the pages of sites that have some, by site and key."""
    return {
        listed.site: {key: found for key in KEYS if (found := getattr(listed.overrides, key))}
        for listed in loaded.settings.sites
        if listed.overrides
    }


def list_feed_filters(loaded: LoadedConfig) -> dict[str, list[str]]:
    """Return the filters of feeds that have some, as an operator would write them, by the feed's URL."""
    return {feed.url: format_filters(feed.filters) for feed in loaded.feeds if feed.filters}

"""Lists the settings in force as an operator may see them: secrets masked, origins named."""

import re
from dataclasses import dataclass

from config.load import LoadedConfig
from config.settings import list_setting_descriptions
from feedmill._operator_rules.filter_rule_types import format_filters
from feedmill._operator_rules.page_overrides import KEYS
from feedmill._site_credentials.response_redaction import MASK


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
        return MASK if secret else ""
    url = secret
    url = re.sub(r"(?<=://)([^/@]*?)(:[^/]*)?@", lambda part: f"{part[1]}:{MASK}@", url)
    return re.sub(r"=[^&]*", f"={MASK}", url)


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


@dataclass(frozen=True, slots=True)
class SiteAccessView:
    """What is sent to a site, as an operator may see it."""

    sent: dict[str, str]
    """Header fields; secrets masked."""
    origins: tuple[str, ...]
    missing: tuple[str, ...]
    """What this host does not have."""
    proxy: str = ""
    """Its password masked."""


def describe_site_access(view: SiteAccessView) -> str:
    """Describe in one line what is sent to a site."""
    said = [f"by {view.proxy}"] if view.proxy else []
    if view.sent or view.missing:
        sent = ", ".join(f"{name}: {value}" for name, value in view.sent.items()) or "nothing"
        said.append(f"{sent} to {', '.join(view.origins) or 'nobody'}")
    return "; ".join((*said, *(f"missing: {one}" for one in view.missing)))


def list_site_access(loaded: LoadedConfig) -> dict[str, SiteAccessView]:
    """Return what is sent to sites, and by which proxy, for those of which something is set."""
    views = {}
    for listed in loaded.settings.sites:
        given, proxy = listed.credentials, mask_secret(listed.proxy or "")
        if given:
            sent = {name: MASK if given.hides(value) else value for name, value in given.headers.items()}
            views[listed.site] = SiteAccessView(sent, given.origins, given.missing, proxy)
        elif proxy:
            views[listed.site] = SiteAccessView({}, (), (), proxy)
    return views


def list_feed_filters(loaded: LoadedConfig) -> dict[str, list[str]]:
    """Return the filters of feeds that have some, as an operator would write them, by the feed's URL."""
    return {feed.url: format_filters(feed.filters) for feed in loaded.feeds if feed.filters}

"""Declares every setting of feedmill: its table, name, kind, default and the reason for the default.

The dataclasses are the only list: the reader, `feedmill config show` and docs/configuration.md come
from it. Inside, durations are seconds (float) and sizes are bytes (int).
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from config.parsing.value_kinds import ValueKind
from config.sections.page_settings import PageSettings
from config.sections.polling_settings import PollingSettings
from config.sections.request_settings import NO_CONTACT, NetworkSettings, PolitenessSettings
from config.sections.route_tables import ListedRoute
from config.sections.service_settings import (
    LoggingSettings,
    MetricsSettings,
    RedisSettings,
    StreamSettings,
    WebSettings,
)
from config.sections.site_tables import ListedSite
from config.sections.story_settings import StorySettings
from config.sections.webhook_tables import ListedWebhook
from config.sections.worker_settings import CLEANING_STEPS, WorkerSettings
from feedmill._site_credentials.credentials import CredentialStore

__all__ = [
    "CLEANING_STEPS",
    "NO_CONTACT",
    "TABLES",
    "LoggingSettings",
    "MetricsSettings",
    "NetworkSettings",
    "PageSettings",
    "PolitenessSettings",
    "PollingSettings",
    "RedisSettings",
    "SettingDescription",
    "Settings",
    "StorySettings",
    "StreamSettings",
    "WebSettings",
    "WorkerSettings",
    "list_setting_descriptions",
]


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, one attribute for each table of feedmill.toml."""

    redis: RedisSettings = dataclasses.field(default_factory=RedisSettings)
    network: NetworkSettings = dataclasses.field(default_factory=NetworkSettings)
    politeness: PolitenessSettings = dataclasses.field(default_factory=PolitenessSettings)
    polling: PollingSettings = dataclasses.field(default_factory=PollingSettings)
    workers: WorkerSettings = dataclasses.field(default_factory=WorkerSettings)
    pages: PageSettings = dataclasses.field(default_factory=PageSettings)
    stream: StreamSettings = dataclasses.field(default_factory=StreamSettings)
    stories: StorySettings = dataclasses.field(default_factory=StorySettings)
    web: WebSettings = dataclasses.field(default_factory=WebSettings)
    metrics: MetricsSettings = dataclasses.field(default_factory=MetricsSettings)
    logging: LoggingSettings = dataclasses.field(default_factory=LoggingSettings)
    sites: tuple[ListedSite, ...] = ()
    """Single sites that are treated in a way of their own: `[[sites]]`."""
    routes: tuple[ListedRoute, ...] = ()
    """Streams that take a part of the articles: `[[routes]]`."""
    webhooks: tuple[ListedWebhook, ...] = ()
    """Receivers that articles are sent to: `[[webhooks]]`."""

    @property
    def proxies(self) -> dict[str, str]:
        """The proxies of single hosts, which may hold passwords."""
        return {site.site: site.proxy for site in self.sites if site.proxy}

    @property
    def credentials(self) -> CredentialStore:
        """What this host sends to sites to be let in."""
        return CredentialStore(tuple(site.credentials for site in self.sites if site.credentials))


TABLES: dict[str, type] = {
    "redis": RedisSettings,
    "network": NetworkSettings,
    "politeness": PolitenessSettings,
    "polling": PollingSettings,
    "workers": WorkerSettings,
    "pages": PageSettings,
    "stream": StreamSettings,
    "stories": StorySettings,
    "web": WebSettings,
    "metrics": MetricsSettings,
    "logging": LoggingSettings,
}


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """One declared setting, as the reader and the documentation see it."""

    table: str
    key: str
    kind: ValueKind
    default: str
    """As it would be written in TOML, or in words where it varies."""
    why: str
    secret: bool

    @property
    def name(self) -> str:
        """Dotted name, such as `polling.min_interval`."""
        return f"{self.table}.{self.key}"

    @property
    def variable(self) -> str:
        """Environment variable that overrides it."""
        return f"FEEDMILL_{self.table}_{self.key}".upper()


def list_setting_descriptions() -> Iterator[SettingDescription]:
    """List every setting in the order of the tables."""
    for table, kind_of_table in TABLES.items():
        for field in dataclasses.fields(kind_of_table):
            meta = field.metadata
            default = meta["shown"] or meta["kind"].write(field.default)
            yield SettingDescription(table, field.name, meta["kind"], default, meta["why"], meta["secret"])

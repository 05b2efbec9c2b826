"""Reads and forgets the templates of sites that the ledger keeps, as an operator names them."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import redis

from daemon.errors import InvalidRequestError
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.identity.registrable_domain import find_site
from feedmill._ledger.operations.extraction_history_operations import forget_templates
from worker.publishing.reader_version import READER_VERSION
from worker.templates.template_codec import unpack_templates
from worker.templates.template_description import DescribedTemplate, describe_template
from worker.templates.template_set import SiteTemplates

_NAMES_PER_READ = 1000
"""Names that one read looks at: bounds how long the server works on it."""
_SPECIAL, _ESCAPED = re.compile(r"[][*?\\]"), r"\\\g<0>"
"""What a pattern of Redis names otherwise than as itself, and how it is written there."""
_MAX_RECENT = 200
"""Sources and hosts, those used last, whose templates `doctor` reads: the living ones of most operators."""


class TemplateStore:
    """The templates of one ledger."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client = client
        self._keys = Keys(prefix)
        self._ledger = SyncLedger(client, self._keys)

    def list_names(self, site: str, source: str | None = None) -> list[str]:
        """List what has templates of a site, of all sources or of one: each a source and a host."""
        pattern = None if source is None else f"{_SPECIAL.sub(_ESCAPED, source)} *"
        found = self._client.zscan_iter(self._keys.template_uses(), match=pattern, count=_NAMES_PER_READ)
        names = {name.decode("utf-8", "replace") for name, _ in found}
        wanted = (name for name in names if source is None or split_name(name)[0] == source)
        return sorted(name for name in wanted if find_site(f"http://{split_name(name)[1]}/") == site)

    def describe(self, names: list[str]) -> list[DescribedTemplate]:
        """Describe the templates of these names that readers of this version use."""
        return [
            describe_template(*split_name(name), one)
            for name, known in self._read(names)
            for one in known
            if one.template.pages
        ]

    def count_suspensions(self) -> dict[str, tuple[int, str]]:
        """Count suspensions of templates used lately, by source and host, with the latest reason."""
        latest: Any = self._client.zrange(self._keys.template_uses(), 0, _MAX_RECENT - 1, desc=True)
        found = {}
        for name, known in self._read([raw.decode("utf-8", "replace") for raw in latest]):
            worst = max((one.trust for one in known), key=lambda trust: trust.suspensions, default=None)
            if worst and worst.suspensions:
                found[name] = (worst.suspensions, next(iter(worst.setbacks), ""))
        return found

    def forget(self, names: list[str]) -> int:
        """Forget the templates of these names; returns how many had some."""
        return self._ledger.run(forget_templates(self._keys, names=names, token=uuid4().hex))

    def _read(self, names: list[str]) -> Iterator[tuple[str, SiteTemplates]]:
        with self._client.pipeline(transaction=False) as many:
            for name in names:
                many.hget(self._keys.template(name), str(READER_VERSION))
            packed = many.execute()
        yield from ((name, unpack_templates(one or b"")) for name, one in zip(names, packed, strict=True))


def split_name(name: str) -> tuple[str, str]:
    """Split a name into source and host."""
    source, _, host = name.rpartition(" ")
    return source, host


def parse_site(said: str) -> str:
    """Return the site that an operator names, by itself or by one of its URLs; raises InvalidRequestError."""
    site = find_site(said if "://" in said else f"http://{said}/")
    if not site or " " in said:
        raise InvalidRequestError(f"{said}: give a site such as example.org, or one of its URLs")
    return site

"""The settings in force as an operator may see them: secrets masked, origins named."""

import re
from dataclasses import dataclass

from config.load import Loaded
from config.settings import described


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting in force."""

    name: str
    value: object
    """As used inside (seconds, bytes); a secret only in part."""
    written: str
    """As an operator would write it."""
    origin: str


def masked(secret: str) -> str:
    """Hide a secret: of a URL the password and every value after a `?`, anything else whole."""
    if "://" not in secret:
        return "***" if secret else ""
    url = secret
    url = re.sub(r"(?<=://)([^/@]*?)(:[^/]*)?@", lambda part: f"{part[1]}:***@", url)
    return re.sub(r"=[^&]*", "=***", url)


def shown_settings(loaded: Loaded) -> list[Shown]:
    """List every setting in force, in the order of the tables."""
    rows = []
    for setting in described():
        value = getattr(getattr(loaded.settings, setting.table), setting.key)
        if setting.secret and isinstance(value, str):
            value = masked(value)
        origin = loaded.origins.get(setting.name, "default")
        rows.append(Shown(setting.name, value, setting.kind.write(value), origin))
    return rows

"""Checks that `network.contact` is set where feeds of the public internet are polled."""

from collections.abc import Iterable

from config.errors import ConfigError, ConfigProblem
from config.load import SETTINGS_FILE, LoadedConfig
from config.parsing.document import display_path
from feedmill._ledger.politeness.request_audit_record import is_public

KEY = "network.contact"
REMEDY = (
    'a URL or e-mail address that publishers can reach you at, such as contact = "https://example.org/reader"'
    " under [network], or FEEDMILL_NETWORK_CONTACT (why: `feedmill help polling`)"
)


def find_contact_problem(loaded: LoadedConfig, urls: Iterable[str]) -> ConfigProblem | None:
    """Return what is wrong when feeds of the public internet are to be polled and no contact is set.

    Other feeds need none, nor does a `user_agent` of the operator's that names a URL or an e-mail address.
    """
    network = loaded.settings.network
    if network.contact or "://" in network.user_agent or "@" in network.user_agent:
        return None
    public = [url for url in urls if is_public(url)]
    if not public:
        return None
    where = loaded.origins.get(KEY, display_path(loaded.folder / SETTINGS_FILE))
    more = f" and {len(public) - 1} more" if len(public) > 1 else ""
    found = f"is not set, and feeds of the public internet are listed ({public[0]}{more})"
    return ConfigProblem(where, KEY, found, REMEDY)


def require_contact(loaded: LoadedConfig, urls: Iterable[str]) -> None:
    """Raise ConfigError where a contact is missing."""
    mistake = find_contact_problem(loaded, urls)
    if mistake is not None:
        raise ConfigError([mistake])

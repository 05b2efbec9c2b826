"""Who polls the public internet says whom to ask: `network.contact` must be set for it."""

from collections.abc import Iterable

from config.document import shown_path
from config.errors import ConfigError, Mistake
from config.load import FILE, Loaded
from feedmill._ledger.told import is_public

KEY = "network.contact"
REMEDY = (
    'a URL or e-mail address that publishers can reach you at, such as contact = "https://example.org/reader"'
    " under [network], or FEEDMILL_NETWORK_CONTACT (why: docs/polling.md)"
)


def contact_missing(loaded: Loaded, urls: Iterable[str]) -> Mistake | None:
    """Say what is wrong when feeds of the public internet are to be polled and no contact is set.

    Other feeds need none, nor does a `user_agent` of the operator's that names a URL or an e-mail address.
    """
    network = loaded.settings.network
    if network.contact or "://" in network.user_agent or "@" in network.user_agent:
        return None
    public = [url for url in urls if is_public(url)]
    if not public:
        return None
    where = loaded.origins.get(KEY, shown_path(loaded.folder / FILE))
    more = f" and {len(public) - 1} more" if len(public) > 1 else ""
    found = f"is not set, and feeds of the public internet are listed ({public[0]}{more})"
    return Mistake(where, KEY, found, REMEDY)


def require_contact(loaded: Loaded, urls: Iterable[str]) -> None:
    """Raise ConfigError where a contact is missing."""
    mistake = contact_missing(loaded, urls)
    if mistake is not None:
        raise ConfigError([mistake])

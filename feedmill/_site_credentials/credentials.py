"""Keeps the operator's credentials for sites, and decides which requests they go with.

They go to the origins that the operator names, and with a chain of requests that has been at those alone: a
redirect to anywhere else ends that for the rest of the chain. robots.txt is asked for without any.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from feedmill._site_credentials.origins import find_origin, leads_to
from feedmill._site_credentials.response_redaction import (
    is_within,
    list_written_forms,
    remove_from_bytes,
    remove_from_text,
)

LACKING = "no_credentials"
"""Outcome of what this host cannot request, as it lacks the credentials that are set for it."""
_ADDRESSES = frozenset({"location", "refresh"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCredentials:
    """What is sent to the origins of one site; no secret is shown where this is printed."""

    site: str
    origins: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Header fields by name."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """What of them is never to be shown."""
    missing: tuple[str, ...] = ()
    """What this host does not have, in words: nothing is sent then."""
    is_secret: bool = True
    """Something of it lets in; a user agent alone does not."""

    def hides(self, value: str) -> bool:
        """Return whether a field's value has a secret in it."""
        return any(secret in value for secret in self.secrets)


class CredentialChain:
    """The credentials of one request and of the redirects that it leads to."""

    def __init__(self, credentials: SiteCredentials) -> None:
        self._credentials = credentials
        self._forms = list_written_forms(credentials.secrets)
        self._is_open = True
        self.was_sent = False
        """What lets in has gone with a request of the chain."""

    def select_headers(self, url: str) -> Mapping[str, str]:
        """Return what goes with a request to the next address of the chain."""
        self._is_open = self._is_open and leads_to(url, self._credentials.origins)
        if not self._is_open or find_origin(url) not in self._credentials.origins:
            return {}
        self.was_sent = self.was_sent or self._credentials.is_secret
        return self._credentials.headers

    def merge_headers(self, url: str, headers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return what is sent to the next address, and what of it may be shown; cookies come together."""
        given = self.select_headers(url)
        names = {name.lower() for name in given}
        kept = {name: value for name, value in headers.items() if name.lower() not in names}
        sent = {**kept, **given}
        chained = next((value for name, value in headers.items() if name.lower() == "cookie"), "")
        if chained and "Cookie" in given:
            sent["Cookie"] = f"{given['Cookie']}; {chained}"
        return sent, {
            **kept,
            **{name: value for name, value in given.items() if not self._credentials.hides(value)},
        }

    def clean_answer(self, body: bytes, headers: Mapping[str, str]) -> tuple[bytes, Mapping[str, str]]:
        """Return an answer's body and header fields without the secrets that they show.

        Addresses that it leads to stay as they are: `is_shown_in` is asked before one is followed.
        """
        if not self.was_sent:
            return body, headers
        fields = {
            name: value if name in _ADDRESSES else remove_from_text(value, self._forms)
            for name, value in headers.items()
        }
        return remove_from_bytes(body, self._forms), fields

    def clean_text(self, text: str) -> str:
        """Return a text that quotes an answer without the secrets that it shows."""
        return remove_from_text(text, self._forms) if self.was_sent else text

    def is_shown_in(self, url: str) -> bool:
        """Return whether an address has a secret in it."""
        return self.was_sent and is_within(url, self._forms)


@dataclass(frozen=True, slots=True)
class CredentialStore:
    """The credentials that this host has."""

    sites: tuple[SiteCredentials, ...] = ()
    elsewhere: Collection[str] = ()
    """Origins that credentials are set for on another host."""

    def find(self, url: str) -> SiteCredentials | None:
        """Return the credentials for an address; None where there are none."""
        return next((one for one in self.sites if leads_to(url, one.origins)), None)

    def open_chain(self, url: str) -> CredentialChain | None:
        """Begin a chain of requests at an address that the operator or the feed names."""
        found = self.find(url)
        return None if found is None or found.missing else CredentialChain(found)

    def find_lack(self, url: str, *, needed: bool = False) -> str:
        """Return why an address cannot be requested, in words: credentials that are set are not here.

        `needed`: they are set for it on the host that listed it. "" where nothing is missing.
        """
        found = self.find(url)
        if found is not None:
            return "; ".join(found.missing)
        if needed or leads_to(url, self.elsewhere):
            return f"credentials are set for {find_origin(url)}, but not on this host"
        return ""

    def covers(self, url: str) -> bool:
        """Return whether an address is behind credentials."""
        return leads_to(url, self.list_origins())

    def list_origins(self) -> tuple[str, ...]:
        """Return the origins whose pages need credentials."""
        here = (origin for one in self.sites if one.is_secret for origin in one.origins)
        return tuple(dict.fromkeys((*here, *self.elsewhere)))


NO_CREDENTIALS = CredentialStore()

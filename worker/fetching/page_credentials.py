"""Decides which credentials of this host go with a page's request. Pure."""

from feedmill._ledger.core.records import LeasedPage
from feedmill._site_credentials.credentials import CredentialChain, CredentialStore


def needs_credentials(page: LeasedPage) -> bool:
    """Return whether the scheduler has listed a page as one behind credentials."""
    return page.entry.access in ("page", "both")


def find_page_lack(page: LeasedPage, credentials: CredentialStore) -> str:
    """Return why this host cannot request a page, in words: it lacks credentials. "" where it can."""
    return credentials.find_lack(page.url, needed=True) if needs_credentials(page) else ""


def open_page_chain(page: LeasedPage, credentials: CredentialStore) -> CredentialChain | None:
    """Return what goes with a page's request; None for nothing.

    What lets in goes with pages alone that were listed so: their names join no other source's article.
    """
    found = credentials.find(page.url)
    if found is None or (found.is_secret and not needs_credentials(page)):
        return None
    return credentials.open_chain(page.url)


def is_restricted(page: LeasedPage, *, with_credentials: bool) -> bool:
    """Return whether what is made of a page, or of the feed's words about it, is behind credentials."""
    return with_credentials or page.entry.access in ("feed", "both")

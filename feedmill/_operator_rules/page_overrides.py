"""Describes selectors for the pages of one site, as the operator writes them: frozen values."""

import msgspec

KEYS = ("text", "drop", "title", "authors", "published", "next")
MAX_SELECTORS = 20
"""Selectors of one site: each costs a walk over the page."""
MAX_SELECTOR_CHARS = 500
"""Characters of a selector: bounds its steps, and with them the work for each page."""


class PageOverrides(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """CSS selectors; what one finds wins over what is found without it."""

    text: tuple[str, ...] = ()
    """What the text stands in."""
    drop: tuple[str, ...] = ()
    """What is no part of the page."""
    title: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    """The link to the page on which an article goes on."""

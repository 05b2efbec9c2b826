"""Numbers the reader that made a text; the number grows with every change of what pages are read as.

The ledger notes it beside an article's fingerprint. Where an article was read by another reader than this
one, a text that differs proves nothing about the page: `worker.fetching.revisit_policy` finds what else
shows that it changed. So does another way of reading: the full way and a site's template are two readers.
"""

from typing import Literal

ReadingOrigin = Literal["full", "template", "either"]
"""Which way gave a text: extraction, the site's template, or both alike (the feed's words come by none)."""

READER_VERSION = 1
"""Raise it when extraction, cleaning or metadata give another text or title than the last release did.

0 stands for all readers up to release 0.1.0, which note no number.
tests/worker/reading/golden_texts.json holds what this reader makes of some pages, and
`python tools/write_golden_texts.py` writes it; its test fails where texts change without a raise.
"""
MAX_READER_VERSION = 127
"""The ledger has one byte for it, and a bit of that for the way."""
_TEMPLATE_BIT = 0x80
"""Marks a reading by a site's template; readers that have no templates take its number for another's."""


def list_reader_numbers(origin: ReadingOrigin = "full", reader: int = READER_VERSION) -> tuple[int, ...]:
    """Return the numbers of the readings that one of this origin can be compared with, its own in front."""
    full, template = reader, reader | _TEMPLATE_BIT
    return {"full": (full,), "template": (template,), "either": (full, template)}[origin]

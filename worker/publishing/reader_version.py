"""Numbers the reader that made a text; the number grows with every change of what pages are read as.

The ledger notes it beside an article's fingerprint. Where an article was read by another reader than this
one, a text that differs proves nothing about the page: `worker.fetching.change_evidence` finds what else
shows that it changed.
"""

READER_VERSION = 1
"""Raise it when extraction, cleaning or metadata give another text or title than the last release did.

0 stands for all readers up to release 0.1.0, which note no number.
tests/worker/reading/golden_texts.json holds what this reader makes of some pages, and
`python tools/write_golden_texts.py` writes it; its test fails where texts change without a raise.
"""
MAX_READER_VERSION = 255
"""The ledger has one byte for it."""

"""Describes how a poll, or a page on its way, ended."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a poll or a page ended."""

    word: str
    """From a closed list. Of a poll: ok, unchanged, not_modified, html, http_404, timeout, gate …;
    of a page: created, updated, joined, held, deferred, dead …, or why the page is dropped."""
    reason: str = ""
    """What led to it, where the word does not show it: why a page is put off, the article that it joined …"""
    detail: str = ""
    """More on it for people, such as the text of an error."""

"""Describes what `learn` answers: how an article is like the others of its source. Frozen values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiblingArticle:
    """Another article of the source, as far as it is like the one in hand."""

    group: str
    """The id of the article that it counts as: its own, or that of an earlier one with mostly its text."""
    title: bytes
    """Hashes of 3 bytes of its title's words."""
    shared: frozenset[int]
    """Numbers of the entries of the article in hand that this one has too."""


@dataclass(frozen=True, slots=True)
class LearnedSource:
    """What is known of a source once an article is among what is known."""

    group: str
    """What the article itself counts as."""
    siblings: tuple[SiblingArticle, ...] = ()
    awaited: int = 0
    """Pages of the same source and site that are still to be read, soon; 0 once enough articles are known."""
    held: int = 0
    """Pages held for the source."""

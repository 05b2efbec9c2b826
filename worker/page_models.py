"""Describes what the reading of a page takes and returns: frozen values, no behavior but counting."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

TextSource = Literal["page", "feed", "transcript"]


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A fetched page: where it was found in the end, its bytes (content-decoded), its Content-Type header."""

    url: str
    body: bytes
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """The answer's header fields, names in lower case, for reservations of rights."""
    fetched_at: datetime | None = None
    """When it was fetched: no date of publication is later; None when that is not known."""


@dataclass(frozen=True, slots=True)
class RemovedText:
    """A piece of text that was taken out, with the rule that took it."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """One block of a cleaned text as flat data, for what is learned from other articles of its source."""

    text: str
    kind: str
    """paragraph, heading, item, quote, cell or code."""
    gap: str
    """What stands between the line before and this one."""
    printed: str
    """The line in the plain form."""
    marked: str
    """The line in Markdown."""
    linked: float = 0.0
    """The share (0 to 1) of its characters within links."""
    strong: float = 0.0
    """The share (0 to 1) of its characters in bold."""
    lead: str = ""
    """The words before its only link, where it ends with that link."""
    markup: str = ""
    """Tags and classes of the block and what it stands in: alike for paragraphs of one article."""
    home: int = -1
    """Number of the element that the block's element stands in."""


@dataclass(frozen=True, slots=True)
class CleanedArticle:
    """An article as it is published: text, what was found about it, and what was taken out.

    `text` is NFC: blocks stand apart by one empty line, lines of one block by a newline. Times carry a
    zone. `text_from` is `page` or `feed`: where the text comes from.
    """

    title: str
    text: str
    standfirst: str | None = None
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    updated_at: datetime | None = None
    lang: str | None = None
    lang_declared: str | None = None
    """The language that the page declares, which differs from `lang` where the text contradicts it."""
    image: str | None = None
    canonical_url: str | None = None
    reading_seconds: int | None = None
    agencies: tuple[str, ...] = ()
    dateline: str | None = None
    word_count: int = 0
    text_from: TextSource = "page"
    removed: tuple[RemovedText, ...] = field(default=())
    put_back: tuple[RemovedText, ...] = field(default=())
    """What steps took beyond their bounds, by the step's name; it is in `text`."""
    markdown: str = ""
    section: str | None = None
    keywords: tuple[str, ...] = ()
    free: bool | None = None
    """Whether the whole page is free to read, by the publisher's marks; None where there are none."""
    rights: tuple[str, ...] = ()
    """Reservations against AI training and text and data mining; see `worker.metadata.tdm_rights`."""
    confidence: float = 1.0
    """From 0 to 1; what the doubts leave (`worker.quality.confidence.CONFIDENCE_FACTORS`)."""
    doubts: tuple[str, ...] = ()
    """The evidence against the text, in the words of `worker.quality.confidence.CONFIDENCE_FACTORS`."""
    lines: tuple[TextLine, ...] = field(default=(), repr=False)
    """The blocks of `text`, in order."""
    tdm_reserved: bool | None = None
    """Whether the page itself reserves text and data mining, which counts before its origin's tdmrep.json."""
    next_page: str | None = None
    """The address of the page on which the article goes on; None once that is read."""

    def count_put_back(self) -> dict[str, int]:
        """Count what was put back by the rule that had taken it."""
        return dict(Counter(piece.rule for piece in self.put_back))

    def count_removed(self) -> dict[str, int]:
        """Count the removed pieces of text by rule."""
        return dict(Counter(piece.rule for piece in self.removed))


@dataclass(frozen=True, slots=True)
class RejectedPage:
    """A page that is no article; `outcome` names why in one word of a closed list, `detail` in a few more.

    Outcomes: pdf, binary, not_html, empty, login, consent, challenge, paywall, index, not_found, too_long,
    maintenance, parked, error, unrelated.
    """

    outcome: str
    detail: str = ""
    evidence: tuple[str, ...] = ()
    """What was weighed, each with its points (`worker.quality.wall_check`), what weighs most first."""

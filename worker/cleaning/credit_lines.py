"""Removes and keeps credits: agencies, reporters, and the dateline that opens a report."""

import re
from dataclasses import replace

from worker.cleaning.draft import CleaningDraft
from worker.document.block_tests import LABEL_CHARS
from worker.page_models import RemovedText
from worker.vocabulary.labels import load_labels, normalize_label, parse_agency_names

_REPORTERS_SPLIT = re.compile(r",|&|\s(?:and|und|et|y|e|i)\s")
_REPORTING = re.compile(
    r"(?:reporting (?:by|from)|contributing:|mitarbeit:|avec)\s*"
    r"(?P<names>[^;()]+?)(?=;|\)|\.?$|\s*,?\s+editing by)",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"^(?P<place>[A-ZÀ-ÞĀ-Ž\u0400-\u042f][\w.’'\-]*(?:[ ,/]+[A-ZÀ-Þ\u0400-\u042f][\w.’'\-]*){0,6})"  # noqa: RUF001
    r"(?:\s*,\s*(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:,?\s+\d{4})?|\d{1,2}\s+[A-Z][a-z]{2,8}(?:,?\s+\d{4})?))?"
    r"\s*(?:\((?P<agency>[^()]{2,40})\))?\s*(?P<dash>—|–|--|-|:)\s+(?=\S)"  # noqa: RUF001
)
_MAX_DATELINE_CHARS = 70
"""Characters of the longest dateline; what is longer before its dash is a sentence."""

_MAX_CREDIT_CHARS = 120
"""Characters of the longest line that credits agencies: four or five names; what is longer is a sentence."""
_CREDITS_ABOVE = 3
"""Lines from the top of a text among which a bare agency's name is a credit."""
_CREDITS_BELOW = 6
"""Lines from the end of a text among which a bare agency's name is a credit."""
_SUFFIX_LINES = 3
"""Lines from the end of a text whose last words in parentheses may be a credit: notes may stand below it."""
_MAX_REPORTERS_CHARS = 240
"""Characters of the longest line of reporters and editors: some ten names with their places."""
_REPORTERS_BELOW = 8
"""Lines from the end of a text among which reporters are named: corrections and notes may stand below."""
_MIN_NAME_WORDS = 2
"""Words of a person's name at least: a single one may be a place or an office."""
_MAX_NAME_WORDS = 4
"""Words of a person's name at most: more are a phrase."""


def remove_agency_credits(draft: CleaningDraft) -> CleaningDraft:
    """Remove lines that credit news agencies and keep their names as `agencies`.

    A line goes when all of it is a credit ("With inputs from …", "Source: …", a name in parentheses) and
    all names in it are agencies; "Source: the ministry" stays, as does any sentence that quotes an agency.
    """
    gone, names = [], list(draft.agencies)
    count = len(draft.blocks)
    for place, block in enumerate(draft.blocks):
        if len(block.text) > _MAX_CREDIT_CHARS:
            continue
        at_edge = place < _CREDITS_ABOVE or place >= count - _CREDITS_BELOW
        found = parse_agency_credit(block.text, at_edge=at_edge)
        if found:
            gone.append(place)
            names.extend(found)
    if not names:
        names.extend(name for block in draft.below for name in _parse_credit_below(block.text))
    return replace(draft, agencies=tuple(dict.fromkeys(names))).remove_blocks(gone, "agency_credit")


def _parse_credit_below(text: str) -> tuple[str, ...]:
    """Read a credit that the extractor has left out already; a bare agency name is not enough there."""
    named = load_labels().find_agency("credit", text) if len(text) <= _MAX_CREDIT_CHARS else None
    return parse_agency_names(named) if named else ()


def parse_agency_credit(text: str, *, at_edge: bool) -> tuple[str, ...]:
    """Return the agencies that a whole line credits, none when it is no credit."""
    named = load_labels().find_agency("credit", text)
    if named is not None:
        return parse_agency_names(named) or (("Agencies",) if not named else ())
    if normalize_label(text) in load_labels().exact["credit"] and at_edge:
        return ("Agencies",)
    if not at_edge:
        return ()
    return parse_agency_names(text) if len(text) < LABEL_CHARS else ()


def remove_agency_suffix(draft: CleaningDraft) -> CleaningDraft:
    """Take a credit in parentheses off the end of the last paragraphs: "… he said. (Xinhua)".

    Only at the very end of the text, only where every name is an agency; the sentence stays.
    """
    blocks, names, removed = list(draft.blocks), list(draft.agencies), list(draft.removed)
    for place in range(max(0, len(blocks) - _SUFFIX_LINES), len(blocks)):
        block = blocks[place]
        found = re.search(r"\s*[(\[（【]([^()（）\[\]]{2,60})[)\]）】]\s*$", block.text)  # noqa: RUF001
        if not found or found.start() == 0:
            continue
        agencies = parse_agency_credit(found[1], at_edge=True)
        if agencies:
            names.extend(agencies)
            removed.append(RemovedText(text=found[0].strip(), rule="agency_suffix"))
            text = block.text[: found.start()].rstrip()
            blocks[place] = replace(block, text=text, key="".join(text.split()))
    return replace(draft, blocks=tuple(blocks), agencies=tuple(dict.fromkeys(names)), removed=tuple(removed))


def remove_reporter_credits(draft: CleaningDraft) -> CleaningDraft:
    """Remove "Reporting by …; editing by …" lines near the end; keep reporters, and agencies as `agencies`.

    Whole lines only; a sentence about a person who reports stays. Editors are no reporters.
    """
    count = len(draft.blocks)
    gone, names, agencies = [], list(draft.reporters), list(draft.agencies)
    for place, block in enumerate(draft.blocks):
        if (
            place < count - _REPORTERS_BELOW
            or len(block.text) > _MAX_REPORTERS_CHARS
            or not load_labels().is_label("reporter", block.text)
        ):
            continue
        gone.append(place)
        reporting = _REPORTING.search(block.text)
        if reporting and (found := parse_agency_names(reporting["names"])):
            agencies.extend(found)
        elif reporting:
            names.extend(
                name for part in _REPORTERS_SPLIT.split(reporting["names"]) if (name := _parse_person(part))
            )
    draft = replace(draft, reporters=tuple(dict.fromkeys(names)), agencies=tuple(dict.fromkeys(agencies)))
    return draft.remove_blocks(gone, "reporter_credit")


def _parse_person(part: str) -> str:
    """Read a name without the place that it reports from; empty when it is none of two to four words."""
    words = re.split(r"\s+(?:in|from|aus)\s+", part.strip(" .()"))[0].split()
    is_name = _MIN_NAME_WORDS <= len(words) <= _MAX_NAME_WORDS
    named = is_name and all(word[0].isupper() for word in words[:: len(words) - 1])
    return " ".join(words) if named else ""


def remove_dateline(draft: CleaningDraft) -> CleaningDraft:
    """Read the place (and agency) that opens a report: "QINGDAO, June 26 (Xinhua) — The two-day …".

    Nothing is removed: the text keeps its sentence.
    """
    for block in draft.blocks[:3]:
        found = _DATELINE.match(block.text[: _MAX_DATELINE_CHARS + 20])
        if not found or found.end() > _MAX_DATELINE_CHARS or found["dash"] == ":":
            continue
        agencies = parse_agency_names(found["agency"]) if found["agency"] else ()
        capitals = (
            sum(char.isupper() for char in found["place"].split(",")[0])
            > len(found["place"].split(",")[0]) * 0.6
        )
        if agencies or (capitals and found["dash"] != "-"):
            return replace(
                draft,
                dateline=found["place"].strip(" ,"),
                agencies=tuple(dict.fromkeys((*draft.agencies, *agencies))),
            )
    return draft

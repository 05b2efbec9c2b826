"""Removes rows of bylines, dates and share words around the text; removes and keeps reading times."""

import re
from dataclasses import replace
from itertools import pairwise

from worker.cleaning.draft import CleaningDraft
from worker.cleaning.removal_surroundings import is_running
from worker.document.block_tests import fold_text, lead_elsewhere
from worker.document.blocks import Block
from worker.page_models import RemovedText
from worker.vocabulary.date_lines import is_date
from worker.vocabulary.labels import load_labels, normalize_label
from worker.vocabulary.reading_times import may_be_reading_time, parse_reading_seconds

_MAX_LEADING_TIMES = 6
"""Blocks from the top that may open with a reading time; further down such words are part of the text."""
_MOST_ROWS = 100
"""Lines above the first paragraph that are checked for bylines; more of them are a table or a list."""
_LINES_OF_HEAD = 2
"""Lines of running text from which on a row stands among the text: one above it may be a standfirst."""
_MAX_PIECES = 8
"""Elements of a line that are searched for a reading time: such a row is short, and the cost has a bound."""
_MAX_ROW_CHARS = 160
"""Characters of the longest row of bylines, dates and share words; what is longer is a paragraph."""
_MAX_BYLINE_CHARS = 120
"""Characters of the longest byline: three or four writers with what they are."""
_MIN_DATED_WORDS = 4
"""Words of a date and its writer in one at least: two of each."""
_MAX_DATED_WORDS = 16
"""Words of a date and its writer in one at most: with more it is a sentence."""
_MAX_PARTICLE_CHARS = 3
"""Characters up to which a word of a name may be a particle in lower case: "de", "von", "bin"."""
_ROW = re.compile(r"\s*[|·•‧∙▪●/]\s*|\s+[–—-]\s+|\s{2,}")  # noqa: RUF001
_INITIALS = re.compile(r"[(\[][^\W\d_]{2,4}(?:[/,;] ?[^\W\d_]{2,5}){0,3}[)\]]")
_BY = re.compile(r"^(?:by|von|par|por|di|da|od|автор|written by|words by)[:\s]+", re.IGNORECASE)


def remove_reading_times(draft: CleaningDraft) -> CleaningDraft:
    """Remove reading times and keep them as `reading_seconds`.

    A whole line that is a duration with a word for reading goes wherever it stands; at the start of a
    paragraph only where the markup sets it apart. "He ran for two minutes" is no reading time.
    """
    gone, seconds, blocks = [], draft.reading_seconds, list(draft.blocks)
    removed, head = list(draft.removed), min(draft.head(), _MOST_ROWS)
    for place, block in enumerate(blocks):
        found = (
            parse_reading_seconds(block.text, is_marked=_is_marked_time(block))
            if may_be_reading_time(block.text)
            else None
        )
        if found is None and place < head and _is_row(block, draft):
            found = next(
                (
                    time
                    for part in _ROW.split(block.text)
                    if (time := parse_reading_seconds(part, is_marked=True)) is not None
                ),
                None,
            )
        if found is not None:
            gone.append(place)
            seconds = seconds or found
        elif place < _MAX_LEADING_TIMES and len(block.pieces) > 1:
            lead, found = _find_leading_time(block)
            if found is not None:
                seconds = seconds or found
                blocks[place] = _cut_lead(block, lead)
                removed.append(RemovedText(text=" ".join(block.pieces[:lead]), rule="read_time"))
    draft = replace(draft, blocks=tuple(blocks), reading_seconds=seconds, removed=tuple(removed))
    draft = _find_joined_times(draft.remove_blocks(gone, "read_time"))
    return (
        draft
        if draft.reading_seconds is not None
        else replace(draft, reading_seconds=_find_time_above(draft))
    )


def _is_marked_time(block: Block) -> bool:
    """Return whether the markup calls a block a reading time."""
    return block.has_class_word("read", "reading", "readtime", "rt")


def _find_time_above(draft: CleaningDraft) -> int | None:
    """Read a reading time that the extractor has left out already: a whole line, or a part of a row.

    A part stands between marks (" · ") or in an element of its own.
    """
    for block in draft.above:
        parts = (block.text, *_ROW.split(block.text), *block.pieces[:_MAX_PIECES])
        for part in filter(may_be_reading_time, parts):
            if (found := parse_reading_seconds(part, is_marked=_is_marked_time(block))) is not None:
                return found
    for one, two in pairwise(draft.above):
        if (found := parse_reading_seconds(f"{one.text} {two.text}")) is not None:
            return found
    return None


def _find_leading_time(block: Block) -> tuple[int, int | None]:
    for size in range(min(6, len(block.pieces) - 1), 0, -1):
        found = parse_reading_seconds(" ".join(block.pieces[:size]))
        if found is not None:
            return size, found
    return 0, None


def _cut_lead(block: Block, lead: int) -> Block:
    rest = block.text
    for piece in block.pieces[:lead]:
        start = rest.find(piece)
        rest = rest[start + len(piece) :] if start >= 0 else rest
    rest = rest.lstrip(" .|·•–—-:")  # noqa: RUF001
    return Block(
        text=rest,
        frame=block.frame,
        run=block.run,
        index=block.index,
        linked=block.linked,
        strong=block.strong,
        words=block.words,
        pieces=block.pieces[lead:],
        hrefs=block.hrefs,
        key="".join(rest.split()),
    )


def _find_joined_times(draft: CleaningDraft) -> CleaningDraft:
    """Find a reading time printed over neighboring lines: "Reading time" above "3 minutes"."""
    if draft.reading_seconds is not None:
        return draft
    for place in range(min(draft.head(), len(draft.blocks) - 1, _MOST_ROWS)):
        pair = f"{draft.blocks[place].text} {draft.blocks[place + 1].text}"
        found = parse_reading_seconds(pair)
        if found is not None:
            return replace(draft, reading_seconds=found).remove_blocks((place, place + 1), "read_time")
    return draft


def remove_bylines(draft: CleaningDraft) -> CleaningDraft:
    """Remove rows of byline, date, share and listen words above the first paragraph.

    A row goes when every part of it is such a word, a date, or one of the page's authors, and so does what
    leads to one that stands elsewhere ("Written by", "Last updated on:"). Sentences, cells and items stay,
    and dates and labels below a second line of running text, where all paragraphs are short.
    """
    head = min(draft.head(), _MOST_ROWS)
    running = [place for place, block in enumerate(draft.blocks[:head]) if is_running(block)]
    among = running[_LINES_OF_HEAD - 1] if len(running) >= _LINES_OF_HEAD else head
    gone = [
        place
        for place, block in enumerate(draft.blocks[:head])
        if _is_row(block, draft) and (place < among or not _may_be_text(block))
    ]
    return draft.remove_blocks(gone, "byline")


def _may_be_text(block: Block) -> bool:
    """Return whether a row is a date or a label that a text may have in its middle, and names no writer."""
    return is_date(block.text) or load_labels().is_label("share", block.text)


def _is_row(block: Block, draft: CleaningDraft) -> bool:
    if len(block.text) > _MAX_ROW_CHARS or block.text.endswith(("?", "!")):
        return False
    if _is_row_part(block.text, draft):
        return True
    if block.kind == "paragraph" and normalize_label(block.text) in load_labels().leads:
        return True
    parts = [part for part in _ROW.split(block.text) if part.strip()]
    known = [part for part in parts if _is_row_part(part, draft)]
    return bool(known) and all(
        part in known or parse_reading_seconds(part, is_marked=True) is not None for part in parts
    )


def _is_row_part(text: str, draft: CleaningDraft) -> bool:
    known = load_labels()
    if is_date(text) or known.is_label("share", text) or parse_reading_seconds(text) is not None:
        return True
    bare = fold_text(text)
    authors = {fold_text(author) for author in draft.facts.authors}
    if bare in authors or fold_text(_BY.sub("", text)) in authors:
        return True
    if draft.facts.site and bare == fold_text(draft.facts.site):
        return True
    return is_byline(text) or _is_dated_byline(text)


def _is_dated_byline(text: str) -> bool:
    """Return whether a text is a date and the writer in one: "Last updated on 2 August by Jane Doe"."""
    words = text.split()
    if not _MIN_DATED_WORDS <= len(words) <= _MAX_DATED_WORDS or not any(map(str.isdigit, text)):
        return False
    halves = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(2, len(words) - 1))
    return any((is_date(one) and is_byline(two)) or (is_byline(one) and is_date(two)) for one, two in halves)


def is_byline(text: str) -> bool:
    """Return whether a text names its writer and nothing else: names are capitalized where the script can."""
    if len(text) > _MAX_BYLINE_CHARS or not load_labels().is_label("byline", text):
        return False
    words = [word for word in re.split(r"[\s,:()]+", text)[1:] if word[:1].isalpha()]
    names = [word for word in words if len(word) > _MAX_PARTICLE_CHARS]
    return (
        all(not (word[0].islower()) for word in names)
        or normalize_label(text) in load_labels().exact["byline"]
    )


def _is_row_of_date(block: Block, host: str) -> bool:
    """Return whether a date is a row of the page: no cell, and no link to another site (a source's name)."""
    return block.kind != "cell" and not lead_elsewhere((block,), host)


def remove_closing_rows(draft: CleaningDraft) -> CleaningDraft:
    """Remove date, share and byline rows after the last paragraph, and initials: "(abc)" as the last line.

    Whole lines only; a signature that is no known author and has no "By" stays, and rows above the last two
    lines of running text, where all paragraphs are short.
    """
    tail = draft.tail()
    running = [place for place in range(tail, len(draft.blocks)) if is_running(draft.blocks[place])]
    among = running[-_LINES_OF_HEAD] if len(running) >= _LINES_OF_HEAD else tail
    authors = {fold_text(author) for author in draft.facts.authors}
    gone = [
        place
        for place in range(tail, len(draft.blocks))
        if not (place < among and _may_be_text(draft.blocks[place]))
        if load_labels().is_label("share", draft.blocks[place].text)
        or (is_date(draft.blocks[place].text) and _is_row_of_date(draft.blocks[place], draft.facts.host))
        or is_byline(draft.blocks[place].text)
        or (place == len(draft.blocks) - 1 and _INITIALS.fullmatch(draft.blocks[place].text))
        or fold_text(draft.blocks[place].text) in authors
    ]
    return draft.remove_blocks(gone, "closing_rows")

"""Steps for what stands above and right under a headline."""

import re
from dataclasses import replace
from itertools import pairwise

from worker.blocks import Block
from worker.clean.labels import is_date, labels, may_be_time, normal, reading_seconds
from worker.clean.story import Story, comparable, is_paragraph
from worker.page import Removed

_HEADLINE_ZONE = 6
_ROW = re.compile(r"\s*[|·•‧∙▪●/]\s*|\s+[–—-]\s+|\s{2,}")  # noqa: RUF001
_INITIALS = re.compile(r"[(\[][^\W\d_]{2,4}(?:[/,;] ?[^\W\d_]{2,5}){0,3}[)\]]")
_BY = re.compile(r"^(?:by|von|par|por|di|da|od|автор|written by|words by)[:\s]+", re.IGNORECASE)


def headline(story: Story) -> Story:
    """Remove the headline where it is repeated at the top of the text.

    Looks at the first blocks only and at whole blocks that equal a known title (a heading may have a kicker
    before it). Never removes a line that
    merely resembles it, nor one below the first paragraphs.
    """
    gone = []
    for place, block in enumerate(story.blocks[:_HEADLINE_ZONE]):
        text = comparable(block.text)
        if (
            text in story.about.titles
            or (block.level == 1 and any(_alike(text, title) for title in story.about.titles))
            or (block.level and _closes(block, story.about.titles))
        ):
            gone.append(place)
        elif is_paragraph(block) and place > 0:
            break
    return story.without(gone, "headline")


def _alike(text: str, title: str) -> bool:
    short, long = sorted((text, title), key=len)
    return len(short) >= 15 and short in long and len(short) * 2 >= len(long)  # noqa: PLR2004


def _closes(block: Block, titles: tuple[str, ...]) -> bool:
    """Tell whether a heading is a kicker, set apart by markup or a colon, and a title after it."""
    after = block.text.partition(":")[2]
    rests = [after, *("".join(block.pieces[place:]) for place in range(1, len(block.pieces)))]
    return any(len(rest) >= 15 and comparable(rest) in titles for rest in rests)  # noqa: PLR2004


def read_time(story: Story) -> Story:
    """Remove reading times and keep them as `reading_seconds`.

    A whole line that is a duration with a word for reading goes wherever it stands; at the start of a
    paragraph only where the markup sets it apart. "He ran for two minutes" is no reading time.
    """
    gone, seconds, blocks = [], story.reading_seconds, list(story.blocks)
    removed, head = list(story.removed), story.head()
    for place, block in enumerate(blocks):
        found = reading_seconds(block.text, told=_says_time(block)) if may_be_time(block.text) else None
        if found is None and place < head and _is_row(block, story):
            found = next(
                (
                    time
                    for part in _ROW.split(block.text)
                    if (time := reading_seconds(part, told=True)) is not None
                ),
                None,
            )
        if found is not None:
            gone.append(place)
            seconds = seconds or found
        elif place < _HEADLINE_ZONE and len(block.pieces) > 1:
            lead, found = _leading_time(block)
            if found is not None:
                seconds = seconds or found
                blocks[place] = _shortened(block, lead)
                removed.append(Removed(text=" ".join(block.pieces[:lead]), rule="read_time"))
    story = replace(story, blocks=tuple(blocks), reading_seconds=seconds, removed=tuple(removed))
    story = _joined_times(story.without(gone, "read_time"))
    return story if story.reading_seconds is not None else replace(story, reading_seconds=_time_above(story))


def _says_time(block: Block) -> bool:
    """Tell whether the markup calls a block a reading time."""
    return block.said_by("read", "reading", "readtime", "rt")


def _time_above(story: Story) -> int | None:
    """Read a reading time that the extractor has left out already: a whole line, or a part of a row."""
    for block in story.above:
        for part in filter(may_be_time, (block.text, *_ROW.split(block.text))):
            if (found := reading_seconds(part, told=_says_time(block))) is not None:
                return found
    for one, two in pairwise(story.above):
        if (found := reading_seconds(f"{one.text} {two.text}")) is not None:
            return found
    return None


def _time_in_row(block: Block) -> int | None:
    return next(
        (time for part in _ROW.split(block.text) if (time := reading_seconds(part)) is not None), None
    )


def _leading_time(block: Block) -> tuple[int, int | None]:
    for size in range(min(6, len(block.pieces) - 1), 0, -1):
        found = reading_seconds(" ".join(block.pieces[:size]))
        if found is not None:
            return size, found
    return 0, None


def _shortened(block: Block, lead: int) -> Block:
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


def _joined_times(story: Story) -> Story:
    """Find a reading time printed over neighbouring lines: "Reading time" above "3 minutes"."""
    if story.reading_seconds is not None:
        return story
    for place in range(min(story.head(), len(story.blocks) - 1)):
        pair = f"{story.blocks[place].text} {story.blocks[place + 1].text}"
        found = reading_seconds(pair)
        if found is not None:
            return replace(story, reading_seconds=found).without((place, place + 1), "read_time")
    return story


def byline(story: Story) -> Story:
    """Remove rows of byline, date, share and listen words above the first paragraph.

    A row goes when every part of it is such a word, a date, or one of the page's authors, and so does what
    leads to one that stands elsewhere ("Written by", "Last updated on:"). Sentences, cells and items stay.
    """
    head = story.head()
    gone = [place for place, block in enumerate(story.blocks[:head]) if _is_row(block, story)]
    return story.without(gone, "byline")


def _is_row(block: Block, story: Story) -> bool:
    if len(block.text) > 160 or block.text.endswith(("?", "!")):  # noqa: PLR2004
        return False
    if _is_row_part(block.text, story):
        return True
    if block.kind == "paragraph" and normal(block.text) in labels().leads:
        return True
    parts = [part for part in _ROW.split(block.text) if part.strip()]
    known = [part for part in parts if _is_row_part(part, story)]
    return bool(known) and all(
        part in known or reading_seconds(part, told=True) is not None for part in parts
    )


def _is_row_part(text: str, story: Story) -> bool:
    known = labels()
    if is_date(text) or known.says("share", text) or reading_seconds(text) is not None:
        return True
    bare = comparable(text)
    authors = {comparable(author) for author in story.about.authors}
    if bare in authors or comparable(_BY.sub("", text)) in authors:
        return True
    if story.about.site and bare == comparable(story.about.site):
        return True
    return is_byline(text) or _is_dated_byline(text)


def _is_dated_byline(text: str) -> bool:
    """Tell whether a text is a date and the writer in one breath: "Last updated on 2 August by Jane Doe"."""
    words = text.split()
    if not 4 <= len(words) <= 16 or not any(map(str.isdigit, text)):  # noqa: PLR2004
        return False
    halves = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(2, len(words) - 1))
    return any((is_date(one) and is_byline(two)) or (is_byline(one) and is_date(two)) for one, two in halves)


def is_byline(text: str) -> bool:
    """Tell whether a text names its writer and nothing else: names are capitalised where the script can."""
    if len(text) > 120 or not labels().says("byline", text):  # noqa: PLR2004
        return False
    words = [word for word in re.split(r"[\s,:()]+", text)[1:] if word[:1].isalpha()]
    names = [word for word in words if len(word) > 3]  # noqa: PLR2004
    return all(not (word[0].islower()) for word in names) or normal(text) in labels().exact["byline"]


def closing_rows(story: Story) -> Story:
    """Remove date, share and byline rows after the last paragraph, and initials: "(abc)" as the last line.

    Whole lines only; a signature that is no known author and has no "By" stays.
    """
    authors = {comparable(author) for author in story.about.authors}
    gone = [
        place
        for place in range(story.tail(), len(story.blocks))
        if labels().says("share", story.blocks[place].text)
        or (is_date(story.blocks[place].text) and story.blocks[place].kind != "cell")
        or is_byline(story.blocks[place].text)
        or (place == len(story.blocks) - 1 and _INITIALS.fullmatch(story.blocks[place].text))
        or comparable(story.blocks[place].text) in authors
    ]
    return story.without(gone, "closing_rows")

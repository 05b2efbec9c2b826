"""Learns a site's template from readings of its pages by the full way, one after the other. Pure.

The full way is the teacher: which blocks the extraction took, and which of them a cleaning step took out by
which rule. No gold and no word of the feed is asked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from worker.document.block_tests import has_weight, is_long
from worker.document.blocks import Block
from worker.page_models import RemovedText
from worker.templates.page_pruning import add_parts
from worker.templates.path_prints import (
    drop_words,
    find_container,
    hash_bare,
    hash_path,
    is_within,
    loosen_path,
)
from worker.templates.template_values import BlockZone, PageReading, PathCounts, SiteTemplate, add_counts

MOST_PATHS = 160
"""Paths of a template within its container, those with most text: what a template may take of memory."""
MOST_AROUND = 400
"""Prints of paths outside the container that are kept, for the same bound."""
_MOST_MARKS = 8
"""Marks of a template that are kept, for the same bound: there are five names of them."""
_MOST_KNOWN_SHARE = 0.5
"""Share of a page's different paths, known from other pages, from which on its site has its old markup."""
_MIN_ALIKE_SHARE = 0.6
"""Share of a text's characters in text paths of a template from which a page is of that template."""


def observe_page(
    everything: Sequence[Block],
    chosen: Sequence[Block],
    removed: Sequence[RemovedText],
    *,
    paths: Sequence[str],
    words: int,
    marks: Mapping[str, str] | None = None,
    parts: Mapping[int, int] | None = None,
) -> PageReading | None:
    """Describe a reading; None where its text does not stand on the page as shown.

    `everything` are the page's blocks, `chosen` those that the extraction took (landmarks aside), `removed`
    what cleaning took out of those, `paths` those of all blocks (`path_prints.list_paths`), `words` the
    count of the cleaned text, `parts` those of the page (`page_pruning.list_parts`).
    """
    taken = {block.index for block in chosen if not block.is_landmark}
    if not taken or min(taken) < 0 or max(taken) >= len(everything):
        return None
    container = find_container([paths[index] for index in sorted(taken)])
    first, last = find_span([block for block in everything if block.index in taken])
    gone = Counter((piece.text, piece.rule) for piece in removed)
    rules = _match_rules([everything[index] for index in sorted(taken)], gone)
    counts: dict[str, PathCounts] = {}
    around: set[int] = set()
    outside: dict[str, PathCounts] = {}
    chars: Counter[str] = Counter()
    bare = drop_words(container)
    said = {everything[index].key for index in taken}
    for block, path in zip(everything, paths, strict=True):
        if block.index not in taken and not is_within(drop_words(path), bare):
            around.update((hash_path(loosen_path(path)), hash_bare(path)))
            if block.key not in said:
                zone = find_zone(block.index, first, last)
                outside[path] = _count_block(
                    outside.get(path) or PathCounts(), block, zone, None, is_text=False
                )
            continue
        if block.index not in taken and block.key in said:
            continue  # of a line that stands there twice the extraction takes one, of whatever path
        zone = find_zone(block.index, first, last)
        counted = counts.get(path) or PathCounts()
        counts[path] = _count_block(
            counted, block, zone, rules.get(block.index), is_text=block.index in taken
        )
        if block.index in taken and block.index not in rules:
            chars[path] += len(block.key)
    counts = {path: replace(one, pages=int(path in chars)) for path, one in counts.items()}
    return PageReading(
        counts, frozenset(around), outside, container, chars, dict(marks or {}), words, parts or {}
    )


def find_span(blocks: Sequence[Block]) -> tuple[int, int]:
    """Return the indexes of the first and the last line as long as a sentence; those of all where none is."""
    long = [block.index for block in blocks if is_long(block) and not block.level] or [
        block.index for block in blocks
    ]
    return (min(long), max(long)) if long else (0, -1)


def find_zone(index: int, first: int, last: int) -> BlockZone:
    """Return where a block stands, by the first and the last of the running text."""
    return BlockZone.ABOVE if index < first else BlockZone.BELOW if index > last else BlockZone.AMONG


def _match_rules(blocks: Sequence[Block], gone: Counter[tuple[str, str]]) -> dict[int, str]:
    """Find the blocks that steps took out whole: their index with the rule."""
    by_text: dict[str, list[str]] = {}
    for (text, rule), times in gone.items():
        by_text.setdefault(text, []).extend([rule] * times)
    return {block.index: by_text[block.text].pop() for block in blocks if by_text.get(block.text)}


def _count_block(
    counts: PathCounts, block: Block, zone: BlockZone, rule: str | None, *, is_text: bool
) -> PathCounts:
    weighs = has_weight(block)
    if not is_text:
        left_pages = _mark_zone(counts.left_pages, zone) if weighs else counts.left_pages
        return replace(counts, left=_add_one(counts.left, zone), left_pages=left_pages)
    rules = {**counts.rules, rule: counts.rules.get(rule, 0) + 1} if rule else counts.rules
    text_pages = _mark_zone(counts.text_pages, zone) if weighs else counts.text_pages
    return replace(counts, text=_add_one(counts.text, zone), rules=rules, text_pages=text_pages)


def _add_one(counts: tuple[int, int, int], zone: BlockZone) -> tuple[int, int, int]:
    one, two, three = (count + (place == zone) for place, count in enumerate(counts))
    return one, two, three


def _mark_zone(pages: tuple[int, int, int], zone: BlockZone) -> tuple[int, int, int]:
    """Count the page once in a zone, however many blocks of a path it has there."""
    one, two, three = (1 if place == zone else count for place, count in enumerate(pages))
    return one, two, three


def learn_reading(template: SiteTemplate | None, reading: PageReading) -> SiteTemplate:
    """Return a template that has learned from one reading more."""
    if template is None:
        return SiteTemplate(
            paths=_bound_paths(reading.paths),
            around=frozenset(sorted(reading.around)[:MOST_AROUND]),
            container=reading.container,
            marks=reading.marks,
            pages=1,
            least_words=reading.words,
            most_words=reading.words,
            parts=add_parts({}, reading.parts),
        )
    paths = dict(template.paths)
    for path, counts in reading.paths.items():
        before = paths.get(path) or _recall_outside(template, path, counts)
        paths[path] = add_counts(before, counts)
    for path, counts in reading.outside.items():
        if path in template.paths:  # another page's text went further up or down
            paths[path] = add_counts(paths[path], counts)
    marks = dict(list({**template.marks, **reading.marks}.items())[:_MOST_MARKS])
    around = sorted(template.around) + sorted(reading.around - template.around)
    return replace(
        template,
        paths=_bound_paths(paths),
        around=frozenset(around[:MOST_AROUND]),
        container=find_container([f"{path}>*" for path in (template.container, reading.container)]),
        marks=marks,
        pages=template.pages + 1,
        least_words=min(template.least_words, reading.words),
        most_words=max(template.most_words, reading.words),
        parts=add_parts(template.parts, reading.parts),
    )


def _recall_outside(template: SiteTemplate, path: str, counts: PathCounts) -> PathCounts:
    """Return what is known of a path that was outside the container so far: it was left out in its zone."""
    if hash_path(loosen_path(path)) not in template.around or any(counts.left):
        return PathCounts()
    return PathCounts(left=counts.text, left_pages=counts.text_pages)


def _bound_paths(paths: Mapping[str, PathCounts]) -> dict[str, PathCounts]:
    """Keep the MOST_PATHS that were seen most often."""
    if len(paths) <= MOST_PATHS:
        return dict(paths)
    often = sorted(paths.items(), key=lambda item: (-sum(item[1].text), -sum(item[1].left), item[0]))
    return dict(often[:MOST_PATHS])


def is_redesign(templates: Sequence[SiteTemplate], reading: PageReading) -> bool:
    """Return whether a page shares neither the place of its text nor most of its markup with any template.

    A page of another kind (a video, a live page) has the site's menus and footers round its text.
    """
    places = {path for template in templates for path, counts in template.paths.items() if counts.pages}
    size = sum(reading.text_chars.values())
    if sum(chars for path, chars in reading.text_chars.items() if path in places) >= size * _MIN_ALIKE_SHARE:
        return False
    seen = {hash_path(loosen_path(path)) for path in (*reading.paths, *reading.outside)}
    known = {hash_path(loosen_path(path)) for template in templates for path in template.paths}
    known.update(*(template.around for template in templates))
    return len(seen - known) > len(seen) * _MOST_KNOWN_SHARE


def is_of_template(template: SiteTemplate, reading: PageReading) -> bool:
    """Return whether a reading is of this template: most of its text stands where the template has text."""
    known = {loosen_path(path) for path, counts in template.paths.items() if counts.pages}
    size = sum(reading.text_chars.values()) or 1
    shared = sum(chars for path, chars in reading.text_chars.items() if loosen_path(path) in known)
    return shared >= size * _MIN_ALIKE_SHARE

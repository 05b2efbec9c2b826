"""Applies a site's template to the blocks of a page: takes the text by its paths, and lists what is doubtful.

What it takes goes the same way as what the extraction finds: landmarks, cleaning, learning. A doubt sends the
page the full way. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from worker.document.block_tests import has_weight, is_link, is_long
from worker.document.blocks import Block
from worker.templates.path_prints import drop_words, is_within, loosen_path
from worker.templates.template_index import Role, TemplateIndex
from worker.templates.template_learning import find_span, find_zone

MOST_UNKNOWN = 0.1
"""Share of a page's different paths, unknown to the template, above which the page is doubtful."""
_MIN_LENGTH_FACTOR = 0.5
"""Part of the shortest text learned from under which a length is doubtful."""
_MAX_LENGTH_FACTOR = 2.0
"""Multiple of the longest text learned from above which a length is doubtful."""


@dataclass(frozen=True, slots=True)
class AppliedTemplate:
    """What a template takes of a page; `doubts` name why it should not be trusted there, in single words."""

    index: TemplateIndex
    blocks: tuple[Block, ...]
    doubts: tuple[str, ...]
    never_kept: frozenset[str] = frozenset()
    """Texts of paths of which cleaning has taken out each line on all pages so far."""


def choose_template(templates: Sequence[TemplateIndex], paths: Sequence[str]) -> TemplateIndex | None:
    """Return the template that has most of a page's paths; None where there is no template."""
    if len(templates) < 2:  # noqa: PLR2004  the only one is measured when it is applied
        return next(iter(templates), None)
    return min(templates, key=lambda each: each.measure_unknown(paths))


def apply_template(
    index: TemplateIndex, everything: Sequence[Block], paths: Sequence[str], passed: int = 0
) -> AppliedTemplate:
    """Take a page's text by a template; `paths` are those of all blocks (`path_prints.list_paths`).

    `passed` is how many different parts of the page the walk over its blocks has passed.
    """
    first, last = find_span(_list_sure_blocks(index, everything, paths))
    roles = [
        index.find_role(path, find_zone(block.index, first, last), has_weight=has_weight(block))
        for block, path in zip(everything, paths, strict=True)
    ]
    taken = [block for block, role in zip(everything, roles, strict=True) if role == "text"]
    doubts = {
        "no_text": last < first or not taken,
        "unknown_paths": index.measure_unknown(paths, passed) > MOST_UNKNOWN,
        "unknown_text": any(
            role == "unknown" and _is_telling(block) and is_within(drop_words(path), index.bare_container)
            for block, path, role in zip(everything, paths, roles, strict=True)
        ),
        "mixed_path": _has_role(everything, roles, "mixed"),
        "rare_path": _has_role(everything, roles, "rare"),
        "repeated_text": _has_repeated(taken),
        "path_empty": not index.steady <= {loosen_path(path) for path in paths},
    }
    never_kept = frozenset(
        block.text
        for block, path, role in zip(everything, paths, roles, strict=True)
        if role == "text" and has_weight(block) and not index.is_kept(path)
    )
    named = tuple(doubt for doubt, seen in doubts.items() if seen)
    return AppliedTemplate(index, tuple(taken), named, never_kept)


def is_unusual_length(index: TemplateIndex, words: int) -> bool:
    """Return whether a text has far fewer or far more words than those that the template was learned from."""
    template = index.template
    return not template.least_words * _MIN_LENGTH_FACTOR <= words <= template.most_words * _MAX_LENGTH_FACTOR


def _list_sure_blocks(index: TemplateIndex, everything: Sequence[Block], paths: Sequence[str]) -> list[Block]:
    """List the running text by which the zones of the other blocks are found."""
    return [
        block
        for block, path in zip(everything, paths, strict=True)
        if is_long(block) and not block.level and index.find_role(path, None, has_weight=True) == "text"
    ]


def _has_role(blocks: Sequence[Block], roles: Sequence[Role], wanted: Role) -> bool:
    """Return whether a line of weight has this role."""
    return any(role == wanted and has_weight(block) for block, role in zip(blocks, roles, strict=True))


def _has_repeated(blocks: Sequence[Block]) -> bool:
    """Return whether a line as long as a sentence stands there twice: the full way keeps one of the two."""
    keys = [block.key for block in blocks if is_long(block)]
    return len(set(keys)) < len(keys)


def _is_telling(block: Block) -> bool:
    """Return whether a block might be a part of an article: no link, and no scrap of a few letters."""
    return not is_link(block) and (is_long(block) or block.level > 0 or block.kind != "paragraph")

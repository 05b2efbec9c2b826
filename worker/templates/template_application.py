"""Applies a site's template to the blocks of a page: takes the text by its paths, and lists what is doubtful.

What it takes goes the same way as what the extraction finds: landmarks, cleaning, learning. A doubt sends the
page the full way. Pure.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from worker.document.block_tests import has_weight, is_link, is_long
from worker.document.blocks import Block
from worker.templates.path_prints import drop_words, is_within
from worker.templates.path_role_index import PathRoleIndex
from worker.templates.template_learning import find_span, find_zone

_OPEN_DOUBTS = {"unknown": "unknown_text", "mixed": "mixed_path", "rare": "rare_path"}
"""What lines make doubtful of which a template knows no role, two roles, or one of a single page."""
_MIN_LENGTH_FACTOR = 0.5
"""Part of the shortest text learned from under which a length is doubtful."""
_MAX_LENGTH_FACTOR = 2.0
"""Multiple of the longest text learned from above which a length is doubtful."""


@dataclass(frozen=True, slots=True)
class AppliedTemplate:
    """What a template takes of a page; `doubts` name why it should not be trusted there, in single words."""

    index: PathRoleIndex
    blocks: tuple[Block, ...]
    doubts: tuple[str, ...]
    open_blocks: tuple[Block, ...] = ()
    """Lines of which the template does not know whether they are text."""
    open_doubts: tuple[str, ...] = ()
    """What those make doubtful, unless cleaning takes all of them."""
    copies: tuple[Block, ...] = ()
    """Paragraphs of `blocks` that are the standfirst once more."""
    repeated: frozenset[str] = frozenset()
    """Texts as long as a sentence that stand there twice: the full way keeps one of the two."""
    never_kept: frozenset[str] = frozenset()
    """Texts of paths of which cleaning has taken out each line on all pages so far."""


def apply_template(
    index: PathRoleIndex,
    everything: Sequence[Block],
    paths: Sequence[str],
    passed: int = 0,
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
    copies = _find_copies(taken, paths)
    doubts = {
        "no_text": last < first or not taken,
        "unknown_paths": index.is_unknown(paths, passed),
        "path_empty": not index.homes <= {drop_words(path).rpartition(">")[0] for path in paths},
    }
    open_roles = {
        block.index: role
        for block, path, role in zip(everything, paths, roles, strict=True)
        if (role in ("mixed", "rare") and has_weight(block))
        or (role == "unknown" and _is_telling(block) and is_within(drop_words(path), index.bare_container))
    }
    never_kept = frozenset(
        block.text
        for block, path, role in zip(everything, paths, roles, strict=True)
        if role == "text" and has_weight(block) and not index.is_kept(path)
    )
    return AppliedTemplate(
        index,
        tuple(taken),
        tuple(doubt for doubt, seen in doubts.items() if seen),
        tuple(block for block in everything if block.index in open_roles),
        tuple(doubt for role, doubt in _OPEN_DOUBTS.items() if role in open_roles.values()),
        copies,
        _find_repeated([block for block in taken if block not in copies]),
        never_kept,
    )


def _find_copies(taken: Sequence[Block], paths: Sequence[str]) -> tuple[Block, ...]:
    """Find the paragraphs that are the standfirst once more: cleaning or extraction takes one of the two.

    A standfirst stands above the first line on the path that most sentences have.
    """
    usual = Counter(paths[block.index] for block in taken if is_long(block) and not block.level).most_common(
        1
    )
    if not usual:
        return ()
    above = takewhile(lambda block: paths[block.index] != usual[0][0], taken)
    standfirsts = {block.key for block in above if is_long(block)}
    return tuple(block for block in taken if paths[block.index] == usual[0][0] and block.key in standfirsts)


def is_unusual_length(index: PathRoleIndex, words: int) -> bool:
    """Return whether a text has far fewer or far more words than those that the template was learned from."""
    template = index.template
    return not template.least_words * _MIN_LENGTH_FACTOR <= words <= template.most_words * _MAX_LENGTH_FACTOR


def _list_sure_blocks(index: PathRoleIndex, everything: Sequence[Block], paths: Sequence[str]) -> list[Block]:
    """List the running text by which the zones of the other blocks are found."""
    return [
        block
        for block, path in zip(everything, paths, strict=True)
        if is_long(block) and not block.level and index.find_role(path, None, has_weight=True) == "text"
    ]


def _find_repeated(blocks: Sequence[Block]) -> frozenset[str]:
    """Return the texts of lines as long as a sentence that stand there twice."""
    times = Counter(block.key for block in blocks if is_long(block))
    return frozenset(block.text for block in blocks if times[block.key] > 1)


def _is_telling(block: Block) -> bool:
    """Return whether a block might be a part of an article: no link, and no scrap of a few letters."""
    return not is_link(block) and (has_weight(block) or block.level > 0 or block.kind != "paragraph")

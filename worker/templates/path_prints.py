"""Computes the path of a block (tags and class words from the page's root down, digits folded) and its hash.

The words of `html`, `body`, `main` and `article` do not count: they name sections, keywords and numbers of
the single page. Pure.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from zlib import crc32

from worker.document.block_tests import is_link
from worker.document.blocks import Block, ElementFrame

LINKED_MARK = "~"
"""Ends the path of a block that is nothing but links."""
_BETWEEN = ">"
_BARE_MARK = "?"
"""Begins what is hashed of a path without class words."""
_MAX_PATH_CHARS = 600
"""Characters of the longest path that is kept whole; a longer one keeps its end, and a hash of the rest."""
_KEPT_CHARS = 200
"""Characters of the end that such a path keeps: the nearest elements distinguish lines."""
_MAX_WORDS_CHARS = 120
"""Characters of class words of one element: style by classes makes a hundred of them."""
_KNOWN_PATHS = 4096
"""Paths, of some ten sites, whose other forms a process keeps: bounds its memory."""
_PAGE_TAGS = frozenset(("html", "body", "main", "article"))
_BARE_PATH = ""
_DIGITS = re.compile("[0-9]+")


def list_paths(blocks: Sequence[Block], known: dict[int, str] | None = None) -> list[str]:
    """Return the path of each block; the empty one for blocks that stand in no element.

    `known` has the paths of frames by number, and takes those of the others.
    """
    found = {} if known is None else known
    return [_print_block(block, found) for block in blocks]


@lru_cache(maxsize=_KNOWN_PATHS)
def loosen_path(path: str) -> str:
    """Return a path with the class words of its last element alone: what is left where other words vary."""
    outer, between, own = path.rpartition(_BETWEEN)
    return f"{drop_words(outer)}{between}{own}"


@lru_cache(maxsize=_KNOWN_PATHS)
def drop_words(path: str) -> str:
    """Return a path without its class words."""
    return _BETWEEN.join(step.partition(".")[0] for step in path.split(_BETWEEN))


def find_container(paths: Sequence[str]) -> str:
    """Return the path of the lowest element that holds all of these, the steps' class words aside."""
    if not paths:
        return _BARE_PATH
    steps = [path.removesuffix(LINKED_MARK).split(_BETWEEN)[:-1] for path in paths]
    shared: list[str] = []
    for column in zip(*steps, strict=False):
        tags = {step.partition(".")[0] for step in column}
        if len(tags) > 1:
            break
        shared.append(column[0] if len(set(column)) == 1 else tags.pop())
    return _BETWEEN.join(shared)


def is_within(path: str, container: str) -> bool:
    """Return whether a path leads through a container, both without class words."""
    return path.startswith(container) and path[len(container) : len(container) + 1] in ("", _BETWEEN)


@lru_cache(maxsize=_KNOWN_PATHS)
def hash_path(path: str) -> int:
    """Hash a path to 32 bits."""
    return crc32(path.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=_KNOWN_PATHS)
def hash_bare(path: str) -> int:
    """Hash a path without class words; it never meets one that has none to drop."""
    return hash_path(f"{_BARE_MARK}{drop_words(path).removesuffix(LINKED_MARK)}")


def _print_block(block: Block, known: dict[int, str]) -> str:
    if block.frame is None:
        return _BARE_PATH
    path = _print_frame(block.frame, known)
    return f"{path}{LINKED_MARK}" if is_link(block) else path


def _print_frame(frame: ElementFrame, known: dict[int, str]) -> str:
    """Print a frame's path; `known` has those of the frames seen so far, by number."""
    path = known.get(frame.number)
    if path is not None:
        return path
    unknown = list(_list_unknown(frame, known))
    outer = unknown[-1].parent
    path = known[outer.number] if outer else _BARE_PATH
    for inner in reversed(unknown):
        path = known[inner.number] = extend_path(path, inner.tag, inner.words)
    return path


@lru_cache(maxsize=_KNOWN_PATHS)
def extend_path(outer: str, tag: str, words: str) -> str:
    """Add an element with its class words to the path of what it stands in."""
    step = tag if tag in _PAGE_TAGS else _print_step(tag, words)
    path = f"{outer}{_BETWEEN}{step}" if outer else step
    if len(path) > _MAX_PATH_CHARS:
        return f"#{hash_path(path):08x}{_BETWEEN}{path[-_KEPT_CHARS:].partition(_BETWEEN)[2]}"
    return path


def _list_unknown(frame: ElementFrame, known: dict[int, str]) -> Iterator[ElementFrame]:
    for outer in frame.up():
        if outer.number in known:
            return
        yield outer


@lru_cache(maxsize=4096)
def _print_step(tag: str, words: str) -> str:
    names = _DIGITS.sub("0", words)[:_MAX_WORDS_CHARS].split()
    return ".".join((tag, *names))

"""Writes the templates of one source and site as bytes within a bound, and reads them again. Pure."""

import zlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any, get_args

import msgspec

from worker.templates.template_set import MOST_TEMPLATES, KnownTemplate, SiteTemplates
from worker.templates.template_trust import TemplateTrust, TrustState
from worker.templates.template_values import PathCounts, SiteTemplate

MOST_BYTES = 16_384
"""Bytes of all templates of one source and site as written: bounds what the ledger keeps of each."""
_MOST_DECODED_BYTES = 1_048_576
"""Bytes that stored templates may unpack to: bounds the memory, whatever the stored bytes are."""
_LAYOUT_VERSION = 3
"""Version of the stored form. What has another one reads as nothing learned: such sites go the full
way until ten pages or so have taught and tried their templates, and the first of these writes over what was
stored. While two versions work on one ledger each undoes the other's: a rolling upgrade needs a new
READER_VERSION as well, by whose number templates are kept."""
_KEPT_TEMPLATES = 64
"""Templates, of some twenty sites, that a process keeps read and written: bounds its memory to some MB."""
_COMPRESSION_LEVEL = 6
"""Level of zlib (0 to 9), its usual one: higher levels cost time for few bytes."""


def pack_templates(known: SiteTemplates) -> bytes:
    """Write templates in at most MOST_BYTES: paths seen least go first, then the oldest template."""
    known = known[:MOST_TEMPLATES]
    while known:
        data = _write(known)
        if len(data) <= MOST_BYTES:
            return data
        largest = max(known, key=lambda one: _count_prints(one.template))
        smaller = _halve_rare(largest.template)
        if smaller is None:
            known = known[:-1]
        else:
            known = tuple(replace(one, template=smaller) if one is largest else one for one in known)
    return b""


def unpack_templates(data: bytes) -> SiteTemplates:
    """Read what `pack_templates` wrote; nothing where the bytes are none of it.

    A template that a process has read before is the same value again: of most pages only its trust changes.
    """
    if not data:
        return ()
    try:
        layout, rows = msgspec.msgpack.decode(data)
        if layout != _LAYOUT_VERSION:
            return ()
        return tuple(
            KnownTemplate(_read_template(written), _read_trust(trust))
            for trust, written in rows[:MOST_TEMPLATES]
        )
    except (zlib.error, msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError):
        return ()


class _Identity:
    """A template as the key of what was made of it: it cannot be hashed, and comparing it costs as much."""

    __slots__ = ("template",)

    def __init__(self, template: SiteTemplate) -> None:
        self.template = template

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.template is self.template

    def __hash__(self) -> int:
        return id(self.template)


def _write(known: SiteTemplates) -> bytes:
    rows = [[asdict(one.trust), _write_template(_Identity(one.template))] for one in known]
    return msgspec.msgpack.encode([_LAYOUT_VERSION, rows])


@lru_cache(maxsize=_KEPT_TEMPLATES)
def _write_template(one: _Identity) -> bytes:
    template = one.template
    value = {
        "paths": {path: _write_counts(counts) for path, counts in template.paths.items()},
        "around": sorted(template.around),
        "container": template.container,
        "marks": dict(template.marks),
        "parts": [[pages, print_] for print_, pages in template.parts.items()],
        "words": [template.pages, template.least_words, template.most_words, template.reader],
    }
    return zlib.compress(msgspec.json.encode(value), _COMPRESSION_LEVEL)


def _write_counts(counts: PathCounts) -> list[Any]:
    numbers = [*counts.text, *counts.left, *counts.text_pages, *counts.left_pages, counts.pages]
    return [*numbers, *([dict(counts.rules)] if counts.rules else [])]


@lru_cache(maxsize=_KEPT_TEMPLATES)
def _read_template(written: bytes) -> SiteTemplate:
    value: Mapping[str, Any] = msgspec.json.decode(
        zlib.decompressobj().decompress(written, _MOST_DECODED_BYTES)
    )
    pages, least, most, reader = map(int, value["words"])
    return SiteTemplate(
        paths={str(path): _read_counts(counts) for path, counts in value["paths"].items()},
        around=frozenset(map(int, value["around"])),
        container=str(value["container"]),
        marks={str(name): str(path) for name, path in value["marks"].items()},
        parts={int(print_): int(pages) for pages, print_ in value.get("parts", ())},
        pages=pages,
        least_words=least,
        most_words=most,
        reader=reader,
    )


def _read_trust(value: Mapping[str, Any]) -> TemplateTrust:
    trust = TemplateTrust(**value)
    trust = replace(trust, setbacks=tuple(map(str, trust.setbacks)))
    if trust.state not in get_args(TrustState):
        raise ValueError(trust.state)
    return trust


def _read_counts(counts: list[Any]) -> PathCounts:
    zones = [(int(counts[at]), int(counts[at + 1]), int(counts[at + 2])) for at in (0, 3, 6, 9)]
    rules = {str(rule): int(times) for rule, times in counts[13].items()} if len(counts) > 13 else {}  # noqa: PLR2004
    text, left, text_pages, left_pages = zones
    return PathCounts(text, left, rules, int(counts[12]), text_pages, left_pages)


def _count_prints(template: SiteTemplate) -> int:
    return len(template.paths) + len(template.around) + len(template.parts)


def _halve_rare(template: SiteTemplate) -> SiteTemplate | None:
    """Return a template without the half of its paths that pages had least; None where hardly any is left."""
    if len(template.parts) > max(len(template.paths), len(template.around)):
        return replace(template, parts={})
    if len(template.around) > len(template.paths):
        kept = sorted(template.around)[: len(template.around) // 2]
        return replace(template, around=frozenset(kept))
    often = sorted(template.paths.items(), key=lambda item: (-item[1].pages, -sum(item[1].left), item[0]))
    if len(often) < 2:  # noqa: PLR2004
        return None
    return replace(template, paths=dict(often[: len(often) // 2]))

"""Reads what entries enclose, and what podcasts state of an episode, from feedparser's names and JSON Feed's.

Sources: RSS 2.0 `enclosure`, RFC 4287 section 4.2.7.2 (rel=enclosure), Media RSS, Apple's podcast tags,
the Podcast Namespace, JSON Feed 1.1 `attachments`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from feedmill.enclosures import Enclosure, Episode
from scheduler.field_values.links import resolve_link

MAX_ENCLOSURES = 20
"""Enclosures of an entry; those past it are left out, to bound the entry's size."""
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{1,2})(?:[.,]\d{1,9})?")
_NUMBER = re.compile(r"(\d{1,15})(?:[.,]\d{1,9})?")
_KINDS = frozenset({"full", "trailer", "bonus"})


def read_enclosures(
    links: Iterable[Mapping[str, Any]], media: Iterable[Mapping[str, Any]], url: str
) -> tuple[Enclosure, ...]:
    """List what links and Media RSS enclose, each address once; a picture of Media RSS is no enclosure."""
    linked = (link for link in links if link.get("rel") == "enclosure")
    found = [_enclosure(one, url, ("href", "type", "length", "")) for one in linked]
    played = (one for one in media if not _is_picture(one))
    found += [_enclosure(one, url, ("url", "type", "filesize", "duration")) for one in played]
    return _drop_repeats(found)


def read_attachments(given: Iterable[Any], url: str) -> tuple[Enclosure, ...]:
    """List the attachments of a JSON Feed item."""
    names = ("url", "mime_type", "size_in_bytes", "duration_in_seconds")
    return _drop_repeats(_enclosure(one, url, names) for one in given if isinstance(one, Mapping))


def read_episode(raw: Mapping[str, Any], url: str) -> Episode | None:
    """Read what is stated of an episode; None when nothing is. Of several transcripts the last is known."""
    kind = str(raw.get("itunes_episodetype", "")).strip().lower()
    read = Episode(
        number=_parse_count(raw.get("itunes_episode")) or _parse_count(raw.get("podcast_episode")),
        season=_parse_count(raw.get("itunes_season")) or _parse_count(raw.get("podcast_season")),
        kind=kind if kind in _KINDS else None,
        seconds=_parse_seconds(raw.get("itunes_duration")),
        transcript=_read_file_url(raw.get("podcast_transcript"), url),
        chapters=_read_file_url(raw.get("podcast_chapters"), url),
    )
    return read if read != Episode() else None


def _enclosure(one: Mapping[str, Any], url: str, called: tuple[str, str, str, str]) -> Enclosure | None:
    place, kind, size, length = called
    found = resolve_link(one.get(place), url)
    if found is None:
        return None
    said = str(one.get(kind) or "").partition(";")[0].strip()
    return Enclosure(
        url=found,
        type=said.lower() if _TYPE.fullmatch(said) else None,
        bytes=_parse_count(one.get(size)),
        seconds=_parse_seconds(one.get(length)),
    )


def _drop_repeats(found: Iterable[Enclosure | None]) -> tuple[Enclosure, ...]:
    by_url: dict[str, Enclosure] = {}
    for one in found:
        if one and len(by_url) < MAX_ENCLOSURES:
            by_url.setdefault(one.url, one)
    return tuple(by_url.values())


def _is_picture(media: Mapping[str, Any]) -> bool:
    """Recognize a picture; what has neither type nor medium is taken for one."""
    medium, kind = media.get("medium"), str(media.get("type") or "")
    return medium == "image" or kind.startswith("image/") or not (medium or kind)


def _read_file_url(element: object, url: str) -> str | None:
    return resolve_link(element.get("url"), url) if isinstance(element, Mapping) else None


def _parse_seconds(written: object) -> int | None:
    """Read a duration: seconds, MM:SS or HH:MM:SS."""
    clock = _CLOCK.fullmatch(written.strip()) if isinstance(written, str) else None
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3]) or None
    return _parse_count(written)


def _parse_count(written: object) -> int | None:
    """Read a count; nought, as many write for what they do not know, is None."""
    if isinstance(written, bool) or not isinstance(written, int | float | str):
        return None
    found = _NUMBER.fullmatch(str(written).strip())
    return int(found[1]) or None if found else None

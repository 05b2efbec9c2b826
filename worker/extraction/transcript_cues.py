"""Parses transcripts of the formats that podcasts link to into cues: what is said, and by whom. Pure.

WebVTT (W3C, 2019), SubRip, the JSON of the Podcast Namespace (segments with speaker and body), plain text.
All is done in time that grows in proportion to the length.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from feedmill._unicode_normalization import unescape
from worker.document.block_tests import LABEL_CHARS

MAX_CUES = 100_000
"""Cues of a transcript that are read: a day of speech has 30,000."""
_TIMING = re.compile(r"[\d:.,]{4,16}[ \t]+-->[ \t]+[\d:.,]{4,16}")
_TAG = re.compile(r"<[^<>\n]{0,200}>")
_VOICE = re.compile(r"<v(?:\.[\w.-]{1,60})?[ \t]+([^<>\n]{1,60})>")
_SPEAKER = re.compile(r"(?:>>+[ \t]*|-[ \t])?([^\W\d_][\w.'’&\- ]{0,59}):[ \t]+(?=\S)")  # noqa: RUF001
_NO_WORDS = re.compile(r"[\[(♪][^\])]{0,80}[\])♪]|♪+")
"""A line that is a noise or a song's sign: "[Music]", "(laughter)"."""
_EMPTY_LINE = re.compile(r"\n[ \t]{0,20}\n")
_BODIES = ("body", "text")
_LISTS = ("segments", "cues", "transcript", "monologues")


class Cue(NamedTuple):
    """What is said at a time; `speaker` is "" where it goes on or nobody is named."""

    speaker: str
    text: str


def is_timed(text: str) -> bool:
    """Return whether a text is WebVTT or SubRip."""
    return text[:200].lstrip("\ufeff \t\r\n").startswith("WEBVTT") or (
        _TIMING.search(text, 0, 2000) is not None
    )


def parse_timed(text: str) -> Iterator[Cue]:
    """Parse WebVTT or SubRip: each block of lines below a line of timing is a cue; all else is none."""
    lines: list[str] | None = None
    before = ""
    for line in (*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""):
        if _TIMING.match(line.strip()):
            lines = []
        elif lines is not None and line.strip():
            lines.append(line.strip())
        elif lines is not None:
            for one in lines:
                cue = _read_line(one)
                if cue.text and cue.text != before:  # captions that roll up show a line twice
                    yield cue
                    before = cue.text
            lines = None


def parse_json(text: str) -> Iterator[Cue]:
    """Parse the segments of a JSON transcript; of any other JSON none."""
    try:
        found = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError):
        return
    parts = found
    if isinstance(found, Mapping):
        parts = next((found[name] for name in _LISTS if isinstance(found.get(name), list)), ())
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, Mapping) and (body := _read_body(part)):
            speaker = part.get("speaker")
            yield Cue(_clean(speaker)[:LABEL_CHARS] if isinstance(speaker, str) else "", body)


def parse_lines(text: str) -> Iterator[Cue]:
    """Parse plain text without paragraphs: each line goes on from the one before, or names its speaker."""
    for line in text.splitlines():
        cue = _read_line(line.strip())
        if cue.text:
            yield cue


def split_paragraphs(text: str) -> list[str]:
    """Split plain text into the paragraphs that empty lines part; at most one where none does."""
    return [line for part in _EMPTY_LINE.split(text.replace("\r\n", "\n")) if (line := _clean(part))]


def join_cues(cues: Iterator[Cue]) -> tuple[list[str], bool]:
    """Join cues to paragraphs; also say whether there are more cues than are read.

    A paragraph ends where another speaker begins, or with a sentence once it is long.
    """
    paragraphs: list[list[str]] = []
    size, speaker, count = 0, "", 0
    for cue in islice(cues, MAX_CUES):
        count += 1
        changes = bool(cue.speaker) and cue.speaker != speaker
        if not paragraphs or changes or (size > _LONG_CHARS and paragraphs[-1][-1][-1] in _ENDS):
            paragraphs.append([])
            size = 0
        speaker = cue.speaker or speaker
        words = f"{cue.speaker}: {cue.text}" if changes else cue.text
        paragraphs[-1].append(words)
        size += len(words)
    return [" ".join(words) for words in paragraphs], count == MAX_CUES and next(cues, None) is not None


_LONG_CHARS = 500
"""Characters from which a paragraph of one speaker ends with its sentence."""
_ENDS = '.!?…。！？।؟"”»'  # noqa: RUF001


def _read_line(line: str) -> Cue:
    voice = _VOICE.match(line)
    text = _clean(line)
    if _NO_WORDS.fullmatch(text):
        return Cue("", "")
    if voice:
        return Cue(_clean(voice[1]), text)
    named = _SPEAKER.match(text)
    return Cue(named[1].strip(), text[named.end() :]) if named else Cue("", text.removeprefix(">>").strip())


def _read_body(part: Mapping[str, Any]) -> str:
    return next((_clean(body) for name in _BODIES if isinstance(body := part.get(name), str)), "")


def _clean(text: str) -> str:
    """Return the words of a line, without tags, references and runs of white space."""
    return " ".join(unescape(_TAG.sub("", text)).split())

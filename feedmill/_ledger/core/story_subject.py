"""Describes an article's text to the step that decides its story."""

import struct
from dataclasses import dataclass

MAX_SOURCE_BYTES = 200
"""Bytes of a source's name; what is longer is cut: a byte holds their length."""
MAX_LANG_BYTES = 35
"""What is longer is cut: a byte holds their length."""
_NUMBERS = struct.Struct(">HBBB")


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySubject:
    """What is compared of an article, as the worker computes it."""

    bands: bytes
    """32 of four bytes: articles that share one are compared."""
    minimums: bytes
    """64 bytes of its signature."""
    source: str
    lang: str
    """Language, without region; empty when unknown."""
    word_count: int
    title_words: bytes
    """Four bytes for each of the title's words of weight."""
    has_short_title: bool
    window_days: int
    """Days, this one included, whose articles are compared."""
    has_events: bool = False
    """Whether the stream of story events is told what the story has reached."""

    def encode(self) -> bytes:
        """Write it as the scripts read it (lua/_stories.lua)."""
        source = self.source.encode("utf-8", "surrogatepass")[:MAX_SOURCE_BYTES]
        lang = self.lang.encode("utf-8", "surrogatepass")[:MAX_LANG_BYTES]
        numbers = (min(self.word_count, 0xFFFF), self.has_short_title, self.window_days, self.has_events)
        head = self.bands + self.minimums + _NUMBERS.pack(*numbers)
        return head + bytes([len(source)]) + source + bytes([len(lang)]) + lang + self.title_words

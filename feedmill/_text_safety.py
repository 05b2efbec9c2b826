"""Makes text harmless where it is shown: without control, escape and direction-override characters.

What goes: C0 and C1 controls but tab and newline (ECMA-48's escapes with them), the embeddings, overrides and
isolates of Unicode's bidirectional algorithm (UAX #9 section 2), interlinear marks, tag characters outside a
flag's sequence (UTS #51, annex C), lone surrogates and noncharacters. Everything else stays as it is.
"""

import re

_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
    "|\\U000e0001|(?<![\\U0001f3f4\\U000e0020-\\U000e007f])[\\U000e0020-\\U000e007f]+"
)
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    "\U000e0001\U000e0020-\U000e007f]"
)
"""All that may be harmful or a line's end: without one a text stays as it is, and most have none."""
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")


def plain_text(text: str) -> str:
    """Return a text of several lines without what is harmful; every line ends with a newline character."""
    if (text.isascii() and text.isprintable()) or _SUSPECT.search(text) is None:
        return text
    return _HARMFUL.sub("", _LINE_ENDS.sub("\n", text))


def plain_line(text: str) -> str:
    """Return one line: as `plain_text`, and all white space is single spaces."""
    return " ".join(plain_text(text).split())


def make_line_printable(text: str) -> str:
    """Show a text at a terminal or in a log: what is harmful, and every line break, becomes U+FFFD."""
    if text.isprintable() and text.isascii():
        return text
    shown = _HARMFUL.sub("\ufffd", text)
    return shown if shown.isprintable() else "".join(_show_letter(letter) for letter in shown)


def escape_json(document: str) -> str:
    """Write a JSON document's harmful characters as JSON's escapes (RFC 8259 section 7)."""
    return _HARMFUL.sub(_escape_match, document)


def _escape_match(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _show_letter(letter: str) -> str:
    return letter if letter.isprintable() or letter in "\u200c\u200d\u200e\u200f\u061c" else "\ufffd"

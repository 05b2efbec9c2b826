"""Brings a text of a feed to the HTML that all later steps read, whatever it was written as. Pure.

Plain text keeps its lines and its angle brackets (JSON Feed 1.1 `content_text`, RFC 4287 section 3.1.1.1
`type="text"`, RSS descriptions without markup). Marks of CDATA that were escaped and markup that was escaped
once too often are undone. What has tags of HTML stays as it is, whatever type it claims.
"""

import re
from html import escape
from itertools import pairwise

from feedmill._unicode_normalization import unescape

_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|blink|cite|code|data|del|dfn|em|font|i|ins|kbd|map|mark|marquee|math|nobr|o:p|q|rp|"
    "rt|ruby|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var"
)
_BLOCK = (
    "address|applet|article|aside|audio|blockquote|body|button|canvas|caption|center|colgroup|dd|details|dir|div|"
    "dl|dt|fieldset|figcaption|figure|footer|form|frameset|h[1-6]|head|header|html|iframe|label|legend|li|main|menu|"
    "nav|noframes|noscript|object|ol|option|p|picture|pre|script|section|select|style|summary|svg|table|tbody|td|"
    "template|textarea|tfoot|th|thead|title|tr|ul|video"
)
_TAG = re.compile(
    rf"</(?:{_INLINE}|{_BLOCK})\s*>"
    r"|<(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)(?:\s[^<>]*)?/?>"
    rf"|<(?:p|li|div|td)(?:\s[^<>]*)?>|<(?:{_INLINE}|{_BLOCK})\s+[a-z-]{{2,20}}\s*=\s*[\"'\w/#.]|<!--",
    re.IGNORECASE,
)
"""What only markup has: an end tag of HTML, an element without one, or one whose end may be left out."""
_MARKUP_ALONE = re.compile(
    rf"</(?:{_BLOCK})\s*>|<(?:{_INLINE}|{_BLOCK}|img|embed|source)\s+[a-z-]{{2,20}}\s*=", re.IGNORECASE
)
"""What is in no plain text that only names a tag: the end of a block, an attribute."""
_FIRST_TAG = re.compile(rf"\s*<(?:{_INLINE}|{_BLOCK}|br|img)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"</p\s*>", re.IGNORECASE)
_CDATA_BEGIN, _CDATA_END = "<![CDATA[", "]]>"
_MAX_DEPTH = 3
"""Wrappings in CDATA that are undone: bounds the work on a text that nests without end."""
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_MARK = re.compile(r"[-*+•\u2013·>#]|\(?\d{1,3}[.)]\s|\(?[a-z]\)\s")
_SENTENCE_END = re.compile(r"[.!?:;…。\uff01\uff1f\"”»)]$")
_WRAPPED = range(45, 101)
"""Characters of the longest line of a text that was broken to fit a width."""
_MIN_WRAPPED_LINES = 3
"""Lines from which breaks are a width's; two lines must also go on in lower case, as they may be a list."""
_TYPOGRAPHIC = re.compile(
    r"(?<=[\w\s])&(?:amp|apos|quot|nbsp|[lr][sd]quo|[mn]dash|hellip|#0?39|#8\d{3}|#x20\d\d);(?=[\w\s]|$)",
    re.IGNORECASE,
)


def read_as_html(text: str) -> str:
    """Return a text as HTML: as it stands where it has markup, else with its lines and brackets."""
    text = unwrap_cdata(text)
    if has_markup(text):
        return text
    inner = _unescape_markup(text)
    if inner is not None:
        return inner
    return _write_plain(text) if "\n" in text or "<" in text else text


def read_plain_as_html(text: str) -> str:
    """Return a text that its feed declares as plain as HTML: its tags are words, unless it is HTML after all.

    Many put HTML where plain text belongs: it begins with a tag, has ends of block elements or attributes, or
    breaks its lines by tags alone.
    """
    tags = list(_TAG.finditer(text))
    broken_by_tags = "\n" not in text.strip() and any(not _stands_apart(text, tag) for tag in tags)
    if not tags or _FIRST_TAG.match(text) or _MARKUP_ALONE.search(text) or broken_by_tags:
        return read_as_html(text)
    return _write_plain(text.replace("&", "&amp;"))


def _stands_apart(text: str, tag: re.Match[str]) -> bool:
    """Return whether a tag stands in a sentence as a word does."""
    return text[tag.start() - 1 : tag.start()].isspace() and not text[tag.end() : tag.end() + 1].isalnum()


def has_markup(text: str) -> bool:
    """Return whether a text has tags of HTML; other words in angle brackets are words."""
    return "<" in text and _TAG.search(text) is not None


def unwrap_cdata(text: str) -> str:
    """Take the marks of CDATA off a text that they enclose; within markup they would hide text."""
    for _ in range(_MAX_DEPTH):
        stripped = text.strip()
        if stripped.startswith(_CDATA_BEGIN):
            inner = stripped.removeprefix(_CDATA_BEGIN)
            text = inner.replace(_CDATA_END, "", 1) if _CDATA_END in inner else inner
        elif _CDATA_BEGIN in text and has_markup(text):
            text = _drop_marks(text)
        else:
            break
    if text.rstrip().endswith(_CDATA_END) and _CDATA_BEGIN not in text:
        text = text.rstrip().removesuffix(_CDATA_END)
    return text


def _drop_marks(text: str) -> str:
    """Take the marks of each section out; one that has no end stays."""
    first, *others = text.split(_CDATA_BEGIN)
    return first + "".join(
        part.replace(_CDATA_END, "", 1) if _CDATA_END in part else _CDATA_BEGIN + part for part in others
    )


def unescape_typography(line: str) -> str:
    """Undo references to signs of writing that were left in a line; brackets are meant as they stand."""
    return _TYPOGRAPHIC.sub(lambda found: unescape(found[0]), line) if "&" in line else line


def _unescape_markup(text: str) -> str | None:
    """Return the markup that a text without any hides behind references; None where it is about tags.

    It begins with a tag and ends with one, or has several paragraphs.
    """
    if "&lt;" not in text:
        return None
    inner = unescape(text)
    if not has_markup(inner):
        return None
    whole = _FIRST_TAG.match(inner) is not None and inner.rstrip().endswith(">")
    return inner if whole or len(_PARAGRAPHS.findall(inner)) > 1 else None


def _write_plain(text: str) -> str:
    """Write plain text as HTML: a paragraph for each, a break between lines that were not broken to fit."""
    paragraphs = [_write_lines(part) for part in _BLANK_LINES.split(unescape(text).strip("\n"))]
    return paragraphs[0] if len(paragraphs) == 1 else "".join(f"<p>{part}</p>" for part in paragraphs if part)


def _write_lines(paragraph: str) -> str:
    lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
    return escape((" " if _are_wrapped(lines) else "\n").join(lines), quote=False).replace("\n", "<br>")


def _are_wrapped(lines: list[str]) -> bool:
    """Return whether lines were broken to fit a width: no word would have gone on the line before it."""
    width = max(map(len, lines), default=0)
    if len(lines) < 2 or width not in _WRAPPED:  # noqa: PLR2004  one line is not broken
        return False
    pairs = list(pairwise(lines))
    if any(_LIST_MARK.match(after) for _, after in pairs):
        return False
    if any(len(before) + 1 + len(after.split(None, 1)[0]) <= width for before, after in pairs):
        return False
    if all(_SENTENCE_END.search(before) for before, _ in pairs):
        return False
    return len(lines) >= _MIN_WRAPPED_LINES or lines[1][:1].islower()

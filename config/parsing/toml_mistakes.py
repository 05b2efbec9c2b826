"""Names what is wrong with a TOML file in the operator's words, in place of the parser's. Pure."""

import re
import tomllib

_UNKNOWN = ("", "TOML 1.0")
_MEANINGS = (
    ("Cannot declare", "the table of this line is there already", "each [table] once, with all its keys"),
    (
        "Cannot overwrite|Duplicate inline",
        "the key of this line is there already",
        "each key once in a table",
    ),
    ("Cannot mutate|Cannot redefine", "the key of this line adds to a finished value", "each key once"),
    (
        "Invalid value|Invalid hex|Invalid date",
        "the value of this line is none",
        'text in straight quotes ("…"), a number, true, false, or a list in [ ]',
    ),
    ("Illegal character|Unterminated|Expected \"'", "a text does not end", 'text from " to " on one line'),
    ("Unescaped", "a backslash stands in a text", "\\\\ for each, or the text from ' to '"),
    ("Unclosed array", "a list is not closed", "a list from [ to ]"),
    ("Unclosed inline", "a table in a line is not closed", "such a table from { to } on one line"),
    ("Expected '='", "a key has no value", "key = value"),
    ("Expected newline", "something stands behind the value", "one key = value on each line"),
    ("Invalid initial character|Empty key", "this line begins with no key", "key = value, or [table]"),
    ("at the end of a table", "the head of a table is not closed", "[table], or [[table]] for one of a list"),
    ("invalid character|Found invalid", "a control character stands here", "TOML text in UTF-8"),
)
"""Beginnings of what tomllib says (3.11 to 3.14), what that means, and what is right."""


def describe_toml_mistake(error: tomllib.TOMLDecodeError) -> tuple[int | None, str, str]:
    """Return the line of a mistake, what is wrong, and what is allowed."""
    said = str(error)
    line = re.search(r"at line (\d+)", said)
    found = ((words, allowed) for sign, words, allowed in _MEANINGS if re.search(sign, said))
    words, allowed = next(found, _UNKNOWN)
    return int(line[1]) if line else None, f"not TOML: {words}" if words else "not TOML", allowed

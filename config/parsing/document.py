"""Reads one TOML file with the place of each value, so that a mistake names its file, line and remedy."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from config.errors import ConfigProblem

_MAX_SHOWN_CHARS = 80
"""Characters of a value that a message quotes; the rest is cut, so that it stays readable."""
KeyPath = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
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


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """Values of a TOML file and the lines they stand on."""

    name: str
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def locate_key(self, *path: str | int) -> str:
        """Name file and line of a key."""
        return f"{self.name}:{find_line(self.lines, path)}"


def display_path(path: Path) -> str:
    """Name a file as short as a reader in this folder can follow."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_optional_document(path: Path, problems: list[ConfigProblem]) -> TomlDocument | None:
    """Read a file that may be absent; one that is there and is no file adds to the mistakes."""
    if path.is_file():
        return read_document(path, problems)
    if path.is_symlink() or path.exists():
        other = "is no file" if path.exists() else "is a link to nothing"
        found = "is a folder" if path.is_dir() else other
        problems.append(ConfigProblem(display_path(path), "", found, "a file that feedmill may read"))
    return None


def read_document(path: Path, problems: list[ConfigProblem]) -> TomlDocument:
    """Read a file; what cannot be read adds to the mistakes and counts as empty."""
    name = display_path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return TomlDocument(name, tomllib.loads(text), find_lines(text))
    except OSError as error:
        problems.append(
            ConfigProblem(name, "", error.strerror or str(error), "a file that feedmill may read")
        )
    except UnicodeDecodeError as error:
        problems.append(ConfigProblem(name, "", f"byte {error.start} is not UTF-8", "TOML text in UTF-8"))
    except tomllib.TOMLDecodeError as error:
        line, found, allowed = _describe_toml_mistake(error)
        problems.append(ConfigProblem(f"{name}:{line}" if line else name, "", found, allowed))
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
        problems.append(ConfigProblem(name, "", f"cannot be read: {error}"[:_MAX_SHOWN_CHARS], "TOML 1.0"))
    return TomlDocument(name, {}, {})


def format_toml_value(value: object) -> str:
    """Show what was found, in TOML's words, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        text = f"[{', '.join(map(format_toml_value, value[:_MAX_SHOWN_CHARS]))}]"
    else:
        text = _quote_text(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _MAX_SHOWN_CHARS else text[:_MAX_SHOWN_CHARS] + "…"


def _quote_text(text: str) -> str:
    """Write a text as TOML does, what cannot be seen as an escape: a message stays one line."""
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[:_MAX_SHOWN_CHARS])
    return f'"{shown}{text[_MAX_SHOWN_CHARS:]}"'


def suggest_word(word: str, known: list[str], cutoff: float = 0.6) -> str:
    """Suggest the known word that is probably meant, as the end of a sentence."""
    close = get_close_matches(word, known, n=1, cutoff=cutoff)
    return f' (did you mean "{close[0]}"?)' if close else ""


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def find_lines(text: str) -> Mapping[KeyPath, int]:
    """Map the path of every table and key to its line, counted from 1; arrays of tables count from 0.

    Keys inside inline tables and arrays are not listed; `line_of` answers with what holds them.
    """
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                index = counts.get(table, 0)
                counts[table] = index + 1
                table = (*table, index)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            path = (*table, *_parts(key[1]))
            for end in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:end], number)
            fence = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return lines


def find_line(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """Line of a path, or of the nearest thing that holds it; 1 for a document without it."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


def _describe_toml_mistake(error: tomllib.TOMLDecodeError) -> tuple[int | None, str, str]:
    """Return the line of a mistake, what is wrong, and what is allowed."""
    said = str(error)
    line = re.search(r"at line (\d+)", said)
    found = ((words, allowed) for sign, words, allowed in _MEANINGS if re.search(sign, said))
    words, allowed = next(found, _UNKNOWN)
    return int(line[1]) if line else None, f"not TOML: {words}" if words else "not TOML", allowed

"""Reads one TOML file with the place of each value, so that a mistake can name file and line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from config.errors import ConfigProblem
from config.parsing.key_lines import KeyPath, find_line, find_lines

_MAX_SHOWN_CHARS = 80
"""Characters of a value that a message quotes; the rest is cut, so that it stays readable."""


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
        line = re.search(r"at line (\d+)", str(error))
        where = f"{name}:{line[1]}" if line else name
        problems.append(ConfigProblem(where, "", f"not TOML: {error}", "TOML 1.0"))
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
        problems.append(ConfigProblem(name, "", f"cannot be read: {error}"[:_MAX_SHOWN_CHARS], "TOML 1.0"))
    return TomlDocument(name, {}, {})


def format_toml_value(value: object) -> str:
    """Show what was found, in TOML's words, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _MAX_SHOWN_CHARS else text[:_MAX_SHOWN_CHARS] + "…"


def suggest_word(word: str, known: list[str], cutoff: float = 0.6) -> str:
    """Suggest the known word that is probably meant, as the end of a sentence."""
    close = get_close_matches(word, known, n=1, cutoff=cutoff)
    return f' (did you mean "{close[0]}"?)' if close else ""

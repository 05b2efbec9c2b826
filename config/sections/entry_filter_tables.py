"""Reads which of a feed's entries become pages: `only` and `except` of a `[[feeds]]` table."""

from collections.abc import Callable, Mapping
from typing import Any

from config.parsing.document import format_toml_value, suggest_word
from feedmill._operator_rules.filter_matching import PatternError, check_pattern
from feedmill._operator_rules.filter_rule_types import (
    EXPRESSION,
    FIELDS,
    MAX_FILTER_BYTES,
    MAX_PATTERN_BYTES,
    MAX_RULES,
    EntryFilters,
    FilterRule,
    write_filters,
)

KEYS = ("only", "except")
_ALLOWED = f'a list of 1 to {MAX_RULES} tables like {{ category = "sport" }}, each of {", ".join(FIELDS)}'
_PATTERN = f"words, or an RE2 expression after {EXPRESSION}, of at most {MAX_PATTERN_BYTES:,} bytes"

AddProblem = Callable[[str, str, str], None]
"""Takes key, what was found, and what is allowed."""


def read_entry_filters(table: Mapping[str, Any], add_problem: AddProblem) -> str:
    """Read both lists as the ledger stores them; every mistake is added."""
    lists = {key: _read_rules(key, table[key], add_problem) for key in KEYS if key in table}
    text = write_filters(EntryFilters(only=lists.get("only", ()), excluded=lists.get("except", ())))
    if len(text.encode()) > MAX_FILTER_BYTES:
        found = f"with all other rules of this feed takes {len(text.encode()):,} bytes"
        add_problem(next(iter(lists)), found, f"{MAX_FILTER_BYTES:,} at most")
    return text


def _read_rules(key: str, value: object, add_problem: AddProblem) -> tuple[FilterRule, ...]:
    if not isinstance(value, list) or not all(isinstance(rule, dict) for rule in value):
        add_problem(key, f"is {format_toml_value(value)}", _ALLOWED)
        return ()
    if not 1 <= len(value) <= MAX_RULES:
        add_problem(key, f"has {len(value)} rules", _ALLOWED)
        return ()
    return tuple(
        FilterRule(**_read_patterns(f"{key}[{number}]", rule, add_problem))
        for number, rule in enumerate(value, start=1)
    )


def _read_patterns(place: str, rule: Mapping[str, Any], add_problem: AddProblem) -> dict[str, str]:
    if not rule:
        add_problem(place, "is empty", f"at least one of {', '.join(FIELDS)}")
    patterns = {}
    for name, pattern in rule.items():
        if name not in FIELDS:
            add_problem(
                f"{place}.{name}", f"unknown key{suggest_word(name, list(FIELDS))}", ", ".join(FIELDS)
            )
        elif problem := _find_problem(pattern):
            add_problem(f"{place}.{name}", problem, _PATTERN)
        else:
            patterns[name] = pattern
    return patterns


def _find_problem(pattern: object) -> str:
    """Return what is wrong with a pattern; "" for nothing."""
    if not isinstance(pattern, str) or not pattern.removeprefix(EXPRESSION).strip():
        return f"is {format_toml_value(pattern)}"
    if len(pattern.encode()) > MAX_PATTERN_BYTES:
        return f"has {len(pattern.encode()):,} bytes"
    try:
        check_pattern(pattern)
    except PatternError as error:
        return f"is {format_toml_value(pattern)}: {error}"
    return ""

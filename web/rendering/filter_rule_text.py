"""Writes filters of a feed as lines of a form, and reads them back: a rule is a line, as in the feed list."""

import tomllib
from collections.abc import Sequence

from feedmill._operator_rules.filter_matching import PatternError, check_pattern
from feedmill._operator_rules.filter_rule_types import (
    EXPRESSION,
    FIELDS,
    MAX_PATTERN_BYTES,
    MAX_RULES,
    FilterRule,
)

EXAMPLE = 'title = "climate", link = "/science/"'


class FilterLineError(ValueError):
    """A line of a form is no rule; its text says which one, and what one looks like."""


def write_filter_lines(rules: Sequence[FilterRule]) -> str:
    """Write rules as the lines of a text field."""
    return "\n".join(str(rule).removeprefix("{ ").removesuffix(" }") for rule in rules)


def read_filter_lines(text: str) -> list[dict[str, str]]:
    """Read the lines of a text field as patterns by field; raises FilterLineError."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) > MAX_RULES:
        raise FilterLineError(f"{len(lines)} lines; {MAX_RULES} at most")
    return [_read_line(number, line) for number, line in lines]


def _read_line(number: int, line: str) -> dict[str, str]:
    rule: dict[str, str]
    try:
        rule = tomllib.loads(f"rule = {{ {line.removeprefix('{').removesuffix('}').rstrip(' ,')} }}")["rule"]
    except (ValueError, RecursionError) as error:  # no TOML, a number or a nesting without end
        raise FilterLineError(f"line {number} is no rule; write it as {EXAMPLE}") from error
    for name, pattern in rule.items():
        if name not in FIELDS:
            raise FilterLineError(
                f"line {number}: {name}: no field of an entry; there are {', '.join(FIELDS)}"
            )
        if problem := _find_problem(pattern):
            raise FilterLineError(f"line {number}: {name} {problem}")
    return rule


def _find_problem(pattern: object) -> str:
    """Return what is wrong with a pattern; "" for nothing."""
    if not isinstance(pattern, str) or not pattern.removeprefix(EXPRESSION).strip():
        return f"needs words in quotes, as in {EXAMPLE}"
    if any(letter < " " or letter == "\x7f" for letter in pattern):
        return "has a control character"
    if len(pattern.encode()) > MAX_PATTERN_BYTES:
        return f"has {len(pattern.encode()):,} bytes; {MAX_PATTERN_BYTES:,} at most"
    try:
        check_pattern(pattern)
    except PatternError as error:
        return f"is {error}"
    return ""

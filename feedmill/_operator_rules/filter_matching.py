"""Searches entries for the patterns of filters, in linear time: the one door to RE2."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import re2

from feedmill._operator_rules.filter_rule_types import EXPRESSION, FilterRule, read_filters

MAX_TEXT_CHARS = 10_000
"""Characters of a field's texts that are searched: bounds the cost of each entry."""
_MAX_PROGRAM_BYTES = 1 << 20
"""Bytes that a compiled expression may take: repetitions of repetitions grow without this bound."""
_CACHED_FILTERS = 256
"""Feeds whose filters stay compiled in a process: bounds its memory."""
_DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts that put no space between words: there a word may begin and end anywhere."""

TextsOf = Callable[[str], Iterable[str]]
"""Lists the texts of one field of an entry."""


class PatternError(ValueError):
    """A pattern is no RE2 expression; its text is the reason."""


@lru_cache(maxsize=_CACHED_FILTERS)
def compile_filters(text: str) -> "CompiledFilters":
    """Compile stored filters, once in a process; raises PatternError."""
    filters = read_filters(text)
    return CompiledFilters(
        tuple(_compile_rule(rule) for rule in filters.only),
        tuple(_compile_rule(rule) for rule in filters.excluded),
    )


class CompiledFilters:
    """Filters that are ready to search."""

    def __init__(
        self, only: "tuple[_CompiledRule, ...]" = (), excluded: "tuple[_CompiledRule, ...]" = ()
    ) -> None:
        self._only = only
        self._excluded = excluded

    def passes(self, texts_of: TextsOf) -> bool:
        """Return whether an entry of these texts is wanted."""
        if self._only and not any(_holds(rule, texts_of) for rule in self._only):
            return False
        return not any(_holds(rule, texts_of) for rule in self._excluded)


def check_pattern(pattern: str) -> None:
    """Compile a pattern; raises PatternError."""
    _compile(pattern)


_CompiledRule = tuple[tuple[str, Any], ...]


def _compile_rule(rule: FilterRule) -> _CompiledRule:
    return tuple((name, _compile(pattern)) for name, pattern in rule.list_patterns())


def _compile(pattern: str) -> Any:
    expression = pattern.removeprefix(EXPRESSION) if pattern.startswith(EXPRESSION) else _find_words(pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_PROGRAM_BYTES
    try:
        return re2.compile(expression.encode(), options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise PatternError(f"no RE2 expression: {words.partition(': ')[0]}") from error


def _find_words(words: str) -> str:
    """Write words as an expression: whatever their case, and not as a part of longer ones."""
    parts = words.split()
    quoted = r"\s+".join(re2.escape(word) for word in parts)
    before, after = _write_edge(parts[0][0], "^"), _write_edge(parts[-1][-1], "$")
    return f"(?i){before}{quoted}{after}"


def _write_edge(letter: str, end: str) -> str:
    """Write what stands beside a word's first or last letter."""
    if not letter.isalnum() or re2.search(f"[{_DENSE}]", letter):
        return ""
    return rf"(?:{end}|[^\pL\pM\pN]|[{_DENSE}])"


def _holds(rule: _CompiledRule, texts_of: TextsOf) -> bool:
    return all(_finds(expression, texts_of(name)) for name, expression in rule)


def _finds(expression: Any, texts: Iterable[str]) -> bool:
    left = MAX_TEXT_CHARS
    for text in texts:
        if expression.search(" ".join(text[:left].split()).encode("utf-8", "replace")):
            return True
        left -= len(text)
        if left <= 0:
            break
    return False

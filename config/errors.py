"""Defines the errors of the operator's files or environment: all that is wrong, at once.

FeedmillError
└── ConfigError      carries every ConfigProblem that was found; never temporary
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedmill.errors import FeedmillError

COMMAND_LINE = "command line"
"""Place of what a person types: no file and no line to look for."""


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing the operator must change: where it stands, what it is, what was found, what is allowed."""

    where: str
    """`file:line`, a file, or the name of an environment variable."""
    key: str
    """Dotted name, such as `polling.min_interval` or `feeds[3].url`; empty for a whole file."""
    found: str
    allowed: str

    def __str__(self) -> str:
        """Format it in one line."""
        subject = ": ".join(part for part in (self.where, self.key) if part)
        return f"{subject}: {self.found}; allowed: {self.allowed}"


class ConfigError(FeedmillError):
    """The configuration cannot be used; `mistakes` names all that is wrong with it."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        if all(problem.where == COMMAND_LINE for problem in self.problems):
            super().__init__("\n".join(str(replace(problem, where="")) for problem in self.problems))
            return
        count = len(self.problems)
        head = "1 mistake" if count == 1 else f"{count} mistakes"
        super().__init__("\n".join([f"{head} in the configuration:", *(f"  {m}" for m in self.problems)]))

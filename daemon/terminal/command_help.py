"""Lays out the help of commands for people: commands in groups, whole lines, ranges in words."""

import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_SECTIONS = {
    "daemon.commands.run": "Run",
    "daemon.commands.feeds": "Feeds",
    "daemon.commands.articles": "Articles",
    "daemon.commands.operate": "Operate",
}
"""Folders of commands, and what their commands stand under, in this order."""
_RAW_TYPE = re.compile(r" <[a-z]+(\[[a-z]+\])?>")
_RANGE = re.compile(r"(?:(?P<least>[\d.]+)<=)?x(?:(?P<sign>[<>]=)(?P<bound>[\d.]+))?(?=[;\]])")


def write_range(match: "re.Match[str]") -> str:
    """Write a range such as `1<=x<=9` or `x>=1` in words."""
    least, sign, bound = match["least"], match["sign"], match["bound"]
    if least:
        return f"{least} to {bound}"
    return f"at {'least' if sign == '>=' else 'most'} {bound}"


def describe_parameter(name: str, text: str) -> tuple[str, str]:
    """Describe an option or argument without the library's type names and ranges."""
    head, bracket, notes = text.rpartition("  [")
    shown = name if name.startswith("-") else _RAW_TYPE.sub("", name)
    return shown.replace("<", "").replace(">", ""), head + bracket + _RANGE.sub(write_range, notes)


def _write_parameters(command: Any, context: Any, formatter: Any) -> None:
    for kind, title in (("argument", "Arguments"), ("option", "Options")):
        found = [one for one in command.get_params(context) if one.param_type_name == kind]
        records = [record for one in found if (record := one.get_help_record(context))]
        if records:
            with formatter.section(title):
                formatter.write_dl([describe_parameter(*record) for record in records])


def _find_section(command: Any) -> str:
    """Find what a command stands under: the folder of its function, of its first command for a group."""
    while getattr(command, "commands", None):
        command = next(iter(command.commands.values()))
    folder = command.callback.__module__.rpartition(".")[0]
    return _SECTIONS.get(folder, "Commands")


def _first_line(command: Any) -> str:
    """Return the first sentence of a command's help, whole."""
    return " ".join((command.help or "").strip().partition("\n\n")[0].split())


class DescribedCommand(TyperCommand):
    """A command whose help names no types."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and options."""
        _write_parameters(self, ctx, formatter)


class DescribedGroup(TyperGroup):
    """Commands listed with whole lines; those of the whole program under the sections that they belong to."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, then the commands."""
        _write_parameters(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands: in sections at the top, in one list below it."""
        sections: dict[str, list[tuple[str, str]]] = {}
        if ctx.parent is None:
            sections = {title: [] for title in _SECTIONS.values()}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                title = "Commands" if ctx.parent is not None else _find_section(command)
                sections.setdefault(title, []).append((name, _first_line(command)))
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class CommandApp(typer.Typer):
    """A set of commands of which each has such a help."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"cls": DescribedGroup, "rich_markup_mode": None, **given})

    def command(self, name: str | None = None, **given: Any) -> Callable[[Any], Any]:
        """Register a command."""
        return super().command(name, **{"cls": DescribedCommand, **given})

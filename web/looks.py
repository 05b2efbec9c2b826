"""Pages from templates: whatever is put in is escaped, and a name that nobody gave is an error."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from feedmill._plain import plain_line, plain_text
from web.forecast import span
from web.syndication import is_web

_KIB = 1024
_EXCERPT = 180


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        span=span,
        about=about,
        size=size,
        moment=moment,
        iso=iso,
        stamp=stamp,
        line=plain_line,
        blocks=blocks,
        part=part,
        count=count,
        counted=counted,
        coded=coded,
        excerpt=excerpt,
    )
    made.tests["web"] = is_web
    return made


def page(name: str, **values: Any) -> str:
    """Fill a template."""
    return _templates().get_template(name).render(**values)


def size(count_of_bytes: float | None) -> str:
    """Say a number of bytes."""
    if count_of_bytes is None:
        return "unknown"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count_of_bytes < _KIB or unit == "GiB":
            return f"{count_of_bytes:.0f} {unit}" if unit == "B" else f"{count_of_bytes:.1f} {unit}"
        count_of_bytes /= _KIB
    raise AssertionError


def moment(ms: float | None) -> str:
    """Say a time, in UTC."""
    return "" if ms is None else f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def about(ms: float) -> str:
    """Say a span of time in its largest unit."""
    parts = span(ms).split(" ")
    return " ".join(parts[:2])


def stamp(known: datetime) -> str:
    """Say a time as its publisher gave it, with its zone."""
    zone = f"{known:%z}"
    shown = "UTC" if zone in {"", "+0000"} else f"{zone[:3]}:{zone[3:5]}"
    return f"{known:%Y-%m-%d %H:%M} {shown}"


def counted(number: int, noun: str) -> str:
    """Say how many of what: `1 poll`, `2 polls`."""
    if number == 1:
        return f"1 {noun}"
    return f"{count(number)} {noun[:-1]}ies" if noun.endswith("y") else f"{count(number)} {noun}s"


def coded(text: str) -> Markup:
    """Show what stands between backticks as code."""
    parts = text.split("`")
    return Markup("").join(  # every part is escaped
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def excerpt(text: str) -> str:
    """Give the beginning of a text, in one line."""
    line = plain_line(text[:600])
    return line if len(line) <= _EXCERPT else line[: line.rfind(" ", 0, _EXCERPT)] + " …"


def iso(ms: float) -> str:
    """Write a time for a program."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def blocks(text: str) -> list[str]:
    """Cut a text where an empty line stands."""
    return [block for block in plain_text(text).split("\n\n") if block.strip()]


def part(text: str) -> str:
    """Write a word as a part of an address."""
    return quote(text, safe="")


def count(number: float) -> str:
    """Write a number with its thousands apart."""
    return f"{number:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")

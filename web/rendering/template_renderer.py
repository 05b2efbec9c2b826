"""Renders templates to HTML: values are escaped, and a name without a value is an error."""

from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from feedmill._text_safety import plain_line, plain_text
from web.rendering.atom_and_json_feed import is_http_url
from web.rendering.durations import format_about, format_span
from web.rendering.poll_reasons import explain_poll_reason

_KIB = 1024
"""Bytes of a KiB, and so on upwards: from here on the next unit is shown."""
_MAX_EXCERPT_CHARS = 180
"""Characters of an excerpt in a list: two lines or three."""


@cache
def _load_templates() -> Environment:
    made = Environment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        span=format_span,
        about=format_about,
        size=format_size,
        moment=format_time,
        iso=format_iso,
        stamp=format_published,
        line=plain_line,
        blocks=split_blocks,
        part=quote_path_part,
        count=format_count,
        counted=format_counted,
        coded=render_code,
        excerpt=make_excerpt,
        reason=explain_poll_reason,
    )
    made.tests["web"] = is_http_url
    return made


def render_template(name: str, **values: Any) -> str:
    """Fill a template."""
    return _load_templates().get_template(name).render(**values)


def format_size(count_of_bytes: float | None) -> str:
    """Format a number of bytes."""
    if count_of_bytes is None:
        return "unknown"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count_of_bytes < _KIB or unit == "GiB":
            return f"{count_of_bytes:.0f} {unit}" if unit == "B" else f"{count_of_bytes:.1f} {unit}"
        count_of_bytes /= _KIB
    raise AssertionError


@pass_context
def format_time(context: Context, ms: float | None) -> str:
    """Format a time in the reader's zone, which the page names."""
    zone = context.get("zone", UTC)
    return "" if ms is None else f"{datetime.fromtimestamp(ms / 1000, zone):%Y-%m-%d %H:%M:%S}"


def format_published(known: datetime) -> str:
    """Format a time as its publisher gave it, with its zone."""
    zone = f"{known:%z}"
    shown = "UTC" if zone in {"", "+0000"} else f"{zone[:3]}:{zone[3:5]}"
    return f"{known:%Y-%m-%d %H:%M} {shown}"


def format_counted(number: int, noun: str) -> str:
    """Format a count: `1 poll`, `2 polls`."""
    if number == 1:
        return f"1 {noun}"
    return (
        f"{format_count(number)} {noun[:-1]}ies" if noun.endswith("y") else f"{format_count(number)} {noun}s"
    )


def render_code(text: str) -> Markup:
    """Show what stands between backticks as code."""
    parts = text.split("`")
    return Markup("").join(  # every part is escaped
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts)
    )


def make_excerpt(text: str) -> str:
    """Return the beginning of a text, in one line."""
    line = plain_line(text[:600])
    return line if len(line) <= _MAX_EXCERPT_CHARS else line[: line.rfind(" ", 0, _MAX_EXCERPT_CHARS)] + " …"


def format_iso(ms: float) -> str:
    """Write a time for a program."""
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def split_blocks(text: str) -> list[str]:
    """Cut a text where an empty line stands."""
    return [block for block in plain_text(text).split("\n\n") if block.strip()]


def quote_path_part(text: str) -> str:
    """Write a word as a part of an address."""
    return quote(text, safe="")


def format_count(number: float) -> str:
    """Write a number with its thousands apart."""
    return f"{number:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")

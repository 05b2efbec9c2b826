"""The table of docs/security.md: every hostile route and its outcome.

python tests/support/hostile_server/hostile_table.py docs/security.md
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from hostile import Route
from hostile_feeds import ENTITIES, HOGS, KINDS, SIZES
from hostile_pages import PAGES
from hostile_wire import CODINGS, FRAMES, GROWTH, HEADS, REDIRECTS, WAITS

WIRE = (
    ("Waiting", WAITS),
    ("Heads", HEADS),
    ("Framing", FRAMES),
    ("Codings", [*CODINGS, *GROWTH]),
    ("Redirects", REDIRECTS),
)
FEEDS = (("Parser's time", HOGS), ("Entities", ENTITIES), ("Sizes", SIZES), ("Kinds of document", KINDS))
TABLES = (
    *((f"{name} (feeds and pages)", routes) for name, routes in WIRE),
    *((f"{name} (feeds)", routes) for name, routes in FEEDS),
    ("Pages", PAGES),
)
_MARKED = re.compile(r"(?<=<!-- hostile routes -->\n).*?(?=<!-- end of hostile routes -->)", re.DOTALL)


def all_routes() -> list[Route]:
    """Give every route."""
    return [route for _, routes in TABLES for route in routes]


def with_table(document: str) -> str:
    """Give the document with its table made anew."""
    return _MARKED.sub(lambda _: "\n".join(_lines()) + "\n", document)


def _lines() -> Iterator[str]:
    yield f"\n{len(all_routes())} routes.\n"
    for name, routes in TABLES:
        yield f"#### {name}\n\n| what it does | outcome |\n| --- | --- |"
        for route in routes:
            words = ", ".join(f"`{word}`" for word in route.outcome.split(" or "))
            yield f"| {route.says} | {words} |"
        yield ""


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_table(path.read_text()))

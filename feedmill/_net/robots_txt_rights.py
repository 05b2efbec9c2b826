"""Lists what a robots.txt reserves of the use of pages, and under which license they are. Pure.

Read are `Content-Signal` of the group that speaks to feedmill (contentsignals.org: `ai-train=no`), its
`Content-Usage` (draft-ietf-aipref-attach: `train-ai=n`, for paths that begin so where it names one), and
`License` (RSL 1.0).
"""

import re
from functools import lru_cache
from urllib.parse import urlsplit

GROUP_FIELDS = frozenset({"content-signal", "content-usage"})
LICENSE = "license"
MAX_VALUE_CHARS = 300
"""Of a line that is read."""
MAX_LINES = 10
"""That are read of a file."""
_REFUSED = re.compile(r"([a-z][a-z0-9_.*-]{0,40})\s*=\s*(?:no|n)\s*(?=$|[,;])")


def list_robots_rights(text: str, url: str) -> tuple[str, ...]:
    """List a page's rights in the kept part of a file: robots:NAME=no, robots:NAME=n, robots:license=URL."""
    path = urlsplit(url).path or "/"
    found = [
        f"robots:{right}" for scope, rights in _read_lines(text) for right in rights if path.startswith(scope)
    ]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=64)
def _read_lines(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the path that each line is for, and what it reserves."""
    lines: list[tuple[str, tuple[str, ...]]] = []
    for line in text.splitlines():
        name, _, value = line[:MAX_VALUE_CHARS].partition(": ")
        if name == LICENSE and value.startswith("http") and len(line) < MAX_VALUE_CHARS:
            lines.append(("/", (f"license={value}",)))
        elif name in GROUP_FIELDS:
            scope, _, rest = value.partition(" ") if value.startswith("/") else ("/", "", value)
            refused = tuple(re.sub(r"\s", "", found[0]) for found in _REFUSED.finditer(rest.lower()))
            lines.append((scope, refused))
        if len(lines) == MAX_LINES:
            break
    return tuple(lines)

"""Finds an HTTP status code that a page's title or heading begins with, for the signs of errors. Pure."""

import re

TITLE_PARTS = re.compile(r"\s+[|–—·•»›‹«:-]+\s+|\s*[|｜]\s*")  # noqa: RUF001
"""What stands between a headline and the site's name."""
_STATUS = re.compile(
    r"^\W*(?:(?:http|error)\s+)*([45]\d\d)\b(?![.,]?\d)|^\W*[^\W\d]{2,12}\s+([45]\d\d)\W*$", re.IGNORECASE
)
_KNOWN_STATUSES = frozenset(
    (400, 401, 402, 403, 404, 405, 406, 408, 410, 418, 421, 423, 425, 426, 428, 429, 431, 451)
) | frozenset((*range(500, 512), *range(520, 531), 598, 599))
"""RFC 9110 and the IANA registry of status codes; Cloudflare's 520 to 530."""
_MAX_REST_WORDS = 2
"""Words in lower case that may follow a code ("404 not found"); with more it is a number that counts."""


def find_status(titles: tuple[str, ...]) -> int | None:
    """Return the status code that a title, or a part of one, begins with or is named by ("Fehler 404")."""
    for title in titles:
        for part in (title, *TITLE_PARTS.split(title)):
            found = _STATUS.search(part)
            code = int(found[1] or found[2]) if found else 0
            if code in _KNOWN_STATUSES and found and _is_code_alone(part, found):
                return code
    return None


def _is_code_alone(part: str, found: re.Match[str]) -> bool:
    """Distinguish a code from a number that counts: "404 jobs lost at the mill" goes on in lower case."""
    rest = part[found.end() :].lstrip(" .:-–—|")  # noqa: RUF001
    return (
        not rest[:1].islower()
        or not part[found.end() :].startswith(" ")
        or len(rest.split()) <= _MAX_REST_WORDS
    )

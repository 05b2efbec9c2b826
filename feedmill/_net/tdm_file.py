"""Parses a tdmrep.json: what an origin reserves of text and data mining, by the paths of its pages. Pure.

W3C community group report "TDM Reservation Protocol" of 10 May 2024, section 6: a list of rules with a
pattern `location` (`*` for any characters, `$` for the end), `tdm-reservation` (0 or 1) and `tdm-policy`; the
first rule whose pattern matches a path counts.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

TDM_PATH = "/.well-known/tdmrep.json"
MAX_FILE_BYTES = 100 << 10
"""Bytes of a file that is read; a larger one counts as none."""
MAX_RULES = 200
"""Rules that are kept of a file: each is held against a page's path."""
_MAX_PATTERN_CHARS = 300
"""Characters of a pattern; a rule with a longer one is left out."""
_MAX_URL_CHARS = 1000
"""Characters of a policy's address; it becomes one of an article's rights, which are short."""
_MAX_STARS = 10
"""Stars of a pattern: each is a search through the rest of a path."""

TdmRule = tuple[str, bool, str]
"""Pattern, whether it reserves, address of the policy or ""."""


def parse_tdm_file(body: bytes, url: str) -> bytes:
    """Read a file; returns its rules as JSON to be kept, nothing where there are none."""
    if len(body) > MAX_FILE_BYTES:
        return b""
    try:
        found = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return b""
    parts = found if isinstance(found, list) else [found]
    rules = [rule for part in parts[:MAX_RULES] if isinstance(part, dict) and (rule := _read_rule(part, url))]
    return msgspec.json.encode(rules) if rules else b""


def list_tdm_rights(kept: bytes, url: str) -> tuple[str, ...]:
    """List what the kept rules of an origin say of a page: tdmrep:tdm-reservation, tdmrep:tdm-policy=URL."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for pattern, reserves, policy in _decode_rules(kept):
        if _matches(pattern, path):
            stated = (f"tdmrep:tdm-policy={policy}",) if policy else ()
            return ("tdmrep:tdm-reservation", *stated) if reserves else ()
    return ()


@lru_cache(maxsize=64)
def _decode_rules(kept: bytes) -> tuple[TdmRule, ...]:
    return msgspec.json.decode(kept, type=tuple[TdmRule, ...]) if kept else ()


def _read_rule(part: dict[str, Any], url: str) -> TdmRule | None:
    pattern, reserves, policy = (part.get(name) for name in ("location", "tdm-reservation", "tdm-policy"))
    if not isinstance(pattern, str) or not 0 < len(pattern) <= _MAX_PATTERN_CHARS:
        return None
    if pattern.count("*") > _MAX_STARS or str(reserves) not in ("0", "1"):
        return None
    return ("/" + pattern.lstrip("/"), str(reserves) == "1", _resolve(policy, url))


def _resolve(policy: object, url: str) -> str:
    """Return a policy's address; "" where it is none."""
    if not isinstance(policy, str) or len(policy) > _MAX_URL_CHARS:
        return ""
    try:
        link = urljoin(url, policy.strip())
        scheme = urlsplit(link).scheme
    except ValueError:
        return ""
    return link if scheme in ("http", "https") and link.isprintable() and " " not in link else ""


def _matches(pattern: str, path: str) -> bool:
    """Return whether a path begins as a pattern says, or is all of it where that ends with `$`."""
    whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for part in others[:-1] if whole else others:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if not whole:
        return True
    last = others[-1] if others else ""
    return path.endswith(last) and len(path) - len(last) >= at if others else at == len(path)

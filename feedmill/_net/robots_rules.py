"""Parses a robots.txt for feedmill (RFC 9309). Pure.

Of a file the group for feedmill, the sitemaps and licenses are kept, so that records stay small.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

from feedmill._net.robots_txt_rights import GROUP_FIELDS, LICENSE

AGENT = "feedmill"
MAX_FILE_BYTES = 500 << 10
"""Bytes of a file that are read (RFC 9309 section 2.5 asks for 500 KiB at least)."""
_MAX_SHORT_CHARS = 32 << 10
"""Characters up to which many parsed files are kept; of longer ones few are, for their memory."""
MAX_DELAY_S = 86400.0
"""The longest Crawl-delay that is kept to: with a longer one nothing would be polled."""
_LINE = re.compile(r"\s*([A-Za-z]{1,40}(?:[ -][A-Za-z]{1,40})?)\s*:\s*([^#\r\n]*)")
_DELAY = re.compile(r"(\d{1,12})(?:[.,](\d{1,6}))?")
_TOKEN = re.compile(r"[A-Za-z_-]+|\*")
_MOST_OF_FILE, _LONGEST_URL = 20, 2048
_KEPT = frozenset({AGENT, "*"})
_RULES = frozenset({"allow", "disallow", "crawl-delay"}) | GROUP_FIELDS
_MEANT = {
    "useragent": "user-agent", "crawldelay": "crawl-delay", "dissallow": "disallow", "dissalow": "disallow",
    "disalow": "disallow", "diasllow": "disallow", "disallaw": "disallow",
}  # fmt: skip
"""Slips of the pen that are read as what they mean, those of Google's parser among them."""


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The part of a file that applies to feedmill, and its sitemaps, as text; empty allows everything."""

    text: str = ""

    def allows_url(self, url: str) -> bool:
        """Return whether an address may be requested; /robots.txt always may (section 2.2.2)."""
        return not self.text or bool(_parse_rules(self.text).can_fetch(url, AGENT))

    @property
    def crawl_delay_s(self) -> float:
        """Return the seconds between two requests that are asked for; 0 when none are."""
        asked = _parse_rules(self.text).crawl_delay(AGENT) if self.text else None
        return min(max(float(asked or 0), 0.0), MAX_DELAY_S)


def parse_robots(body: bytes) -> RobotsRules:
    """Read a file: the groups of feedmill's own name together, else those of `*` (section 2.2.1)."""
    text = body[:MAX_FILE_BYTES].decode("utf-8-sig", "replace")
    if len(body) > MAX_FILE_BYTES:
        text = text[: text.rfind("\n") + 1]
    groups: dict[str, list[str]] = {}
    agents: set[str] = set()  # of those to be kept: a file may give all its rules to thousands
    of_file: dict[str, list[str]] = {"sitemap": [], LICENSE: []}
    naming = False
    for line in text.splitlines():
        match = _LINE.match(line)
        name = _is_for_us(match[1]) if match else ""
        if match and name == "user-agent":
            agents = agents if naming else set()
            token = _TOKEN.match(match[2])
            if token and token[0].lower() in _KEPT:
                agents.add(token[0].lower())
                groups.setdefault(token[0].lower(), [])
            naming = True
        elif match and name in of_file and len(match[2]) <= _LONGEST_URL:
            of_file[name].append(f"{name}: {match[2].strip()}")
        elif match and name in _RULES:
            naming = False
            for agent in agents:
                groups[agent].append(f"{name}: {_clean_value(name, match[2])}")
    rules = groups.get(AGENT, groups.get("*", []))
    said = [f"user-agent: {AGENT}", *dict.fromkeys(rules)] if rules else []
    said += [line for lines in of_file.values() for line in list(dict.fromkeys(lines))[:_MOST_OF_FILE]]
    return RobotsRules("\n".join(said))


def _is_for_us(name: str) -> str:
    name = name.lower().replace(" ", "-")
    return _MEANT.get(name, name)


def _clean_value(name: str, value: str) -> str:
    """Return a rule's value; of a delay the number alone: some write "10 s" or "0,5"."""
    value = value.strip()
    delay = _DELAY.match(value) if name == "crawl-delay" else None
    return f"{delay[1]}.{delay[2] or 0}" if delay else value


def _parse_rules(text: str) -> Protego:
    """Parse rules; a long file takes 20 MB when it is parsed, so few of these are kept."""
    return _short(text) if len(text) <= _MAX_SHORT_CHARS else _long(text)


@lru_cache(maxsize=64)
def _short(text: str) -> Protego:
    return Protego.parse(text)


@lru_cache(maxsize=4)
def _long(text: str) -> Protego:
    return Protego.parse(text)

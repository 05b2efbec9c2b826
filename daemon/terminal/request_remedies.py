"""Names what an operator can do about a request that came to no answer. Pure."""

from urllib.parse import urlsplit

_ADDRESS = "forbidden_address"
_PORT = "forbidden_port"
_REMEDIES = {
    "dns": "look for a slip in the host's name; offline, nothing can be looked up",
    "tls": "the site must mend its certificate; http:// goes without one",
    "gate": "ask again after that time",
    "html": "`feedmill feeds add URL` finds the feeds of a page",
    "truncated": "its publisher must mend it; polls read it as far as it goes",
    "http_401": "the site asks for a login: `feedmill help how-to-login`",
    "http_403": "the site refuses feedmill: ask its publisher, or log in (`feedmill help how-to-login`)",
    "http_404": "look for a slip in the address",
    "http_410": "its publisher has withdrawn it: look for another address",
    "http_429": "the site has had too many requests; ask again later",
    "timeout": "the site is slow or away; ask again later",
    "connect": "the site is away, or its port is wrong; ask again later",
    "proxy": "[network] proxy in feedmill.toml names it",
}
"""By outcome: what a person can do who asked for one address."""


def find_remedy(outcome: str, detail: str, url: str) -> str:
    """Find what can be done about an outcome; "" where only the site can do something."""
    if outcome == _ADDRESS:
        address = detail.partition(" ")[0] or "ADDRESS"
        width = 128 if ":" in address else 32
        return f'[network] allow_private = ["{address}/{width}"] in feedmill.toml allows it'
    if outcome == _PORT:
        port = urlsplit(url).port or "PORT"
        return f"[network] allow_ports = [{port}] in feedmill.toml allows it"
    if outcome.startswith("http_5"):
        return "the site is in trouble; ask again later"
    return _REMEDIES.get(outcome, "")


def describe_outcome(outcome: str, detail: str, url: str) -> str:
    """Describe an outcome with its remedy in one line."""
    said = f"{outcome}: {detail}" if detail else outcome
    remedy = find_remedy(outcome, detail, url)
    return f"{said}; {remedy}" if remedy else said

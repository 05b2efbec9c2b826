"""Finds by header fields which service refused a request in a server's stead. Pure.

Only fields count that are set on a refusal alone, or by a server that answers for itself: a site behind a
network of caches refuses for itself as well.
"""

from collections.abc import Mapping

REFUSAL_STATUSES = frozenset({401, 403, 405, 406, 429, 503})
_FIELDS = (
    ("cf-mitigated", "cloudflare"),
    ("x-datadome", "datadome"),
    ("x-amzn-waf-action", "aws_waf"),
    ("x-sucuri-block", "sucuri"),
)
"""Fields of answers that the party gives in place of the site, in lower case."""
_SERVERS = (("akamaighost", "akamai"), ("datadome", "datadome"))
"""How a party calls itself in `Server` where it answers itself."""


def find_refusing_party(status: int, headers: Mapping[str, str]) -> str:
    """Name the service that refused in the site's stead, header names in lower case; "" without evidence."""
    if status not in REFUSAL_STATUSES:
        return ""
    named = next((party for name, party in _FIELDS if name in headers), "")
    server = headers.get("server", "").strip().lower()
    return named or next((party for name, party in _SERVERS if server == name), "")


def describe_refusal(status: int, headers: Mapping[str, str]) -> str:
    """Return the service that refused, in a few words; "" without evidence."""
    party = find_refusing_party(status, headers)
    return f"refused by {party}" if party else ""

"""Lists reservations against AI training and text and data mining of a page or its response.

Read are: robots directives `noai` and `noimageai` (meta robots, X-Robots-Tag), the TDM Reservation Protocol
(W3C community group report of 10 May 2024: `tdm-reservation` and `tdm-policy` as header and meta) and the
`Content-Usage` header (draft-ietf-aipref-attach). robots.txt, tdmrep.json and the pages of terms are not.
"""

import re
from collections.abc import Iterator, Mapping

from worker.metadata.canonical_links import resolve_http_url
from worker.metadata.head_tags import PageHead

_ROBOTS = ("robots", "googlebot", "bingbot", "googlebot-news")
_DIRECTIVES = frozenset(("noai", "noimageai"))
_REFUSED = re.compile(r"(?:^|,)\s*([a-z][a-z0-9_.*-]*)\s*=\s*n\s*(?=$|[,;])")
_MAX_RESERVATIONS = 20
"""Reservations that an article carries: bounds what a page can add to each entry."""


def read_rights(head: PageHead, headers: Mapping[str, str]) -> tuple[str, ...]:
    """List the reservations: noai, noimageai, tdm-reservation, tdm-policy=URL, content-usage:NAME=n.

    `headers` are those of the answer, names in lower case. A header comes before a meta of the same
    name. An empty list means that none was found, not that use is granted.
    """
    return tuple(dict.fromkeys(_list_reserved(head, headers)))[:_MAX_RESERVATIONS]


def _list_reserved(head: PageHead, headers: Mapping[str, str]) -> Iterator[str]:
    directives = [headers.get("x-robots-tag", ""), *head.all(*_ROBOTS)]
    yield from (
        word for value in directives for word in re.split(r"[\s,:]+", value.lower()) if word in _DIRECTIVES
    )
    reservation = headers.get("tdm-reservation") or head.first("tdm-reservation") or ""
    if reservation.strip() == "1":
        yield "tdm-reservation"
        policy = headers.get("tdm-policy") or head.first("tdm-policy")
        if policy and (link := resolve_http_url(policy, head.url)):
            yield f"tdm-policy={link}"
    usage = headers.get("content-usage", "").lower()
    yield from (f"content-usage:{found[1]}=n" for found in _REFUSED.finditer(usage))

"""Lists reservations against AI training and data mining, and licenses, of a page, its response or its feed.

Read are: robots directives `noai` and `noimageai` (meta robots, X-Robots-Tag), the TDM Reservation Protocol
(W3C community group report of 10 May 2024: `tdm-reservation` and `tdm-policy` as header and meta) and the
`Content-Usage` header (draft-ietf-aipref-attach), licenses by `rel=license` (RFC 4946, HTML) and what a feed
states. robots.txt and tdmrep.json are read in `feedmill/_net/`; the pages of terms are not.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from worker.metadata.page_declarations import PageHead, resolve_http_url

_ROBOTS = ("robots", "googlebot", "bingbot", "googlebot-news")
_DIRECTIVES = frozenset(("noai", "noimageai"))
_REFUSED = re.compile(r"(?:^|,)\s*([a-z][a-z0-9_.*-]*)\s*=\s*n\s*(?=$|[,;])")
MAX_RIGHTS = 20
"""Rights that an article carries: bounds what a page can add to each entry."""
_SAME = {"ai-train=no": "train-ai=n", "train-ai=n": "ai-train=no"}
"""Two writings of one reservation: it is named once."""
_OF_TDM_FILE = "tdmrep:"
_LINK = re.compile(
    r"<([^<>]{1,2048})>((?:\s*;\s*[\w*!-]{1,40}\s*(?:=\s*(?:\"[^\"]{0,300}\"|[^\s;,\"]{1,300}))?){0,10})"
)
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_MAX_FIELD_CHARS = 8000
"""Of a `Link` field so much is read: its parts are matched by expressions."""


def read_rights(head: PageHead, headers: Mapping[str, str]) -> tuple[str, ...]:
    """List the reservations: noai, noimageai, tdm-reservation, tdm-policy=URL, content-usage:NAME=n.

    Then licenses, each with where it was found: header:license=URL, link:license=URL, feed:license=URL, and
    feed:rights=WORDS.

    `headers` are those of the answer, names in lower case. A header comes before a meta of the same
    name. An empty list means that none was found, not that use is granted.
    """
    return tuple(dict.fromkeys(_list_reserved(head, headers)))[:MAX_RIGHTS]


def read_tdm_reservation(head: PageHead, headers: Mapping[str, str]) -> bool | None:
    """Return whether a page itself reserves text and data mining; None where it says nothing of it."""
    return {"0": False, "1": True}.get(_find_reservation(head, headers))


def _find_reservation(head: PageHead, headers: Mapping[str, str]) -> str:
    return (headers.get("tdm-reservation") or head.first("tdm-reservation") or "").strip()


def add_origin_rights(
    rights: Sequence[str], of_origin: Iterable[str], *, reserved: bool | None
) -> tuple[str, ...]:
    """Add what the files of a page's origin reserve to its rights.

    What the page itself says of text and data mining counts in place of its origin's tdmrep.json.
    """
    added = (one for one in of_origin if reserved is None or not one.startswith(_OF_TDM_FILE))
    return (*rights, *added)[:MAX_RIGHTS]


def find_honoured(rights: Iterable[str], honour: Collection[str]) -> str | None:
    """Return the first right that the operator honours, as it stands or without where it was found.

    `train-ai=n` stands for `ai-train=no` too: drafts and files have both.
    """
    for right in rights:
        word = right.partition(":")[2]
        if right in honour or word in honour or _SAME.get(word, "") in honour:
            return right
    return None


def _list_reserved(head: PageHead, headers: Mapping[str, str]) -> Iterator[str]:
    directives = [headers.get("x-robots-tag", ""), *head.all(*_ROBOTS)]
    yield from (
        word for value in directives for word in re.split(r"[\s,:]+", value.lower()) if word in _DIRECTIVES
    )
    if _find_reservation(head, headers) == "1":
        yield "tdm-reservation"
        policy = headers.get("tdm-policy") or head.first("tdm-policy")
        if policy and (link := resolve_http_url(policy, head.url)):
            yield f"tdm-policy={link}"
    usage = headers.get("content-usage", "").lower()
    yield from (f"content-usage:{found[1]}=n" for found in _REFUSED.finditer(usage))
    yield from _list_licenses(head, headers)
    if head.entry is not None:
        yield from (f"feed:{stated}" for stated in head.entry.rights)


def _list_licenses(head: PageHead, headers: Mapping[str, str]) -> Iterator[str]:
    """List the licenses of a page: of its answer's `Link` field (RFC 8288), and of its `<link>` elements."""
    named = [
        link[1]
        for link in _LINK.finditer(headers.get("link", "")[:_MAX_FIELD_CHARS])
        if (rel := _REL.search(link[2])) and "license" in (rel[1] or rel[2] or "").lower().split()
    ]
    linked = [
        link.get("href") or "" for link in head.links if "license" in (link.get("rel") or "").lower().split()
    ]
    for where, found in (("header", named), ("link", linked)):
        for one in found[:MAX_RIGHTS]:
            if one and (address := resolve_http_url(one, head.url)):
                yield f"{where}:license={address}"

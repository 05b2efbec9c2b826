"""Serves /feeds/all.atom, /feeds/TAG.json …: the latest articles as feeds.

Conditional requests are answered as in RFC 9110 section 13.
"""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
from starlette.responses import Response

from feedmill._net.cache_and_retry_headers import parse_http_date
from feedmill.article import decode
from feedmill.stream_entry_filter import Wanted
from web.app_context import AppContext
from web.errors import NotFound
from web.http.parameters import Param, StringType
from web.rendering.atom_and_json_feed import (
    ATOM,
    JSON_FEED,
    FeedHead,
    SyndicationItem,
    render_atom,
    render_json_feed,
)
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec
from web.stream.filter_parameters import FIRSTS_PARAM, read_firsts

MAX_ITEMS = 50
"""Articles of one Atom or JSON feed: readers poll often enough to miss none of them."""
_MAX_SCANNED_ENTRIES = 200
"""Entries that are read to find so many articles: revisions and what was retracted take places."""
_EVENTS = frozenset({"created", "updated", "retracted"})
TAG = Param(
    "tag", StringType(r"[^\x00-\x1f\x7f,]{1,64}", "a tag, or all"), "A tag, or `all`.", location="path"
)


async def atom_feed(request: RequestContext) -> Response:
    """Answer with an Atom feed."""
    return await _serve_feed(request, "atom")


async def json_items(request: RequestContext) -> Response:
    """Answer with a JSON Feed."""
    return await _serve_feed(request, "json")


async def _serve_feed(request: RequestContext, form: str) -> Response:
    tag = request["tag"]
    tags = frozenset() if tag == "all" else frozenset({tag})
    firsts = read_firsts({"firsts": request["firsts"], "tag": tags}, ("tag",))
    items = await find_latest(request.app, tags, firsts=firsts)
    if not items and tag != "all" and tag not in request.app.index.counts("tags"):
        raise NotFound("no article has this tag")
    base = read_base_url(request)
    head = FeedHead(
        title="feedmill" if tag == "all" else f"feedmill: {tag}",
        self_url=f"{base}{request.scope.get('raw_path', b'').decode('ascii', 'replace')}",
        home_url=f"{base}/",
    )
    body = render_atom(head, items) if form == "atom" else render_json_feed(head, items)
    changed = max((item.updated for item in items), default=None)
    return _answer_conditionally(request, body, ATOM if form == "atom" else JSON_FEED, changed)


def _answer_conditionally(
    request: RequestContext, body: bytes, media: str, changed: datetime | None
) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "no-cache", "vary": "host"}
    if changed is not None:
        headers["last-modified"] = format_datetime(
            changed.astimezone(UTC).replace(microsecond=0), usegmt=True
        )
    if _is_not_modified(request, etag, changed):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media)


def _is_not_modified(request: RequestContext, etag: str, changed: datetime | None) -> bool:
    """Whether the reader has it: its validator is compared, and only without one its date."""
    if given := request.header("if-none-match"):
        known = [one.strip().removeprefix("W/") for one in given.split(",")]
        return etag in known or given.strip() == "*"
    since = parse_http_date(request.header("if-modified-since"))
    return since is not None and changed is not None and changed.replace(microsecond=0) <= since


async def find_latest(app: AppContext, tags: frozenset[str], *, firsts: bool) -> list[SyndicationItem]:
    """Find the last revisions of the latest articles; what was retracted is not among them.

    With `firsts` only the first article of each story is.
    """
    chosen = Wanted(tags=tags, events=_EVENTS, firsts=firsts)
    found = app.index.find_entries(chosen, _MAX_SCANNED_ENTRIES)
    seen: set[str] = set()
    items: list[SyndicationItem] = []
    for entry in await app.read_entries(found.places):
        article_id = entry.fields.get("id", "")
        if article_id in seen or len(items) == MAX_ITEMS:
            continue
        seen.add(article_id)
        data = entry.fields.get("article")
        try:
            article = decode(data) if data else None
        except msgspec.DecodeError:  # of a later schema
            article = None
        if article is not None:
            items.append(SyndicationItem(article, datetime.fromtimestamp(entry.place[0] / 1000, UTC)))
    return items


def read_base_url(request: RequestContext) -> str:
    """Return the address that the gateway was called by; the gate has checked the host."""
    result = request.header("x-forwarded-proto")
    scheme = result if result in {"http", "https"} else request.scope.get("scheme", "http")
    return f"{scheme}://{request.header('host')}"


ROUTES = (
    RouteSpec(
        path="/feeds/{tag:path}.atom",
        handler=atom_feed,
        summary="The latest articles as an Atom feed",
        params=(TAG, FIRSTS_PARAM),
        responses={
            200: ResponseSpec(description="RFC 4287.", media=ATOM),
            304: ResponseSpec(description="Not changed.", media=""),
        },
    ),
    RouteSpec(
        path="/feeds/{tag:path}.json",
        handler=json_items,
        summary="The latest articles as a JSON Feed",
        params=(TAG, FIRSTS_PARAM),
        responses={
            200: ResponseSpec(description="JSON Feed 1.1.", body_type=dict, media=JSON_FEED),
            304: ResponseSpec(description="Not changed.", media=""),
        },
    ),
)

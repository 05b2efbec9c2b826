"""Changes the feed list over HTTP, each by the command that does the same."""

import asyncio
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._operator_rules.filter_rule_types import FIELDS
from web.api.feed_action_endpoints import DONE
from web.api.feed_status_endpoints import FEED_PARAM, find_feed, forget_feeds, list_tag
from web.app_context import AppContext
from web.errors import BadRequest, Conflict, NotFound, PreconditionFailed
from web.http.parameters import Param, StringType
from web.http.problem_details import TYPE, ProblemShape, json_answer
from web.request_context import RequestContext
from web.route_spec import ResponseSpec, RouteSpec

_KEYS = {"without": "except"}
_URL = r"^https?://[^\x00-\x20\x7f/?#@\\]+([/?][^\x00-\x20\x7f]*)?$"
_IF_MATCH = Param(
    "If-Match",
    StringType(),
    "An ETag of /v1/feeds/{id}: only if the list is as it was.",
    location="header",
)
_Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,200}$")]
_Tag = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f,]{1,64}$")]
_Pattern = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,1024}$")]
_Interval = Annotated[str, Meta(pattern=r"^([0-9]{1,9}(ms|s|m|h|d|w)){1,6}$")]
_Text = Annotated[str, Meta(pattern=r"^(auto|page|feed)$")]
_Rules = Annotated[tuple["EntryRule", ...], Meta(min_length=1, max_length=50)]


class EntryRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Patterns that an entry must have all of; at least one is there."""

    title: _Pattern | UnsetType = UNSET
    category: _Pattern | UnsetType = UNSET
    author: _Pattern | UnsetType = UNSET
    link: _Pattern | UnsetType = UNSET
    language: _Pattern | UnsetType = UNSET
    enclosure: _Pattern | UnsetType = UNSET


class FeedPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=_KEYS):
    """Keys of a feed's table that are to change, as a merge patch (RFC 7396): null takes a key out."""

    source: _Line | UnsetType | None = UNSET
    tags: Annotated[tuple[_Tag, ...], Meta(max_length=50)] | UnsetType | None = UNSET
    interval: _Interval | UnsetType | None = UNSET
    enabled: bool | UnsetType | None = UNSET
    text: _Text | UnsetType | None = UNSET
    only: _Rules | UnsetType | None = UNSET
    without: _Rules | UnsetType | None = UNSET


class FeedTable(FeedPatch, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=_KEYS):
    """A feed's whole table: keys that are not there go."""

    url: Annotated[str, Meta(pattern=_URL, max_length=2048)]


async def put_feed(request: RequestContext) -> Response:
    """List a feed, or replace its table in the list."""
    body: FeedTable = request.body
    try:
        is_same = name_feed(body.url) == request["id"]
    except UnicodeEncodeError as error:
        raise BadRequest("url: it is no text") from error
    if not is_same:
        raise BadRequest(f"url: another feed's; the id of {body.url} is {name_feed(body.url)}")
    said = await _change(request, "set", "--create", "--replace", "--", body.url, *_write_pairs(body))
    return json_answer({"said": said}, headers=list_tag(request.app))


async def patch_feed(request: RequestContext) -> Response:
    """Change some keys of a feed."""
    url = await _find_url(request)
    said = await _change(request, "set", "--", url, *_write_pairs(request.body))
    return json_answer({"said": said}, headers=list_tag(request.app))


async def delete_feed(request: RequestContext) -> Response:
    """Take a feed off the list."""
    url = await _find_url(request)
    return json_answer({"said": await _change(request, "remove", "--", url)}, headers=list_tag(request.app))


async def edit_feed(app: AppContext, url: str, patch: FeedPatch) -> str:
    """Change some keys of a feed's table; raises Conflict."""
    return await _run_command(app, "set", "--", url, *_write_pairs(patch))


async def remove_feed(app: AppContext, url: str) -> str:
    """Take a feed off the list; raises Conflict."""
    return await _run_command(app, "remove", "--", url)


async def _find_url(request: RequestContext) -> str:
    """Find a feed's URL by its id, in the ledger or in a list that was not read yet; raises NotFound."""
    try:
        return (await find_feed(request.app, request["id"])).url
    except NotFound:
        listed = await asyncio.to_thread(request.app.dependencies.find_listed_url, request["id"])
        if listed is None:
            raise
        return listed


async def _change(request: RequestContext, *words: str) -> str:
    """Run a command on the list; raises PreconditionFailed and Conflict, with its text."""
    app, wanted = request.app, request.header("if-match").strip()
    command, rest = words[0], words[1:]
    if wanted and wanted != "*":
        if wanted != list_tag(app)["etag"]:
            raise PreconditionFailed("the list has changed: GET it again, then send the change with its ETag")
        rest = ("--if-file", wanted[1:-1], *rest)
    return await _run_command(app, command, *rest)


async def _run_command(app: AppContext, *words: str) -> str:
    done = await app.cli.run("feeds", *words)
    if done.exit_code:
        raise Conflict(done.stderr_tail.removeprefix("feedmill: "))
    forget_feeds(app)
    return done.stdout.decode("utf-8", "replace").strip()


def _write_pairs(body: FeedPatch) -> list[str]:
    """Write the keys that are given as the command takes them, in TOML's words."""
    given = ((name, getattr(body, name)) for name in FeedPatch.__struct_fields__)
    return [
        f"{_KEYS.get(name, name)}={'' if value is None else _write_value(value)}"
        for name, value in given
        if value is not UNSET
    ]


def _write_value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_write_value, value))}]"
    if isinstance(value, EntryRule):
        given = {name: text for name in FIELDS if (text := getattr(value, name)) is not UNSET}
        return "{" + ", ".join(f"{name} = {_write_value(text)}" for name, text in given.items()) + "}"
    return msgspec.json.encode(value).decode()


_CHANGED = ResponseSpec(description="The list has changed since.", body_type=ProblemShape, media=TYPE)
_LIST_CHANGE = {200: DONE, 412: _CHANGED}

ROUTES = (
    RouteSpec(
        path="/v1/feeds/{id}",
        handler=put_feed,
        method="PUT",
        summary="List a feed, or replace its table in the list (feedmill feeds set --create --replace)",
        params=(FEED_PARAM, _IF_MATCH),
        body=FeedTable,
        responses=_LIST_CHANGE,
    ),
    RouteSpec(
        path="/v1/feeds/{id}",
        handler=patch_feed,
        method="PATCH",
        summary="Change some of what the list says of a feed (feedmill feeds set)",
        params=(FEED_PARAM, _IF_MATCH),
        body=FeedPatch,
        responses=_LIST_CHANGE,
    ),
    RouteSpec(
        path="/v1/feeds/{id}",
        handler=delete_feed,
        method="DELETE",
        summary="Take a feed off the list (feedmill feeds remove)",
        params=(FEED_PARAM, _IF_MATCH),
        responses=_LIST_CHANGE,
    ),
)

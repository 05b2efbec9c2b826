"""Shows the form in which a feed's table of the list is edited, and writes what it sends."""

import msgspec
from starlette.responses import Response

from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._operator_rules.filter_rule_types import FIELDS, read_filters
from web.api.feed_edit_endpoints import FeedPatch, edit_feed
from web.api.feed_status_endpoints import FEED_PARAM, find_feed
from web.errors import BadRequest, WebError
from web.pages.page_response import SENT, SHOWN, redirect_to, render_page
from web.rendering.durations import write_duration
from web.rendering.filter_rule_text import EXAMPLE, FilterLineError, read_filter_lines, write_filter_lines
from web.request_context import RequestContext
from web.route_spec import RouteSpec

_LISTS = {"only": "Only entries with", "except": "No entries with"}
"""Keys whose values are rules, a line of the form each, and what the form calls them."""


async def show_form(request: RequestContext) -> Response:
    """Show a feed's table of the list, to be changed."""
    found = await find_feed(request.app, request["id"])
    return _show_form(request, found, _read_keys(found))


async def submit_form(request: RequestContext) -> Response:
    """Change the keys that were changed in the form."""
    found = await find_feed(request.app, request["id"])
    known = _read_keys(found)
    given = _read_form(request.body, known)
    changed = {name: value for name, value in given.items() if value != known[name]}
    if not changed:
        return redirect_to(f"/feeds/{found.id}")
    try:
        patch = msgspec.convert(
            {name: _read_value(name, value) for name, value in changed.items()}, FeedPatch
        )
        await edit_feed(request.app, found.url, patch)
    except (msgspec.ValidationError, WebError) as error:
        wrong = error if isinstance(error, WebError) else BadRequest(_describe_mistake(error))
        return _show_form(request, found, given, wrong)
    return redirect_to(f"/feeds/{found.id}?done=edited")


def _show_form(
    request: RequestContext, found: FeedState, keys: dict[str, object], error: WebError | None = None
) -> Response:
    return render_page(
        request, "edit_feed.html", status=error.status if error else 200, feed=found, keys=keys,
        error=error.detail if error else "", rules=request.app.limits,
        fields=FIELDS, example=EXAMPLE,
    )  # fmt: skip


def _read_keys(found: FeedState) -> dict[str, object]:
    """Return the keys of a feed's table that the form can change."""
    filters = read_filters(found.filters)
    return {
        "source": found.source,
        "tags": list(found.tags),
        "interval": "" if found.interval is None else write_duration(found.interval),
        "text": found.text,
        "enabled": found.enabled,
        "only": write_filter_lines(filters.only),
        "except": write_filter_lines(filters.excluded),
    }


def _read_form(form: dict[str, str], known: dict[str, object]) -> dict[str, object]:
    return {
        "source": form.get("source", "").strip(),
        "tags": [tag.strip() for tag in form.get("tags", "").split(",") if tag.strip()],
        "interval": form.get("interval", "").strip(),
        "text": form.get("text", "auto"),
        "enabled": form.get("enabled") == "1",
        **{name: "\n".join(form[name].split("\r\n")) if name in form else known[name] for name in _LISTS},
    }


def _read_value(name: str, value: object) -> object:
    """Return a key's value, or None, which takes it out of the table, for the default; raises BadRequest."""
    if name in _LISTS:
        try:
            return read_filter_lines(str(value)) or None
        except FilterLineError as error:
            raise BadRequest(f"{_LISTS[name]}: {error}") from error
    is_default = value in ("", []) or (name == "text" and value == "auto") or (name == "enabled" and value)
    return None if is_default else value


def _describe_mistake(error: Exception) -> str:
    """Describe in the form's words which field cannot be as it was given."""
    field = next((name for name in ("source", "tags", "interval", "text") if f"$.{name}" in str(error)), "")
    wanted = {
        "source": "one line of at most 200 characters",
        "tags": "at most 50 tags of at most 64 characters, separated by commas",
        "interval": "a time such as 30m or 2h, or nothing",
        "text": "auto, page or feed",
    }
    return f"{field}: wanted is {wanted[field]}" if field else "the form cannot be read"


ROUTES = (
    RouteSpec(
        path="/feeds/{id}/edit", handler=show_form, summary="Edit a feed", is_page=True, params=(FEED_PARAM,),
        responses=SHOWN,
    ),
    RouteSpec(
        path="/feeds/{id}/edit", handler=submit_form, method="POST", summary="Edit a feed", is_page=True,
        params=(FEED_PARAM,), responses=SENT,
    ),
)  # fmt: skip

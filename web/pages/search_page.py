"""Shows the search, and what it found."""

from urllib.parse import urlencode

from starlette.responses import Response

from web.api.search_endpoints import QUERY, SEARCH_PARAMS, SearchResults, find_articles
from web.errors import BadRequest, WebError
from web.pages.articles_page import describe_entry, read_choices
from web.pages.page_response import SHOWN, render_page
from web.request_context import RequestContext
from web.route_spec import RouteSpec
from web.search.text_index import MAX_COUNTED

_HITS_PER_PAGE = 30
"""Found articles of one page."""


async def show_search(request: RequestContext) -> Response:
    """Show the form, and with words what was found."""
    app = request.app
    found: SearchResults | None = None
    error: WebError | None = None
    if request["q"]:
        try:
            found = await find_articles(app, request.values, _HITS_PER_PAGE)
        except BadRequest as wrong:
            error = wrong
    words = {name: request[name] for name in ("q", "source", "tag", "lang", "order") if request[name]}
    choices = await read_choices(app)
    return render_page(
        request,
        "search.html",
        status=error.status if error else 200,
        error=error.detail if error else "",
        words=request["q"],
        order=request["order"],
        chosen=(*request["source"], "")[0],
        sources=choices["source"],
        hits=None if found is None else [(describe_entry(entry), parts) for entry, parts in found.hits],
        total=found.total if found else 0,
        most=MAX_COUNTED,
        off_reason=app.search.off_reason,
        complete=app.search.is_complete,
        problem=app.search.problem,
        next="" if found is None or found.next is None
        else "?" + urlencode({**words, "offset": found.next}, doseq=True),
    )  # fmt: skip


ROUTES = (
    RouteSpec(
        path="/search",
        handler=show_search,
        summary="Search",
        is_page=True,
        params=(QUERY, *SEARCH_PARAMS),
        responses=SHOWN,
    ),
)

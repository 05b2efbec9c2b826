"""Dead letters, of pages and of groups, with what can be done about them."""

from starlette.responses import Response

from web.ask import Ask, Route
from web.kinds import ARTICLE, OneOf, Param, StreamPlace
from web.letters import (
    GROUP,
    LIMIT,
    STREAM,
    act_on_letter,
    dead_pages,
    drop_page,
    group_letters,
    letters_of,
    retry_page,
)
from web.pages.show import DONE_PARAM, SENT, SHOWN, show, to
from web.shelf import written
from web.standing import all_groups

_WHAT = Param("what", OneOf(("retry", "drop")), "What to do.", where="path")
_DONE = {"retry": "retried", "drop": "dropped"}


async def dead(ask: Ask) -> Response:
    """Show dead letters."""
    group, stream = ask["group"], ask["stream"]
    groups = [
        state
        for state in await all_groups(ask.house)
        if state.dead or (state.group, state.stream) == (group, stream)
    ]
    pages = [] if group else await dead_pages(ask.house, ask["limit"])
    letters = await group_letters(ask.house, group, stream, ask["limit"]) if group else []
    return show(
        ask, "dead.html", group=group, stream=stream, groups=groups, pages=pages, letters=letters,
        limit=ask["limit"],
    )  # fmt: skip


async def act_on_page(ask: Ask) -> Response:
    """Retry or drop a dead page."""
    await (retry_page if ask["what"] == "retry" else drop_page)(ask.house, ask["id"])
    return to(f"/dead?done={_DONE[ask['what']]}")


async def act_on_group(ask: Ask) -> Response:
    """Retry or drop a dead letter of a group."""
    group, stream = ask["group"], ask["stream"]
    await act_on_letter(letters_of(ask.house, group, stream), written(ask["letter"]), ask["what"])
    ask.house.forget("groups")
    of = f"group={group}&stream={stream}" if stream else f"group={group}"
    return to(f"/dead?{of}&done={_DONE[ask['what']]}")


ROUTES = (
    Route(
        path="/dead", act=dead, summary="Dead letters", page=True, gives=SHOWN,
        takes=(Param("group", GROUP, "Of this group.", default=""), STREAM, LIMIT, DONE_PARAM),
    ),
    Route(
        path="/dead/{id}/{what}", act=act_on_page, method="POST", summary="Retry or drop", page=True,
        takes=(Param("id", ARTICLE, "The page.", where="path"), _WHAT), gives=SENT,
    ),
    Route(
        path="/groups/{group}/dead/{letter}/{what}", act=act_on_group, method="POST", page=True,
        summary="Retry or drop", gives=SENT,
        takes=(
            Param("group", GROUP, "The group.", where="path"),
            STREAM,
            Param("letter", StreamPlace(), "The letter.", where="path"),
            _WHAT,
        ),
    ),
)  # fmt: skip

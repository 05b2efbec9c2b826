"""A redesign is said with its first page, once; pages of other kinds of the same site are none."""

import pytest
from newsroom import entries, list_pages, until, working
from origin import page, serve
from site_shapes import SITE_SHAPES, write_site

from feedmill._ledger.core.ledger_client import Ledger
from worker.extraction.page_reader import read_page
from worker.page_models import FetchedPage
from worker.templates.template_session import TemplateSession
from worker.templates.template_set import SiteTemplates
from worker.templates.template_trust import DOUBTS_IN_ROW

PAGES = 14
FRAME = (
    "<html><head><title>Watch: the tide at noon | Journal</title></head><body><header class='top'><nav>"
    "<a href='/'>Home</a> <a href='/town'>town</a></nav></header><div class='wrap'>{body}"
    "<aside class='side'><h3>Most read</h3><p><a href='/2'>The harbour board questioned the bridge</a></p>"
    "</aside></div>"
    "<footer><p>© 2026 Journal. All rights reserved.</p></footer></body></html>"
)
SAID = "<p>The tide came in at noon and left the old quay under half a metre of water, number {n}.</p>"
VIDEO = "<video src='/v.mp4'></video><section class='clip'><h1>Watch: the tide at noon</h1>{said}</section>"


def read(markup: str, known: SiteTemplates) -> TemplateSession:
    session = TemplateSession(known)
    read_page(FetchedPage("https://one.example/1", markup.encode()), None, templates=session)
    return session


def learn(shape: str) -> SiteTemplates:
    known: SiteTemplates = ()
    for _, markup in write_site(shape, PAGES):
        session = read(markup, known)
        assert not session.is_redesigned
        known = session.known
    return known


@pytest.mark.parametrize("shape", SITE_SHAPES)
@pytest.mark.parametrize("new", ["gazette", "portal"])
def test_the_first_page_of_a_redesign_says_so_and_the_next_ones_do_not(shape: str, new: str) -> None:
    if shape == new:
        return
    known, said = learn(shape), []
    for _, markup in write_site(new, 6, seed=9):
        session = read(markup, known)
        said.append(session.is_redesigned)
        known = session.known
    assert said == [True, False, False, False, False, False]


def test_a_page_of_another_kind_is_no_redesign() -> None:
    video = FRAME.format(body=VIDEO.format(said="".join(SAID.format(n=n) for n in range(7))))
    session = read(video, learn("journal"))
    assert session.way == "full"
    assert not session.is_redesigned


def test_a_site_of_which_little_is_known_has_no_redesign() -> None:
    known: SiteTemplates = ()
    for _, markup in write_site("journal", 4):
        known = read(markup, known).known
    assert not read(write_site("gazette", 1)[0][1], known).is_redesigned


async def test_a_redesign_is_told_once_on_the_events_stream(ledger: Ledger, redis_url: str) -> None:
    old, new = write_site("journal", 8), write_site("gazette", 4, seed=9)
    routes = {f"/{one.number}": page(markup) for one, markup in old}
    routes |= {f"/new/{one.number}": page(markup) for one, markup in new}
    async with serve(routes) as origin, working(redis_url, in_flight=1, without=("learned",)):
        for path in routes:
            await list_pages(ledger, [origin.url(path)])
        await until(ledger, redis_url)
        first = origin.url("/new/0")
    rows = await ledger.client.xrange(ledger.keys.events_stream())
    events = [{name.decode(): value.decode() for name, value in fields.items()} for _, fields in rows]
    (event,) = [one for one in events if one["event"] == "site_redesigned"]
    assert event["url"] == first
    assert event["source"] == "The Mill"
    assert len(await entries(ledger)) == 12


def test_the_template_of_before_is_suspended_while_the_new_one_is_learned() -> None:
    known = learn("journal")
    (before,) = known
    assert before.trust.state == "trusted"
    for _, markup in write_site("gazette", DOUBTS_IN_ROW, seed=9):
        known = read(markup, known).known
    new, old = known
    assert old.template == before.template
    assert old.trust.state == "suspended"
    assert new.trust.readings == DOUBTS_IN_ROW

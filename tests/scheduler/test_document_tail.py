"""The end of a document that is larger than is read, and lists its oldest entries first."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from ledger_desk import Desk
from mill import SETTINGS, Mill
from origin import Reply, Seen, serve
from poll_desk import URL, Poll

from feedmill._ledger.core.records import Entry, FeedSpec
from feedmill._net import HttpResponse
from scheduler.parsing.document_models import ParsedFeed
from scheduler.parsing.document_parser import parse_document
from scheduler.polling.feed_state import read_poll_state
from scheduler.polling.oldest_first_tail import MOST_KIB, NO_RANGES, WHOLE, complete_end

DAY_ONE = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)
ITEM = "<item><title>Bulletin {n}</title><pubDate>{date}</pubDate><dc:creator>Ann</dc:creator></item>"
ENTRY = "<entry><title>Bulletin {n}</title><id>b{n}</id><updated>2026-05-01T06:30:00Z</updated></entry>"


def answered(body: str, status: int = 206) -> HttpResponse:
    return HttpResponse(url=URL, status=status, headers={}, body=body.encode(), redirects=(), elapsed_s=0.1)


@pytest.mark.parametrize(
    ("form", "close"),
    [
        (ITEM, "</channel></rss>\n"),
        (ENTRY, "</feed>"),
        (ITEM, "</rdf:RDF>"),
    ],
)
def test_the_whole_entries_of_an_end_are_read(form: str, close: str) -> None:
    items = [form.format(n=n, date="Fri, 01 May 2026 06:30:00 GMT") for n in range(4)]
    whole = complete_end(answered("title>Cut</title>" + items[0][30:] + "".join(items[1:]) + close))
    parsed = parse_document(whole.body, "application/xml", URL)
    assert isinstance(parsed, ParsedFeed)
    assert [entry.title for entry in parsed.entries] == ["Bulletin 1", "Bulletin 2", "Bulletin 3"]


@pytest.mark.parametrize(
    "response",
    [
        answered("</item><item><title>x</title></item></rss>", 200),
        answered("<rss><channel><item/><item/></channel></rss>"),
        answered("<?xml version='1.0'?><rss><item/><item/></rss>"),
        answered("</item><item><title>x</title></item>"),
        answered("<item><title>x</title></item></rss>"),
        answered("<html></html>"),
    ],
)
def test_all_else_is_left_as_it_is(response: HttpResponse) -> None:
    assert complete_end(response) is response


def dated(*numbers: int) -> list[Entry]:
    return [
        Entry(guid=f"{n}", link=f"http://site.example/{n}", published_at=DAY_ONE + timedelta(hours=n))
        for n in numbers
    ]


def part(desk: Desk) -> int:
    return read_poll_state(desk.feed(URL).notes).part


@pytest.mark.parametrize(
    ("numbers", "accepts", "asked"),
    [
        ((1, 2, 3), "bytes", True),
        ((3, 2, 1), "bytes", False),
        ((1, 2, 3), "none", False),
        ((1, 2), "bytes", False),
    ],
)
def test_the_end_is_asked_for_where_the_oldest_come_first_and_ranges_are_given(
    desk: Desk, numbers: tuple[int, ...], accepts: str, asked: bool
) -> None:
    poll = Poll(desk)
    listed = [
        *dated(*numbers),
        *(Entry(guid=f"w{n}", link=f"http://site.example/w{n}", summary="w" * 900) for n in range(9)),
    ]
    first = poll.answered(listed, is_cut=True, etag='"1"', accept_ranges=accepts)
    assert (first.outcome, first.ok, first.etag) == ("truncated", True, "" if asked else '"1"')
    assert (0 < part(desk) <= MOST_KIB) is asked
    second = poll.answered(dated(8, 9), status=206, etag='"1"') if asked else None
    assert poll.request is not None
    assert ("Range" in poll.request.headers) is asked
    if second:
        assert (second.outcome, len(second.found), second.etag) == ("ok", 2, '"1"')
        assert poll.answered(status=0).outcome == "not_modified"
        assert "Range" in poll.request.headers
        assert poll.events() == []


def test_a_server_that_gives_no_end_is_asked_for_the_whole(desk: Desk) -> None:
    poll = Poll(desk)
    listed = [
        *dated(1, 2, 3),
        *(Entry(guid=f"w{n}", link=f"http://site.example/w{n}", summary="w" * 900) for n in range(9)),
    ]
    for expected in (1, NO_RANGES, NO_RANGES):
        made = poll.answered(listed, is_cut=True, etag='"1"', accept_ranges="bytes")
        assert min(part(desk), 1) == expected
        assert made.ok
    assert poll.answered(dated(1, 2, 3)).ok
    assert part(desk) == WHOLE


async def test_news_at_the_end_of_a_large_document_come(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mill = Mill(redis_url, monkeypatch)
    mill.settings = dataclasses.replace(
        mill.settings, network=dataclasses.replace(SETTINGS.network, max_wire=2**16, max_decoded=2**16)
    )
    count = 60

    def answer(seen: Seen) -> Reply:
        items = "".join(
            f"<item><title>Bulletin {n}</title><guid isPermaLink='false'>b{n}</guid>"
            f"<pubDate>{DAY_ONE + timedelta(hours=n):%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<description>{'Words of it, and more. ' * 60}</description></item>"
            for n in range(count)
        )
        body = f"<rss version='2.0'><channel><title>B</title>{items}</channel></rss>".encode()
        size = int(seen.headers.get("range", "bytes=-0").removeprefix("bytes=-"))
        sent = {"Accept-Ranges": "bytes"}
        if not size:
            return Reply(body=body, type="text/xml", headers=sent)
        return Reply(status=206, body=body[-size:], type="text/xml", headers=sent)

    async with serve({"/feed": answer}) as origin:
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        await mill.turn()
        await mill.turn(hours=1)
        count += 2
        assert await mill.turn(hours=1) == ["created 1"] * 2
    titles = {entry["article"].partition('"title":"')[2].partition('"')[0] for entry in await mill.stream()}
    assert {"Bulletin 0", "Bulletin 59", "Bulletin 60", "Bulletin 61"} <= titles

"""A site that changes its template, through the real worker and ledger, and what the ledger keeps of it."""

from ledger_desk import Desk
from newsroom import list_pages, until, working
from origin import page, serve

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.operations import extraction_history_operations
from worker.quality.template_change import LEAST, WINDOW

NAMES = ("bridge", "ferry", "lock", "mill", "quay", "weir", "market")


def report(number: int) -> str:
    """An article of the old template, of words of its own."""
    name, other = NAMES[number % 7], NAMES[(number * 3 + 1) % 7]
    sentences = "".join(
        f"<p>On day {number * 31 + line} of the year the {name} number {line} was opened to boats and the"
        f" keeper of the {other} wrote in book {number}-{line} that {number + line} had gone by noon.</p>"
        for line in range(6 + number % 4)
    )
    return (
        f"<html lang='en'><head><title>The {name} of day {number}</title></head><body><article>"
        f"<h1>The {name} of day {number}</h1>{sentences}</article></body></html>"
    )


SHELL = "<html><head><title>Loading</title></head><body><div id='app'></div></body></html>"


async def told(ledger: Ledger) -> list[dict[str, str]]:
    """Read what the events stream says of sites."""
    rows = await ledger.client.xrange(ledger.keys.events_stream())
    events = [{name.decode(): value.decode() for name, value in fields.items()} for _, fields in rows]
    return [event for event in events if event["event"].startswith("site_")]


async def test_a_site_that_changes_is_told_once_and_again_when_it_is_well(
    ledger: Ledger, redis_url: str
) -> None:
    good = LEAST + 6
    routes = {f"/{number}": page(report(number)) for number in range(good)}
    routes |= {f"/shell/{number}": page(SHELL) for number in range(WINDOW + 4)}
    routes |= {f"/well/{number}": page(report(100 + number)) for number in range(WINDOW * 2)}
    async with serve(routes) as origin, working(redis_url):
        await list_pages(ledger, [origin.url(f"/{number}") for number in range(good)])
        await until(ledger, redis_url)
        assert await told(ledger) == []
        await list_pages(ledger, [origin.url(f"/shell/{number}") for number in range(WINDOW + 4)])
        await until(ledger, redis_url)
        (changed,) = await told(ledger)
        await list_pages(ledger, [origin.url(f"/well/{number}") for number in range(WINDOW * 2)])
        await until(ledger, redis_url)
        assert [event["event"] for event in await told(ledger)] == ["site_changed", "site_settled"]
    assert changed["sign"] == "outcome"
    assert changed["source"] == "The Mill"
    assert changed["site"] == "127.0.0.1"
    assert changed["url"].startswith(origin.url("/shell/"))
    assert (await told(ledger))[1]["sign"] == "as_before"


def test_a_course_is_bounded_and_a_page_counts_once(desk: Desk) -> None:
    def note(number: int) -> extraction_history_operations.PageHistory:
        return desk.run(
            extraction_history_operations.add_page_stats(
                desk.keys, history="c", page_id=f"{number:016x}", stats=b"p\x01\x02\x03", token=desk.token()
            )
        )

    for number in range(200):
        note(number)
    course = note(199)
    assert len(course.stats) == 120
    key = desk.keys.course("c")
    assert int(desk.client.memory_usage(key, samples=0)) < 4096
    assert 0 < desk.client.pttl(key) <= 90 * 86_400_000


def test_a_change_is_told_by_the_first_who_sees_it(desk: Desk) -> None:
    def tell(since: int) -> bool:
        event = {"event": "site_changed" if since else "site_settled"}
        return desk.run(
            extraction_history_operations.announce_site_event(
                desk.keys, history="c", since=since, keep=0, fields=event, token=desk.token()
            )
        )

    assert [tell(12), tell(12), tell(0), tell(0), tell(12)] == [True, False, True, False, True]
    assert desk.client.xlen(desk.keys.events_stream()) == 3

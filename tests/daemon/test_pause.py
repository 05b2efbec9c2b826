"""What is paused is left alone, and goes on where it stood."""

import asyncio
from pathlib import Path

import pytest
from ledger_desk import HOUR, MINUTE, Desk, story
from origin import feed, page, serve
from running import SETTINGS, Site

from daemon.feeds.pauses import PauseEntry, find_pauses_of_feed
from daemon.processes.idle_check import is_idle
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations.pause_operations import pause_work, resume_work
from feedmill._ledger.operations.site_request_operations import acquire_slot

A, B = "http://a.example/feed", "http://b.example/feed"


def paused(desk: Desk, what: str) -> int:
    return desk.run(pause_work(desk.keys, what=what, token=desk.token()))


def resumed(desk: Desk, what: str) -> bool:
    return desk.run(resume_work(desk.keys, what=what, token=desk.token()))


def claimed(desk: Desk) -> list[str]:
    return sorted(found.url for found in desk.claim(9).feeds)


def test_everything_pauses_at_once_and_goes_on_at_once(desk: Desk) -> None:
    desk.apply(A, B)
    (leased,) = desk.claim(1).feeds
    assert paused(desk, "all") == 1
    assert paused(desk, "all") == 0
    desk.record(leased, story(1))  # what is under way comes to its end
    assert desk.claim(9).feeds == ()
    assert desk.take(9).pages == ()
    assert desk.census().paused == ("all",)
    assert is_idle(desk.census(), 10_000)
    assert resumed(desk, "all")
    assert not resumed(desk, "all")
    assert len(desk.claim(9).feeds) == 2
    assert len(desk.take(9).pages) == 1


def test_a_feed_is_not_polled_while_it_is_paused(desk: Desk) -> None:
    desk.apply(A, B)
    assert paused(desk, f"feed:{name_feed(A)}") == 1
    assert claimed(desk) == [B]
    desk.now += 9 * HOUR
    desk.apply(A, B)
    assert claimed(desk) == []
    assert resumed(desk, f"feed:{name_feed(A)}")
    assert claimed(desk) == [A]


def test_a_feed_that_is_paused_during_its_poll_is_not_polled_again(desk: Desk) -> None:
    desk.apply(A)
    (leased,) = desk.claim(1).feeds
    paused(desk, f"feed:{name_feed(A)}")
    desk.record(leased, story(1), next_ms=MINUTE)
    desk.now += HOUR
    assert claimed(desk) == []
    assert len(desk.take(9).pages) == 1  # its pages go on
    resumed(desk, f"feed:{name_feed(A)}")
    assert claimed(desk) == [A]


def test_a_lease_that_expires_does_not_wake_a_paused_feed(desk: Desk) -> None:
    desk.apply(A)
    desk.claim(1, lease=MINUTE)
    paused(desk, f"feed:{name_feed(A)}")
    desk.now += HOUR
    desk.reap()
    assert claimed(desk) == []
    resumed(desk, f"feed:{name_feed(A)}")
    assert claimed(desk) == [A]


def test_nothing_is_asked_of_a_paused_site(desk: Desk) -> None:
    desk.apply(A, B)
    for leased in desk.claim(9).feeds:
        desk.record(leased, story(1, site=leased.site), next_ms=MINUTE)
    assert paused(desk, "site:a.example") == 1
    assert [taken.site for taken in desk.take(9).pages] == ["b.example"]
    desk.now += HOUR
    assert claimed(desk) == [B]
    passage = desk.run(
        acquire_slot(
            desk.keys, member="m", site="a.example", per_site=2, gap_ms=0, lease_ms=MINUTE, patience_ms=5000,
            token=desk.token(),
        )
    )  # fmt: skip
    assert not passage.is_free
    assert resumed(desk, "site:a.example")
    assert claimed(desk) == [A]
    assert [taken.site for taken in desk.take(9).pages] == ["a.example"]


def test_a_pause_ends_with_its_feed(desk: Desk) -> None:
    assert paused(desk, f"feed:{name_feed(A)}") == -1
    desk.apply(A)
    paused(desk, f"feed:{name_feed(A)}")
    desk.apply(B)
    assert desk.census().paused == ()
    desk.apply(A)
    assert claimed(desk) == [A]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pause", "https://nowhere.example/feed"), "no such feed"),
        (("resume",), "resume what?"),
        (("pause", "not a site"), "give `all`"),
        (("pause", "nowhere.example"), "nowhere.example: no feed and no page is of this site"),
    ],
)
def test_what_cannot_be_paused_is_told(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    ran = site.run(*words)
    assert ran.returncode == 2
    assert said in ran.stderr


@pytest.mark.parametrize(
    ("what", "kind", "keeps"),
    [
        ("all", "all", True),
        ("a.example", "site", True),
        (A, "feed", True),
        ("b.example", "site", False),
        (B, "feed", False),
    ],
)
def test_a_backfill_is_told_what_keeps_it_waiting(what: str, kind: str, *, keeps: bool) -> None:
    assert bool(find_pauses_of_feed([PauseEntry(what, kind, 1)], A)) is keeps


async def test_an_operator_pauses_and_resumes(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    async with serve({"/page": page("<p>words</p>")}) as origin:
        link = origin.url("/page")
        listing = feed(
            f"<rss version='2.0'><channel><title>T</title><item><title>a</title><link>{link}</link></item>"
            "</channel></rss>"
        )
        async with serve({"/feed": listing}) as publisher:
            url = publisher.url("/feed")
            site.write(url, settings=f'{SETTINGS}[[sites]]\nsite = "example.org"\ngap = "1s"\n')

            def run() -> None:
                ran = site.run("pause", "all")
                assert ran.stdout == "paused: everything\n", ran.stderr
                ran = site.run("up", "--until-idle")
                assert ran.returncode == 0, ran.stderr
                assert '"event": "poll"' not in ran.stderr
                assert " paused not polled yet " in site.run("status").stdout
                rows = site.json("pause", url, "example.org")["paused"]
                assert [(row["kind"], row["what"]) for row in rows] == [
                    ("all", "all"), ("feed", url), ("site", "example.org"),
                ]  # fmt: skip
                assert site.run("resume", "all", url).stdout == f"goes on: everything\ngoes on: {url}\n"
                assert "paused: 1 site;" in site.run("status").stdout

            await asyncio.to_thread(run)

"""Who polls the public internet must say whom to ask; who stays at home need not."""

import asyncio
from pathlib import Path

import pytest
from running import Site

from config.load import load_config
from daemon.health.contact_check import find_contact_problem
from feedmill._ledger.politeness.request_audit_record import is_public
from feedmill._ledger.politeness.robots_cache import ALLOWED, RobotsRuling
from worker.errors import NoContactError
from worker.fetching.page_request import PageRequestPermit

PUBLIC = "https://www.feedmill-test.org/feed.xml"


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("http://127.0.0.1:8000/feed", False),
        ("http://[::1]/feed", False),
        ("http://10.1.2.3/feed", False),
        ("http://wiki/feed", False),
        ("http://wiki.internal/feed", False),
        ("http://printer.local./feed", False),
        ("http://news.example/feed", False),
        ("http://8.8.8.8/feed", True),
        ("http://[2606:4700::1111]/feed", True),
        (PUBLIC, True),
        ("http://", False),
    ],
)
def test_hosts_of_the_public_internet_are_told_from_others(url: str, public: bool) -> None:
    assert is_public(url) is public


@pytest.mark.parametrize(
    ("settings", "urls", "missing"),
    [
        ("", [PUBLIC], True),
        ("", [], False),
        ("", ["http://127.0.0.1/feed"], False),
        ("", ["http://127.0.0.1/feed", PUBLIC, PUBLIC], True),
        ('contact = "desk@feedmill-test.org"', [PUBLIC], False),
        ('contact = "https://feedmill-test.org/reader"', [PUBLIC], False),
        ('user_agent = "mine/1 (+https://feedmill-test.org)"', [PUBLIC], False),
        ('user_agent = "mine/1"', [PUBLIC], True),
    ],
)
def test_a_contact_is_wanted_for_public_feeds_alone(
    tmp_path: Path, settings: str, urls: list[str], missing: bool
) -> None:
    (tmp_path / "feedmill.toml").write_text(f"[network]\n{settings}\n")
    assert (find_contact_problem(load_config(tmp_path, {}), urls) is not None) is missing


@pytest.mark.parametrize("command", [["up", "--until-idle"], ["scheduler", "--once"]])
def test_nothing_polls_public_feeds_without_a_contact(tmp_path: Path, command: list[str]) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(PUBLIC, "http://127.0.0.1:9/feed")
    refused = site.run(*command)
    assert refused.returncode == 2
    for words in (
        "feedmill.toml: network.contact",
        PUBLIC,
        "FEEDMILL_NETWORK_CONTACT",
        "feedmill help polling",
    ):
        assert words in refused.stderr


def test_the_doctor_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(PUBLIC)
    told = site.run("doctor")
    assert told.returncode == 1
    assert "network.contact" in told.stdout or "contact" in told.stdout
    site.write("http://127.0.0.1:9/feed")
    assert site.run("doctor").returncode == 0
    site.write(PUBLIC)
    assert site.run("doctor", FEEDMILL_NETWORK_CONTACT="desk@feedmill-test.org").returncode == 0


def test_a_worker_requests_no_public_page_without_a_contact() -> None:
    asked = []

    async def trip(url: str) -> None:
        asked.append(url)

    class Allowing:
        async def check_url(self, url: str, trip: object) -> RobotsRuling:
            del url, trip
            return ALLOWED

    way = PageRequestPermit(Allowing(), trip, has_contact=False)  # type: ignore[arg-type]
    with pytest.raises(NoContactError, match=r"network\.contact is not set"):
        asyncio.run(way(PUBLIC))
    asyncio.run(way("http://127.0.0.1/page"))
    asyncio.run(PageRequestPermit(Allowing(), trip)(PUBLIC))  # type: ignore[arg-type]
    assert asked == ["http://127.0.0.1/page", PUBLIC]

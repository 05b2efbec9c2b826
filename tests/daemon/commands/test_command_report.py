"""`feedmill feeds report`, `[[sites]]` and the record behind it, as an operator meets them."""

import asyncio
import re
from pathlib import Path

import pytest
from origin import Seen, feed, page, serve
from running import SETTINGS, Site

from config.errors import ConfigError
from config.load import load_config
from config.settings import Settings
from daemon.feeds.site_request_report import RULES, SiteReport, build_site_report, summarize_reports
from feedmill._ledger.core.operation_result_types import SiteRequests
from feedmill._ledger.core.site_and_route_rules import SiteRule
from feedmill._ledger.politeness.request_audit_record import find_violated_rules
from scheduler.ledger_config_sync import build_site_rules

RULED = """
[[sites]]
site = "127.0.0.1"
gap = "400ms"
per_site = 1
reason = "a small server"
"""


async def test_the_report_tells_what_sites_were_sent(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")

    def listing(seen: Seen) -> object:
        link = f"http://{seen.host}/page"
        return feed(
            f"<rss version='2.0'><channel><title>T</title><item><title>a</title><link>{link}</link>"
            "</item></channel></rss>"
        )

    async with serve({"/feed": listing, "/page": page("<p>words</p>")}) as origin:
        site.write(origin.url("/feed"), settings=SETTINGS + RULED)
        ran = await asyncio.to_thread(site.run, "up", "--until-idle")
        assert ran.returncode == 0, ran.stderr
        told = site.json("feeds", "report")
        log = [seen.path for seen in origin.log]
    (report,) = told["sites"]
    assert told["ok"]
    assert sorted(log) == ["/feed", "/page", "/robots.txt"]
    assert (report["requests"], report["polls"], report["pages"], report["robots"]) == (3, 1, 1, 1)
    assert (report["at_once"], report["broken"], report["reason"]) == (1, [], "a small server")
    assert report["shortest_gap_ms"] >= 250
    assert (report["gap_ms"], report["per_site"]) == (400, 1)
    shown = site.run("feeds", "report", origin.url("/feed"))
    assert shown.returncode == 0
    assert "3 requests to 1 sites: no rule was broken" in shown.stdout
    assert "a small server" in shown.stdout
    assert site.run("feeds", "report", "nowhere.example").returncode == 2
    why = site.run("feeds", "why", origin.url("/feed"))
    assert "a small server" in why.stdout


def sent(**broken: int) -> SiteRequests:
    return SiteRequests(
        site="a.example", rule=SiteRule(robots="ignore", reason="agreed"), pace=(2000, 1),
        counts={"requests": 9, "polls": 5, "conditional": 4, "shortest": 800},
        broken=broken, last=dict.fromkeys(broken, (7, "http://a.example/f")),
    )  # fmt: skip


def test_a_broken_rule_is_told_with_its_last_case() -> None:
    report = build_site_report(sent(gap=3))
    (breach,) = report.broken
    assert (breach.rule, breach.times, breach.last_at, breach.last_url) == ("gap", 3, 7, "http://a.example/f")
    assert breach.means == RULES["gap"]
    assert report.robots_ignored == "agreed"
    assert "broken at 1 of them: gap" in summarize_reports([report, build_site_report(sent())])


def test_what_keeps_all_rules_says_so() -> None:
    report = build_site_report(sent())
    assert isinstance(report, SiteReport)
    assert report.broken == ()
    assert summarize_reports([report]) == "9 requests to 1 sites: no rule was broken"


def test_a_cookie_is_none_of_a_readers_but_on_a_redirects_way() -> None:
    sent = {"user-agent": "feedmill (+https://mill.example/)", "cookie": "seen=1"}
    assert find_violated_rules(sent, "https://press.example/feed") == ["cookie"]
    assert find_violated_rules(sent, "https://press.example/feed", hop=2) == []


def test_every_rule_that_scripts_and_journal_count_has_words() -> None:
    root = Path(__file__).parent.parent.parent.parent / "feedmill" / "_ledger"
    counted = set(re.findall(r"breaks\(key, '(\w+)'", (root / "lua" / "_sent.lua").read_text()))
    words = (
        (root / "politeness" / "request_audit_record.py")
        .read_text()
        .partition("def find_violated_rules")[2]
        .partition("return")[0]
    )
    named = set(re.findall(r'"(\w+)": ', words))
    assert counted | named == set(RULES)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('site = "a.example"\nrobots = "ignore"', "sites[1].reason: is missing"),
        ('gap = "1s"', "sites[1].site: is missing"),
        ('site = "https://a.example/"', "sites[1].site: is"),
        ('site = "a.example"\ngab = "1s"', 'unknown key (did you mean "gap"?)'),
        ('site = "a.example"\nper_site = 0', "sites[1].per_site: is 0"),
        ('site = "a.example"\n[[sites]]\nsite = "A.example"', "named a second time"),
    ],
)
def test_mistakes_in_a_sites_table_name_file_line_and_key(tmp_path: Path, table: str, said: str) -> None:
    (tmp_path / "feedmill.toml").write_text(f"[[sites]]\n{table}\n")
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, {})
    assert said in str(raised.value)
    assert "feedmill.toml:" in str(raised.value)


def test_a_host_in_a_sites_table_stands_for_its_site(tmp_path: Path) -> None:
    (tmp_path / "feedmill.toml").write_text(
        '[[sites]]\nsite = "www.news.co.uk"\ngap = "90s"\n[[sites]]\nsite = "::1"\nper_site = 3\n'
    )
    rules = build_site_rules(load_config(tmp_path, {}).settings)
    assert rules == {"news.co.uk": SiteRule(gap_ms=90_000), "::1": SiteRule(per_site=3)}
    assert build_site_rules(Settings()) == {}

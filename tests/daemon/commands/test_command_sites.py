"""`feedmill sites …`: what was learned of a site is shown and forgotten; `doctor` names what is suspended."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from learned_templates import keep_templates, learn_templates
from running import Site

from daemon.feeds.template_store import TemplateStore
from daemon.health.feed_checks import check_templates
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.operations.extraction_history_operations import REDESIGNED
from worker.templates.template_description import write_selector
from worker.templates.template_set import SiteTemplates

PAGES = 11


@pytest.fixture(scope="module")
def learned() -> SiteTemplates:
    return learn_templates("journal", PAGES)


def keep(url: str, name: str, known: SiteTemplates) -> None:
    with redis.Redis.from_url(url) as client:
        SyncLedger(client, Keys()).run(keep_templates(Keys(), name, known))


def suspend(known: SiteTemplates, times: int) -> SiteTemplates:
    (one,) = known
    trust = replace(one.trust, state="suspended", suspensions=times, setbacks=("lost_lines", "unknown_paths"))
    return (replace(one, trust=trust),)


def test_templates_are_shown_and_forgotten(tmp_path: Path, redis_url: str, learned: SiteTemplates) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write("https://j.example/feed")
    keep(redis_url, "The Journal www.j.example", learned)
    keep(redis_url, "Mirror j.example:8080", suspend(learned, 3))
    keep(redis_url, "The Journal other.example", learned)
    given = {"FEEDMILL_REDIS_URL": redis_url}
    mirror, journal = site.json("sites", "show", "https://j.example/1", **given)["templates"]
    assert (journal["source"], journal["host"], journal["state"]) == (
        "The Journal",
        "www.j.example",
        "trusted",
    )
    assert journal["standing"] == "next audit in 4, every 5"
    assert journal["container"] == "div.wrap > div.story > div"
    lines = journal["paths"][0]
    assert (lines["selector"], lines["is_linked"]) == (
        "div.wrap > div.story > div.text.text.0 > p.par",
        False,
    )
    assert lines["text"] > 5 * PAGES
    assert "headline" in journal["marks"]
    assert (mirror["suspensions"], mirror["setbacks"]) == (3, ["lost_lines", "unknown_paths"])
    shown = site.run("sites", "show", "j.example", **given).stdout
    assert "suspended 3 times (last: lost_lines, unknown_paths)" in shown
    findings = json.loads(site.run("doctor", "--json", **given).stdout)["findings"]
    (finding,) = [one for one in findings if one["what"] == "templates"]
    assert finding["found"] == "suspended: Mirror j.example:8080 3 times (lost_lines)"
    assert site.run("sites", "forget", "j.example", given=b"n\n", **given).returncode == 1
    done = site.run("sites", "forget", "j.example", "--yes", **given)
    assert done.stdout.endswith("forgotten: the templates of 2 sources at j.example\n")
    assert site.run("sites", "forget", "j.example", "--yes", **given).returncode == 2
    assert site.json("sites", "show", "j.example", **given)["templates"] == []
    with redis.Redis.from_url(redis_url) as client:
        assert TemplateStore(client, "feedmill").list_names("other.example") == ["The Journal other.example"]


@pytest.mark.parametrize(
    ("path", "selector"),
    [
        ("html>body>main>div.a.b0>p", "main > div.a.b0 > p"),
        ("html>body", "body"),
        ("", "body"),
        ("#0badcafe>div.x>li~", "… > div.x > li"),
    ],
)
def test_a_path_is_shown_as_a_selector(path: str, selector: str) -> None:
    assert write_selector(path) == selector


def test_sites_redesigned_within_a_day_are_named_by_doctor_and_status(tmp_path: Path, redis_url: str) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write("https://a.example/feed")
    told = Keys().events_stream()
    with redis.Redis.from_url(redis_url) as client:
        client.xadd(told, {"event": REDESIGNED, "site": "long-ago.example"}, id="1-0")
        for number in (1, 2, 2, 3, 4, 5, 6):
            client.xadd(told, {"event": REDESIGNED, "site": f"{number}.example"})
        client.xadd(told, {"event": "feed_silent", "feed": "https://a.example/feed"})
    given = {"FEEDMILL_REDIS_URL": redis_url}
    findings = json.loads(site.run("doctor", "--json", **given).stdout)["findings"]
    (finding,) = [one for one in findings if one["what"] == "redesigned sites"]
    assert finding["level"] == "ok"
    assert finding["found"] == "within a day 6: 6.example, 5.example, 4.example, 3.example, 2.example, …"
    assert "6 sites redesigned within a day: 6.example, 5.example" in site.run("status", **given).stdout


def test_doctor_names_templates_that_are_suspended_again_and_again() -> None:
    assert list(check_templates({"A a.example": (2, "no_text")})) == []
    (finding,) = check_templates({f"A {n}.example": (n, "no_text") for n in range(2, 12)})
    assert finding.level == "warn"
    assert finding.found.startswith("suspended: A 11.example 11 times (no_text), ")
    assert finding.found.endswith(", 4 more")

"""What is counted is told, over processes, kills and restarts; what is declared is all there is."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from origin import feed, page, serve
from prometheus_client.parser import text_string_to_metric_families
from running import SETTINGS, Site

from daemon.readiness import judge
from feedmill._metrics import slots
from feedmill._metrics.declared import ALL, COUNTED, reference
from feedmill._metrics.gather import gathered
from feedmill._metrics.meters import MOST_CLASSES, Meters

ROOT = Path(__file__).parent.parent
COUNTING = """
import os, signal, sys
from pathlib import Path
from config.folder import tell_library
from feedmill._metrics import slots
from feedmill._metrics.meters import kept_in
folder = Path(sys.argv[1])
tell_library(folder)
slot = slots.take(folder, "worker")
meters = kept_in(slot)
meters.poll("ok", late_s=0.2)
if (horse := os.fork()) == 0:
    slot.to_horse()
    meters.page("created", ["news"])
    meters.published(3.0)
    os.kill(os.getpid(), signal.SIGKILL)
os.waitpid(horse, 0)
meters.horse_died("crash")
if sys.argv[2] == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
print("counted", flush=True)
sys.stdin.read()
"""


def told(text: bytes) -> dict[str, float]:
    families = text_string_to_metric_families(text.decode())
    return {
        sample.name + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def count(folder: Path, *, kill: bool = False) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", COUNTING, str(folder), "kill" if kill else "live"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if kill:
        process.communicate(timeout=50)
    else:
        assert process.stdout is not None
        assert process.stdout.readline() == b"counted\n"
    return process


def test_counts_outlive_killed_processes_and_files_do_not_grow_in_number(tmp_path: Path) -> None:
    for _ in range(3):
        count(tmp_path, kill=True)
    found = told(gathered(tmp_path, None))
    assert found["feedmill_polls_total|ok"] == 3
    assert found["feedmill_pages_total|news|created"] == 3
    assert found["feedmill_horse_deaths_total|crash"] == 3
    assert found["feedmill_publish_delay_seconds_count"] == 3
    assert "feedmill_processes|worker" not in found
    assert len(list(tmp_path.glob("*.db"))) == 4


def test_processes_at_a_time_have_files_of_their_own(tmp_path: Path) -> None:
    live = [count(tmp_path) for _ in range(2)]
    found = told(gathered(tmp_path, None))
    assert found["feedmill_processes|worker"] == 2
    assert found["feedmill_process_memory_bytes|worker"] > 2 * 2**20
    assert [one.name for one in slots.held(tmp_path)] == ["worker-1", "worker-2"]
    for one in live:
        one.communicate(timeout=50)
    assert told(gathered(tmp_path, None))["feedmill_polls_total|ok"] == 2
    assert not list(slots.held(tmp_path))


def test_a_server_that_does_not_answer_is_one_of_the_metrics() -> None:
    assert told(gathered(None, None))["feedmill_redis_up"] == 0


def test_classes_are_bounded() -> None:
    meters = Meters()
    for number in range(MOST_CLASSES + 9):
        meters.page("created", [f"tag{number}"])
    names = {sample.labels["class"] for family in meters.registry.collect() for sample in family.samples
             if sample.name == "feedmill_pages_total"}  # fmt: skip
    assert len(names) == MOST_CLASSES + 1
    assert "other" in names


def test_a_page_costs_microseconds() -> None:
    meters = Meters()
    began = time.process_time()
    for _ in range(2000):
        meters.page("created", ["news"])
        meters.stage("read", 0.01)
        meters.published(3.0)
        meters.gate(0.1)
    assert (time.process_time() - began) / 2000 < 0.001


def test_the_table_in_the_docs_is_up_to_date() -> None:
    assert reference() in (ROOT / "docs/metrics.md").read_text()


def test_every_name_is_said_once_and_well_formed() -> None:
    names = [metric.full for metric in ALL]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"feedmill_[a-z_]+", name) for name in names)
    assert all(metric.buckets for metric in COUNTED if metric.kind == "histogram")


async def test_a_run_tells_of_polls_pages_and_the_ledger(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    words = (
        "<p>"
        + "These are the words of the article, and there are enough of them to be one. " * 12
        + "</p><p>Advertisement</p>"
    )

    async with serve({"/page": page(words)}) as origin:
        listing = (
            "<rss version='2.0'><channel><title>T</title><item><title>a</title>"
            f"<link>{origin.url('/page')}</link></item></channel></rss>"
        )
        async with serve({"/feed": feed(listing)}) as publisher:
            site.write(publisher.url("/feed"), settings=SETTINGS)
            ran = await asyncio.to_thread(site.run, "up", "--until-idle")
    assert ran.returncode == 0, ran.stderr
    found = told((await asyncio.to_thread(site.run, "metrics")).stdout.encode())
    assert found["feedmill_polls_total|ok"] == 1
    assert sum(value for name, value in found.items() if name.startswith("feedmill_pages_total|none")) == 1
    assert found["feedmill_stage_seconds_count|parse"] == 1
    assert found["feedmill_stage_seconds_count|read"] == 1
    assert found["feedmill_removed_total|advert"] == 1
    assert found["feedmill_requests_total|feed|2xx"] == 1
    assert found["feedmill_redis_up"] == 0
    declared = {metric.full for metric in ALL}
    for name in found:
        bare = name.partition("|")[0]
        assert {bare, re.sub("_(count|sum|bucket|created)$", "", bare),
                bare.replace("_created", "_total")} & declared, name  # fmt: skip


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_port_tells_metrics_life_and_readiness(tmp_path: Path, redis_url: str) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings=SETTINGS + f'[redis]\nurl = "{redis_url}"\n')
    process = site.start("metrics", "--listen", "127.0.0.1:0")
    try:
        assert process.stderr is not None
        port = json.loads(process.stderr.readline())["listen"]
        assert get(f"http://{port}/livez")[0] == 200
        status, body = get(f"http://{port}/readyz")
        assert status == 200, body
        assert [check["name"] for check in json.loads(body)["checks"]] == ["redis", "metrics-1"]
        found = told(get(f"http://{port}/metrics")[1])
        assert found["feedmill_redis_up"] == 1
        assert found["feedmill_ledger_balanced"] == 1
        assert found["feedmill_processes|metrics"] == 1
        assert get(f"http://{port}/other")[0] == 404
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_ready_says_what_is_missing(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    ran = site.run("ready", "--role", "worker", "--json")
    assert ran.returncode == 1
    checks = {check["name"]: check for check in json.loads(ran.stdout)["checks"]}
    assert not checks["redis"]["ok"]
    assert "feedmill up" in checks["redis"]["detail"]
    assert checks["worker"]["detail"] == "no such process is running"


@pytest.mark.parametrize(
    ("role", "silent_s", "ok"),
    [("worker", 170, True), ("worker", 190, False), ("scheduler", 20, True), ("scheduler", 40, False)],
)
def test_a_process_that_is_not_heard_of_is_not_ready(role: str, silent_s: float, ok: bool) -> None:
    seen = slots.Seen(role, f"{role}-1", 7, "host", silent_s)
    assert judge(None, [seen], [])[1].ok is ok


def test_listen_says_what_is_wrong(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    for wrong, code in (("9464", 2), ("nowhere.invalid:1", 1), ("127.0.0.1:99999", 1)):
        ran = site.run("metrics", "--listen", wrong)
        assert ran.returncode == code, ran.stderr
        assert wrong in ran.stderr
        assert "Traceback" not in ran.stderr


def test_no_room_for_files_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/metrics").write_text("a file where the folder should be")
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    ran = site.run("up", "--until-idle")
    assert ran.returncode == 0, ran.stderr
    assert '"metrics_off"' in ran.stderr
    assert os.path.isfile(tmp_path / "data/metrics")  # noqa: PTH113

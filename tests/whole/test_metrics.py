"""What is counted is told, over processes, kills and restarts; what is declared is all there is."""

import asyncio
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from origin import feed, page, serve
from prometheus_client.parser import text_string_to_metric_families
from running import SETTINGS, Site
from waiting import until

from daemon.embedded_server.data_folder import DataFolder
from daemon.health.metrics_http import check_readiness
from feedmill._metrics import process_files
from feedmill._metrics.counters import MAX_CLASSES, ProcessCounters
from feedmill._metrics.definitions import ALL_METRICS, COUNTED_METRICS, render_metrics_reference
from feedmill._metrics.exposition import render_exposition

ROOT = Path(__file__).parent.parent.parent
COUNTING = """
import os, signal, sys
from pathlib import Path
from config.environment import export_metrics_folder
from feedmill._metrics import process_files
from feedmill._metrics.counters import open_counters
folder = Path(sys.argv[1])
export_metrics_folder(folder)
slot = process_files.take_slot(folder, "worker")
meters = open_counters(slot)
meters.count_poll("ok", late_s=0.2)
if (horse := os.fork()) == 0:
    slot.after_fork()
    meters.count_page("created", ["news"])
    meters.count_published(3.0)
    os.kill(os.getpid(), signal.SIGKILL)
os.waitpid(horse, 0)
meters.count_horse_death("crash")
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
        process.communicate(timeout=120)
    else:
        assert process.stdout is not None
        assert process.stdout.readline() == b"counted\n"
    return process


def test_counts_outlive_killed_processes_and_files_do_not_grow_in_number(tmp_path: Path) -> None:
    for _ in range(3):
        count(tmp_path, kill=True)
    found = told(render_exposition(tmp_path, None))
    assert found["feedmill_polls_total|ok"] == 3
    assert found["feedmill_pages_total|news|created"] == 3
    assert found["feedmill_horse_deaths_total|crash"] == 3
    assert found["feedmill_publish_delay_seconds_count"] == 3
    assert "feedmill_processes|worker" not in found
    assert len(list(tmp_path.glob("*.db"))) == 4


def test_processes_at_a_time_have_files_of_their_own(tmp_path: Path) -> None:
    live = [count(tmp_path) for _ in range(2)]
    found = told(render_exposition(tmp_path, None))
    assert found["feedmill_processes|worker"] == 2
    assert found["feedmill_process_memory_bytes|worker"] > 2 * 2**20
    assert [one.name for one in process_files.list_live_slots(tmp_path)] == ["worker-1", "worker-2"]
    for one in live:
        one.communicate(timeout=120)
    assert told(render_exposition(tmp_path, None))["feedmill_polls_total|ok"] == 2
    assert not list(process_files.list_live_slots(tmp_path))


def test_a_server_that_does_not_answer_is_one_of_the_metrics() -> None:
    assert told(render_exposition(None, None))["feedmill_redis_up"] == 0


def test_classes_are_bounded() -> None:
    meters = ProcessCounters()
    for number in range(MAX_CLASSES + 9):
        meters.count_page("created", [f"tag{number}"])
    names = {sample.labels["class"] for family in meters.registry.collect() for sample in family.samples
             if sample.name == "feedmill_pages_total"}  # fmt: skip
    assert len(names) == MAX_CLASSES + 1
    assert "other" in names


def test_a_page_costs_a_few_calls() -> None:
    meters = ProcessCounters()
    calls: Counter[str] = Counter()
    for _ in range(2):  # at the second time all labels are there
        calls.clear()
        sys.setprofile(lambda _frame, event, _argument: calls.update([event]))
        try:
            meters.count_page("created", ["news"])
            meters.count_stage("read", 0.01)
            meters.count_published(3.0)
            meters.count_gate_wait(0.1)
        finally:
            sys.setprofile(None)
    assert calls["call"] < 60, calls


def test_the_table_in_the_docs_is_up_to_date() -> None:
    assert render_metrics_reference() in (ROOT / "docs/metrics.md").read_text()


def test_every_name_is_said_once_and_well_formed() -> None:
    names = [metric.full_name for metric in ALL_METRICS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"feedmill_[a-z_]+", name) for name in names)
    assert all(metric.buckets for metric in COUNTED_METRICS if metric.kind == "histogram")


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
    (logged,) = [line for line in map(json.loads, ran.stderr.splitlines()) if line["event"] == "page"]
    assert (logged["outcome"], logged["title"], logged["words"]) == ("created", "a", 192)
    await until(lambda: not DataFolder(site.data).socket.exists())  # its server ends a little later
    found = told((await asyncio.to_thread(site.run, "metrics")).stdout.encode())
    assert found["feedmill_polls_total|ok"] == 1
    assert sum(value for name, value in found.items() if name.startswith("feedmill_pages_total|none")) == 1
    assert found["feedmill_stage_seconds_count|parse"] == 1
    assert found["feedmill_stage_seconds_count|read"] == 1
    assert found["feedmill_removed_total|advert"] == 1
    assert found["feedmill_requests_total|feed|2xx"] == 1
    assert found["feedmill_redis_up"] == 0
    declared = {metric.full_name for metric in ALL_METRICS}
    for name in found:
        bare = name.partition("|")[0]
        assert {bare, re.sub("_(count|sum|bucket|created)$", "", bare),
                bare.replace("_created", "_total")} & declared, name  # fmt: skip


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=120) as answer:
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
        process.communicate(timeout=120)
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
    seen = process_files.LiveSlot(role, f"{role}-1", 7, "host", silent_s)
    assert check_readiness(None, [seen], [])[1].ok is ok


def test_listen_says_what_is_wrong(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    for wrong, code in (("9464", 2), ("nowhere.invalid:1", 1), ("127.0.0.1:99999", 2)):
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

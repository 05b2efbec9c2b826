"""`consume`, `replay`, `dead`, `groups`: what they run, print, change and end with."""

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from ledger_desk import Desk, story
from reading_room import STREAM, Room, article
from running import Site, clean_environment
from waiting import block_until

from feedmill import Consumer


@pytest.fixture
def room(redis_url: str, redis_client_sync: redis.Redis) -> Room:
    return Room(redis_url, redis_client_sync)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = Site(tmp_path / "config", tmp_path / "data")
    found.write()
    return found


def run(site: Site, room: Room, line: str) -> "subprocess.CompletedProcess[str]":
    return site.run(*shlex.split(line), FEEDMILL_REDIS_URL=room.url)


def test_a_command_runs_once_for_each_article_with_its_json_on_standard_input(site: Site, room: Room) -> None:
    entries = room.append(1, 2)
    done = run(site, room, "consume --group g --no-wait -- cat")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["stream_id"] for line in lines] == entries
    assert [line["article"]["title"] for line in lines] == ["Title 1", "Title 2"]
    assert lines[0]["tags"] == ["news"]
    assert room.settled()


def test_a_status_other_than_0_gives_the_article_back_with_the_last_words_of_the_command(
    site: Site, room: Room
) -> None:
    room.append(1)
    command = (
        "consume --group g --no-wait --deliveries 2 --claim-after 0.1 -- sh -c 'echo no room >&2; exit 3'"
    )
    first = run(site, room, command)
    assert first.returncode == 1
    assert f"gave back {1:016x}: exit status 3: no room" in first.stderr
    block_until(lambda: room.silent(100))  # as long as nobody else may claim it
    run(site, room, command)
    (letter,) = room.dead()
    assert letter[b"error"] == b"exit status 3: no room"
    assert room.settled()


def test_one_process_gets_several_articles_and_its_status_decides_on_all(site: Site, room: Room) -> None:
    room.append(1, 2, 3)
    done = run(site, room, "consume --group g --no-wait --lines 2 -- sh -c 'wc -l'")
    assert done.stdout.split() == ["2", "1"]
    assert room.settled()
    room.append(4, 5)
    assert run(site, room, "consume --group g --no-wait --lines 2 -- false").returncode == 1
    assert room.pending() == 2


def test_a_command_that_answers_decides_on_each_line_and_is_one_process(
    site: Site, room: Room, tmp_path: Path
) -> None:
    room.append(1, 2, 3, 4)
    script = tmp_path / "answers.sh"
    script.write_text(
        "echo $$ >> $1\nwhile read -r line; do case $line in\n"
        '*"Title 2"*) echo not this one;;\n*"Title 3"*) exit 4;;\n*) echo ok;;\nesac; done\n'
    )
    log = tmp_path / "processes"
    done = run(site, room, f"consume --group g --no-wait --answers --claim-after 60 -- sh {script} {log}")
    assert done.returncode == 1
    assert f"{2:016x}: not this one" in done.stderr
    assert f"{3:016x}: it ended without an answer: exit status 4" in done.stderr
    assert room.pending() == 2
    assert len(log.read_text().split()) == 2, "it is started again after it has ended"


@pytest.mark.parametrize("mode", ["", "--answers"])
def test_a_command_that_hangs_is_ended_after_its_time(site: Site, room: Room, mode: str) -> None:
    room.append(1)
    done = run(site, room, f"consume --group g --no-wait --timeout 0.3 {mode} -- sleep 40000")
    assert done.returncode == 1
    assert "did not end within 0.3 s" in done.stderr or "SIGKILL" in done.stderr
    assert room.pending() == 1


@pytest.mark.parametrize(
    "line",
    [
        "consume --group g -- no-such-program-anywhere",
        "consume --group 'a b' -- true",
        "consume --group g --from yesterday -- true",
        "consume --group g --answers --lines 2 -- true",
        "consume --group g",
        "replay --from-time never",
        "replay --from-time 2026-11-23 --from-id 1-1",
        "dead retry",
        "dead drop --all 1-1",
        "dead show 1-1 --group g",
        "groups --remove none",
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_consumed(site: Site, room: Room, line: str) -> None:
    room.append(1)
    done = run(site, room, line)
    assert done.returncode in (1, 2)
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert room.client.xinfo_groups(STREAM) == []


def test_filters_count_and_start_are_those_of_the_consumer(site: Site, room: Room) -> None:
    first, *_ = room.append(1, 2, 3)
    room.append(4, source="B", lang="de")
    done = run(site, room, f"consume --group g --from {first} --lang en --count 1 -- cat")
    assert [json.loads(line)["article"]["title"] for line in done.stdout.splitlines()] == ["Title 2"]
    done = run(site, room, "consume --group h --no-wait --source B --tag news -- cat")
    assert [json.loads(line)["article"]["title"] for line in done.stdout.splitlines()] == ["Title 4"]


def test_a_signal_lets_the_command_in_hand_finish_and_frees_the_rest(
    site: Site, room: Room, tmp_path: Path
) -> None:
    room.append(1, 2)
    fifo = tmp_path / "begun"
    os.mkfifo(fifo)
    words = site.arguments("consume", "--group", "g", "--", "sh", "-c", f"echo > {fifo}; sleep 0.3; cat")
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, env=clean_environment(FEEDMILL_REDIS_URL=room.url)
    )
    fifo.read_text()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert [json.loads(line)["article"]["title"] for line in out.splitlines()] == ["Title 1"]
    assert room.pending() in (0, 1)
    done = run(site, room, "consume --group g --no-wait -- cat")
    assert [json.loads(line)["article"]["title"] for line in done.stdout.splitlines()] == ["Title 2"]


def test_replay_prints_what_the_stream_holds_and_disturbs_no_group(site: Site, room: Room) -> None:
    _, second, _ = room.append(1, 2, 3)
    room.append(4, source="B")
    with Consumer(room.url, "g", "c", wait=False) as consumer:
        next(iter(consumer))
    before = room.client.xinfo_groups(STREAM)
    done = run(site, room, f"replay --from-id {second} --source 'A source' --json")
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [f"{n:016x}" for n in (2, 3)]
    assert "Title 1" in run(site, room, "replay --count 1").stdout
    assert run(site, room, "replay --until 2026-01-01").stdout == ""
    assert room.client.xinfo_groups(STREAM) == before


def test_the_dead_letters_of_a_group_are_listed_shown_retried_and_dropped(site: Site, room: Room) -> None:
    room.append(1, 2)
    run(site, room, "consume --group g --no-wait --deliveries 1 -- false")
    listed = site.json("dead", "list", "--group", "g", FEEDMILL_REDIS_URL=room.url)["dead"]
    assert [(one["source"], one["reason"]) for one in listed] == [
        ("A source", "1 deliveries; exit status 1")
    ] * 2
    assert listed[0]["id"] in run(site, room, "dead list --group g").stdout
    shown = json.loads(run(site, room, f"dead show {listed[0]['id']} --group g").stdout)
    assert shown["fields"]["article"]["title"] == "Title 2"
    assert run(site, room, f"dead drop {listed[0]['id']} --group g").returncode == 0
    assert "1 dead letter to be tried again" in run(site, room, "dead retry --all --group g").stdout
    assert run(site, room, f"dead drop {listed[0]['id']} --group g").returncode == 2
    done = run(site, room, "consume --group g --no-wait -- cat")
    assert [json.loads(line)["article"]["title"] for line in done.stdout.splitlines()] == ["Title 1"]


def test_the_dead_pages_of_the_ledger_are_listed_shown_retried_and_dropped(
    site: Site, room: Room, desk: Desk
) -> None:
    one, two = desk.start(story(1), story(2))
    for page in (one, two):
        desk.bury(page)
    listed = site.json("dead", "list", FEEDMILL_REDIS_URL=room.url)["dead"]
    assert {burial["id"] for burial in listed} == {one.id, two.id}
    shown = json.loads(run(site, room, f"dead show {one.id}").stdout)
    assert shown["url"] == one.url
    assert run(site, room, f"dead retry {one.id}").returncode == 0
    assert run(site, room, "dead drop --all").returncode == 0
    assert "no dead letters" in run(site, room, "dead list").stdout
    assert run(site, room, f"dead retry {one.id} {uuid4().hex[:16]}").returncode == 2


def test_groups_are_shown_and_removed(site: Site, room: Room) -> None:
    assert "no group reads the stream yet" in run(site, room, "groups").stdout
    room.append(1, 2, 3)
    room.client.xgroup_create(STREAM, "other", "0")
    with Consumer(room.url, "mine", "me", wait=False, prefetch=2) as consumer:
        next(iter(consumer))
        found = site.json("groups", FEEDMILL_REDIS_URL=room.url)["groups"]
        shown = run(site, room, "groups").stdout
    mine, other = found
    assert (mine["group"], mine["lag"], mine["pending"], mine["protected"]) == ("mine", 1, 2, True)
    assert (mine["consumers"][0]["name"], mine["consumers"][0]["alive"]) == ("me", True)
    assert (other["lag"], other["pending"], other["protected"]) == (3, 0, False)
    assert "me (alive, 2 pending)" in shown
    assert run(site, room, "groups --remove mine").returncode == 0
    assert [row["name"] for row in room.client.xinfo_groups(STREAM)] == [b"other"]


def test_an_article_of_a_later_form_is_handed_on_as_it_is(site: Site, room: Room) -> None:
    room.put(article(1), diff="[]")
    done = run(site, room, "consume --group g --no-wait -- cat")
    assert json.loads(done.stdout)["diff"] == "[]"


def test_doctor_names_groups_that_hold_the_stream_back_and_those_with_dead_letters(
    site: Site, room: Room
) -> None:
    room.append(1)
    run(site, room, "consume --group g --no-wait --deliveries 1 -- false")
    assert "1 dead letters" in run(site, room, "doctor").stdout
    eight_days = 8 * 86_400_000
    room.client.zincrby("feedmill:groups:protected", -eight_days, "g")
    shown = run(site, room, "doctor").stdout
    assert "not seen for 8 d" in shown
    assert "feedmill groups --remove g" in shown
    assert "unseen for 8 d" in run(site, room, "groups").stdout

"""docs/schema/asyncapi.json is generated, valid, and says what feedmill writes."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from reading_room import Room, article
from support.schemas import validator_of

from feedmill._ledger.core.keys import Keys
from feedmill.asyncapi import build_asyncapi
from feedmill.dead_letters import Letters

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "docs" / "schema" / "asyncapi.json"
CHECK = ROOT / ".ci" / "asyncapi"


def judge(document: Path) -> "subprocess.CompletedProcess[str]":
    node = shutil.which("node")
    if not node or not (CHECK / "node_modules" / "@asyncapi" / "parser").is_dir():
        pytest.skip("no parser here: run npm ci --ignore-scripts in .ci/asyncapi")
    return subprocess.run(
        [node, CHECK / "check.js", document], capture_output=True, text=True, check=False, timeout=120
    )


def test_the_file_is_what_the_module_says() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == json.loads(json.dumps(build_asyncapi())), (
        "write it again: python -m feedmill.asyncapi > docs/schema/asyncapi.json"
    )


def test_the_reference_parser_finds_nothing_wrong() -> None:
    done = judge(FILE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split() == ["3.0.0", "with", "5", "channels"]


def test_the_reference_parser_would_find_something(tmp_path: Path) -> None:
    wrong = build_asyncapi()
    wrong["channels"]["articles"]["address"] = 5
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    assert judge(tmp_path / "wrong.json").returncode == 1


def refs(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for one in value.values() for ref in refs(one)]
    return [ref for one in value for ref in refs(one)] if isinstance(value, list) else []


def test_every_reference_leads_somewhere_and_every_message_stands_in_a_channel() -> None:
    document = build_asyncapi()
    found = refs(document)
    for ref in found:
        place: Any = document
        for part in ref.removeprefix("#/").split("/"):
            place = place[part]
    assert {f"#/components/messages/{name}" for name in document["components"]["messages"]} <= set(found)


def test_every_address_is_a_stream_of_feedmill() -> None:
    keys = Keys()
    addresses = {name: channel["address"] for name, channel in build_asyncapi()["channels"].items()}
    assert addresses == {
        "articles": keys.stream(),
        "dead": keys.dead_stream(),
        "events": keys.events_stream(),
        "stories": keys.story_events(),
        "groupDead": "feedmill:group:dead:{group}",
    }


def payload(message: str) -> Any:
    schema = build_asyncapi()["components"]["messages"][message]["payload"]
    return validator_of(schema)


def test_entries_fit_the_messages_of_their_event(redis_url: str, redis_client_sync: Any) -> None:
    room = Room(redis_url, redis_client_sync)
    room.append(1)
    ((_, raw),) = room.client.xrange("feedmill:articles")
    fields = {name.decode(): value.decode() for name, value in raw.items()}
    payload("created").validate(fields)
    payload("updated").validate(fields | {"event": "updated", "changes": "{}"})
    payload("retracted").validate({**fields, "event": "retracted", "reason": "http_410"})
    assert not payload("created").is_valid(fields | {"event": "updated"})
    assert not payload("created").is_valid({name: text for name, text in fields.items() if name != "article"})


def test_a_dead_letter_of_a_group_fits_its_message(redis_url: str, redis_client_sync: Any) -> None:
    from feedmill import Consumer  # noqa: PLC0415

    room = Room(redis_url, redis_client_sync)
    room.put(article(1))
    with Consumer(redis_url, "g", wait=False, deliveries=1) as consumer:
        for event in consumer:
            consumer.give_back(event, "bad")
    assert Letters(room.client, "g").latest()
    (letter,) = room.dead()
    payload("deadLetter").validate({name.decode(): value.decode() for name, value in letter.items()})


def test_the_fields_are_those_of_the_contract() -> None:
    text = (ROOT / "docs" / "stream.md").read_text(encoding="utf-8")
    table = text.partition("## An entry")[2].partition("\n## ")[0]
    named = {
        name
        for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    fields = build_asyncapi()["components"]["messages"]["created"]["payload"]["properties"]
    assert named == set(fields) - {"backfill"}

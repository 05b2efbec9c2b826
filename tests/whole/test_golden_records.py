"""What was written before is read today: records of every kind in golden_records/, as they were written once.

A type or a field may get another name in the code; the words and the order on the wire are for ever. The
bytes are never written anew: a record that changes gets a new one beside the old.
"""

import base64
import dataclasses
import io
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ledger_desk import DAY, NOON, Desk

from daemon.articles.offline_cleaning import CleaningJob
from daemon.backup.backup_file_format import BackupFrame, BackupHeader, BackupReader
from daemon.backup.key_export_import import write_frame
from feedmill._ledger.core.feed_operation_results import FeedState
from feedmill._ledger.core.operation_result_types import DeadPage
from feedmill._ledger.core.records import (
    Entry,
    FeedSpec,
    FoundEntry,
    LeasedBackfill,
    LeasedFeed,
    LeasedPage,
    PlannedVisit,
    PollRecord,
    RequestRecord,
)
from feedmill._ledger.core.site_and_route_rules import RouteRule, SiteRule
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from feedmill._ledger.operations import (
    backfill_operations,
    census_operations,
    extraction_history_operations,
    feed_operations,
    rule_operations,
)
from feedmill._ledger.operations.dead_page_operations import list_dead_pages
from feedmill._ledger.operations.lease_recovery_operations import start_due_revisits
from feedmill._ledger.operations.stream_entry_operations import read_last_revision
from feedmill.article import decode, encode
from feedmill.revision_changes import decode_changes, encode_changes
from scheduler.backfill.backfill_job import read_backfill_job, write_backfill_job
from scheduler.intervals.arrival_rate import read_rate as read_rhythm
from scheduler.intervals.arrival_rate import write_rate as written_rhythm
from scheduler.parsing.document_models import FeedDocument, MalformedDocument, ParsedFeed
from scheduler.polling.feed_state import read_poll_state, write_poll_state
from worker.boilerplate import hold_policy
from worker.boilerplate.line_hashes import unpack_entries
from worker.fetching.revisit_policy import RevisitState
from worker.quality import template_change

FEED = "http://a.example/feed"
FOLDER = Path(__file__).parent / "golden_records"
RECORDS = json.loads((FOLDER / "records.json").read_text(encoding="utf-8"))
LEDGER = json.loads((FOLDER / "ledger.json").read_text(encoding="utf-8"))

Coding = tuple[Callable[[bytes], Any], Callable[[Any], bytes]]


def in_json(kind: Any) -> Coding:
    return msgspec.json.Decoder(kind).decode, msgspec.json.encode


def in_msgpack(kind: Any) -> Coding:
    return msgspec.msgpack.Decoder(kind).decode, msgspec.msgpack.encode


def print_entries(data: bytes) -> list[tuple[str, int]]:
    return [(print_.hex(), weight) for print_, weight in unpack_entries(data)]


CODINGS: dict[str, Coding] = {
    "arrival_times": (
        lambda data: read_rhythm(data.decode()),
        lambda value: written_rhythm(value).encode(),
    ),
    "article": (decode, encode),
    "backup_frame": in_msgpack(BackupFrame),
    "backup_header": in_msgpack(BackupHeader),
    "changes": (decode_changes, encode_changes),
    "clean_job": in_json(CleaningJob),
    "dead_page": in_msgpack(DeadPage),
    "entry": in_json(Entry),
    "feed_notes": (
        lambda data: read_poll_state(data.decode()),
        lambda value: write_poll_state(value).encode(),
    ),
    "feed_spec": in_json(FeedSpec),
    "feed_state": in_msgpack(FeedState),
    "found_entry": in_json(FoundEntry),
    "held_page": (hold_policy.unpack_held_page, hold_policy.pack_held_page),
    "leased_feed": in_msgpack(LeasedFeed),
    "leased_page": in_msgpack(LeasedPage),
    "leased_past": in_msgpack(LeasedBackfill),
    "line_prints": (print_entries, lambda _: b""),
    "page_mark": (template_change.unpack_page_stats, template_change.pack_page_stats),
    "parser_document": in_msgpack(FeedDocument),
    "parser_feed": in_msgpack(ParsedFeed),
    "parser_malformed": in_msgpack(MalformedDocument),
    "past_job": (
        lambda data: read_backfill_job(data.decode()),
        lambda value: write_backfill_job(value).encode(),
    ),
    "planned_visit": in_json(PlannedVisit),
    "poll_record": in_json(PollRecord),
    "route_rule": in_json(RouteRule),
    "sent_request": in_json(RequestRecord),
    "site_rule": in_json(SiteRule),
    "visit_notes": in_json(RevisitState),
}


def shown(value: Any) -> Any:
    """Give a value as JSON has it; where no names are written, the fields in their order."""
    if dataclasses.is_dataclass(value) and not isinstance(value, hold_policy.HeldPage):
        value = dataclasses.astuple(value)  # type: ignore[arg-type]
    return json.loads(msgspec.json.encode(value))


def old_fields(value: Any, old: Any) -> Any:
    """Reduce a value to the fields that there were; those that came since have their defaults.

    Where fields have no names, new ones stand at the end, and their defaults are nothing.
    """
    if isinstance(value, dict) and isinstance(old, dict):
        return {name: old_fields(one, old[name]) for name, one in value.items() if name in old}
    if isinstance(value, list) and isinstance(old, list) and not any(value[len(old) :]):
        return [old_fields(one, before) for one, before in zip(value, old, strict=len(value) == len(old))]
    return value


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["kind"])
def test_a_record_of_old_is_read_with_every_field(record: dict[str, Any]) -> None:
    read, write = CODINGS[record["kind"]]
    data = base64.b64decode(record["bytes"])
    value = read(data)
    assert old_fields(shown(value), record["value"]) == record["value"]
    if record["kind"] != "line_prints":
        assert shown(read(write(value))) == shown(value)


def test_every_kind_of_record_is_there() -> None:
    assert {record["kind"] for record in RECORDS} == set(CODINGS)


def restore(desk: Desk) -> None:
    """Bring the ledger of old onto this server; lifetimes are left out, they are long over."""
    with desk.client.pipeline(transaction=False) as pipe:
        for frame in BackupReader(
            io.BytesIO((FOLDER / "ledger.fmb").read_bytes()), "ledger.fmb"
        ).read_frames():
            write_frame(pipe, "feedmill", msgspec.structs.replace(frame, until=None), 0)
        pipe.execute()
    desk.now = NOON + DAY
    desk._tokens = count(1000)


READS: dict[str, Callable[[Desk], Any]] = {
    "census": lambda desk: dataclasses.asdict(desk.run(census_operations.count_all(desk.keys))),
    "feed_states": lambda desk: desk.run(feed_operations.list_feeds(desk.keys)),
    "dead_pages": lambda desk: desk.run(list_dead_pages(desk.keys, limit=10)),
    "site_rules": lambda desk: desk.run(rule_operations.list_site_rules(desk.keys)),
    "routes": lambda desk: {
        state.name: state.rule for state in desk.run(rule_operations.list_routes(desk.keys))
    },
    "history": lambda desk: [
        mark.hex()
        for mark in desk.run(
            extraction_history_operations.add_page_stats(
                desk.keys, history="A a.example", page_id="new", stats=b"p\0\1\0", token="g1"
            )
        ).stats
    ],
    "revisits": lambda desk: desk.run(start_due_revisits(desk.keys, limit=5, max_revisits=20, token="g2")),
    "leased_feeds": lambda desk: desk.claim(10, per_site=10).feeds,
    "leased_pages": lambda desk: sorted(desk.take(20, per_site=20).pages, key=lambda page: page.url),
    "backfill": lambda desk: (
        desk.run(
            backfill_operations.claim_backfill(
                desk.keys, name=f"back:{name_feed(FEED)}", lease_ms=1000, token="g3"
            )
        ).job
    ),
    "last_revision": lambda desk: desk.run(
        read_last_revision(desk.keys, page_id=desk.client.xrange("feedmill:articles")[0][1][b"id"].decode())
    ),
}


def read_all(desk: Desk) -> dict[str, Any]:
    restore(desk)
    return {name: json.loads(msgspec.json.encode(read(desk))) for name, read in READS.items()}


def test_a_ledger_of_old_is_read_with_every_field(desk: Desk) -> None:
    assert old_fields(read_all(desk), LEDGER) == LEDGER

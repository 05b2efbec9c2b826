"""A backup is checked to its last frame, its kinds and contents, before a key of the server is touched."""

import io
from pathlib import Path
from typing import Any

import pytest
from ledger_desk import Desk, story

from daemon.backup.backup_content_validation import KEY_KINDS, check_frames
from daemon.backup.backup_file_format import (
    BackupFrame,
    BackupHeader,
    BackupReader,
    BackupWriter,
    InvalidBackupError,
)
from daemon.backup.backup_restore import restore_backup
from daemon.backup.backup_writing import write_backup
from daemon.errors import FileKeptError
from feedmill._ledger.core.keys import TABLE
from feedmill._ledger.operations.pause_operations import pause_work

COUNTS = {"discovered": 0, "stream_length": 0}
END = {"length": 1, "last": b"2-0", "added": 2, "deleted": b"0-0", "groups": []}
GROUP = {"name": b"g", "last": b"1-0", "read": None, "consumers": [b"c"], "pending": [[b"1-0", b"c", 5, 1]]}


def sealed(*frames: BackupFrame, counts: dict[str, Any] | None = None) -> bytes:
    out = io.BytesIO()
    writer = BackupWriter(
        out, BackupHeader(version="0", made_at=1, counts=COUNTS if counts is None else counts)
    )
    for frame in frames:
        writer.add(frame)
    writer.seal()
    return out.getvalue()


def check(*frames: BackupFrame, counts: dict[str, Any] | None = None) -> None:
    check_frames(BackupReader(io.BytesIO(sealed(*frames, counts=counts)), "file"), "file")


def test_every_key_of_the_ledger_has_its_kind() -> None:
    named = [name for names in KEY_KINDS.values() for name in names]
    assert sorted(named) == sorted(TABLE)


def test_good_frames_of_every_kind_pass() -> None:
    check(
        BackupFrame(b"feed:1", "string", None, b"x"),
        BackupFrame(b"counts", "hash", None, [b"a", b"1"]),
        BackupFrame(b"made:1", "set", 5, [b"a"]),
        BackupFrame(b"feeds:due", "zset", None, ["1.5", b"a"]),
        BackupFrame(b"learned:x", "list", None, [b"a", b"b"]),
        BackupFrame(b"articles", "stream", None, [[b"1-0", [b"a", b"b"]], [b"2-0", [b"a", b"b"]]]),
        BackupFrame(b"articles", "stream end", None, {**END, "groups": [GROUP]}),
        BackupFrame(b"of-a-later-version", "hash", None, [b"a", b"1"]),
    )


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (BackupFrame(b"counts", "bogus", None, b"x"), "no kind"),
        (BackupFrame(b"", "string", None, b"x"), "key"),
        (BackupFrame(b"k" * 5000, "string", None, b"x"), "key"),
        (BackupFrame(b"feed:1", "string", -1, b"x"), "time"),
        (BackupFrame(b"feed:1", "string", None, 7), "content"),
        (BackupFrame(b"feed:1", "string", None, None), "content"),
        (BackupFrame(b"counts", "hash", None, [b"a"]), "content"),
        (BackupFrame(b"counts", "hash", None, []), "content"),
        (BackupFrame(b"counts", "hash", None, [b"a", [b"b"]]), "content"),
        (BackupFrame(b"feeds:due", "zset", None, [b"much", b"a"]), "content"),
        (BackupFrame(b"feeds:due", "zset", None, ["nan", b"a"]), "content"),
        (BackupFrame(b"articles", "stream", None, [[b"1-0", []]]), "content"),
        (BackupFrame(b"articles", "stream", None, [[b"1", [b"a", b"b"]]]), "content"),
        (BackupFrame(b"articles", "stream", None, [[b"2-0", [b"a", b"b"]], [b"1-0", [b"a", b"b"]]]), "order"),
        (BackupFrame(b"articles", "stream end", None, {}), "content"),
        (
            BackupFrame(
                b"articles", "stream end", None, {**END, "groups": [{**GROUP, "pending": [[b"1-0"]]}]}
            ),
            "content",
        ),
        (BackupFrame(b"articles", "stream end", None, {**END, "last": b"x"}), "content"),
        (BackupFrame(b"feeds", "zset", None, ["1", b"a"]), "a zset where the ledger has a set"),
        (BackupFrame(b"feed:1", "hash", None, [b"a", b"b"]), "a hash where the ledger has a string"),
    ],
)
def test_a_bad_frame_is_named_with_its_number_and_reason(frame: BackupFrame, why: str) -> None:
    with pytest.raises(InvalidBackupError, match=f"frame 2 .*cannot be restored: .*{why}"):
        check(BackupFrame(b"fence", "string", None, b"1"), frame)


ROWS = BackupFrame(b"articles", "stream", None, [[b"1-0", [b"a", b"b"]], [b"2-0", [b"a", b"b"]]])


def end(**changed: Any) -> BackupFrame:
    return BackupFrame(b"articles", "stream end", None, {**END, **changed})


@pytest.mark.parametrize(
    ("frames", "why"),
    [
        ((end(),), "entries are missing"),
        ((end(groups=[GROUP]), ROWS), "ended already"),
        ((ROWS, end(), end()), "ended already"),
        ((BackupFrame(b"x", "stream", 5, ROWS.content), BackupFrame(b"x", "stream end", None, END)), "time"),
        ((ROWS, end(last=b"1-9")), "older than its entries"),
        ((ROWS, end(added=1)), "older than its entries"),
        ((ROWS, end(deleted=b"3-0")), "older than its entries"),
        ((ROWS, end(groups=[GROUP, GROUP])), "group is there twice"),
        ((BackupFrame(b"pages:waiting", "zset", 5, ["1", b"a"]),), "without an end"),
        ((BackupFrame(b"paused", "hash", None, [b"\xe1", b"1"]),), "no text"),
        ((BackupFrame(b"counts", "hash", None, [b"published", b"\xff"]),), "no text"),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(frames: tuple[BackupFrame, ...], why: str) -> None:
    with pytest.raises(InvalidBackupError, match=f"cannot be restored: .*{why}"):
        check(*frames)


def test_two_kinds_under_one_key_and_a_header_without_counts_are_refused() -> None:
    with pytest.raises(InvalidBackupError, match="two kinds"):
        check(BackupFrame(b"later", "string", None, b"1"), BackupFrame(b"later", "set", None, [b"a"]))
    with pytest.raises(InvalidBackupError, match="header"):
        check(counts={})


def test_a_sealed_file_with_one_bad_frame_leaves_the_ledger_as_it_was(
    desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    desk.start(story(1))
    before = desk.census()
    (tmp_path / "bad").write_bytes(
        sealed(BackupFrame(b"feeds", "set", None, [b"a"]), BackupFrame(b"counts", "bogus", None, b"x"))
    )
    with pytest.raises(InvalidBackupError, match="bogus"):
        restore_backup(redis_url, "feedmill", tmp_path / "bad", replace=True)
    assert desk.census() == before


def test_a_backup_replaces_a_backup_and_nothing_else(desk: Desk, redis_url: str, tmp_path: Path) -> None:
    desk.run(pause_work(desk.keys, what="all", token="p"))
    file, other = tmp_path / "a.fmb", tmp_path / "b.fmb"
    other.write_text("something else")
    for _ in range(2):
        write_backup("", redis_url, "feedmill", file, paused=True)
    with pytest.raises(FileKeptError):
        write_backup("", redis_url, "feedmill", other, paused=True)
    write_backup("", redis_url, "feedmill", other, paused=True, force=True)
    assert other.read_bytes()[:2] == file.read_bytes()[:2] == b"\x1f\x8b"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.fmb", "b.fmb"]

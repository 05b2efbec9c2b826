"""Making a backup of a ledger, and bringing one back."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import IO

import redis

from daemon.copy_format import Header, Reader, Writer
from daemon.copying import erase, is_empty, now_ms, read_keys, write_frame
from daemon.errors import AskedWronglyError, DaemonError
from daemon.look import counts
from daemon.output import counted
from daemon.still import still_copy
from feedmill._ledger.answers import Census
from feedmill._ledger.connect import connect_sync
from feedmill._ledger.keys import Keys
from feedmill._ledger.ledger import SyncLedger
from feedmill._ledger.watch_calls import census
from feedmill._metrics.standing import WORKERS

_FRAMES_AT_A_TIME = 200


def back_up(source: str, url: str, prefix: str, file: Path, *, paused: bool) -> str:
    """Write a backup; says what is in it. `source` is the URL that a copy is made from.

    Raises AskedWronglyError and ServerError; a file that is not whole is never left under its name.
    """
    opened = _standing_still(url, prefix) if paused else still_copy(source)
    with opened as client, _out(file) as out:
        now = SyncLedger(client, Keys(prefix)).run(census(Keys(prefix)))
        header = Header(version=version("feedmill"), made_at=now_ms(client), counts=counts(now))
        writer = Writer(out, header)
        for frame in read_keys(client, prefix):
            writer.add(frame)
        writer.seal()
    return f"wrote {_what(now)}"


@contextmanager
def _standing_still(url: str, prefix: str) -> Iterator[redis.Redis]:
    with closing(connect_sync(url)) as client:
        now = SyncLedger(client, Keys(prefix)).run(census(Keys(prefix)))
        if "all" not in now.paused:
            raise AskedWronglyError("--paused: `feedmill pause all` first")
        if now.leased or now.feeds_leased:
            under_way = f"{counted(now.leased, 'page')} and {counted(now.feeds_leased, 'poll')}"
            raise AskedWronglyError(f"--paused: {under_way} are under way still; wait until they have ended")
        yield client


def bring_back(url: str, prefix: str, file: Path, *, replace: bool) -> str:
    """Restore a backup; says what it brought. Raises AskedWronglyError, NotABackupError and DaemonError."""
    keys = Keys(prefix)
    if str(file) != "-":
        with file.open("rb") as source:  # first to its end: a damaged one must change nothing
            for _ in Reader(source, str(file)).frames():
                pass
    with _in(file) as source, closing(connect_sync(url)) as client:
        reader = Reader(source, str(file))
        if client.scard(WORKERS):
            raise AskedWronglyError(
                "workers are signed on to this server: stop feedmill on all machines first"
            )
        if not is_empty(client, prefix):
            if not replace:
                raise AskedWronglyError(
                    f"the server has a ledger already (keys {prefix}:…): --replace removes it, "
                    "or name another database or redis.prefix"
                )
            erase(client, prefix)
        client.hset(keys.paused(), "all", now_ms(client))  # whoever starts on half a ledger waits
        _write(client, prefix, reader)
        if "all" not in reader.header.counts.get("paused", ()):
            client.hdel(keys.paused(), "all")
        now = SyncLedger(client, keys).run(census(keys))
    _check(now, reader.header)
    return f"restored {_what(now)}"


def _write(client: redis.Redis, prefix: str, reader: Reader) -> None:
    now = now_ms(client)
    pipe = client.pipeline(transaction=False)
    for number, frame in enumerate(reader.frames(), 1):
        write_frame(pipe, prefix, frame, now)
        if number % _FRAMES_AT_A_TIME == 0:
            pipe.execute()
    pipe.execute()


def _check(now: Census, header: Header) -> None:
    was = header.counts
    if not now.balanced or (now.discovered, now.stream_length) != (was["discovered"], was["stream_length"]):
        raise DaemonError(
            f"the restored counts are not the backup's ({now.discovered} pages and {now.stream_length} "
            f"entries, not {was['discovered']} and {was['stream_length']}): report it"
        )


def _what(now: Census) -> str:
    return (
        f"{counted(now.feeds, 'feed')}, {counted(now.discovered, 'page record')} ever made, "
        f"{counted(now.stream_length, 'stream entry')}"
    )


@contextmanager
def _out(file: Path) -> Iterator[IO[bytes]]:
    """Open a file that gets its name when it is whole; for the owner only: feeds may hold secrets."""
    if str(file) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = file.with_name(f".{file.name}.part")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _in(file: Path) -> "nullcontext[IO[bytes]] | IO[bytes]":
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")

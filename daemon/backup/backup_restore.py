"""Makes a backup of a ledger, and restores one."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import redis

from daemon.backup.backup_file_check import check_frames
from daemon.backup.backup_file_format import BackupHeader, BackupReader, BackupWriter, InvalidBackupError
from daemon.backup.key_frames import delete_keys, dump_keys, is_empty, read_server_ms, write_frame
from daemon.backup.replica_snapshot import open_replica_snapshot
from daemon.errors import BrokenOffError, DaemonError, InvalidRequestError
from daemon.health.ledger_snapshot import summarize_census
from daemon.terminal.output import format_count
from daemon.terminal.output_files import PRIVATE_MODE, replaced_file, require_replaceable
from daemon.terminal.progress import MEBIBYTES, ProgressLine, ReadMeter, measure_mebibytes
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations.census_operations import count_all
from feedmill._metrics.gauges import WORKERS
from feedmill._signals import StopRequest

_FRAMES_PER_PIPELINE = 200
"""Frames that are sent before their replies are awaited: bounds what both sides hold meanwhile."""
_KIND = "backup of feedmill"


def write_backup(
    source: str,
    url: str,
    prefix: str,
    file: Path,
    *,
    paused: bool,
    force: bool = False,
    stop: StopRequest | None = None,
) -> str:
    """Write a backup; returns what is in it. `source` is the URL that a copy is made from.

    A file of this name is replaced where it is a backup, or with `force`. Raises InvalidRequestError,
    FileKeptError and ServerError, and BrokenOffError once `stop` is requested; a file that is not whole is
    never left under its name.
    """
    if str(file) != "-":  # before the server is copied, which may take minutes
        require_replaceable(file, _KIND, is_backup, force=force)
    opened = _open_paused(url, prefix) if paused else open_replica_snapshot(source, stop)
    with opened as client, _open_output(file, force=force) as out:
        now = SyncLedger(client, Keys(prefix)).run(count_all(Keys(prefix)))
        header = BackupHeader(
            version=version("feedmill"), made_at=read_server_ms(client), counts=summarize_census(now)
        )
        writer = BackupWriter(out, header)
        _copy_keys(client, prefix, writer, stop)
        writer.seal()
    return f"wrote {_describe_contents(now)}"


def _copy_keys(client: redis.Redis, prefix: str, writer: BackupWriter, stop: StopRequest | None) -> None:
    last = b""
    count: int = client.dbsize()
    with ProgressLine("backup", "keys", count) as progress:
        for frame in dump_keys(client, prefix):
            if stop is not None and stop.requested:
                raise BrokenOffError
            writer.add(frame)
            if frame.key != last:
                progress.advance()
            last = frame.key


@contextmanager
def _open_paused(url: str, prefix: str) -> Iterator[redis.Redis]:
    with closing(connect_blocking(url)) as client:
        now = SyncLedger(client, Keys(prefix)).run(count_all(Keys(prefix)))
        if "all" not in now.paused:
            raise InvalidRequestError("--paused: `feedmill pause all` first")
        if now.leased or now.feeds_leased:
            under_way = f"{format_count(now.leased, 'page')} and {format_count(now.feeds_leased, 'poll')}"
            raise InvalidRequestError(
                f"--paused: {under_way} are under way still; wait until they have ended"
            )
        yield client


def restore_backup(url: str, prefix: str, file: Path, *, replace: bool) -> str:
    """Restore a backup.

    Says what it brought. Raises InvalidRequestError, InvalidBackupError and DaemonError.
    """
    keys = Keys(prefix)
    with (
        _open_input(file) as source,
        closing(connect_blocking(url)) as client,
        ProgressLine("restore", MEBIBYTES, 2 * measure_mebibytes(source)) as progress,
    ):
        metered: Any = ReadMeter(source, progress)
        reader = BackupReader(metered, str(file))
        check_frames(reader, str(file))  # to its end: a damaged one must change nothing
        source.seek(0)
        reader = BackupReader(metered, str(file))
        if client.scard(WORKERS):
            raise InvalidRequestError(
                "workers are signed on to this server: stop feedmill on all machines first"
            )
        if not is_empty(client, prefix):
            if not replace:
                raise InvalidRequestError(
                    f"the server has a ledger already (keys {prefix}:…): --replace removes it, "
                    "or name another database or redis.prefix"
                )
            delete_keys(client, prefix)
        client.hset(keys.paused(), "all", read_server_ms(client))  # whoever starts on half a ledger waits
        _write_frames(client, prefix, reader)
        if "all" not in reader.header.counts.get("paused", ()):
            client.hdel(keys.paused(), "all")
        now = SyncLedger(client, keys).run(count_all(keys))
    _check_server(now, reader.header)
    return f"restored {_describe_contents(now)}"


def _write_frames(client: redis.Redis, prefix: str, reader: BackupReader) -> None:
    now = read_server_ms(client)
    pipe = client.pipeline(transaction=False)
    for number, frame in enumerate(reader.read_frames(), 1):
        write_frame(pipe, prefix, frame, now)
        if number % _FRAMES_PER_PIPELINE == 0:
            pipe.execute()
    pipe.execute()


def _check_server(now: Census, header: BackupHeader) -> None:
    was = header.counts
    if not now.balanced or (now.discovered, now.stream_length) != (was["discovered"], was["stream_length"]):
        raise DaemonError(
            f"the restored counts are not the backup's ({now.discovered} pages and {now.stream_length} "
            f"entries, not {was['discovered']} and {was['stream_length']}): report it"
        )


def _describe_contents(now: Census) -> str:
    return (
        f"{format_count(now.feeds, 'feed')}, {format_count(now.discovered, 'page record')} ever made, "
        f"{format_count(now.stream_length, 'stream entry')}"
    )


def is_backup(file: Path) -> bool:
    """Return whether a file begins as a backup does."""
    try:
        with file.open("rb") as source:
            BackupReader(source, str(file))
    except (OSError, InvalidBackupError):
        return False
    return True


@contextmanager
def _open_output(file: Path, *, force: bool) -> Iterator[IO[bytes]]:
    """Open the file to write; for the owner only: feeds may hold secrets."""
    if str(file) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with replaced_file(file, _KIND, is_backup, force=force, mode=PRIVATE_MODE) as out:
        yield out


@contextmanager
def _open_input(file: Path) -> Iterator[IO[bytes]]:
    """Open what is restored, to be read twice; standard input is kept in a temporary file meanwhile."""
    if str(file) != "-":
        try:
            opened = file.open("rb")
        except OSError as error:
            raise InvalidRequestError(f"{file} cannot be read: {error.strerror}") from error
        with opened as source:
            yield source
        return
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept)
        kept.seek(0)
        yield kept

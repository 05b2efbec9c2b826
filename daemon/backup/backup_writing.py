"""Writes a backup of a ledger: a header, the frames of its keys, a seal."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

import redis

from daemon.backup.backup_file_format import BackupHeader, BackupReader, BackupWriter, InvalidBackupError
from daemon.backup.key_export_import import dump_keys, read_server_ms
from daemon.backup.replica_snapshot import open_replica_snapshot
from daemon.errors import BrokenOffError, InvalidRequestError
from daemon.health.ledger_snapshot import summarize_census
from daemon.terminal.output import format_count
from daemon.terminal.output_files import PRIVATE_MODE, replaced_file, require_replaceable
from daemon.terminal.progress import ProgressLine
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations.census_operations import count_all
from feedmill._signals import StopRequest

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
    return f"wrote {describe_contents(now)}"


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


def describe_contents(now: Census) -> str:
    """Describe what a backup holds, for whoever made or restored it."""
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

"""Restores a ledger from a backup: checks the whole file first, then writes its frames to the server."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import redis

from daemon.backup.backup_content_validation import check_frames
from daemon.backup.backup_file_format import BackupHeader, BackupReader
from daemon.backup.backup_writing import describe_contents
from daemon.backup.key_export_import import delete_keys, is_empty, read_server_ms, write_frame
from daemon.errors import DaemonError, InvalidRequestError
from daemon.terminal.progress import MEBIBYTES, ProgressLine, ReadMeter, measure_mebibytes
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.ledger_connections import connect_blocking
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations.census_operations import count_all
from feedmill._metrics.gauges import WORKERS

_FRAMES_PER_PIPELINE = 200
"""Frames that are sent before their replies are awaited: bounds what both sides hold meanwhile."""


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
        client.hset(
            keys.paused(), "all", read_server_ms(client)
        )  # a daemon that starts on half a ledger waits
        _write_frames(client, prefix, reader)
        if "all" not in reader.header.counts.get("paused", ()):
            client.hdel(keys.paused(), "all")
        now = SyncLedger(client, keys).run(count_all(keys))
    _check_server(now, reader.header)
    return f"restored {describe_contents(now)}"


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

"""Writes and reads the file of a backup: gzip over frames, each a length and a MessagePack value.

A frame is (key without its prefix, kind, ms of the epoch when it expires or None, content). Kinds are those
of Redis; a stream has several frames: its entries in pieces, then its groups. No server's own format
is used, so a backup of any server can be restored on any other, older ones included.
"""

import gzip
import hashlib
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from daemon.errors import DaemonError

FORMAT = "feedmill backup 1"
_LENGTH = struct.Struct(">I")
_MAX_FRAME_BYTES = 2**30
"""Bytes of one frame that are read at once, so that a damaged length does not take all memory."""
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode


class InvalidBackupError(DaemonError):
    """The file is none of ours, is cut off or was changed."""

    exit_code = 2


class BackupHeader(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a backup: its version, time and counts."""

    format: str = FORMAT
    version: str
    """feedmill's."""
    made_at: int
    """ms since the epoch, by the server's clock."""
    counts: dict[str, Any]
    """The census, as `summarize_census` gives it."""


class BackupFrame(msgspec.Struct, frozen=True, array_like=True):
    """One key, or a piece of one."""

    key: bytes
    kind: str
    until: int | None
    content: Any


class BackupWriter:
    """Writes a backup; `seal` ends it."""

    def __init__(self, out: IO[bytes], header: BackupHeader) -> None:
        self._file = gzip.GzipFile(fileobj=out, mode="wb", compresslevel=5, mtime=0)
        self._digest = hashlib.sha256()
        self.frames = 0
        self._write(_pack(header))

    def add(self, frame: BackupFrame) -> None:
        """Write one frame."""
        self.frames += 1
        self._write(_pack(frame))

    def seal(self) -> None:
        """End the file with what a reader checks it by."""
        self._write(_pack({"frames": self.frames, "sha256": self._digest.hexdigest()}))
        self._file.close()

    def _write(self, body: bytes) -> None:
        piece = _LENGTH.pack(len(body)) + body
        self._digest.update(piece)
        self._file.write(piece)


_UNREADABLE = (
    *(EOFError, struct.error, OSError, zlib.error, msgspec.DecodeError),
    *(UnicodeDecodeError, RecursionError),  # msgspec lets these two pass
)
"""What reading a frame raises where the file is cut off or changed."""


class BackupReader:
    """Reads a backup; the frames end with InvalidBackupError where the file is not whole."""

    def __init__(self, source: IO[bytes], name: str) -> None:
        self._file = gzip.GzipFile(fileobj=source, mode="rb")
        self._name = name
        self._digest = hashlib.sha256()
        self.header = self._header()

    def read_frames(self) -> Iterator[BackupFrame]:
        """Yield every frame; raises InvalidBackupError at the end of a file that is not as it was sealed."""
        count = 0
        while True:
            before = self._digest.hexdigest()
            value = self._next()
            if isinstance(value, dict):
                if value != {"frames": count, "sha256": before}:
                    raise InvalidBackupError(f"{self._name} was changed after it was made")
                self._check_end()
                return
            count += 1
            yield self._frame(value)

    def _check_end(self) -> None:
        """Check that nothing follows the seal, which says nothing of it."""
        try:
            more = self._file.read(1)
        except EOFError as error:
            raise InvalidBackupError(f"{self._name} is cut off") from error
        except (OSError, zlib.error) as error:
            raise InvalidBackupError(
                f"{self._name} was changed after it was made, or goes on behind its end"
            ) from error
        if more:
            raise InvalidBackupError(f"{self._name} goes on behind its end")

    def _header(self) -> BackupHeader:
        try:
            header = msgspec.convert(self._next(), BackupHeader)
        except msgspec.ValidationError as error:
            raise InvalidBackupError(f"{self._name} is no backup of feedmill") from error
        if header.format != FORMAT:
            raise InvalidBackupError(f"{self._name} is of another format ({header.format}), this is {FORMAT}")
        return header

    def _frame(self, value: Any) -> BackupFrame:
        try:
            return msgspec.convert(value, BackupFrame)
        except msgspec.ValidationError as error:
            raise InvalidBackupError(f"{self._name} holds what is no key") from error

    def _next(self) -> Any:
        try:
            length = self._file.read(_LENGTH.size)
            self._digest.update(length)
            (size,) = _LENGTH.unpack(length)
            body = self._file.read(min(size, _MAX_FRAME_BYTES))
            self._digest.update(body)
            return _unpack(body)  # one that is cut off cannot be
        except _UNREADABLE as error:
            raise InvalidBackupError(f"{self._name} is no backup of feedmill, or is cut off") from error

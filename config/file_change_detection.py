"""Detects edits of a file of the configuration (for the daemon to read it anew)."""

from pathlib import Path

from config.sections.feed_tables import FEEDS_FILE

FileSignature = tuple[int, int, int] | None
"""Inode, time of the last change in ns, and size of a file; None when it is not there."""


def read_file_signature(folder: Path, name: str = FEEDS_FILE) -> FileSignature:
    """Read what a file is known by: the same signature means the same file. Symbolic links are followed."""
    try:
        status = (folder / name).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


class EditWatch:
    """Notices edits of a file: two looks in a row must see the same, so that none is read half written."""

    def __init__(self, folder: Path, name: str = FEEDS_FILE) -> None:
        self._folder, self._name = folder, name
        self._read = self._last = read_file_signature(folder, name)

    def is_edited(self, *, or_gone: bool = False) -> bool:
        """Return whether the file has changed since this was last true; a file that is gone only if asked."""
        before, self._last = self._last, read_file_signature(self._folder, self._name)
        if self._last == self._read or self._last != before or (self._last is None and not or_gone):
            return False
        self._read = self._last
        return True


def read_list_mark(folder: Path) -> str:
    """Return the signature of feeds.toml as one word; `none` where it is not there."""
    signature = read_file_signature(folder)
    return "none" if signature is None else "-".join(f"{number:x}" for number in signature)

"""Reads the pages of the documentation that ship with feedmill, for `feedmill help TOPIC`."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from daemon.errors import InvalidRequestError

_SUFFIX = ".md"


@dataclass(frozen=True, slots=True)
class ManualPage:
    """A page: its topic is the name of its file."""

    topic: str
    title: str
    text: str


def list_manual_pages(folder: Path | None = None) -> list[ManualPage]:
    """Return all pages, sorted by topic."""
    folder = folder or find_manual_folder()
    return [_read_page(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]


def read_manual_page(topic: str, folder: Path | None = None) -> ManualPage:
    """Return the page of a topic; raises InvalidRequestError with all topics for one that is none."""
    pages = list_manual_pages(folder)
    found = next((page for page in pages if page.topic == topic.lower().removesuffix(_SUFFIX)), None)
    if found is None:
        topics = ", ".join(page.topic for page in pages)
        raise InvalidRequestError(f"{topic}: no such topic; there are {topics}")
    return found


def find_manual_folder() -> Path:
    """Return the folder that a wheel brings, in a checkout the one of its docs."""
    package = Path(str(files("daemon")))
    built = package / "manual"
    return built if built.is_dir() else package.parent / "docs"


def _read_page(path: Path) -> ManualPage:
    text = path.read_text("utf-8")
    return ManualPage(path.name.removesuffix(_SUFFIX), text.partition("\n")[0].lstrip("# "), text)

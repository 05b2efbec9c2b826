"""Reads the pages of the documentation that ship with feedmill, for `feedmill help TOPIC`."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from daemon.errors import InvalidRequestError

_SUFFIX = ".md"
_INDEX = "index"
_LINK = re.compile(r"\]\(([\w-]+)\.md\)")


@dataclass(frozen=True, slots=True)
class DocumentationPage:
    """A page: its topic is the name of its file."""

    topic: str
    title: str
    text: str


def list_documentation_pages(folder: Path | None = None) -> list[DocumentationPage]:
    """Return all pages, in the order in which the index names them; those that it does not name come last."""
    folder = folder or find_documentation_folder()
    pages = [_read_page(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))]
    index = next((page.text for page in pages if page.topic == _INDEX), "")
    order = {name: at for at, name in reversed([*enumerate(_LINK.findall(index), 1)])}
    order[_INDEX] = 0
    return sorted(pages, key=lambda page: order.get(page.topic, len(order)))


def read_documentation_page(topic: str, folder: Path | None = None) -> DocumentationPage:
    """Return the page of a topic; raises InvalidRequestError with all topics for one that is none."""
    pages = list_documentation_pages(folder)
    found = next((page for page in pages if page.topic == topic.lower().removesuffix(_SUFFIX)), None)
    if found is None:
        topics = [page.topic for page in pages]
        near = get_close_matches(topic.lower(), topics, n=1)
        guess = f" (did you mean {near[0]}?)" if near else ""
        raise InvalidRequestError(f"{topic}: no such topic{guess}; there are {', '.join(topics)}")
    return found


def find_documentation_folder() -> Path:
    """Return the folder that a wheel brings, in a checkout the one of its docs."""
    package = Path(str(files("daemon")))
    built = package / "manual"
    return built if built.is_dir() else package.parent / "docs"


def _read_page(path: Path) -> DocumentationPage:
    text = path.read_text("utf-8")
    return DocumentationPage(path.name.removesuffix(_SUFFIX), text.partition("\n")[0].lstrip("# "), text)

"""feeds.toml is watched: good edits are applied, bad ones told of, half-written ones awaited."""

import asyncio
import os
from pathlib import Path

import pytest
import structlog

from config.errors import ConfigError
from config.feed_list_diff import FeedListDiff, diff_feed_lists
from config.sections.feed_tables import ListedFeed, read_feed_list
from daemon.processes.feeds_file_reload import FeedListWatcher

A = '[[feeds]]\nurl = "https://a.example/f"\n'
B = '[[feeds]]\nurl = "https://b.example/f"\ntags = ["x"]\n'


class Edited:
    """A watch over a file that tests edit."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "feeds.toml"
        self.path.write_text(A)
        self.watch = FeedListWatcher(folder, read_feed_list(folder))

    def write(self, text: str) -> None:
        self.path.write_text(text)

    def replace(self, text: str) -> None:
        """Edit as most editors do: write another file, and give it the name."""
        part = self.path.with_name(".feeds.toml.swp")
        part.write_text(text)
        part.replace(self.path)

    def urls(self) -> list[str] | None:
        found = self.watch.check_once()
        return None if found is None else [feed.url for feed in found[0]]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    return Edited(tmp_path)


@pytest.mark.parametrize("way", ["write", "replace"])
def test_an_edit_is_taken_once_it_is_seen_twice(edited: Edited, way: str) -> None:
    assert edited.urls() is None
    getattr(edited, way)(A + B)
    assert edited.urls() is None, "it may still be being written"
    assert edited.urls() == ["https://a.example/f", "https://b.example/f"]
    assert edited.urls() is None


def test_a_file_that_is_still_being_written_is_awaited(edited: Edited) -> None:
    edited.write(A + B[:12])
    assert edited.urls() is None
    edited.write(A + B[:30])
    assert edited.urls() is None
    edited.write(A + B)
    assert edited.urls() is None
    assert edited.urls() == ["https://a.example/f", "https://b.example/f"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (A + "[[feeds]]\nurl = 'ftp://x'\n", 'feeds.toml:4: feeds[2].url: is "ftp://x"; allowed: an http'),
        (A + "[[feeds]", "feeds.toml:3: not TOML"),
        ("", "feeds.toml: feeds: lists no feed; allowed: at least one"),
        (A + f"interval = {'9' * 5000}\n", "feeds.toml: cannot be read: Exceeds the limit"),
        (A + f"tags = {'[' * 5000}\n", "feeds.toml: cannot be read: maximum recursion depth"),
    ],
)
def test_a_bad_edit_keeps_the_list_and_says_what_is_wrong_once(edited: Edited, text: str, told: str) -> None:
    edited.write(text)
    with structlog.testing.capture_logs() as logs:
        assert [edited.urls() for _ in range(4)] == [None] * 4
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("feeds_refused", "error")
    assert told in line["mistakes"][0]
    edited.write(B)
    assert [edited.urls() for _ in range(2)] == [None, ["https://b.example/f"]]


def test_a_file_that_is_gone_changes_nothing_until_it_is_back(edited: Edited) -> None:
    edited.path.unlink()
    assert [edited.urls() for _ in range(3)] == [None] * 3
    edited.write(B)
    assert [edited.urls() for _ in range(2)] == [None, ["https://b.example/f"]]


def test_an_edit_of_comments_changes_no_feed(edited: Edited) -> None:
    edited.write("# mine\n" + A)
    assert [edited.urls() for _ in range(3)] == [None] * 3


def test_a_link_to_the_file_is_followed(tmp_path: Path) -> None:
    """As containers mount it: the link of the folder is swapped."""
    for name, text in (("one", A), ("two", B)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "feeds.toml").write_text(text)
    data, config = tmp_path / "data", tmp_path / "config"
    data.symlink_to("one")
    config.mkdir()
    (config / "feeds.toml").symlink_to(data / "feeds.toml")
    watch = FeedListWatcher(config, read_feed_list(config))
    fresh = tmp_path / "fresh"
    fresh.symlink_to("two")
    os.replace(fresh, data)  # noqa: PTH105
    assert watch.check_once() is None
    assert [feed.url for feed in watch.check_once()[0]] == ["https://b.example/f"]


def test_the_plan_names_what_changes() -> None:
    old = (
        ListedFeed("https://a/", "A"),
        ListedFeed("https://b/", "B", ("x",)),
        ListedFeed("https://c/", "C"),
    )
    new = (
        ListedFeed("https://b/", "B", ("x", "y"), 600.0),
        ListedFeed("https://d/", "D"),
        ListedFeed("https://a/", "A"),
    )
    assert diff_feed_lists(old, new) == FeedListDiff(
        added=("https://d/",),
        changed=("https://b/: tags: x → x, y", "https://b/: interval: none → 600.0"),
        removed=("https://c/",),
    )
    assert not diff_feed_lists(old, tuple(reversed(old)))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text("[[feeds]]\nurl = 1\n[[feeds]]\n")
    with pytest.raises(ConfigError) as caught:
        read_feed_list(tmp_path)
    assert len(caught.value.problems) == 2


async def test_a_running_watch_applies_and_ends(edited: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.processes.feeds_file_reload.CHECK_EVERY_S", 0.01)
    applied: asyncio.Queue[tuple[ListedFeed, ...]] = asyncio.Queue()
    stop = asyncio.Event()
    running = asyncio.create_task(edited.watch.run(applied.put, stop))
    edited.replace(A + B)
    assert len(await applied.get()) == 2
    stop.set()
    await running
    assert len(edited.watch.feeds) == 2

"""The help lists commands in groups with whole lines, and shells complete the names of the feed list."""

import re
from pathlib import Path

import pytest
import redis
from running import Site

from daemon.terminal.command_help import describe_parameter

FEEDS = """\
[[feeds]]
url = "https://one.example/feed.xml"
source = "The First"
tags = ["world", "news"]

[[feeds]]
url = "https://two.example/feed.xml"
source = "The Second"
tags = ["wet"]
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "config", tmp_path / "data")


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("--lines N", "So many.  [default: 1; x>=1]", ("--lines N", "So many.  [default: 1; at least 1]")),
        ("--jobs N", "So many.  [1<=x<=512]", ("--jobs N", "So many.  [1 to 512]")),
        ("--share S", "A part.  [x<=0.5; required]", ("--share S", "A part.  [at most 0.5; required]")),
        ("CMD <list[str]>", "What to run.  [required]", ("CMD", "What to run.  [required]")),
        ("--format <text|json>", "How.", ("--format text|json", "How.")),
        ("--only X", "Where x>=1 holds.", ("--only X", "Where x>=1 holds.")),
        ("FILE", "A list [or -].", ("FILE", "A list [or -].")),
    ],
)
def test_a_parameter_is_described_in_words(name: str, text: str, shown: tuple[str, str]) -> None:
    assert describe_parameter(name, text) == shown


def test_the_help_has_every_command_under_one_of_four_titles_and_cuts_no_line(site: Site) -> None:
    text = site.run("--help").stdout
    titles = re.findall(r"(?m)^(\w+):$", text)
    assert titles == ["Options", "Run", "Feeds", "Articles", "Operate"]
    assert "..." not in text.partition("Options:")[2]
    listed = re.findall(r"(?m)^  ([a-z]+) ", text.partition("Run:")[2])
    assert len(listed) == len(set(listed))
    assert {"up", "feeds", "consume", "doctor"} <= set(listed)


def complete(site: Site, *words: str, **more: str) -> list[str]:
    """Give what a bash would show for the last word."""
    line = ["feedmill", "--config", str(site.config), *words]
    environ = {
        "_FEEDMILL_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(line),
        "COMP_CWORD": str(len(line) - 1),
        **more,
    }
    done = site.run(**environ)
    assert "Traceback" not in done.stderr
    return [line for line in done.stdout.split("\n") if line]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("feeds", "why", "https://o"), ["https://one.example/feed.xml"]),
        (("feeds", "poll", "a"), ["all"]),
        (("consume", "--source", "The"), ["The First", "The Second"]),
        (("replay", "--tag", "w"), ["wet", "world"]),
        (("pause", "two"), ["two.example"]),
        (("pau",), ["pause"]),
        (("feeds", "remove", "x"), []),
        (("feeds", "report", "t"), ["two.example"]),
        (("feeds", "packs", "sci"), ["science"]),
        (("tail", "--stream", ""), ["sport"]),
    ],
)
def test_a_shell_completes_commands_and_the_names_of_the_feed_list(
    site: Site, words: tuple[str, ...], shown: list[str]
) -> None:
    site.config.mkdir()
    (site.config / "feeds.toml").write_text(FEEDS)
    (site.config / "feedmill.toml").write_text('[[routes]]\nstream = "sport"\ntags = ["sport"]\n')
    assert complete(site, *words) == shown


def test_groups_of_a_running_server_are_completed_and_none_is_started(
    site: Site, redis_url: str, redis_client_sync: redis.Redis
) -> None:
    site.write()
    assert complete(site, "consume", "--group", "a") == []
    assert not site.data.exists()
    redis_client_sync.xgroup_create("feedmill:articles", "archive", mkstream=True)
    assert complete(site, "consume", "--group", "a", FEEDMILL_REDIS_URL=redis_url) == ["archive"]
    assert complete(site, "dead", "list", "--group", "b", FEEDMILL_REDIS_URL=redis_url) == []
    assert complete(site, "groups", "--remove", "a", FEEDMILL_REDIS_URL="redis://127.0.0.1:1/0") == []


@pytest.mark.parametrize("text", ["[[feeds]\n", '[[feeds]]\nurl = "ftp://x"\n', None])
def test_a_list_with_mistakes_completes_nothing_and_prints_nothing(site: Site, text: str | None) -> None:
    if text is not None:
        site.config.mkdir()
        (site.config / "feeds.toml").write_text(text)
    assert complete(site, "feeds", "why", "h") == []

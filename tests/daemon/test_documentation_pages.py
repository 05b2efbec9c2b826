"""`feedmill help` prints the pages of the documentation."""

from pathlib import Path

import pytest
from running import Site

from daemon.errors import InvalidRequestError
from daemon.terminal.documentation_pages import list_documentation_pages, read_documentation_page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_each_page_of_the_docs_is_a_topic_with_a_title() -> None:
    pages = list_documentation_pages()
    assert sorted(page.topic for page in pages) == sorted(path.stem for path in DOCS.glob("*.md"))
    assert [page.topic for page in pages][:3] == ["index", "tutorial", "how-to-login"]
    assert all(page.title and not page.title.startswith("#") for page in pages)


def test_a_page_is_printed_as_it_is_written(tmp_path: Path) -> None:
    done = Site(tmp_path / "config", tmp_path / "data").run("help", "stream")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (DOCS / "stream.md").read_text("utf-8")


def test_the_list_names_topics_with_their_titles(tmp_path: Path) -> None:
    done = Site(tmp_path / "config", tmp_path / "data").run("help")
    assert "stream" in done.stdout
    assert "The stream" in done.stdout


def test_a_command_may_be_named_in_place_of_a_page_and_a_slip_is_guessed(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    assert site.run("help", "feeds").stdout == site.run("feeds", "--help").stdout
    assert site.run("help", "metrics").stdout.startswith("# Metrics")
    assert "strem: no such topic (did you mean stream?)" in site.run("help", "strem").stderr


@pytest.mark.parametrize("topic", ["strem", "", "../README"])
def test_an_unknown_topic_is_refused_with_those_that_there_are(topic: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"no such topic.*; there are index, tutorial, "):
        read_documentation_page(topic)

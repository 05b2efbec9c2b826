"""`feedmill init` and the starter packs: a folder with feeds and contact, asked for or named."""

import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from running import Site
from support.terminal_session import answer_questions

from config.load import load_config
from daemon.errors import InvalidRequestError
from daemon.feeds.starter_files import write_starter
from daemon.feeds.starter_packs import list_pack_names, list_starter_packs, read_starter_pack


def test_every_pack_has_feeds_and_every_feed_a_source() -> None:
    packs = list_starter_packs()
    assert [pack.name for pack in packs] == list_pack_names()
    assert "science" in list_pack_names()
    for pack in packs:
        assert pack.feeds, pack.name
        assert all(feed.source and feed.url.startswith("http") for feed in pack.feeds), pack.name


def test_a_folder_of_packs_has_their_feeds_once_and_the_contact(tmp_path: Path) -> None:
    contact = 'https://news.example/?q="desk"'
    write_starter(tmp_path, ("science", "german", "science"), contact)
    loaded = load_config(tmp_path, {})
    wanted = dict.fromkeys(
        feed.url for name in ("science", "german") for feed in read_starter_pack(name).feeds
    )
    assert [feed.url for feed in loaded.feeds] == list(wanted)
    assert loaded.settings.network.contact == contact


def test_a_shipped_list_and_settings_load_as_they_are(tmp_path: Path) -> None:
    write_starter(tmp_path)
    loaded = load_config(tmp_path, {})
    assert loaded.feeds
    assert loaded.settings.network.contact == ""


@pytest.mark.parametrize("packs", [None, ("science",)])
@pytest.mark.parametrize("name", ["feeds.toml", "feedmill.toml"])
def test_a_link_that_leads_nowhere_is_left_alone(
    tmp_path: Path, name: str, packs: tuple[str, ...] | None
) -> None:
    config, target = tmp_path / "config", tmp_path / "target"
    config.mkdir()
    (config / name).symlink_to(target)
    with suppress(InvalidRequestError):
        write_starter(config, packs)
    assert not target.exists()
    assert (config / name).is_symlink()


@pytest.mark.parametrize(
    "contact", ["nobody", "a@b.example\nmax_wire = 1", "\x07@", "Desk <desk@news.example>"]
)
def test_a_contact_that_nobody_could_use_writes_nothing(tmp_path: Path, contact: str) -> None:
    with pytest.raises(InvalidRequestError, match="URL or e-mail address"):
        write_starter(tmp_path / "new", (), contact)
    assert not (tmp_path / "new").exists()


def test_an_unknown_pack_is_refused_with_the_names_of_all(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"^sciense: no such pack; there are .*science"):
        write_starter(tmp_path / "new", ("sciense",))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("feeds.toml", ["--empty"]),
        ("feeds.toml", ["--pack", "sport"]),
        ("feedmill.toml", ["--contact", "a@b.example"]),
    ],
)
def test_what_is_asked_of_a_file_that_exists_is_refused(tmp_path: Path, name: str, words: list[str]) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / name).write_text("# mine\n")
    done = Site(folder, tmp_path / "data").run("init", *words)
    assert done.returncode == 2
    assert str(folder / name) in done.stderr
    assert [file.name for file in folder.iterdir()] == [name]
    assert (folder / name).read_text() == "# mine\n"


def test_at_a_terminal_it_asks_for_feeds_and_contact_until_it_can_use_them(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    shown, status = answer_questions(
        site.arguments("init"),
        [
            (b"feeds [all]:", b"sciense\n"),
            (b"feeds [all]:", b"science, sport\n"),
            (b"feedmill.toml):", b"nobody\n"),
            (b"feedmill.toml):", b"desk@news.example\n"),
        ],
    )
    assert status == 0, shown
    assert "sciense: no such pack" in shown
    assert (
        tomllib.loads((site.config / "feedmill.toml").read_text())["network"]["contact"]
        == "desk@news.example"
    )
    feeds = tomllib.loads((site.config / "feeds.toml").read_text())["feeds"]
    assert len(feeds) == len(read_starter_pack("science").feeds) + len(read_starter_pack("sport").feeds)


def test_an_empty_list_names_the_command_that_adds_to_it(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    shown, status = answer_questions(
        site.arguments("init"), [(b"feeds [all]:", b"empty\n"), (b"feedmill.toml):", b"\n")]
    )
    assert status == 0, shown
    assert "feeds add URL" in shown
    assert load_config(site.config, {}).feeds == ()


def test_a_pack_is_imported_by_its_name(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    count = len(read_starter_pack("sport").feeds)
    done = site.run("feeds", "import", "pack:sport")
    assert f"{count} feeds added" in done.stdout
    assert f"0 feeds added, {count} were there" in site.run("feeds", "import", "pack:sport").stdout
    refused = site.run("feeds", "import", "pack:sprot")
    assert refused.returncode == 2
    assert "sport" in refused.stderr

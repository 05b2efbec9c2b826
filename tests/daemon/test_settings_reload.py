"""feedmill.toml is watched: sites and routes are given out, other edits named, bad ones refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import structlog

from config.load import load_config
from daemon.processes.settings_reload import SettingsWatcher

SITES = '[[sites]]\nsite = "a.example"\ngap = "9s"\n'
ROUTES = '[[routes]]\nstream = "sport"\ntags = ["sport"]\n'


class EditedSettings:
    """A watch over a file that tests edit."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.path = folder / "feedmill.toml"
        self.path.write_text("[workers]\nprocesses = 2\n")
        self.watcher = SettingsWatcher(load_config(folder, environ or {}), environ or {})

    def edit(self, text: str) -> list[dict[str, object]]:
        """Write the file, and return what three checks log."""
        self.path.write_text(text)
        with structlog.testing.capture_logs() as logs:
            self.given = [given for _ in range(3) if (given := self.watcher.check_once()) is not None]
        return [dict(line) for line in logs]


@pytest.fixture
def edited(tmp_path: Path) -> EditedSettings:
    return EditedSettings(tmp_path)


@pytest.mark.parametrize(
    ("text", "applied", "needs_restart"),
    [
        ("[workers]\nprocesses = 3\n", [], ["workers.processes"]),
        (f"[workers]\nprocesses = 2\n{SITES}", ["sites"], []),
        (f"[workers]\nprocesses = 2\n{ROUTES}", ["routes"], []),
        (f"[polling]\ninterval = '5m'\n{SITES}{ROUTES}", ["sites", "routes"], ["polling.interval"]),
    ],
)
def test_an_edit_is_named_by_what_counts_at_once_and_what_waits(
    edited: EditedSettings, text: str, applied: list[str], needs_restart: list[str]
) -> None:
    (line,) = edited.edit(text)
    assert line["event"] == "settings_changed"
    assert (line["applied"], line["needs_restart"]) == (applied, needs_restart)
    assert len(edited.given) == bool(applied)


def test_what_waits_for_a_restart_is_not_given_out_with_the_sites(edited: EditedSettings) -> None:
    edited.edit(f"[workers]\nprocesses = 7\n{SITES}")
    (settings,) = edited.given
    assert [one.site for one in settings.sites] == ["a.example"]
    assert settings.workers.processes == 2
    assert edited.watcher.in_force is settings


def test_credentials_and_proxies_wait_for_a_restart_and_the_rest_of_their_site_does_not(
    edited: EditedSettings,
) -> None:
    access = 'bearer = "s3cret-token"\norigins = ["https://a.example"]\nproxy = "http://127.0.0.1:3128"\n'
    (line,) = edited.edit(f"[workers]\nprocesses = 2\n{SITES}{access}")
    assert (line["applied"], line["needs_restart"]) == (["sites"], ["sites: credentials, proxy"])
    (settings,) = edited.given
    assert [(one.gap, one.credentials, one.proxy) for one in settings.sites] == [(9.0, None, None)]
    assert "s3cret" not in str(line)


def test_an_edit_that_is_taken_back_is_no_change(edited: EditedSettings) -> None:
    edited.edit("[workers]\nprocesses = 7\n")
    assert edited.edit("# as before\n[workers]\nprocesses = 2\n") == []


def test_a_bad_edit_is_named_once_with_its_place_and_changes_nothing(edited: EditedSettings) -> None:
    (line,) = edited.edit(f"[workers]\nprocesses = 'many'\n{SITES}")
    assert (line["event"], line["log_level"]) == ("settings_refused", "error")
    assert "feedmill.toml:2: workers.processes" in str(line["mistakes"])
    assert edited.given == []
    assert edited.watcher.in_force.sites == ()


def test_a_file_that_is_taken_away_stands_for_the_defaults(edited: EditedSettings) -> None:
    edited.edit(SITES)
    edited.path.unlink()
    with structlog.testing.capture_logs() as logs:
        given = [edited.watcher.check_once() for _ in range(3)]
    assert [line["applied"] for line in logs] == [["sites"]]
    assert [one.sites for one in given if one is not None] == [()]


def test_a_setting_of_the_environment_stays_above_the_file(tmp_path: Path) -> None:
    edited = EditedSettings(tmp_path, {"FEEDMILL_WORKERS_PROCESSES": "5"})
    assert edited.edit("[workers]\nprocesses = 3\n") == []

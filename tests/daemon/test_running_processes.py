"""What a command tells that waits for articles: whether any can come, as far as this machine can tell."""

from pathlib import Path

import pytest
from running import SETTINGS, Site

from daemon.command_context import CommandContext
from daemon.health.process_liveness import find_metrics_folder
from daemon.processes.run_description import describe_run, describe_wait, list_processes
from feedmill._metrics.process_files import LiveSlot, take_slot


@pytest.fixture
def options(tmp_path: Path) -> CommandContext:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings=SETTINGS)
    return CommandContext(config=site.config, data=site.data)


def test_a_wait_for_nothing_is_named(options: CommandContext) -> None:
    loaded = options.load_config()
    assert "feedmill is not running: `feedmill up` starts it" in describe_wait(options, loaded)
    slot = take_slot(find_metrics_folder(options, loaded), "up")
    assert describe_wait(options, loaded) == "waiting for articles; Ctrl-C ends"
    del slot


def test_with_a_server_of_its_own_others_may_run_elsewhere(
    options: CommandContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEEDMILL_REDIS_URL", "redis://127.0.0.1:1/0")
    assert describe_wait(options, options.load_config()) == "waiting for articles; Ctrl-C ends"


def test_up_stands_first_among_the_running_and_a_gone_process_has_no_age() -> None:
    live = [LiveSlot("worker", "worker-1", 2**22 + 1, "here", 0.0), LiveSlot("up", "up-1", 1, "here", 0.0)]
    assert describe_run(live, 2).endswith(f": up 1, worker {2**22 + 1}")
    gone, first = list_processes(live)
    assert gone == {"role": "worker", "pid": 2**22 + 1, "since": None}
    assert first["since"].endswith("Z")
    assert describe_run([], 3).endswith("is not running here; 3 workers elsewhere")

"""`feedmill demo` as a person starts it: the real daemon, the real newsroom, every promise checked."""

from datetime import UTC, datetime
from pathlib import Path

from support.waiting import HANG_S

from daemon.demo.daemon_process import DaemonChild, write_config
from daemon.demo.site_server import Newsroom

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


def test_a_daemon_that_ends_at_once_is_noticed_with_its_last_words(tmp_path: Path) -> None:
    with Newsroom(NOW) as newsroom:
        write_config(tmp_path / "config", newsroom)
    (tmp_path / "config" / "feedmill.toml").write_text("[polling]\ninterval = 5\n", encoding="utf-8")
    child = DaemonChild(
        tmp_path / "config", tmp_path / "data", tmp_path / "log", {"FEEDMILL_REDIS_PREFIX": "x"}
    )
    with child:
        child.wait(HANG_S)
        assert child.exit_status == 2
    assert "interval" in child.read_log_tail()

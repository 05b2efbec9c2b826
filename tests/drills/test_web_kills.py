"""`feedmill up` serves the gateway again on its port after a kill."""

import json
import signal
from pathlib import Path
from subprocess import Popen
from urllib.request import urlopen

import pytest
from running import SETTINGS, Site, children_of, kill

from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer


def said(process: Popen[bytes], event: str) -> dict[str, str]:
    """Read the log up to an event."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(b"{") and (told := json.loads(line))["event"] == event:
            return told
    pytest.fail(f"it ended without saying {event}")


def test_up_serves_the_gateway_again_on_its_port_after_a_kill(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write("http://127.0.0.1:9/feed", settings=SETTINGS.replace("enabled = false", "port = 0"))
    up = site.start("up")
    try:
        url = said(up, "gateway")["url"]
        with urlopen(f"{url}livez") as answer:
            assert json.load(answer) == {"status": "ok"}
        token = (site.data / "web-token").read_text().strip()
        assert len(token) > 40
        assert (site.data / "web-token").stat().st_mode & 0o777 == 0o600
        (web,) = [
            pid for pid in children_of(up.pid) if b"\0web\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        kill(web)
        with urlopen(f"{url}livez", timeout=120) as answer:  # it waits in the port that `up` holds
            assert answer.status == 200
    finally:
        up.send_signal(signal.SIGTERM)
        up.communicate(timeout=60)
    assert up.returncode == 0
    EmbeddedServer(DataFolder(site.data)).wait_gone()

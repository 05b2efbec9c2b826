"""A port of the gateway that is taken is named, and stops nothing else."""

import json
import re
import socket
from pathlib import Path

from running import SETTINGS, Site

from daemon.embedded_server.data_folder import DataFolder
from daemon.embedded_server.server import EmbeddedServer


def test_a_port_that_is_taken_is_told_of_and_stops_nothing_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write(settings=SETTINGS.replace("enabled = false", f"port = {port}"))
        done = site.run("up", "--until-idle")
        assert done.returncode == 0, done.stderr
        (line,) = [json.loads(line) for line in done.stderr.splitlines() if "gateway_off" in line]
        assert str(port) in line["error"]
        assert "[web] port" in line["do"]
        alone = site.run("web")
        assert alone.returncode == 1
        assert re.fullmatch(
            rf"feedmill: the gateway cannot listen on 127\.0\.0\.1 port {port}: .+\n", alone.stderr
        )
    EmbeddedServer(DataFolder(site.data)).wait_gone()

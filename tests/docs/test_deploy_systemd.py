"""The units are true to the code, systemd accepts them, and a process tells systemd how it is."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from running import Site, clean_environment
from support.tracked import tracked

from daemon.processes.systemd_units import ROLES, ServicePaths, list_started_units, render_units

ROOT = Path(__file__).parent.parent.parent
SHIPPED = dict([*render_units(ServicePaths(), ["up"]), *render_units(ServicePaths(), list(ROLES[1:]))])
analyze = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")


def test_the_shipped_units_are_what_the_command_writes() -> None:
    shipped = {path.name: path.read_text() for path in tracked("deploy/systemd")}
    assert shipped == SHIPPED, "write them anew: feedmill service install --into deploy/systemd"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("user", ["feedmill", None])
@analyze
def test_systemd_accepts_the_units(tmp_path: Path, role: str, user: str | None) -> None:
    program = Path(sys.executable).with_name("feedmill")
    folder = tmp_path / "a folder"
    place = ServicePaths(program=str(program), config=str(folder), data=str(folder), user=user and "root")
    names = []
    for name, text in render_units(place, [role]):
        (tmp_path / name).write_text(text)
        names.append(name.replace("@.", "@1."))
        if "@." in name:
            (tmp_path / name).rename(tmp_path / names[-1])
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *([] if user else ["--user"]), *names],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
        env=clean_environment(XDG_RUNTIME_DIR=str(tmp_path)),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert not [line for line in ran.stderr.splitlines() if "feedmill" in line], ran.stderr


@analyze
@pytest.mark.parametrize("name", sorted(name for name in SHIPPED if name.endswith(".service")))
def test_the_units_expose_little(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SHIPPED[name])
    ran = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(tmp_path / name)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-500:] + ran.stderr


def test_workers_are_instances() -> None:
    assert list_started_units(["scheduler", "worker"], 2) == [
        "feedmill-scheduler.service", "feedmill-worker@1.service", "feedmill-worker@2.service",
        "feedmill.target",
    ]  # fmt: skip
    assert list_started_units(["up"], 9) == ["feedmill.service"]


def test_a_user_gets_units_for_folders_of_his_own(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    into = tmp_path / "units"
    for said in ("wrote", "left alone"):
        ran = site.run("service", "install", "--user", "--role", "worker", "--into", str(into))
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout.count(said) == 2
    text = (into / "feedmill-worker@.service").read_text()
    assert f"--config {site.config} --data-dir {site.data} worker\n" in text
    assert "User=" not in text


def test_what_is_installed_is_uninstalled_and_nothing_else(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    folder = tmp_path / "config-home" / "systemd" / "user"
    folder.mkdir(parents=True)
    (folder / "mill.service").touch()
    (folder / "feedmill-mirror.service").write_text("[Unit]\nDescription=Somebody else's\n")
    home = {"XDG_CONFIG_HOME": str(tmp_path / "config-home"), "XDG_RUNTIME_DIR": str(tmp_path)}
    for words in (["--role", "scheduler", "--role", "worker"], []):
        assert "nothing was started" in site.run("service", "install", "--user", *words, **home).stdout
    assert (
        len(list(folder.iterdir())) == 6
    )  # two roles, what holds them together, all in one, and two strangers
    gone = site.run("service", "uninstall", "--user", **home)
    assert (gone.returncode, gone.stdout.count("removed: ")) == (0, 4)
    assert "left alone: " in gone.stdout
    assert {path.name for path in folder.iterdir()} == {"mill.service", "feedmill-mirror.service"}
    assert "no unit of feedmill" in site.run("service", "uninstall", "--user", **home).stdout
    assert site.config.is_dir()


def test_a_role_that_is_none_is_told(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    for words, said in (
        (["--role", "cook"], "there are up, scheduler"),
        (["--role", "up", "--role", "web"], "everything"),
    ):
        ran = site.run("service", "show", *words)
        assert ran.returncode == 2
        assert said in ran.stderr


@pytest.mark.parametrize(
    "role", [("scheduler",), ("worker",), ("up",), ("metrics", "--listen", "127.0.0.1:0")]
)
async def test_a_process_tells_systemd_that_it_is_ready_and_alive(
    tmp_path: Path, redis_url: str, role: tuple[str, ...]
) -> None:
    from running import SETTINGS  # noqa: PLC0415

    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings=SETTINGS + f'[redis]\nurl = "{redis_url}"\naccept_risks = true\n')
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.setblocking(False)
        process = await asyncio.create_subprocess_exec(
            *site.arguments(*role), stderr=asyncio.subprocess.DEVNULL,
            env=clean_environment(NOTIFY_SOCKET=address, WATCHDOG_USEC="60000000"),
        )  # fmt: skip
        try:
            said: set[bytes] = set()
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(120):
                while not {b"READY=1", b"WATCHDOG=1"} <= said:
                    said.add(await loop.sock_recv(manager, 100))
                os.kill(process.pid, signal.SIGTERM)
                if role != ("worker",):  # RQ's loop says it by its end
                    while b"STOPPING=1" not in said:
                        said.add(await loop.sock_recv(manager, 100))
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

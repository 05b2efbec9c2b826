"""Writing systemd's units and telling systemd about them."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import platformdirs

from daemon.errors import AskedWronglyError, DaemonError
from daemon.units import TARGET, Place

SYSTEM = Path("/etc/systemd/system")


def folder_of(*, system: bool) -> Path:
    """Give the folder where an administrator's, or a user's, units stand."""
    return SYSTEM if system else platformdirs.user_config_path("systemd") / "user"


def install_units(
    written: Mapping[str, str],
    names: Sequence[str],
    place: Place,
    *,
    system: bool,
    start: bool,
    into: Path | None,
) -> Iterator[str]:
    """Write units and start them; says what it did. Raises AskedWronglyError and DaemonError."""
    if system and into is None and os.geteuid() != 0:
        raise AskedWronglyError("a service of the machine is installed by root; --user installs one of yours")
    folder = into or folder_of(system=system)
    if system and into is None:
        yield from _make_user(place)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        path = folder / name
        had = path.read_text() if path.exists() else None
        if had == text:
            yield f"left alone: {path}"
            continue
        part = path.with_name(f".{name}.part")
        part.write_text(text)
        part.replace(path)
        yield f"{'wrote' if had is None else 'rewrote'}: {path}"
    if into is not None:
        return
    if not (Path(place.config) / "feeds.toml").exists():
        yield f"no feeds yet: feedmill init {place.config}"
    if _runs(system=system):
        _systemctl(["daemon-reload"], system=system)
        if start:
            _systemctl(["enable", "--now", *names], system=system)
            yield f"started: {' '.join(names)}"
    else:
        yield "systemd does not run here: nothing was started"
    if not system:
        yield f"that it runs while you are not logged in: loginctl enable-linger {_me()}"


def uninstall_units(*, system: bool) -> Iterator[str]:
    """Stop and remove units; says what it did."""
    folder = folder_of(system=system)
    found = sorted(
        [*folder.glob("feedmill.service"), *folder.glob("feedmill-*.service"), *folder.glob(TARGET)]
    )
    if not found:
        yield f"no unit of feedmill is in {folder}"
        return
    runs = _runs(system=system)
    if runs:
        names = [path.name.replace("@.", "@*.") for path in found]
        _systemctl(["stop", *names], system=system)
        _systemctl(["disable", *(path.name for path in found)], system=system)
    for path in found:
        path.unlink()
        yield f"removed: {path}"
    if runs:
        _systemctl(["daemon-reload"], system=system)


def _make_user(place: Place) -> Iterator[str]:
    if place.user is None:
        return
    try:
        pwd.getpwnam(place.user)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
        _run([useradd, "--system", "--user-group", "--home-dir", place.data, "--shell", "/usr/sbin/nologin",
              place.user])  # fmt: skip
        yield f"made the user {place.user}"


def _runs(*, system: bool) -> bool:
    """Tell whether there is a manager to talk to (sd_booted(3))."""
    if system:
        return Path("/run/systemd/system").is_dir()
    return (platformdirs.user_runtime_path() / "systemd").is_dir()


def _systemctl(words: Sequence[str], *, system: bool) -> None:
    _run([shutil.which("systemctl") or "systemctl", *([] if system else ["--user"]), *words])


def _run(command: Sequence[str]) -> None:
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own words)
    except OSError as error:
        raise DaemonError(f"{command[0]}: {error.strerror}") from error
    if ran.returncode:
        raise DaemonError(f"{' '.join(command)}: {(ran.stderr or ran.stdout).strip()}")


def _me() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name

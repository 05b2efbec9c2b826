"""Writes systemd's units and has systemd load them."""

import os
import pwd
import re
import shutil
import subprocess
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import platformdirs

from daemon.errors import DaemonError, InvalidRequestError
from daemon.processes.systemd_units import TARGET, ServicePaths
from daemon.terminal.output_files import replaced_file, require_replaceable

SYSTEM_FOLDER = Path("/etc/systemd/system")
_KIND = "unit of feedmill"
_DESCRIPTION = re.compile(r"^Description=feedmill\b", re.MULTILINE)


def find_units_folder(*, system: bool) -> Path:
    """Return the folder where an administrator's, or a user's, units stand."""
    return SYSTEM_FOLDER if system else platformdirs.user_config_path("systemd") / "user"


def install_units(
    written: Mapping[str, str],
    names: Sequence[str],
    place: ServicePaths,
    *,
    system: bool,
    start: bool,
    into: Path | None,
    force: bool = False,
) -> Iterator[str]:
    """Write units and start them; reports what it did.

    Raises FileKeptError, unless `force`, where a unit of one of these names is another program's,
    InvalidRequestError and DaemonError.
    """
    if system and into is None and os.geteuid() != 0:
        raise InvalidRequestError(
            "a service of the machine is installed by root; --user installs one of yours"
        )
    folder = into or find_units_folder(system=system)
    if system and into is None:
        yield from _make_user(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InvalidRequestError(f"{folder} is a file, no folder for units") from error
    yield from _write_units(written, folder, force=force)
    if into is not None:
        return
    if not (Path(place.config) / "feeds.toml").exists():
        yield f"no feeds yet: feedmill init {place.config}"
    if _is_manager_running(system=system):
        _systemctl(["daemon-reload"], system=system)
        if start:
            _systemctl(["enable", "--now", *names], system=system)
            yield f"started: {' '.join(names)}"
    else:
        yield "systemd does not run here: nothing was started"
    if not system:
        yield f"that it runs while you are not logged in: loginctl enable-linger {_read_user_name()}"


def _write_units(written: Mapping[str, str], folder: Path, *, force: bool) -> Iterator[str]:
    for name in written:  # all or none
        require_replaceable(folder / name, _KIND, is_unit_of_feedmill, force=force)
    for name, text in written.items():
        path = folder / name
        had = path.read_text() if path.exists() else None
        if had == text:
            yield f"left alone: {path}"
            continue
        with replaced_file(path, _KIND, is_unit_of_feedmill, force=force) as out:
            out.write(text.encode())
        yield f"{'wrote' if had is None else 'rewrote'}: {path}"


def is_unit_of_feedmill(path: Path) -> bool:
    """Return whether a unit describes itself as one of feedmill's."""
    try:
        return _DESCRIPTION.search(path.read_text(errors="replace")) is not None
    except OSError:
        return False


def uninstall_units(*, system: bool) -> Iterator[str]:
    """Stop and remove units of feedmill, none that has such a name only; reports what it did."""
    folder = find_units_folder(system=system)
    named = [*folder.glob("feedmill.service"), *folder.glob("feedmill-*.service"), *folder.glob(TARGET)]
    found = sorted(path for path in named if is_unit_of_feedmill(path))
    for path in sorted(set(named).difference(found)):
        yield f"left alone: {path} is no {_KIND}"
    if not found:
        yield f"no unit of feedmill is in {folder}"
        return
    runs = _is_manager_running(system=system)
    if runs:
        names = [path.name.replace("@.", "@*.") for path in found]
        _systemctl(["stop", *names], system=system)
        _systemctl(["disable", *(path.name for path in found)], system=system)
    for path in found:
        path.unlink()
        yield f"removed: {path}"
    if runs:
        _systemctl(["daemon-reload"], system=system)


def _make_user(place: ServicePaths) -> Iterator[str]:
    if place.user is None:
        return
    try:
        pwd.getpwnam(place.user)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
        _run([useradd, "--system", "--user-group", "--home-dir", place.data, "--shell", "/usr/sbin/nologin",
              place.user])  # fmt: skip
        yield f"made the user {place.user}"


def _is_manager_running(*, system: bool) -> bool:
    """Return whether there is a manager to talk to (sd_booted(3))."""
    if system:
        return Path("/run/systemd/system").is_dir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns where nobody has logged in, as in a container
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


def _read_user_name() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name

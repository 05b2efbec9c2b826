"""Renders systemd units from one list. Pure: texts come out, nothing is touched.

The files in deploy/systemd/ are what this writes for the usual places; a test keeps them so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ROLES = ("up", "scheduler", "worker", "web", "webhooks", "metrics")
TARGET = "feedmill.target"

_SAYS = {
    "up": "feedmill: feeds into a stream of clean articles",
    "scheduler": "feedmill scheduler: polls feeds",
    "worker": "feedmill worker %i: fetches and cleans pages",
    "web": "feedmill web: the gateway and its page",
    "webhooks": "feedmill webhooks: sends entries to receivers",
    "metrics": "feedmill metrics: what this machine's processes count",
}
_WATCHDOG = {"worker": "3min"}
_STOP = {"worker": "90s", "up": "60s", "scheduler": "60s"}
_ANYWHERE = """\
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallFilter=setrlimit prlimit64 sched_setaffinity setpriority ioprio_set
SystemCallErrorNumber=EPERM
"""
_SYSTEM = """\
CapabilityBoundingSet=
AmbientCapabilities=
DevicePolicy=closed
KeyringMode=private
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
"""
"""Needs a manager that may make namespaces: the user's may not everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePaths:
    """Where feedmill is and what it works on; absolute paths."""

    program: str = "/usr/local/bin/feedmill"
    config: str = "/etc/feedmill"
    data: str = "/var/lib/feedmill"
    user: str | None = "feedmill"
    """None: units of a user's own manager."""
    listen: str = "127.0.0.1:9464"


def name_unit(role: str) -> str:
    """Name a role's unit; workers are instances of a template."""
    return {"up": "feedmill.service", "worker": "feedmill-worker@.service"}.get(
        role, f"feedmill-{role}.service"
    )


def render_units(place: ServicePaths, roles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Write the units of these roles, each as name and text; several roles have a target in common."""
    split = [role for role in roles if role != "up"]
    for role in roles:
        yield name_unit(role), _render_unit(place, role)
    if split:
        yield TARGET, _render_target(place)


def list_started_units(roles: Sequence[str], workers: int) -> list[str]:
    """List the units to enable and start."""
    names = []
    for role in roles:
        if role == "worker":
            names += [f"feedmill-worker@{number}.service" for number in range(1, workers + 1)]
        else:
            names.append(name_unit(role))
    return [*names, TARGET] if any(role != "up" for role in roles) else names


def _render_unit(place: ServicePaths, role: str) -> str:
    words = [place.program, "--config", place.config, "--data-dir", place.data, role]
    if role == "metrics":
        words += ["--listen", place.listen]
    lines = [
        "[Unit]",
        f"Description={_SAYS[role]}",
        "Wants=network-online.target",
        "After=network-online.target",
        *([] if role == "up" else [f"PartOf={TARGET}"]),
        "# However often it failed: it waits for its server, and goes on.",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=notify",
        f"ExecStart={' '.join(map(_quote_word, words))}",
        "# It says that it is ready once its server has answered, however long that takes.",
        "TimeoutStartSec=infinity",
        f"WatchdogSec={_WATCHDOG.get(role, '1min')}",
        "Restart=always",
        "RestartSec=2s",
        "# 2: the configuration or the command line is wrong, and trying again mends nothing.",
        "RestartPreventExitStatus=2",
        "# SIGTERM to the main process alone: it lets its children end their pages; what is left is killed.",
        "KillMode=mixed",
        f"TimeoutStopSec={_STOP.get(role, '20s')}",
        "LimitNOFILE=65536",
        *_render_identity(place, role),
        "",
        *_ANYWHERE.splitlines(),
        *(_SYSTEM.splitlines() if place.user else []),
        "",
        "[Install]",
        f"WantedBy={_name_wanted_by(place) if role == 'up' else TARGET}",
    ]
    return "\n".join(lines) + "\n"


_ADDS = """\
# That the gateway's page can add feeds; to let it, give the folder to the service's user.
ReadWritePaths=-{}"""


def _render_identity(place: ServicePaths, role: str) -> list[str]:
    environment = f"EnvironmentFile=-{_quote_path(place.config)}/environment"
    if place.user is None:
        return [environment]
    return [
        f"User={place.user}",
        f"Group={place.user}",
        "StateDirectory=feedmill",
        "StateDirectoryMode=0700",
        "# FEEDMILL_REDIS_URL_FILE=/etc/feedmill/redis-url and the like; secrets stay in files of their own.",
        environment,
        *([_ADDS.format(_quote_path(place.config))] if role in {"up", "web"} else []),
    ]


def _render_target(place: ServicePaths) -> str:
    return (
        "[Unit]\n"
        "Description=feedmill, one process for each role\n"
        "\n"
        "[Install]\n"
        f"WantedBy={_name_wanted_by(place)}\n"
    )


def _name_wanted_by(place: ServicePaths) -> str:
    return "multi-user.target" if place.user else "default.target"


def _quote_word(word: str) -> str:
    """Quote a word of a command line as systemd reads it (systemd.service(5), systemd.unit(5))."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if not escaped or set(escaped) & set(" \t'\"\\;") else escaped


def _quote_path(path: str) -> str:
    return path.replace("%", "%%").replace(" ", "\\x20")

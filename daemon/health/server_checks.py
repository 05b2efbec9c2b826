"""Checks a Redis or Valkey server by its INFO (managed servers refuse CONFIG). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from daemon.terminal.output import format_count

_MIN_REDIS_VERSION = (7, 0)
"""Oldest Redis that feedmill runs on; the ledger's scripts need what it has."""
_MIN_VALKEY_VERSION = (7, 2)
"""Oldest Valkey that feedmill runs on; its first release is a fork of Redis 7.2."""
_MAX_MEMORY_SHARE = 0.8
"""Share of `maxmemory` from which a warning comes: a full server refuses writes, and all work stops."""


Level = Literal["ok", "warn", "wrong", "fatal"]
"""`wrong`: work goes on, but a promise is broken. `fatal`: feedmill does not run on it."""
_MAX_FRAGMENTATION_RATIO = 1.5
"""Ratio of resident to used memory from which a server wastes enough to advise defragmentation."""
_MIN_FRAGMENTED_BYTES = 256 * 2**20
"""Bytes from which the ratio counts: with little data it is high on any server."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    level: Level
    found: str
    wanted: str
    remedy: str = ""
    """What to do about it; empty when it is well."""


@dataclass(frozen=True, slots=True)
class _FieldRule:
    """A field of INFO that must have one value; `remedy` says what to do when it has another."""

    what: str
    field: str
    wanted: str
    shown: str
    level: Level
    remedy: str


_RULES = (
    _FieldRule(
        "cluster mode",
        "cluster_enabled",
        "0",
        "off",
        "fatal",
        "name a server without cluster mode: one script touches many keys",
    ),
    _FieldRule("role", "role", "master", "master", "fatal", "name the primary's URL, not a replica's"),
    _FieldRule(
        "append-only file",
        "aof_enabled",
        "1",
        "on",
        "wrong",
        "set `appendonly yes`: what a restart forgets is fetched and published again",
    ),
    _FieldRule(
        "last append", "aof_last_write_status", "ok", "ok", "wrong", "see the server's log and its disk"
    ),
    _FieldRule(
        "eviction",
        "maxmemory_policy",
        "noeviction",
        "noeviction",
        "wrong",
        "set `maxmemory-policy noeviction`: an evicted key is an article lost or doubled",
    ),
)


_EVICTION_POLICIES = frozenset({"append-only file", "eviction"})
"""What the operator has chosen; feedmill starts on a wrong choice only where an option allows it."""


def find_refusal(findings: Sequence[Finding], *, accept_risks: bool) -> Finding | None:
    """Return the first finding that feedmill must not start on; `accept_risks` lets wrong policies pass."""
    for finding in findings:
        if finding.level == "fatal":
            return finding
        if finding.level == "wrong" and finding.what in _EVICTION_POLICIES and not accept_risks:
            remedy = f"{finding.remedy}; or set redis.accept_risks = true to run on it all the same"
            return replace(finding, remedy=remedy)
    return None


def check_server(info: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Check everything that feedmill relies on."""
    return (_check_version(info), *(_check_field(rule, info) for rule in _RULES), _check_memory(info))


def _check_field(rule: _FieldRule, info: Mapping[str, Any]) -> Finding:
    found = str(info.get(rule.field, rule.wanted))
    if found == rule.wanted:
        return Finding(rule.what, "ok", rule.shown, rule.shown)
    shown = {"0": "off", "1": "on"}.get(found, found)
    return Finding(rule.what, rule.level, shown, rule.shown, rule.remedy)


def _check_version(info: Mapping[str, Any]) -> Finding:
    valkey = "valkey_version" in info
    name, least = ("Valkey", _MIN_VALKEY_VERSION) if valkey else ("Redis", _MIN_REDIS_VERSION)
    version = str(info.get("valkey_version" if valkey else "redis_version", ""))
    new_enough = tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) >= least
    wanted = "Redis 7.0 or Valkey 7.2, or newer"
    if new_enough:
        return Finding("version", "ok", f"{name} {version}", wanted)
    return Finding("version", "fatal", f"{name} {version}", wanted, "upgrade the server")


def _check_memory(info: Mapping[str, Any]) -> Finding:
    used, limit = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    found = f"{used / 2**20:.0f} MiB" + (f" of {limit / 2**20:.0f} MiB" if limit else ", no limit")
    wanted = f"under {_MAX_MEMORY_SHARE:.0%} of the limit"
    if not limit or used < limit * _MAX_MEMORY_SHARE:
        return Finding("memory", "ok", found, wanted)
    return Finding(
        "memory", "wrong", found, wanted, "raise maxmemory, or lower stream.keep or stream.max_bytes"
    )


def check_durability(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Check the server's log, memory and replicas by its INFO."""
    rewrite = str(info.get("aof_last_bgrewrite_status", "ok"))
    if rewrite != "ok":
        yield Finding(
            "rewrite of the log", "wrong", rewrite, "ok", "see the server's log: memory or disk ran out"
        )
    ratio, used = float(info.get("mem_fragmentation_ratio", 1)), int(info.get("used_memory", 0))
    if ratio > _MAX_FRAGMENTATION_RATIO and used > _MIN_FRAGMENTED_BYTES:
        yield Finding(
            "fragmentation",
            "warn",
            f"{ratio:.1f}",
            f"under {_MAX_FRAGMENTATION_RATIO}",
            "set `activedefrag yes`",
        )
    replicas = int(info.get("connected_slaves", 0))
    if replicas and "min_slaves_good_slaves" not in info:
        yield Finding(
            "replication",
            "warn",
            f"{format_count(replicas, 'replica')}, writes wait for none",
            "min-replicas-to-write",
            "set `min-replicas-to-write 1` and `min-replicas-max-lag 10`: a fail-over then loses seconds",
        )

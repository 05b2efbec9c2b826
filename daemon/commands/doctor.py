"""`feedmill doctor`: whether everything is as it must be."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.load import Loaded
    from daemon.asked import Asked
    from daemon.look import Look
    from daemon.server_check import Finding


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill doctor || feedmill doctor --json")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check server, ledger, work, groups, configuration and this machine; exit 1 when something is wrong."""
    from daemon.group_check import judge_groups, judge_routes
    from daemon.health_check import judge_drift, judge_durability, judge_lag, judge_machine, judge_work
    from daemon.look import look
    from daemon.machine import machine_of
    from daemon.output import print_json, print_table
    from daemon.server_check import judge_server

    asked: Asked = context.obj
    loaded = asked.load()
    with asked.server(loaded) as server:
        seen = look(server.url, loaded.settings.redis.prefix)
    findings = [
        *judge_server(seen.info),
        *_judge_ledger(seen),
        *judge_durability(seen.info),
        *judge_work(seen),
        *judge_groups(seen.groups),
        *judge_lag(seen.groups, loaded.settings.stream.keep * 1000),
        *judge_routes(seen.routes),
        *_judge_config(loaded),
        *(
            [judge_drift(loaded.feeds, seen.feeds, str(loaded.folder / "feeds.toml"))]
            if loaded.has_feeds_file
            else []
        ),
        *judge_machine(machine_of(asked, loaded), seen.now_ms),
    ]
    wrong = any(finding.level in {"wrong", "fatal"} for finding in findings)
    if as_json:
        print_json({"ok": not wrong, "findings": findings})
    else:
        rows = [(f.level, f.what, f.found, f.remedy) for f in findings]
        print_table(("", "what", "found", "what to do"), rows)
    raise typer.Exit(1 if wrong else 0)


def _judge_ledger(seen: "Look") -> "list[Finding]":
    from daemon.output import ago
    from daemon.server_check import Finding

    census = seen.census
    here = census.ready + census.deferred + census.leased + census.held + census.dead
    ended = sum(census.settled.values())
    found = f"{census.discovered} discovered, {here} in process or dead, {ended} settled"
    findings = [
        Finding("page records", "ok", found, "discovered = the others together")
        if census.balanced
        else Finding(
            "page records", "wrong", found, "discovered = the others together", "report it, with this"
        )
    ]
    if census.dead:
        remedy = "see `feedmill dead list`"
        findings.append(Finding("dead letters", "warn", str(census.dead), "none", remedy))
    findings += [
        Finding(
            f"stream {full.route or 'articles'}",
            "warn",
            f"full with {full.size >> 20} MiB: pages wait for group {full.group}",
            "protected groups read",
            f"start its consumers, or `feedmill groups --remove {full.group}`",
        )
        for full in census.full
    ]
    if census.offline_ms is not None:
        found = f"no site could be reached for {ago(census.offline_ms)}"
        findings.append(Finding("line", "warn", found, "sites answer", "see this machine's network and DNS"))
    failing = [feed.source for feed in seen.feeds if feed.enabled and feed.failures]
    if failing:
        found = f"{len(failing)}: {', '.join(failing[:5])}" + (", …" if failing[5:] else "")
        findings.append(Finding("failing feeds", "warn", found, "none", "see `feedmill status`"))
    return findings


def _judge_config(loaded: "Loaded") -> "list[Finding]":
    from daemon.contact import contact_missing
    from daemon.server_check import Finding

    mistake = contact_missing(loaded, (feed.url for feed in loaded.feeds if feed.enabled))
    wanted = "publishers can reach whoever polls them"
    if mistake is None:
        found = loaded.settings.network.contact or "not needed: no feed of the public internet is listed"
        return [Finding("contact", "ok", found, wanted)]
    return [Finding("contact", "wrong", f"{mistake.where}: {mistake.found}", wanted, mistake.allowed)]

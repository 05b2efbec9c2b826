"""`feedmill doctor`: whether everything is as it must be."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from config.load import LoadedConfig
    from daemon.global_options import GlobalOptions
    from daemon.health.ledger_snapshot import LedgerSnapshot
    from daemon.health.server_checks import Finding


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill doctor || feedmill doctor --json")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check server, ledger, work, groups, configuration and this machine; exit 1 when something is wrong."""
    from daemon.health.group_checks import check_groups, check_routes
    from daemon.health.ledger_snapshot import read_snapshot
    from daemon.health.machine_facts import read_machine_state
    from daemon.health.server_checks import check_server
    from daemon.health.work_checks import (
        check_durability,
        check_feed_list_drift,
        check_machine,
        check_retention_lag,
        check_work,
    )
    from daemon.terminal.output import print_json, print_table

    options: GlobalOptions = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        snapshot = read_snapshot(server.url, loaded.settings.redis.prefix)
    findings = [
        *check_server(snapshot.info),
        *_check_ledger(snapshot),
        *check_durability(snapshot.info),
        *check_work(snapshot),
        *check_groups(snapshot.groups),
        *check_retention_lag(snapshot.groups, loaded.settings.stream.keep * 1000),
        *check_routes(snapshot.routes),
        *_check_config(loaded),
        *(
            [check_feed_list_drift(loaded.feeds, snapshot.feeds, str(loaded.folder / "feeds.toml"))]
            if loaded.has_feeds_file
            else []
        ),
        *check_machine(read_machine_state(options, loaded), snapshot.now_ms),
    ]
    wrong = any(finding.level in {"wrong", "fatal"} for finding in findings)
    if as_json:
        print_json({"ok": not wrong, "findings": findings})
    else:
        rows = [(f.level, f.what, f.found, f.remedy) for f in findings]
        print_table(("", "what", "found", "what to do"), rows)
    raise typer.Exit(1 if wrong else 0)


def _check_ledger(snapshot: "LedgerSnapshot") -> "list[Finding]":
    from daemon.health.server_checks import Finding
    from daemon.terminal.output import format_span

    census = snapshot.census
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
        found = f"no site could be reached for {format_span(census.offline_ms)}"
        findings.append(Finding("line", "warn", found, "sites answer", "see this machine's network and DNS"))
    failing = [feed.source for feed in snapshot.feeds if feed.enabled and feed.failures]
    if failing:
        found = f"{len(failing)}: {', '.join(failing[:5])}" + (", …" if failing[5:] else "")
        findings.append(Finding("failing feeds", "warn", found, "none", "see `feedmill status`"))
    return findings


def _check_config(loaded: "LoadedConfig") -> "list[Finding]":
    from daemon.health.contact_check import find_contact_problem
    from daemon.health.server_checks import Finding

    mistake = find_contact_problem(loaded, (feed.url for feed in loaded.feeds if feed.enabled))
    wanted = "publishers can reach whoever polls them"
    if mistake is None:
        found = loaded.settings.network.contact or "not needed: no feed of the public internet is listed"
        return [Finding("contact", "ok", found, wanted)]
    return [Finding("contact", "wrong", f"{mistake.where}: {mistake.found}", wanted, mistake.allowed)]

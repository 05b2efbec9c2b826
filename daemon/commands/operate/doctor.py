"""`feedmill doctor`: whether everything is as it must be."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.load import LoadedConfig
    from daemon.command_context import CommandContext
    from daemon.health.server_checks import Finding


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(epilog="Example: feedmill doctor || feedmill doctor --json")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check server, ledger, work, groups, configuration and this machine; exit 1 when something is wrong."""
    from importlib.metadata import packages_distributions

    from daemon.health.feed_checks import check_feed_list_drift, check_templates
    from daemon.health.ledger_snapshot import read_snapshot
    from daemon.health.machine_checks import check_machine
    from daemon.health.machine_facts import read_machine_state
    from daemon.health.package_clashes import check_package_clashes
    from daemon.health.snapshot_checks import check_snapshot
    from daemon.terminal.output import print_json, print_table

    options: CommandContext = context.obj
    loaded = options.load_config()
    with options.open_server(loaded) as server:
        snapshot = read_snapshot(server.url, loaded.settings.redis.prefix)
        suspensions = _count_suspensions(server.url, loaded)
    findings = [
        *check_snapshot(snapshot, loaded.settings.stream.keep * 1000),
        *_check_config(loaded),
        *(
            [check_feed_list_drift(loaded.feeds, snapshot.feeds, str(loaded.folder / "feeds.toml"))]
            if loaded.has_feeds_file
            else []
        ),
        *check_machine(read_machine_state(options, loaded), snapshot.now_ms),
        *check_templates(suspensions),
        *check_package_clashes(packages_distributions()),
    ]
    wrong = any(finding.level in {"wrong", "fatal"} for finding in findings)
    if as_json:
        print_json({"ok": not wrong, "findings": findings})
    else:
        rows = [(f.level, f.what, f.found, f.remedy) for f in findings]
        print_table(("", "what", "found", "what to do"), rows)
        typer.echo(_summarize(findings))
    raise typer.Exit(1 if wrong else 0)


def _summarize(findings: "Sequence[Finding]") -> str:
    """Summarize in one line whether anything is to be done."""
    wrong = sum(finding.level in {"wrong", "fatal"} for finding in findings)
    warned = sum(finding.level == "warn" for finding in findings)
    if not wrong and not warned:
        return "all is well"
    return f"{wrong} wrong, {warned} to look at"


def _count_suspensions(url: str, loaded: "LoadedConfig") -> dict[str, tuple[int, str]]:
    from daemon.feeds.template_store import TemplateStore
    from feedmill._ledger.core.ledger_connections import connect_blocking

    if not loaded.settings.workers.templates:
        return {}
    with connect_blocking(url) as client:
        return TemplateStore(client, loaded.settings.redis.prefix).count_suspensions()


def _check_config(loaded: "LoadedConfig") -> "list[Finding]":
    from daemon.health.contact_check import find_contact_problem
    from daemon.health.feed_checks import check_own_credentials
    from daemon.health.server_checks import Finding

    access = list(check_own_credentials(loaded.settings.credentials.sites))
    mistake = find_contact_problem(loaded, (feed.url for feed in loaded.feeds if feed.enabled))
    wanted = "publishers can reach whoever polls them"
    if mistake is None:
        found = loaded.settings.network.contact or "not needed: no feed of the public internet is listed"
        return [Finding("contact", "ok", found, wanted), *access]
    found = f"{mistake.where}: {mistake.found}"
    return [Finding("contact", "wrong", found, wanted, mistake.allowed), *access]

"""No test depends on how busy the machine is: no sleep without a reason, no clock, no short timeout.

A line that must do so says why in a comment: `# sleep: reason` or `# clock: reason`. Drills and what they
run (`tests/drills`, `tests/support/faults`, the files of `make hosts` and `make upgrade`) tell how long
things took.
"""

import ast
from collections.abc import Iterator

import pytest
from support.tracked import ROOT, tracked

LEAST_S = 60
"""A timeout only ends a hang: this is longer than a crowded machine takes for anything."""
DRILLS = (
    "tests/drills/",
    "tests/support/faults/",
    "tests/hosts",
    "tests/drills/upgrade_drill.py",
    "tests/support/",
)
ENDING = {
    "communicate",
    "wait",
    "run",
    "urlopen",
    "HTTPConnection",
    "AsyncClient",
    "timeout",
    "wait_for",
    "join",
}
"""Calls whose `timeout` ends a wait; of others it is a setting of the product."""
CLOCKS = {"monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"}


def number(node: ast.expr | None) -> float | None:
    """Give a number that is written out, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int | float) else None


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def short(call: ast.Call) -> bool:
    """Say whether a call ends a wait too early."""
    name, given = name_of(call), {word.arg: word.value for word in call.keywords}
    limits = [given.get("timeout")] if name in ENDING else []
    if name == "timeout" and call.args:  # asyncio.timeout
        limits.append(call.args[0])
    if name == "wait" and call.args:  # of a process, a thread, an event
        limits += [call.args[0]] if (number(call.args[0]) or 0) >= 1 else []  # less is a pause of a loop
    if name == "wait_for" and len(call.args) > 1:
        limits.append(call.args[1])
    return any((limit := number(one)) is not None and limit < LEAST_S for one in limits)


def findings(source: str) -> Iterator[str]:
    """Name what makes a result depend on the clock, with its line."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name, said = name_of(node), " ".join(lines[node.lineno - 1 : node.end_lineno])
        if name == "sleep" and node.args and number(node.args[0]) != 0 and "# sleep: " not in said:
            yield f"{node.lineno}: a sleep without a reason"
        if name in CLOCKS and "# clock: " not in said:
            yield f"{node.lineno}: a clock without a reason"
        if short(node):
            yield f"{node.lineno}: a timeout below {LEAST_S} s"


def test_no_test_depends_on_how_busy_the_machine_is() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{finding}"
        for path in tracked("tests", ".py")
        if not str(path.relative_to(ROOT)).startswith(DRILLS)
        for finding in findings(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("time.sleep(1)", ["1: a sleep without a reason"]),
        ("time.sleep(1)  # sleep: nothing may happen", []),
        ("await asyncio.sleep(0)", []),
        ("assert time.monotonic() - began < 5", ["1: a clock without a reason"]),
        ("process.communicate(timeout=20)", ["1: a timeout below 60 s"]),
        ("process.communicate(timeout=120)", []),
        ("asyncio.timeout(5)", ["1: a timeout below 60 s"]),
        ("asyncio.wait_for(task, 10)", ["1: a timeout below 60 s"]),
        ("child.wait(30)", ["1: a timeout below 60 s"]),
        ("stop.wait(0.02)", []),
        ("Polling(timeout=3.0)", []),
    ],
)
def test_what_is_refused(line: str, found: list[str]) -> None:
    assert list(findings(line)) == found

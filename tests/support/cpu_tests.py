"""Measures the processor time of each test, with all processes that it starts, and lists the dearest.

A pytest plugin (tests/conftest.py names it). What a test costs is what its process and the children that it
has waited for have used, and what its living descendants have: a server that goes on is charged as it works.
"""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DEAREST = 30
"""How many tests are listed."""

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_costs: dict[str, float] = {}
_started: dict[str, float] = {}


def spent_s() -> float:
    """Sum the seconds that this process, its children and their living descendants have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(map(_living_s, _children_of(os.getpid())))


def _children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:  # it has just ended
            continue
    return found


def _living_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    own = sum(map(int, fields[11:15])) * _TICK_S  # utime, stime, and those of children waited for
    return own + sum(map(_living_s, _children_of(pid)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Note what has been spent before the test's fixtures are made."""
    _started[item.nodeid] = spent_s()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Write the cost on the last of the test's reports, which also travels from a worker of xdist."""
    report = yield
    if call.when == "teardown":
        report.user_properties.append(("cpu_s", max(0, spent_s() - _started.pop(item.nodeid))))
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect the costs where the run is controlled."""
    if report.when == "teardown":
        _costs[report.nodeid] = dict(report.user_properties).get("cpu_s", 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """List the dearest tests."""
    if config.getoption("--dearest"):
        dearest = sorted(_costs.items(), key=lambda cost: -cost[1])[: config.getoption("--dearest")]
        terminalreporter.section(f"dearest tests, CPU-seconds ({sum(_costs.values()):.0f} in all tests)")
        for name, cost in dearest:
            terminalreporter.write_line(f"{cost:6.2f}  {name}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say how many tests are listed; none unless asked."""
    parser.addoption("--dearest", type=int, default=0, help="list this many of the dearest tests by CPU")

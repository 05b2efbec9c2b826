"""Writes all metrics of a machine for Prometheus: what its processes counted, what is measured now."""

import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.multiprocess import MultiProcessCollector

from feedmill._metrics import process_files
from feedmill._metrics.definitions import GAUGES
from feedmill._metrics.gauges import GaugeReadings, GaugeSample, list_gauge_samples

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PAGE_BYTES = 4096
"""Bytes of a page of memory, by which /proc counts."""


class _MachineCollector:
    """A collector of one scrape."""

    def __init__(self, folder: Path | None, measured: Iterable[GaugeSample]) -> None:
        self._folder = folder
        self._measured = measured

    def collect(self) -> Iterator[Family]:
        """Yield every metric once."""
        if self._folder is not None:
            merged: Any = MultiProcessCollector.merge(process_files.list_slot_files(self._folder))  # type: ignore[no-untyped-call]
            yield from merged
        by_name: dict[str, list[GaugeSample]] = defaultdict(list)
        for sample in self._measured:
            by_name[sample[0]].append(sample)
        for metric in GAUGES:
            if found := by_name.get(metric.name):
                family = GaugeMetricFamily(metric.full_name, metric.help, labels=metric.labels)
                for _, labels, value in found:
                    family.add_metric(labels, value)
                yield family


def render_exposition(folder: Path | None, standing: GaugeReadings | None) -> bytes:
    """Write all metrics; `folder` None has no processes, `standing` None: the server does not answer."""
    measured = [
        *_read_machine_metrics(folder),
        *(list_gauge_samples(standing) if standing else [("redis_up", (), 0.0)]),
    ]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_MachineCollector(folder, measured))
    return generate_latest(registry)


def _read_machine_metrics(folder: Path | None) -> Iterator[GaugeSample]:
    yield "build_info", (version("feedmill"),), 1
    if folder is None:
        return
    live = list(process_files.list_live_slots(folder))
    memory: Counter[str] = Counter()
    for one in live:
        if one.host == platform.node():  # elsewhere the number is another process's
            memory[one.role] += sum(map(_read_resident_bytes, (one.pid, *_list_children(one.pid))))
    for role, count in sorted(Counter(one.role for one in live).items()):
        yield "processes", (role,), count
        yield "process_memory_bytes", (role,), memory[role]


def _read_resident_bytes(pid: int) -> int:
    """Return a process's resident memory in bytes; 0 where it cannot be seen from here."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0


def _list_children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []

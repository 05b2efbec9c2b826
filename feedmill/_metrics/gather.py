"""All metrics of a machine as Prometheus reads them: what its processes counted, what is measured now."""

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

from feedmill._metrics import slots
from feedmill._metrics.declared import MEASURED
from feedmill._metrics.standing import Sample, Standing, samples

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PAGE = 4096


class _Gathered:
    """A collector of one scrape."""

    def __init__(self, folder: Path | None, measured: Iterable[Sample]) -> None:
        self._folder = folder
        self._measured = measured

    def collect(self) -> Iterator[Family]:
        """Give every metric once."""
        if self._folder is not None:
            merged: Any = MultiProcessCollector.merge(slots.files(self._folder))  # type: ignore[no-untyped-call]
            yield from merged
        by_name: dict[str, list[Sample]] = defaultdict(list)
        for sample in self._measured:
            by_name[sample[0]].append(sample)
        for metric in MEASURED:
            if found := by_name.get(metric.name):
                family = GaugeMetricFamily(metric.full, metric.help, labels=metric.labels)
                for _, labels, value in found:
                    family.add_metric(labels, value)
                yield family


def gathered(folder: Path | None, standing: Standing | None) -> bytes:
    """Write all metrics; `folder` None has no processes, `standing` None: the server does not answer."""
    measured = [*_of_machine(folder), *(samples(standing) if standing else [("redis_up", (), 0.0)])]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Gathered(folder, measured))
    return generate_latest(registry)


def _of_machine(folder: Path | None) -> Iterator[Sample]:
    yield "build_info", (version("feedmill"),), 1
    if folder is None:
        return
    live = list(slots.held(folder))
    memory: Counter[str] = Counter()
    for one in live:
        if one.host == platform.node():  # elsewhere the number is another process's
            memory[one.role] += sum(map(_resident, (one.pid, *_children(one.pid))))
    for role, count in sorted(Counter(one.role for one in live).items()):
        yield "processes", (role,), count
        yield "process_memory_bytes", (role,), memory[role]


def _resident(pid: int) -> int:
    """Give a process's resident memory in bytes; 0 where it cannot be seen from here."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []

"""Counts in one process: cheap enough for every page, and without a call to Redis."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, values

from feedmill._metrics.definitions import COUNTED_METRICS, MetricDefinition
from feedmill._metrics.process_files import MetricsSlot
from feedmill._net.refusing_party import find_refusing_party

MAX_CLASSES = 50
"""Classes (first tags of feeds) that are counted apart; further ones count as one, as each adds series."""
NO_CLASS, OTHER_CLASS = "none", "other"


class RequestEvent(Protocol):
    """What is asked of an exchange."""

    @property
    def purpose(self) -> Any:
        """What it was for."""

    @property
    def began(self) -> float:
        """Seconds."""

    @property
    def ended(self) -> float:
        """Seconds."""

    @property
    def status(self) -> int:
        """0 when no answer came."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's, names in lower case."""


class ProcessCounters:
    """The counters of this process; kept in memory until `keep_in` has given them files."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        made = {metric.name: _make_metric(metric, self.registry) for metric in COUNTED_METRICS}
        self._polls, self._pages, self._requests = made["polls"], made["pages"], made["requests"]
        self._removed, self._refusals = made["removed"], made["refusals"]
        self._ways = made["page_ways"]
        self._request_s, self._stage_s = made["request_seconds"], made["stage_seconds"]
        self._late_s, self._gate_s = made["poll_late_seconds"], made["gate_wait_seconds"]
        self._delay_s, self._deaths = made["publish_delay_seconds"], made["horse_deaths"]
        self._classes: set[str] = set()

    def count_poll(self, outcome: str, *, late_s: float) -> None:
        """Count a poll and how late it was begun."""
        self._polls.labels(outcome).inc()
        self._late_s.observe(max(0.0, late_s))

    def count_page(self, outcome: str, tags: Sequence[str]) -> None:
        """Count the end of a page; the class of its source is the first tag that the operator gave it."""
        self._pages.labels(outcome, self._class_of(tags)).inc()

    def count_removed(self, counts: Mapping[str, int]) -> None:
        """Count the lines taken out of a published text, by cleaning step."""
        for step, lines in counts.items():
            self._removed.labels(step).inc(lines)

    def count_way(self, way: str, reason: str) -> None:
        """Count the way that a page was read, and why that was the full way."""
        self._ways.labels(way, reason).inc()

    def count_published(self, delay_s: float) -> None:
        """Count a new article by how long it took from its listing."""
        self._delay_s.observe(max(0.0, delay_s))

    def count_request(self, exchange: RequestEvent) -> None:
        """Count one exchange of the door."""
        kind = exchange.purpose.kind
        self._requests.labels(kind, f"{exchange.status // 100}xx" if exchange.status else "none").inc()
        self._request_s.labels(kind).observe(exchange.ended - exchange.began)
        if party := find_refusing_party(exchange.status, exchange.headers):
            self._refusals.labels(kind, party).inc()

    def count_stage(self, stage: str, seconds: float) -> None:
        """Count what a stage took."""
        self._stage_s.labels(stage).observe(seconds)

    def count_gate_wait(self, seconds: float) -> None:
        """Count a wait at gates."""
        self._gate_s.observe(seconds)

    def count_horse_death(self, cause: str) -> None:
        """Count a horse that died."""
        self._deaths.labels(cause).inc()

    def _class_of(self, tags: Sequence[str]) -> str:
        name = tags[0] if tags else NO_CLASS
        if name not in self._classes:
            if len(self._classes) >= MAX_CLASSES:
                return OTHER_CLASS
            self._classes.add(name)
        return name


def open_counters(slot: MetricsSlot) -> ProcessCounters:
    """Make the meters of this process, whose counts are kept in the slot's files.

    The folder must be in the environment (PROMETHEUS_MULTIPROC_DIR): the library reads it there.
    """
    values.ValueClass = values.MultiProcessValue(lambda: slot.identity)  # type: ignore[no-untyped-call]
    return ProcessCounters()


def fan_out(*listeners: Callable[[Any], None]) -> Callable[[Any], None]:
    """Pass what is reported to several listeners."""

    def tell(what: Any) -> None:
        for listener in listeners:
            listener(what)

    return tell


def _make_metric(metric: MetricDefinition, registry: CollectorRegistry) -> Any:
    name = f"feedmill_{metric.name}"
    if metric.kind == "counter":
        return Counter(name, metric.help, metric.labels, registry=registry)
    return Histogram(name, metric.help, metric.labels, registry=registry, buckets=metric.buckets)

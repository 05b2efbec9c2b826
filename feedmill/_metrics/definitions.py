"""Defines every metric by name: the only list; dashboard, alert rules and docs/metrics.md follow it."""

from dataclasses import dataclass
from typing import Literal

MetricKind = Literal["counter", "histogram", "gauge"]

_REQUEST_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Buckets of requests, in seconds: from an answer nearby to the longest timeout."""
_WORK_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 20.0)
"""Buckets of work: from a small feed's parsing to the reading of the slowest page."""
_WAIT_S = (0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Buckets of waits: from none to a site that has closed its gate for minutes."""
_DELAY_S = (1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0, 14400.0)
"""Buckets of delays: from an article read at once to one that was retried for hours."""


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """One metric; counters and histograms are counted in processes, gauges are measured when asked for."""

    name: str
    """Without `feedmill_`; a counter is written with `_total`."""
    kind: MetricKind
    labels: tuple[str, ...]
    help: str
    buckets: tuple[float, ...] = ()
    """Upper bounds in seconds."""

    @property
    def full_name(self) -> str:
        """The name in Prometheus."""
        return f"feedmill_{self.name}" + ("_total" if self.kind == "counter" else "")


COUNTED_METRICS = (
    MetricDefinition("polls", "counter", ("outcome",), "Polls of feeds, by how they ended."),
    MetricDefinition("pages", "counter", ("outcome", "class"),
    "Pages, by how they ended and the class of their source."),
    MetricDefinition("removed", "counter", ("step",),
    "Lines taken out of published texts, by the cleaning step that took them."),
    MetricDefinition("page_ways", "counter", ("way", "reason"),
    "Pages by the way of their reading, with templates on: template, audit, or full and why."),
    MetricDefinition("requests", "counter", ("kind", "status"),
    "Requests sent, redirects each by itself; status is none or 2xx to 5xx."),
    MetricDefinition("refusals", "counter", ("kind", "by"),
    "Requests that another party refused in the site's stead, by whom its header names."),
    MetricDefinition("request_seconds", "histogram", ("kind",), "From a request until its answer was read.",
    _REQUEST_S),
    MetricDefinition("stage_seconds", "histogram", ("stage",),
    "What a stage of the work took: parse, read, publish.", _WORK_S),
    MetricDefinition("poll_late_seconds", "histogram", (), "How long after its time a poll was begun.",
    _WAIT_S),
    MetricDefinition("gate_wait_seconds", "histogram", (),
    "How long a request waited at the gates of sites.", _WAIT_S),
    MetricDefinition("publish_delay_seconds", "histogram", (),
    "From the poll that listed a new article to its stream entry.", _DELAY_S),
    MetricDefinition("horse_deaths", "counter", ("cause",), "Work horses, and readers of theirs, that ended otherwise than by themselves."),
)  # fmt: skip

GAUGES = (
    MetricDefinition("build_info", "gauge", ("version",), "1, with the version."),
    MetricDefinition("processes", "gauge", ("role",), "Live processes on this machine that share its folder of metrics."),
    MetricDefinition("process_memory_bytes", "gauge", ("role",), "Resident memory of these processes and of their horses."),
    MetricDefinition("redis_up", "gauge", (), "1 when the server answers; all below is absent when it does not."),
    MetricDefinition("redis_memory_bytes", "gauge", (), "Memory that the server uses."),
    MetricDefinition("redis_memory_limit_bytes", "gauge", (), "The server's maxmemory; 0 is none."),
    MetricDefinition("redis_append_ok", "gauge", (), "1 when the last write and rewrite of the append-only file were well."),
    MetricDefinition("redis_replicas", "gauge", (), "Replicas that follow the server."),
    MetricDefinition("redis_fragmentation_ratio", "gauge", (), "Memory that the server occupies, by what it uses."),
    MetricDefinition("feeds", "gauge", ("state",), "Feeds: listed, due or leased."),
    MetricDefinition("feeds_late_seconds", "gauge", (), "How long the feed that is due longest has been due."),
    MetricDefinition("ledger_pages", "gauge", ("state",), "Page records: ready, deferred, leased, held or dead."),
    MetricDefinition("ledger_discovered", "gauge", (), "Page records ever made."),
    MetricDefinition("ledger_entries", "gauge", ("where",), "Entries that feeds listed, by what became of them."),
    MetricDefinition("ledger_settled", "gauge", ("outcome",), "Page records ever settled."),
    MetricDefinition("ledger_published", "gauge", ("event",), "Stream entries ever made."),
    MetricDefinition("ledger_balanced", "gauge", (), "1 when discovered = ready + deferred + leased + held + settled + dead."),
    MetricDefinition("paused", "gauge", ("what",), "What the operator has paused: `all` is 1 or 0, `sites` and `feeds` how many."),
    MetricDefinition("stream_entries", "gauge", (), "Entries in the stream of all articles."),
    MetricDefinition("group_lag_entries", "gauge", ("stream", "group"), "Entries that no consumer of the group has got yet."),
    MetricDefinition("group_pending_entries", "gauge", ("stream", "group"), "Entries delivered and not acknowledged."),
    MetricDefinition("group_oldest_seconds", "gauge", ("stream", "group"), "Age of the oldest entry not acknowledged."),
    MetricDefinition("group_dead_letters", "gauge", ("stream", "group"), "Dead letters of the group."),
    MetricDefinition("queue_tickets", "gauge", (), "Tickets in the RQ queue that no worker has taken."),
    MetricDefinition("queue_workers", "gauge", (), "Workers signed on to the RQ queue, on all machines."),
)  # fmt: skip

ALL_METRICS = (*COUNTED_METRICS, *GAUGES)


def render_metrics_reference() -> str:
    """Write all metrics as a Markdown table."""
    rows = ["| metric | type | labels | what it is |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{one.full_name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels)} | {one.help} |"
        for one in ALL_METRICS
    ]
    return "\n".join(rows)

"""Finds why page work pauses (a full stream, a lost connection), and logs each pause once at both ends."""

from dataclasses import dataclass

import structlog

from feedmill._ledger.core.replies import Census


def count_claimable_pages(counts: Census) -> int:
    """Count the ready pages that may be taken: none while all is paused or a stream full, one as a probe."""
    if counts.full or "all" in counts.paused:
        return 0
    if counts.offline_ms is None:
        return counts.ready
    return min(counts.ready, 0 if counts.probe_in_ms else 1)


@dataclass(slots=True)
class PauseLogger:
    """What was said last."""

    offline: bool = False
    full: frozenset[str] = frozenset()

    def log_changes(self, counts: Census) -> None:
        """Say what has changed."""
        log = structlog.get_logger()
        offline = counts.offline_ms is not None
        if offline and not self.offline:
            log.warning("offline", since_s=round((counts.offline_ms or 0) / 1000), ready=counts.ready)
        if self.offline and not offline:
            log.info("online", ready=counts.ready, due=counts.feeds_due)
        full = {stream.route: stream for stream in counts.full}
        for route, stream in full.items():
            if route not in self.full:
                log.warning(
                    "stream_full",
                    stream=route or "articles",
                    bytes=stream.size,
                    waits_for=stream.group,
                    do="read with it or remove it (`feedmill groups --remove`); pages wait, polling goes on",
                )
        for route in sorted(self.full - full.keys()):
            log.info("stream_has_room", stream=route or "articles")
        self.offline, self.full = offline, frozenset(full)

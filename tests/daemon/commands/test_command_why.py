"""`feedmill feeds why`: what it tells of a feed."""

import re
from pathlib import Path

from daemon.commands.feeds.why_next_poll import explain
from feedmill._ledger.core.feed_operation_results import FeedState
from scheduler.intervals import next_poll
from scheduler.polling.feed_state import PollState, write_poll_state
from web.rendering.poll_reasons import explain_poll_reason


def test_the_reasons_of_the_next_poll_are_told() -> None:
    notes = write_poll_state(PollState(why="rhythm=1800 ttl=3600", failure_score=0.5, gaps=2))
    state = FeedState(
        id="f", url="http://a.example/f", site="a.example", source="A", reason="ttl", notes=notes, next_at=5
    )
    told = explain(state)
    assert (told["reason"], told["said"]) == ("ttl", {"rhythm": 1800.0, "ttl": 3600.0})
    assert (told["strain"], told["gaps"], told["next_at_ms"]) == (0.5, 2, 5)
    assert explain(FeedState(id="f", url="u", site="s", source="A"))["said"] == {}


def test_each_reason_of_the_schedule_has_its_meaning() -> None:
    source = Path(next_poll.__file__).read_text()
    named = set(re.findall(r'(?:WaitRequest\(\s*|reason=|rule = |, )"([a-z_]+)"', source))
    assert {"rhythm", "error_backoff", "gone", "skip_days", "retry_after"} <= named
    assert [reason for reason in sorted(named) if explain_poll_reason(reason) == reason] == []
    assert explain_poll_reason("of_another_version") == "of_another_version"
    assert explain_poll_reason("") == ""

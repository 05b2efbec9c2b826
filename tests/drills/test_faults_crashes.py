"""A crash at every place between two effects; the places are read from the code."""

from faults.points import places


def test_the_places_are_read_from_the_code() -> None:
    found = places()
    assert {
        "worker.process.page_runner:charge_attempt:before",
        "worker.pipeline.publish_stage:publish_revision:after",
        "worker.pipeline.publish_stage:publish_feed_words:after",
        "worker.fetching.page_request:fetch:after",
    } <= set(found)
    assert {
        "scheduler.loops.poll_loop:record_poll:before",
        "scheduler.loops.rq_tickets:enqueue_many:after",
    } <= set(found)
    placed = {place.split(":")[1] for place in found}
    outside = {
        "list_feeds",
        "list_dead_pages",
        "retry_dead_page",
        "drop_dead_page",
        "read_request_report",
        "open_backfill",
    }  # commands that a person runs
    assert {
        "claim_due_feeds",
        "classify_entries",
        "claim_pages",
        "extend_leases",
        "resolve_aliases",
        "settle_page",
        "dead_letter_page",
        "reap_leases",
    } <= placed
    assert not outside & placed

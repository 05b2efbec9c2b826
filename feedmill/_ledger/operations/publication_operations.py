"""Builds the calls that publish a page's article: its revision goes to the stream exactly once."""

from collections.abc import Mapping
from typing import Any

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.operation_call import Call, build_call
from feedmill._ledger.core.operation_result_types import PublishedRevision
from feedmill._ledger.core.records import PlannedVisit
from feedmill._ledger.core.script_values import decode_text, encode_visit
from feedmill._ledger.core.story_subject import StorySubject


def publish_revision(
    keys: Keys,
    *,
    page_id: str,
    lease: str,
    rev: int,
    event: str,
    fields: Mapping[str, bytes | str],
    fingerprint: str,
    token: str,
    outcome: str = "published",
    visit: PlannedVisit | None = None,
    story: StorySubject | None = None,
) -> Call[PublishedRevision | None]:
    """Append a revision to the stream exactly once and settle the page.

    `fields` is the stream entry as it stands; `event` only counts. `visit` plans the page's next one.
    `fingerprint` may have the number of its reader behind it. `story` decides the story of an article that
    has none.
    When this revision is out already, its stream id comes back whatever the lease. None: the lease is lost
    and this revision is not out.
    """
    flat = (part for pair in fields.items() for part in pair)
    config = encode_visit(visit)
    return build_call(
        "publish", keys, _decode_published, token, page_id, lease, rev, event, fingerprint, outcome, config,
        _encode_story(story), *flat,
    )  # fmt: skip


def publish_feed_words(
    keys: Keys,
    *,
    page_id: str,
    lease: str,
    rev: int,
    event: str,
    fields: Mapping[str, bytes | str],
    fingerprint: str,
    reason: str,
    token: str,
    visit: PlannedVisit | None = None,
    delay_ms: int | None = None,
    close_site_ms: int = 0,
    story: StorySubject | None = None,
) -> Call[PublishedRevision | None]:
    """Append a revision in the feed's words exactly once; `reason` is why not, in the page's words.

    The page settles; with `delay_ms` it waits so long for another try, uncharged and with its failures kept,
    as `return_page` has it. When this revision is out already, its stream id comes back whatever the lease.
    None: the lease is lost and this revision is not out.
    """
    flat = (part for pair in fields.items() for part in pair)
    delay = "" if delay_ms is None else delay_ms
    return build_call(
        "publish_words", keys, _decode_published, token, page_id, lease, rev, event, fingerprint, reason,
        encode_visit(visit), delay, close_site_ms, _encode_story(story), *flat,
    )  # fmt: skip


def _decode_published(reply: Any) -> PublishedRevision | None:
    return None if reply is None else PublishedRevision(decode_text(reply[0]), bool(reply[1]))


def _encode_story(story: StorySubject | None) -> bytes:
    return story.encode() if story else b""

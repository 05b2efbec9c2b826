"""The auditor: compares what the web offered with stream, dead letters and ledger. Pure but for `read`."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import redis

from faults.web import Books, Story
from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_client import SyncLedger
from feedmill._ledger.core.operation_result_types import Census
from feedmill._ledger.operations.census_operations import count_all
from feedmill.article import decode

_MARKER = re.compile(r"report number (\d+) in edition number (\d+)")
_REVISIONS = frozenset({"created", "updated", "retracted"})
"""Events that carry a revision; `listed` tells of one more feed, once each."""
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One entry of the stream, as far as the auditor cares."""

    stream_id: str
    id: str
    rev: int
    event: str
    number: int
    """The story's number; -1 where the text carries no marker."""
    edition: int
    feed: str = ""

    @property
    def at(self) -> float:
        """Seconds since the epoch when it was appended."""
        return int(self.stream_id.partition("-")[0]) / 1000


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that feedmill left behind."""

    arrivals: Sequence[Arrival]
    dead: Sequence[tuple[str, str]]
    """Page id and reason of every dead letter in the stream of them."""
    census: Census
    doctor: int = 0
    """Exit code of `feedmill doctor`."""


@dataclass(slots=True)
class Verdict:
    """What the comparison found. `lost`, `doubled` and `stuck` name each case."""

    offered: int
    corrections: int
    entries: int
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """What else does not agree: doctor, balance, counts of what was dropped and buried."""

    @property
    def clean(self) -> bool:
        """Say whether nothing was found."""
        return not (self.lost or self.doubled or self.stuck or self.wrong)

    def figures(self) -> str:
        """Print the figures in one line, and the first cases of each kind below."""
        line = (
            f"offered {self.offered} corrections {self.corrections} stream {self.entries} "
            f"lost {len(self.lost)} doubled {len(self.doubled)} "
            f"stuck {len(self.stuck)} wrong {len(self.wrong)}"
        )
        cases = [*self.lost[:5], *self.doubled[:5], *self.stuck[:5], *self.wrong[:5]]
        return "\n".join((line, *(f"  {case}" for case in cases)))


def audit(books: Books, evidence: Evidence) -> Verdict:
    """Compare."""
    verdict = Verdict(len(books.stories) + books.twins, books.corrections, len(evidence.arrivals))
    _check_articles(books, evidence.arrivals, verdict)
    _check_rest(books, evidence, verdict)
    return verdict


def audit_restored(books: Books, evidence: Evidence, listed: Iterable[Story]) -> Verdict:
    """Compare when the ledger was set back or emptied: what feeds still list must be out, once and in full.

    What was published and then lost comes again, under the id that it had.
    """
    verdict = Verdict(len(books.stories) + books.twins, books.corrections, len(evidence.arrivals))
    latest: dict[int, set[str]] = defaultdict(set)
    for arrival in evidence.arrivals:
        if arrival.event in _REVISIONS:
            latest[arrival.number].add(arrival.id)
    revisions = Counter((a.id, a.rev) for a in evidence.arrivals if a.event in _REVISIONS)
    verdict.doubled += [f"id {id_} rev {rev} {n} times" for (id_, rev), n in revisions.items() if n > 1]
    for story in listed:
        if story.kind == "article" and not latest.get(story.number):
            verdict.lost.append(f"report {story.number} is listed and never came again")
        if len(latest.get(story.number, ())) > 1:
            verdict.doubled.append(f"report {story.number} under {len(latest[story.number])} ids")
    for place in ("ready", "deferred", "leased", "held"):
        if count := getattr(evidence.census, place):
            verdict.stuck.append(f"{count} {place}")
    if not evidence.census.balanced:
        verdict.wrong.append(f"not balanced: {evidence.census}")
    if evidence.doctor:
        verdict.wrong.append(f"doctor exits {evidence.doctor}")
    return verdict


def _check_articles(books: Books, all_arrivals: Iterable[Arrival], verdict: Verdict) -> None:
    told = Counter((arrival.id, arrival.feed) for arrival in all_arrivals if arrival.event not in _REVISIONS)
    verdict.doubled += [f"id {id_} told {n} times of {feed}" for (id_, feed), n in told.items() if n > 1]
    arrivals = _numbered(books, [arrival for arrival in all_arrivals if arrival.event in _REVISIONS])
    by_number: dict[int, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        by_number[arrival.number].append(arrival)
    for number, known in by_number.items():
        if number < 0 or books.stories[number].kind != "article":
            verdict.wrong.append(f"{len(known)} entries of what is no article ({number})")
    revisions = Counter((arrival.id, arrival.rev) for arrival in arrivals)
    verdict.doubled += [f"id {id_} rev {rev} {n} times" for (id_, rev), n in revisions.items() if n > 1]
    for story in books.of_kind("article"):
        came = by_number.get(story.number, [])
        if not came:
            verdict.lost.append(f"report {story.number} never came")
            continue
        if len({arrival.id for arrival in came}) > 1:
            verdict.doubled.append(f"report {story.number} under {len({a.id for a in came})} ids")
        editions = [arrival.edition for arrival in came]
        if len(set(editions)) < len(editions):
            verdict.doubled.append(f"report {story.number} editions {editions}")
        if editions[-1] != story.edition:
            verdict.lost.append(f"report {story.number} ended at edition {editions[-1]} of {story.edition}")
        if [arrival.rev for arrival in came] != list(range(1, len(came) + 1)):
            verdict.wrong.append(f"report {story.number} revs {[arrival.rev for arrival in came]}")


def _numbered(books: Books, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Give retractions, which carry no text, their article's number, and its last edition if it is due."""
    numbers = {arrival.id: arrival.number for arrival in arrivals if arrival.event != "retracted"}
    found = []
    for arrival in arrivals:
        if arrival.event != "retracted":
            found.append(arrival)
            continue
        number = numbers.get(arrival.id, -1)
        due = number >= 0 and books.stories[number].withdrawn
        edition = books.stories[number].edition if due else 0
        found.append(replace(arrival, number=number, edition=edition))
    return found


def _check_rest(books: Books, evidence: Evidence, verdict: Verdict) -> None:
    now = evidence.census
    for place in ("ready", "deferred", "leased", "held"):
        if count := getattr(now, place):
            verdict.stuck.append(f"{count} {place}")
    if not now.balanced:
        verdict.wrong.append(f"not balanced: {now}")
    if evidence.doctor:
        verdict.wrong.append(f"doctor exits {evidence.doctor}")
    reasons = Counter(reason for _, reason in evidence.dead)
    gone = len(books.of_kind("gone"))
    if now.dead != gone or reasons != ({"http_404": gone} if gone else {}):
        verdict.wrong.append(f"{gone} links were gone; {now.dead} dead, letters {dict(reasons)}")
    if now.settled.get("pdf", 0) != len(books.of_kind("pdf")):
        verdict.wrong.append(f"{len(books.of_kind('pdf'))} were PDFs; settled {now.settled}")
    barred = books.of_kind("barred")
    if now.settled.get("robots", 0) != len(barred) or any(story.requests for story in barred):
        asked = sum(story.requests for story in barred)
        verdict.wrong.append(f"{len(barred)} were barred, asked for {asked} times; settled {now.settled}")
    if sum(now.published.values()) != len(evidence.arrivals):
        verdict.wrong.append(f"counted {now.published}, in the stream {len(evidence.arrivals)}")


def read(client: redis.Redis, keys: Keys, *, doctor: int = 0) -> Evidence:
    """Read stream, dead letters and ledger."""
    dead = [(f[b"id"].decode(), f[b"reason"].decode()) for _, f in client.xrange(keys.dead_stream())]
    counts = SyncLedger(client, keys).run(count_all(keys))
    return Evidence(list(_arrivals(client, keys.stream())), dead, counts, doctor)


def _arrivals(client: redis.Redis, stream: str) -> Iterable[Arrival]:
    after = "-"
    while entries := client.xrange(stream, after, count=_PAGE):
        for stream_id, fields in entries:
            id_, event, feed = (fields[name].decode() for name in (b"id", b"event", b"feed"))
            found = _MARKER.search(decode(fields[b"article"]).text) if b"article" in fields else None
            number, edition = (int(part) for part in found.groups()) if found else (-1, 0)
            yield Arrival(stream_id.decode(), id_, int(fields[b"rev"]), event, number, edition, feed)
        after = f"({entries[-1][0].decode()}"

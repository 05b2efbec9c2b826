"""Names every Redis key of the ledger: here and in article_and_stream_keys.py, and nowhere else.

A method answers the bare prefix when it is called without the last part, which scripts append themselves.
"""

from dataclasses import dataclass

from feedmill._ledger.core.article_and_stream_keys import ArticleAndStreamKeys

TABLE = (
    "feeds", "feed", "feed_due", "feed_queue", "feed_sites", "feed_leases", "generation", "seen", "page",
    "pages_waiting", "page_queue", "page_sites", "page_leases", "pages_held", "held_for", "pages_dead",
    "owner", "gate", "slots", "counts", "fence", "memory", "volume", "reply", "stream", "dead_stream",
    "events_stream", "learned", "pace", "sites", "site", "sent", "sent_sites", "recent", "asked", "robots",
    "visits", "visit", "past", "past_due", "course", "changed", "made", "left", "backfilled",
    "groups_protected", "samples", "routes", "route_stream", "route_protected", "clock", "offline",
    "unreached", "full", "paused", "used", "web_sessions", "feed_counts", "dropped_entries", "stories",
    "story", "route_firsts", "story_events", "template", "template_uses", "template_sizes",
)  # fmt: skip
"""The keys that scripts may use; in Lua each stands in the table K under this name."""


@dataclass(frozen=True, slots=True)
class Keys(ArticleAndStreamKeys):
    """The keys under one operator's prefix."""

    def table(self) -> tuple[str, ...]:
        """Return all keys and prefixes, in the order of TABLE."""
        return tuple(getattr(self, name)() for name in TABLE)

    # Feeds

    def feeds(self) -> str:
        """SET of feed ids on the operator's list; lives on."""
        return f"{self.prefix}:feeds"

    def feed(self, feed_id: str = "") -> str:
        """Key of a MessagePack array: one feed's settings and state; 120 days more once off the list."""
        return f"{self.prefix}:feed:{feed_id}"

    def feed_due(self) -> str:
        """ZSET feed id → ms when its next poll is due: all enabled feeds that are not leased."""
        return f"{self.prefix}:feeds:due"

    def feed_queue(self, site: str = "") -> str:
        """ZSET feed id → ms when due: the part of feed_due that belongs to one site."""
        return f"{self.prefix}:feeds:due:{site}"

    def feed_sites(self) -> str:
        """ZSET site → earliest ms at which one of its feeds may be claimed (a lower bound)."""
        return f"{self.prefix}:feeds:sites"

    def feed_leases(self) -> str:
        """ZSET feed id → ms when its lease expires."""
        return f"{self.prefix}:feeds:leased"

    def generation(self) -> str:
        """Key of an integer: how often the feed list has changed."""
        return f"{self.prefix}:feeds:generation"

    def seen(self, feed_id: str = "", chunk: int | None = None) -> str:
        """SET of at most 512 integers, entry keys and versions; expires whole 90 days after its month."""
        return f"{self.prefix}:seen:{feed_id}" + ("" if chunk is None else f":{chunk}")

    def left(self, feed_id: str = "", day: int | None = None, chunk: int = 1) -> str:
        """SET of at most 512 integers, of entries that were left out on one day; expires whole 7 days later.

        At most 96 a feed and day.
        """
        return f"{self.prefix}:left:{feed_id}" + ("" if day is None else f":{day}:{chunk}")

    def feed_counts(self, feed_id: str = "") -> str:
        """HASH where → entries: what became of all that a feed listed; as long as `feed`, 1,024 bytes."""
        return f"{self.prefix}:counts:{feed_id}"

    def dropped_entries(self, feed_id: str = "") -> str:
        """LIST of MessagePack arrays, the latest first: a feed's last 50 entries that gave no article."""
        return f"{self.prefix}:dropped:{feed_id}"

    def past(self, name: str = "") -> str:
        """Key of a MessagePack array: a job on a feed's past (gap, backfill); 30 days after its last step."""
        return f"{self.prefix}:past:{name}"

    def past_due(self) -> str:
        """ZSET name of a job → ms when the scheduler may go on with it; gone with the job."""
        return f"{self.prefix}:past"

    # Pages

    def page(self, page_id: str = "") -> str:
        """HASH: one page in process (waiting, leased, held or dead); deleted when it settles."""
        return f"{self.prefix}:page:{page_id}"

    def pages_waiting(self) -> str:
        """ZSET page id → ms when ready: all waiting pages."""
        return f"{self.prefix}:pages:waiting"

    def page_queue(self, site: str = "") -> str:
        """ZSET page id → ms when ready: the waiting pages of one site."""
        return f"{self.prefix}:pages:waiting:{site}"

    def page_sites(self) -> str:
        """ZSET site → earliest ms at which one of its pages may be taken (a lower bound)."""
        return f"{self.prefix}:pages:sites"

    def page_leases(self) -> str:
        """ZSET page id → ms when its lease expires."""
        return f"{self.prefix}:pages:leased"

    def pages_held(self) -> str:
        """ZSET page id → ms when released at the latest: extracted, waiting for others of their source."""
        return f"{self.prefix}:pages:held"

    def held_for(self, source: str = "") -> str:
        """SET of the page ids held for one source."""
        return f"{self.prefix}:pages:held:{source}"

    def pages_dead(self) -> str:
        """ZSET page id → ms when it died: the dead letters."""
        return f"{self.prefix}:pages:dead"

    def visits(self) -> str:
        """ZSET article id → ms when its page is to be asked for again: the planned visits."""
        return f"{self.prefix}:visits"

    def visit(self, page_id: str = "") -> str:
        """Key of a MessagePack array: one planned visit; until it is made, a week after its time."""
        return f"{self.prefix}:visit:{page_id}"

    def made(self, feed_id: str = "") -> str:
        """SET of the ids of one feed's pages in process that are not dead; a week after the last was made."""
        return f"{self.prefix}:made:{feed_id}"

    def backfilled(self, site: str = "") -> str:
        """SET of the ids of one site's pages in process that came by backfill; 30 days after the last."""
        return f"{self.prefix}:backfilled:{site}"

    def owner(self, owner: str = "") -> str:
        """SET: one owner's page ids, "slot SITE MEMBER", "robots ORIGIN"; a day after its last change.

        At most seven for each of a process's requests at a time: the page, five redirects, a robots.txt.
        """
        return f"{self.prefix}:owner:{owner}"

    # The gate, for feeds and pages together

    def gate(self, site: str = "") -> str:
        """Key of a time in ms: no request to the site starts before; expires a minute after it opens."""
        return f"{self.prefix}:gate:{site}"

    def slots(self, site: str = "") -> str:
        """ZSET feed or page id → ms when the slot lapses: requests under way; expires with the last one."""
        return f"{self.prefix}:slots:{site}"

    def pace(self, site: str = "") -> str:
        """Key of "gap slots firm": a site's own pace; a day after its last change, firm ones live on."""
        return f"{self.prefix}:pace:{site}"

    def sites(self) -> str:
        """HASH site → JSON of SiteRule: the operator's [[sites]]; lives on."""
        return f"{self.prefix}:sites"

    def site(self, site: str = "") -> str:
        """HASH: what a site's answers show (latency, pressure, crawl delay, rest); eight days at most."""
        return f"{self.prefix}:site:{site}"

    def robots(self, origin: str = "") -> str:
        """Key of a MessagePack array: what a robots.txt or tdmrep.json allows; a day, a week at most."""
        return f"{self.prefix}:robots:{origin}"

    # What was sent

    def sent(self, site: str = "", week: int | None = None) -> str:
        """HASH counter → integer: the requests that a site got in one week; five weeks after its last one."""
        return f"{self.prefix}:sent:{site}" + ("" if week is None else f":{week}")

    def sent_sites(self) -> str:
        """ZSET site → ms of its last request; five weeks each, 100,000 at most."""
        return f"{self.prefix}:sent"

    def recent(self, site: str = "") -> str:
        """ZSET "start end n" → ms of its start: a site's last 32 requests; ten minutes."""
        return f"{self.prefix}:recent:{site}"

    def asked(self, name: str = "") -> str:
        """Key of a MessagePack map: when a feed or a robots.txt was asked and what it said; five weeks."""
        return f"{self.prefix}:asked:{name}"

    def paused(self) -> str:
        """HASH all, site:<site> or feed:<id> → ms since when: what the operator has paused; lives on."""
        return f"{self.prefix}:paused"

    def used(self, window: int | None = None) -> str:
        """HASH site → ms of processor time that reading took in ten minutes; half an hour, 20,000 sites."""
        return f"{self.prefix}:used:" + ("" if window is None else str(window))

    # Counting and remembering

    def counts(self) -> str:
        """HASH counter → integer: discovered, published revisions by event, settled:<outcome>."""
        return f"{self.prefix}:counts"

    def fence(self) -> str:
        """Key of an integer: the last fencing token given out."""
        return f"{self.prefix}:fence"

    def learned(self, name: str = "") -> str:
        """LIST of records, the latest article first: what recurs in a source's articles; 90 days unused.

        At most 40 records of 1,470 bytes, mostly of 200.
        """
        return f"{self.prefix}:learned:{name}"

    def course(self, name: str = "") -> str:
        """LIST of 12-byte marks, 120 at most, latest first: how a source's pages came out; 90 days unused."""
        return f"{self.prefix}:course:{name}"

    def changed(self, name: str = "") -> str:
        """Key of an integer: pages since a source's site changed, until it settles; as long as `course`."""
        return f"{self.prefix}:changed:{name}"

    # The line, the clock, and whether there is room

    def clock(self) -> str:
        """Key of "time server-time": the ledger's latest time, in ms, and the server's then; lives on."""
        return f"{self.prefix}:clock"

    def offline(self) -> str:
        """HASH `since`, `probe_at` in ms: no site can be reached; gone when one answers."""
        return f"{self.prefix}:offline"

    def unreached(self) -> str:
        """ZSET site → ms when it could not be reached: those in a row; gone when one answers, or a day."""
        return f"{self.prefix}:unreached"

    def full(self) -> str:
        """HASH route ("" the main stream) → "bytes group": too full to go on; gone when there is room."""
        return f"{self.prefix}:full"

    def reply(self, token: str = "") -> str:
        """Key of a MessagePack value: the answer given under a caller's token; a minute."""
        return f"{self.prefix}:reply:{token}"

    # The gateway

    def web_sessions(self) -> str:
        """ZSET hash of a session's id → s when it ends: browsers that have shown the token; at most 1,000."""
        return f"{self.prefix}:web:sessions"

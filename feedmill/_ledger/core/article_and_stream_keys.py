"""Names the Redis keys of what was published: the memory of articles, stories, and the streams.

A method answers the bare prefix when it is called without the last part, as in keys.py.
"""

from dataclasses import dataclass

from feedmill._group.group_keys import GroupKeys


@dataclass(frozen=True, slots=True)
class ArticleAndStreamKeys:
    """The keys of articles that are out, under one operator's prefix."""

    prefix: str = "feedmill"

    # Articles and stories

    def memory(self) -> str:
        """HASH: the register of the memory's volumes (month, size, number of shards)."""
        return f"{self.prefix}:memory"

    def volume(self, number: int | None = None, shard: int | None = None) -> str:
        """HASH 8-byte name → article record or 8-byte id: a volume's shard; 90 days after its month."""
        return f"{self.prefix}:memory:" + ("" if number is None else f"{number}:{shard}")

    def template(self, name: str = "") -> str:
        """HASH reader's number → templates of a source and host, 16 KB; 90 days after its last page."""
        return f"{self.prefix}:template:{name}"

    def template_uses(self) -> str:
        """ZSET name of a `template` → ms of its last page: what goes first when there is no room."""
        return f"{self.prefix}:templates"

    def template_sizes(self) -> str:
        """ZSET name of a `template` → its bytes, and of all under the empty name: 64 MiB at most."""
        return f"{self.prefix}:templates:bytes"

    def stories(self, day: int | None = None) -> str:
        """HASH band → numbers, number → article: texts of a day and the next, 1.4 KB each; expires whole."""
        return f"{self.prefix}:stories:" + ("" if day is None else str(day))

    def story(self, article_id: str = "") -> str:
        """HASH: a story of several articles, 1,000 sources at most; 30 days after its last."""
        return f"{self.prefix}:story:{article_id}"

    def story_events(self) -> str:
        """STREAM of stories that reached 2, 3, 5, 10, 20 … sources; about the last 10,000, where it is on."""
        return f"{self.prefix}:stories"

    # Streams

    def stream(self) -> str:
        """STREAM of the articles; trimmed by retention."""
        return f"{self.prefix}:articles"

    def groups_protected(self) -> str:
        """ZSET group → ms when last seen: retention keeps what it has not acknowledged; 14 days unseen."""
        return GroupKeys(self.prefix).protected()

    def routes(self) -> str:
        """HASH route → JSON of RouteRule: the operator's [[routes]]; lives on."""
        return GroupKeys(self.prefix).routes()

    def route_stream(self, name: str = "") -> str:
        """STREAM of the articles that a route takes; trimmed by its retention, expires with its route."""
        return f"{self.prefix}:articles:{name}"

    def route_firsts(self, name: str = "", day: int | None = None) -> str:
        """HASH 8-byte story → 8-byte article: what a route with firsts took first on a day; expires whole.

        At most 50,000 stories, 90 bytes each; the day is gone after the window.
        """
        return f"{self.prefix}:routes:firsts:{name}" + ("" if day is None else f":{day}")

    def route_protected(self, name: str = "") -> str:
        """ZSET as groups_protected, of the groups that read a route's stream."""
        return f"{self.prefix}:groups:protected:{name}"

    def dead_stream(self) -> str:
        """STREAM of the dead letters; about the last 10,000."""
        return f"{self.prefix}:dead"

    def events_stream(self) -> str:
        """STREAM of what happened to feeds and sites; about the last 10,000."""
        return f"{self.prefix}:events"

    def samples(self) -> str:
        """STREAM of counts, one for ten minutes while a gateway runs; about a week, a month unwatched."""
        return f"{self.prefix}:samples"

"""Names the keys of the consumer groups; `feedmill._ledger.core.keys` names them for the daemon."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupKeys:
    """The keys of one group under one operator's prefix."""

    prefix: str = "feedmill"
    group: str = ""
    route: str = ""
    """Name of a `[[routes]]` stream; empty is the stream of all articles."""

    def table(self, name: str = "") -> tuple[str, ...]:
        """Return all keys in the order in which every script receives them."""
        return (
            self.stream(),
            self.again(),
            self.dead(),
            self.tries(),
            self.alive(name),
            self.protected(),
            self.hook(),
        )

    def stream(self) -> str:
        """STREAM of the articles, all or a route's: lane 1 of every group; trimmed by retention."""
        return f"{self.prefix}:articles" + self._routed()

    def routes(self) -> str:
        """HASH route → what it takes: the operator's routes, each with a stream of its own."""
        return f"{self.prefix}:routes"

    def again(self) -> str:
        """STREAM of dead letters that are tried again: lane 2; an entry goes with its acknowledgement."""
        return f"{self.prefix}:group:again:{self._of()}"

    def dead(self) -> str:
        """STREAM of the group's dead letters, each with its article; about the last 10,000."""
        return f"{self.prefix}:group:dead:{self._of()}"

    def tries(self) -> str:
        """HASH "lane/entry" → deliveries begun, and what was said of the last; 30 days unchanged."""
        return f"{self.prefix}:group:tries:{self._of()}"

    def alive(self, name: str) -> str:
        """Key of the token of the process that consumes under a name; as long as its heart beats."""
        return f"{self.prefix}:group:alive:{self._of()}/{name}"

    def hook(self) -> str:
        """HASH of a webhook's group: how its receiver does, and "lane/entry" → ms of the next attempt."""
        return f"{self.prefix}:group:hook:{self._of()}"

    def protected(self) -> str:
        """ZSET group → ms when it was last seen: what it has not acknowledged stays; 14 days unseen."""
        return f"{self.prefix}:groups:protected" + self._routed()

    def _routed(self) -> str:
        return f":{self.route}" if self.route else ""

    def _of(self) -> str:
        """Name a group among those of all streams: neither routes nor groups have a colon in their names."""
        return f"{self.route}:{self.group}" if self.route else self.group

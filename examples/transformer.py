"""Make a stream of headlines out of feedmill's articles, each exactly once, with feedmill's own client.

    python examples/transformer.py "$(feedmill url)" headlines [COUNT]

writes id, title and number of words of each article into the stream `headlines` of the same server, as one of
the group `headlines`; ends after COUNT events, without COUNT never. Needs `feedmill-client`.
"""

import sys
from collections.abc import Callable

from feedmill import Event, Transformer


def describe(event: Event) -> dict[str, str | int]:
    """Make the fields of an entry."""
    return {"id": event.id, "rev": event.rev, "title": event.article.title, "words": event.article.word_count}


def main(url: str, target: str, limit: int = 0) -> None:
    """Transform until `limit` events have come."""
    with Transformer(url, target, target) as transformer:
        transformer.run(stop_after(limit, transformer) if limit else describe)


def stop_after(limit: int, transformer: Transformer) -> Callable[[Event], dict[str, str | int]]:
    """Describe events, and stop with the last one."""
    left = iter(range(limit - 1, -1, -1))

    def work(event: Event) -> dict[str, str | int]:
        if next(left, 0) == 0:
            transformer.stop()
        return describe(event)

    return work


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))

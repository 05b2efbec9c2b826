"""Read feedmill's stream with feedmill's own client, as one consumer of a group.

    python examples/consumer.py "$(feedmill url)" GROUP [COUNT]

Needs `feedmill-client`: `pip install ./feedmill` in a checkout (it brings redis and msgspec). Prints
"event, id, revision, title" of each article; ends after COUNT of them, without COUNT never.
"""

import sys

from feedmill import Consumer


def main(url: str, group: str, limit: int = 0) -> None:
    """Read and use; asking for the next event acknowledges the one before."""
    with Consumer(url, group) as consumer:
        for number, event in enumerate(consumer, 1):
            print(event.event, event.id, event.rev, event.article.title, sep="\t", flush=True)
            if number == limit:
                break


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))

"""feedmill: clean news articles as a Redis stream. What consumers import."""

from typing import TYPE_CHECKING, Any

from feedmill.errors import AccessError, ConsumerError, FeedmillError, ServerLostError, UnreadableError

if TYPE_CHECKING:
    from feedmill.article import Article
    from feedmill.async_consumer import AsyncConsumer
    from feedmill.consumer import Consumer
    from feedmill.event import Event
    from feedmill.stream_replay import replay, replay_async
    from feedmill.stream_transformer import Transformer

__all__ = [
    "AccessError",
    "Article",
    "AsyncConsumer",
    "Consumer",
    "ConsumerError",
    "Event",
    "FeedmillError",
    "ServerLostError",
    "Transformer",
    "UnreadableError",
    "replay",
    "replay_async",
]
__version__ = "0.2.0"
_PLACES = {
    "Article": "feedmill.article",
    "AsyncConsumer": "feedmill.async_consumer",
    "Consumer": "feedmill.consumer",
    "Event": "feedmill.event",
    "Transformer": "feedmill.stream_transformer",
    "replay": "feedmill.stream_replay",
    "replay_async": "feedmill.stream_replay",
}
"""What is loaded when it is first asked for: `feedmill --help` loads none of it."""


def __getattr__(name: str) -> Any:
    """Load a name from its module on first use."""
    if name not in _PLACES:
        raise AttributeError(f"module 'feedmill' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  (only who asks pays)

    return getattr(import_module(_PLACES[name]), name)

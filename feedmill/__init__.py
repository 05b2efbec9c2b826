"""feedmill: clean news articles as a Redis stream. What consumers import."""

from feedmill.article import Article
from feedmill.errors import FeedmillError

__all__ = ["Article", "FeedmillError"]
__version__ = "0.1.0"

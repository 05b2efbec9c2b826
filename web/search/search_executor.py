"""Runs searches in threads, a few at a time, so that nobody else waits for one."""

import asyncio
import sqlite3
from dataclasses import dataclass, field

from web.errors import Conflict, ServiceUnavailable
from web.search.index_follower import SearchFollower
from web.search.text_index import FoundTexts, SearchTimeoutError, TextQuery, search_file

_PARALLEL = 2
"""Searches at a time: each takes a thread and a core."""
_MAX_WAITING = 8
"""Searches that wait for their turn; more are refused."""


@dataclass(slots=True)
class SearchExecutor:
    """The search of one gateway; `follower` is None where it is off."""

    follower: SearchFollower | None
    off_reason: str = ""
    """Why it is off, in a sentence."""
    _waiting: int = 0
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_PARALLEL))

    @property
    def is_complete(self) -> bool:
        """Whether all that the stream held at the start has been read."""
        return self.follower is not None and self.follower.is_complete

    @property
    def problem(self) -> str:
        """What keeps the index from following the stream; empty where nothing does."""
        return self.follower.problem if self.follower is not None else ""

    def start(self) -> None:
        """Begin to follow the stream."""
        if self.follower is not None:
            self.follower.start()

    async def stop(self) -> None:
        """End the follower."""
        if self.follower is not None:
            await asyncio.to_thread(self.follower.stop)

    async def find(self, query: TextQuery) -> FoundTexts:
        """Find articles; raises Conflict where search is off, and ServiceUnavailable."""
        if self.follower is None:
            raise Conflict(self.off_reason)
        if self._waiting >= _MAX_WAITING:
            raise ServiceUnavailable("too many searches wait already")
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(search_file, self.follower.path, query)
        except SearchTimeoutError as error:
            raise ServiceUnavailable(
                "this search takes too long: use rarer words, or more of them"
            ) from error
        except sqlite3.Error as error:
            why = self.follower.problem or "it is being made"
            raise ServiceUnavailable(f"there is no search index yet: {why}") from error
        finally:
            self._waiting -= 1

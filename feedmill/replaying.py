"""Keeps the former name of feedmill.stream_replay, with a DeprecationWarning. It goes with 0.3."""

import warnings

from feedmill.stream_replay import ENTRIES_PER_READ, ReplayCursor, ReplayOptions, replay, replay_async

__all__ = ["ENTRIES_PER_READ", "ReplayCursor", "ReplayOptions", "replay", "replay_async"]

warnings.warn("feedmill.replaying is now feedmill.stream_replay", DeprecationWarning, stacklevel=2)

"""Keeps the former name of feedmill.stream_entry_filter, with a DeprecationWarning. It goes with 0.3."""

import warnings

from feedmill.stream_entry_filter import USUAL_EVENTS, Choice, Wanted, wanted

__all__ = ["USUAL_EVENTS", "Choice", "Wanted", "wanted"]

warnings.warn("feedmill.wanted is now feedmill.stream_entry_filter", DeprecationWarning, stacklevel=2)

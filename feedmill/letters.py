"""Keeps the former name of feedmill.dead_letters, with a DeprecationWarning. It goes with 0.3."""

import warnings

from feedmill.dead_letters import Letter, Letters

__all__ = ["Letter", "Letters"]

warnings.warn("feedmill.letters is now feedmill.dead_letters", DeprecationWarning, stacklevel=2)

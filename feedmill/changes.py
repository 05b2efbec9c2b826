"""Keeps the former name of feedmill.revision_changes, with a DeprecationWarning. It goes with 0.3."""

import warnings

from feedmill.revision_changes import ChangedField, Changes, decode_changes, encode_changes

__all__ = ["ChangedField", "Changes", "decode_changes", "encode_changes"]

warnings.warn("feedmill.changes is now feedmill.revision_changes", DeprecationWarning, stacklevel=2)

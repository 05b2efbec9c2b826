"""Declares settings as fields of dataclasses: each with its kind, its default and the reason for it."""

import dataclasses
from collections.abc import Callable
from typing import Any

from config.parsing.value_kinds import TextKind, ValueKind

DAY_S = 86400.0
"""Seconds of a day."""
MIB = 2**20
"""Bytes of a MiB."""
GIB = 2**30
"""Bytes of a GiB."""
NAME = TextKind("a name of letters, digits, '.', '_' and '-'", r"[A-Za-z0-9._-]{1,64}")


def declare_setting(
    kind: ValueKind,
    default: object = dataclasses.MISSING,
    *,
    why: str,
    factory: Callable[[], object] | None = None,
    shown: str = "",
    secret: bool = False,
) -> Any:
    """Declare one setting; `why` is the reason for its default, `shown` the default in words if it varies."""
    metadata = {"kind": kind, "why": why, "shown": shown, "secret": secret}
    if factory is not None:
        return dataclasses.field(default_factory=factory, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)

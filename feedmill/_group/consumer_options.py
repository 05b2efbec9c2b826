"""Holds a consumer's options: one frozen value, checked when it is made."""

import os
import re
import socket
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from feedmill._group.group_keys import GroupKeys
from feedmill._group.stream_position import parse_start
from feedmill.errors import ConsumerError
from feedmill.stream_entry_filter import Choice, Wanted, wanted

_GROUP = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NAME = re.compile(r"[!-~]{1,128}")
_BEATS = 3
"""Heartbeats in the time after which a consumer is taken for dead: one may be lost."""
MAX_ERROR_CHARS = 2000
"""Characters of an error that are kept with its entry: bounds what the group's records take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerConfig:
    """What a session is set up with; times in seconds."""

    group: str
    name: str
    named: bool
    """The name was given: its process may come back under it."""
    token: str
    start: str
    """Where a new group starts: an id, exclusive, or `$`."""
    entry_filter: Wanted
    deliveries: int
    claim_after: float
    prefetch: int
    protect: bool
    wait: bool
    prefix: str
    stream: str
    """Name of a route's stream; empty is the stream of all articles."""

    @property
    def keys(self) -> GroupKeys:
        """The keys of the group."""
        return GroupKeys(self.prefix, self.group, self.stream)

    @property
    def heartbeat_every_s(self) -> float:
        """Between two heartbeats."""
        return self.claim_after / _BEATS

    @property
    def claim_every_s(self) -> float:
        """Seconds between two checks for what others left behind or gave back."""
        return min(1.0, self.claim_after / _BEATS)

    @property
    def claim_ms(self) -> int:
        """The idle time, in ms, from which an entry is claimed."""
        return round(self.claim_after * 1000)

    def choose_back_off_s(self, deliveries: int) -> float:
        """Seconds until an entry that failed may be delivered again: 1, 2, 4 … up to `claim_after`."""
        return min(2.0 ** min(deliveries - 1, 30), self.claim_after)


class ConsumerOptions(Choice, total=False):
    """What a consumer takes beside URL, group and name; times in seconds."""

    start: str | datetime
    deliveries: int
    claim_after: float
    prefetch: int
    protect: bool
    wait: bool
    prefix: str
    stream: str


_MIN_VALUES = {"deliveries": 1, "prefetch": 1, "claim_after": 0.1}


def make_consumer_config(group: str, name: str | None, options: ConsumerOptions) -> ConsumerConfig:
    """Check what was asked for, and fill in what was not; raises ConsumerError."""
    if not _GROUP.fullmatch(group):
        raise ConsumerError(f"group {group!r}: 1 to 64 letters, digits, '.', '_' and '-' are a group's name")
    if name is not None and not _NAME.fullmatch(name):
        raise ConsumerError(f"name {name!r}: 1 to 128 printable ASCII characters are a consumer's name")
    if unknown := sorted(set(options) - ConsumerOptions.__optional_keys__):
        raise ConsumerError(
            f"no option {unknown[0]!r}; there are {', '.join(sorted(ConsumerOptions.__optional_keys__))}"
        )
    token = uuid4().hex
    made = ConsumerConfig(
        group=group,
        name=name or f"{socket.gethostname()}-{os.getpid()}-{token[:6]}",
        named=name is not None,
        token=token,
        start=parse_start(options.get("start", "beginning")),
        entry_filter=wanted(options, stream=options.get("stream", "")),
        deliveries=options.get("deliveries", 5),
        claim_after=options.get("claim_after", 60.0),
        prefetch=options.get("prefetch", 16),
        protect=options.get("protect", True),
        wait=options.get("wait", True),
        prefix=options.get("prefix", "feedmill"),
        stream=options.get("stream", ""),
    )
    if made.stream and not _GROUP.fullmatch(made.stream):
        raise ConsumerError(f"stream {made.stream!r}: it is the name that a [[routes]] table gives")
    for what, least in _MIN_VALUES.items():
        if getattr(made, what) < least:
            raise ConsumerError(f"{what} is {getattr(made, what)}; the least is {least}")
    return made

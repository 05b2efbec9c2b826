"""Parts the time from a poll's answer to the stream into stages, by the commands that the server sees (MONITOR).

MONITOR slows the server by a few percent; the whole time is measured in the same run.
"""

import threading
from dataclasses import dataclass
from itertools import pairwise
from types import TracebackType
from typing import Self

import redis
from redis.exceptions import RedisError

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.lua_script_assembly import load_ledger_script

STAGES = (
    ("poll", "RPUSH rq:queue:feedmill "),
    ("ticket", "HGETALL rq:job:"),
    ("fork", "take_pages"),
    ("gate and request", "begin"),
    ("reading", "resolve"),
    ("publish", "publish"),
)
"""Stages in order, each with what the server sees when it ends: a command's beginning or a script's name."""


@dataclass(frozen=True, slots=True)
class SeenCommand:
    """A command at its time, in seconds since the epoch; a ledger's script by its name."""

    time_s: float
    text: str


class CommandWatch:
    """The commands that a server was sent while the context is open."""

    def __init__(self, url: str) -> None:
        self.commands: list[SeenCommand] = []
        self._client = redis.Redis.from_url(url)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        names = {end for _, end in STAGES if " " not in end}
        self._scripts = {load_ledger_script(name, Keys()).sha: name for name in names}

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def _listen(self) -> None:
        try:
            with self._client.monitor() as monitor:
                self._ready.set()
                for seen in monitor.listen():
                    self._add(float(seen["time"]), str(seen["command"]))
        except (RedisError, OSError, ValueError, AttributeError):
            self._ready.set()  # the server has ended

    def _add(self, time_s: float, command: str) -> None:
        word, _, rest = command.partition(" ")
        if word in {"EVALSHA", "EVAL"}:
            command = self._scripts.get(rest.partition(" ")[0], "")
        if command:
            self.commands.append(SeenCommand(time_s, command))


def part_stages(commands: list[SeenCommand], began_s: float, ended_s: float) -> dict[str, float] | None:
    """Return the ms of each stage of an entry between two times; None where one of them was not seen."""
    marks, at = [began_s], 0
    window = [seen for seen in commands if began_s <= seen.time_s <= ended_s + 0.01]
    for _, end in STAGES:
        while at < len(window) and not window[at].text.startswith(end):
            at += 1
        if at == len(window):
            return None
        marks.append(window[at].time_s)
    return {
        name: 1000 * (end - begin) for (name, _), (begin, end) in zip(STAGES, pairwise(marks), strict=True)
    }

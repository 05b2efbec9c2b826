"""Makes a stream of one's own from feedmill's, each entry exactly once: read, transform, write.

    def translate(event):
        return {"id": event.id, "text": my_translator(event.article.text)}

    with Transformer("redis://…", "translate", "translations") as transformer:
        transformer.run(translate)

An event that is delivered again, after a death or a lost reply, is transformed again and not written again:
the write and its mark are one script.
"""

from collections.abc import Callable, Mapping
from typing import Any, Unpack

from feedmill._group.consumer_options import ConsumerOptions
from feedmill._group.io_requests import ScriptCall
from feedmill.consumer import Consumer
from feedmill.errors import ConsumerError
from feedmill.event import Event

Fields = Mapping[str, str | bytes | int | float]
MAX_ENTRIES = 100_000
"""About as many entries stay in the target unless another bound is given: memory is not endless."""


class Transformer(Consumer):
    """A consumer that writes what a function makes of each event into another stream of the same server.

    `target` is that stream's key; not under the operator's prefix, which is feedmill's own. Beside it stands
    `{target}:written`: what was written in 30 days, the newest 100,000. `max_entries` bounds the target
    (about). All else is as in `Consumer`; raises ConsumerError, ServerLostError and AccessError.
    """

    def __init__(
        self,
        url: str,
        group: str,
        target: str,
        name: str | None = None,
        *,
        max_entries: int = MAX_ENTRIES,
        **options: Unpack[ConsumerOptions],
    ) -> None:
        super().__init__(url, group, name, **options)
        if not target or target.startswith(f"{self.plan.prefix}:"):
            raise ConsumerError(f"target {target!r}: a key of your own, not under {self.plan.prefix!r}")
        if max_entries < 1:
            raise ConsumerError(f"max_entries {max_entries}: at least 1")
        self.target = target
        self._max_entries = max_entries

    def run(self, work: Callable[[Event], Any]) -> None:
        """Write what `work` makes of each event, until `stop` is called; None writes nothing.

        `work` gives the fields of an entry. What raises is given back, as in `Consumer.run`.
        """
        super().run(lambda event: self._write(event, work(event)))

    def write(self, event: Event, fields: Fields) -> bool:
        """Append fields for an event; False: that was done before. For loops of one's own."""
        if not fields:
            raise ConsumerError("an entry of a stream has a field at least; None writes nothing")
        call = ScriptCall(
            "write_once",
            (self.target, f"{self.target}:written"),
            (
                self.plan.group,
                self.plan.name,
                self.plan.token,
                mark_event(event),
                self._max_entries,
                *(part for field in fields.items() for part in field),
            ),
        )
        return bool(self._do(self._session.ask_until_answered(lambda: call)))

    def _write(self, event: Event, fields: Fields | None) -> None:
        if fields is not None:
            self.write(event, fields)


def mark_event(event: Event) -> str:
    """Name what happened: an article's id and revision, its event, and for `listed` the feed."""
    parts = (event.id, str(event.rev), event.event, *((event.feed,) if event.event == "listed" else ()))
    return " ".join(parts)

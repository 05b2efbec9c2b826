"""Prints the demo's progress: lines and a table for people, JSON lines for programs."""

import json
from dataclasses import asdict
from typing import Protocol

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from daemon.demo.promise_checks import Arrival, DemoSummary

_LEAST, _MOST, _REST = 20, 64, 58
"""Columns of a title, and of what stands beside it."""
_MAX_BROKEN_LINES = 20
"""Broken promises that are listed; the rest is counted, so that the table stays on the screen."""


class DemoOutput(Protocol):
    """Progress lines of the demo."""

    def note(self, words: str) -> None:
        """Print what happens next."""

    def arrival(self, arrival: Arrival) -> None:
        """Show one article that landed."""

    def end(self, summary: DemoSummary) -> None:
        """Show how it went."""


class JsonDemoOutput:
    """One JSON object a line: an article each, at the end the summary."""

    def note(self, words: str) -> None:
        """Print nothing: programs read articles and the summary."""

    def arrival(self, arrival: Arrival) -> None:
        """Print the article's line."""
        _print_json(
            {
                "event": arrival.event,
                "id": arrival.article.id,
                "rev": arrival.article.rev,
                "title": arrival.article.title,
                "source": arrival.article.source,
                "url": arrival.article.url,
                "words": arrival.article.word_count,
                "stripped": count_stripped(arrival),
                "seconds": round(arrival.seconds, 3),
            }
        )

    def end(self, summary: DemoSummary) -> None:
        """Print the summary's line; `ok` is whether every promise was kept."""
        _print_json({"summary": asdict(summary), "ok": not summary.broken})


class ConsoleDemoOutput:
    """Lines and a closing table on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def note(self, words: str) -> None:
        """Print a dim line."""
        self._console.print(f"[dim]{escape(words)}[/dim]", highlight=False, soft_wrap=True)

    def arrival(self, arrival: Arrival) -> None:
        """Print one line: title, source, words kept, lines stripped, seconds since it was listed."""
        article = arrival.article
        room = min(max(self._console.width - _REST, _LEAST), _MOST)
        title = article.title if len(article.title) <= room else article.title[: room - 1] + "…"
        mark = f"[yellow]rev {article.rev}[/yellow]" if article.rev > 1 else "[green]new  [/green]"
        self._console.print(
            f"{mark} {escape(f'{title:<{room}}')} [cyan]{escape(f'{article.source:<19}')}[/cyan] "
            f"{article.word_count:>4} words {count_stripped(arrival):>2} stripped {arrival.seconds:5.2f} s",
            highlight=False,
            soft_wrap=True,
        )

    def end(self, summary: DemoSummary) -> None:
        """Print the table, and the broken promises when there are any."""
        table = Table(title=None, box=None, padding=(0, 2, 0, 0))
        figures = {
            "feeds": str(summary.feeds),
            "entries": str(summary.entries),
            "pages": str(summary.pages),
            "articles": str(summary.articles),
            "dead": str(summary.dead),
            "p50 poll to stream": f"{summary.p50_seconds:.2f} s",
            "p95 poll to stream": f"{summary.p95_seconds:.2f} s",
        }
        for name in figures:
            table.add_column(name, justify="right")
        table.add_row(*figures.values())
        self._console.print()
        self._console.print(table)
        for promise in summary.broken[:_MAX_BROKEN_LINES]:
            self._console.print(f"[red]broken:[/red] {escape(promise)}", soft_wrap=True)
        if len(summary.broken) > _MAX_BROKEN_LINES:
            self._console.print(
                f"[red]broken:[/red] and {len(summary.broken) - _MAX_BROKEN_LINES} more (--json lists all)"
            )
        if not summary.broken:
            words = f"every article exactly once, every text as written; {summary.seconds:.1f} s in all"
            self._console.print(f"[green]ok[/green] {words}")


def count_stripped(arrival: Arrival) -> int:
    """Count the lines that cleaning took out of the article."""
    return sum(arrival.article.removed.values())


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)  # noqa: T201 - this is the command's output

"""Records a run of `feedmill demo` as an animated SVG of a terminal, for the README.

    python tools/write_demo_svg.py docs/demo.svg

Lines come in the order of the run; silences are cut to two seconds, and lines that came at once stand a
moment apart, so that they can be read. Nothing but CSS moves it, so it plays where an image is shown; where
nothing moves the last screen stands there. The texts are the demo newsroom's own.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

_COLUMNS = 92
"""Characters of a line: the demo lays its table out for this width."""
_ROWS = 20
"""Lines of the screen: as many as an image beside a text may have."""
_LEAST_WAIT_S, _MOST_WAIT_S = 0.12, 2.0
"""Seconds between two lines: in less nobody reads one, and more shows nothing."""
_LINE_PX, _CHAR_PX, _MARGIN_PX = 18, 7.83, 14
"""Height of a line, width of a character at 13 px, and the margin."""
_COLORS = (("new ", "#7fd18b"), ("rev ", "#e5c07b"), ("ok ", "#7fd18b"), ("$ ", "#79b8ff"))
"""Color of a line by its beginning; others have the text's."""
_STYLE = """
rect { fill: #1b1f24 }
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #d7dde3; white-space: pre }
@keyframes wait { from, to { visibility: hidden } }
text { animation: wait step-end 1 }
"""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the run, and the seconds after the start at which it came."""

    at_s: float
    text: str


def record_run(command: Sequence[str]) -> list[ShownLine]:
    """Run the command and note when each line comes."""
    environ = {**os.environ, "COLUMNS": str(_COLUMNS), "PYTHONUNBUFFERED": "1"}
    began = time.monotonic()
    lines = [ShownLine(0.0, "$ feedmill demo")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            lines += wrap_line(ShownLine(time.monotonic() - began, line.rstrip()))
    if running.returncode:
        sys.exit(f"the demo ended with {running.returncode}")
    return lines


def pace_lines(lines: Sequence[ShownLine]) -> list[ShownLine]:
    """Cut silences, and keep lines apart."""
    paced = [lines[0]]
    for before, line in pairwise(lines):
        wait_s = min(max(line.at_s - before.at_s, _LEAST_WAIT_S), _MOST_WAIT_S)
        paced.append(ShownLine(paced[-1].at_s + wait_s, line.text))
    return paced


def wrap_line(line: ShownLine) -> list[ShownLine]:
    """Break a line as a terminal does."""
    pieces = [line.text[at : at + _COLUMNS] for at in range(0, len(line.text), _COLUMNS)] or [""]
    return [ShownLine(line.at_s, piece) for piece in pieces]


def render_svg(lines: Sequence[ShownLine]) -> str:
    """Render the lines as an SVG that shows the last of them at the end."""
    width = round(_COLUMNS * _CHAR_PX + 2 * _MARGIN_PX)
    height = _ROWS * _LINE_PX + 2 * _MARGIN_PX
    end_s = lines[-1].at_s
    texts = "\n".join(_render_line(number, line) for number, line in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="feedmill demo in a terminal">\n'
        f"<style>{_STYLE}{_render_scrolling(lines, end_s)}</style>\n"
        f'<rect width="{width}" height="{height}" rx="8"/>\n'
        f'<svg x="0" y="{_MARGIN_PX}" width="{width}" height="{_ROWS * _LINE_PX}"><g>\n{texts}\n</g></svg>\n'
        "</svg>\n"
    )


def _render_line(number: int, line: ShownLine) -> str:
    color = next((color for begin, color in _COLORS if line.text.startswith(begin)), "")
    fill = f";fill:{color}" if color else ""
    top = (number + 1) * _LINE_PX - 5
    wait = f"animation-duration:{line.at_s:.2f}s" if line.at_s else "animation:none"
    return f'<text x="{_MARGIN_PX}" y="{top}" style="{wait}{fill}">{escape(line.text)}</text>'


def _render_scrolling(lines: Sequence[ShownLine], end_s: float) -> str:
    """Render the rules that move the lines up whenever one comes that has no room."""
    moves = {}
    for number, line in enumerate(lines):
        over = max(0, number + 1 - _ROWS)
        moves[f"{100 * line.at_s / end_s:.2f}%"] = -over * _LINE_PX
    steps = " ".join(f"{at} {{ transform: translateY({up}px) }}" for at, up in moves.items())
    last = -max(0, len(lines) - _ROWS) * _LINE_PX
    return (
        f"@keyframes scroll {{ {steps} }}\n"
        f"g {{ transform: translateY({last}px); animation: scroll {end_s:.2f}s step-end 1 }}\n"
    )


if __name__ == "__main__":
    beside = Path(sys.executable).with_name("feedmill")
    Path(sys.argv[1]).write_text(render_svg(pace_lines(record_run([str(beside), "demo"]))), encoding="utf-8")

"""One target under hypothesis, which draws words of the target's language: python -m fuzz.drawn TARGET SECONDS."""

import re
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fuzz.targets import TARGETS

SEEDS = Path(__file__).parent / "seeds"
_WORD = re.compile(rb"<[^<>]{0,80}>|[\w.:/-]{1,30}|\s|.", re.DOTALL)
_ODD = (
    b"\0", b"\x1b[2J", b"\xff\xfe", b"\xef\xbb\xbf", "\u202e".encode(), b"&#x1b;", b"&#0;", b"&amp;", b"<![CDATA[", b"]]>",
    b"<!--", b"-->", b"<!DOCTYPE a [", b"9" * 40, b"-1", b"1e999", b"\r\n", b"a" * 300, b"(" * 40, b"[" * 40, b"\\", b"%",
)  # fmt: skip


def main() -> None:
    """Draw until the time is over; a find is shrunk and shown."""
    target, ends = TARGETS[sys.argv[1]], time.monotonic() + float(sys.argv[2])
    seeds = [path.read_bytes() for path in sorted((SEEDS / sys.argv[1]).iterdir())]
    words = sorted({word for seed in seeds for word in _WORD.findall(seed)} | set(_ODD))
    drawn = st.lists(st.sampled_from(words) | st.binary(max_size=8), max_size=60).map(b"".join)
    whole = st.tuples(st.sampled_from(seeds), st.integers(0, 2000), st.integers(0, 200), drawn)
    mixed = drawn | whole.map(lambda four: four[0][: four[1]] + four[3] + four[0][four[1] + four[2] :])

    @settings(
        max_examples=2000, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(mixed)
    def holds(data: bytes) -> None:
        nonlocal tried
        if time.monotonic() < ends:  # a round is not cut short otherwise
            target(data)
            tried += 1

    tried = 0
    while time.monotonic() < ends:
        holds()
    print(f"hypothesis {sys.argv[1]}: {tried} examples in {time.process_time():.0f} s of CPU, no find")


if __name__ == "__main__":
    main()

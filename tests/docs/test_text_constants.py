"""The table of the constants of the reading has each of them, with the value and words that the code has."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from constant_table import follow_code, read_table  # noqa: E402
from tuning_constants import Constant, list_constants  # noqa: E402

sys.path.remove(str(ROOT / "benchmarks"))
TABLE = (ROOT / "docs" / "text-constants.md").read_text(encoding="utf-8")


def test_every_constant_of_the_reading_stands_in_the_table() -> None:
    there = {
        (constant.module.rpartition(".")[2], constant.name): (str(constant.value), constant.bounds)
        for constant in list_constants()
    }
    listed = read_table(TABLE)
    assert listed == there, (
        "python benchmarks/constant_table.py docs/text-constants.md follows the code;"
        " make bench-constants tries what is new: "
        f"{sorted(set(there.items()) ^ set(listed.items()))}"
    )


def test_the_table_follows_constants_that_move_go_come_or_change() -> None:
    rows = (
        "| `before._MOST` | Lines. | 3 → 1 | 4 | 0 |",
        "|  | | → 6 | 4 | 0 |",
        "| `gone._MOST` | Rows. | 5 → 2 | 4 | 0 |",
        "|  | | → 10 | 4 | 0 |",
        "| `same._LEAST` | Words. | 7 | 0, 0 |",
        "",
    )
    now = [
        Constant("worker.document.other", "_MOST", 3, "Lines that are read."),
        Constant("worker.document.same", "_LEAST", 8, "Words."),
        Constant("worker.document.new", "_SHARE", 0.5, "Share."),
    ]
    assert follow_code("\n".join(rows), now).splitlines() == [
        "| `other._MOST` | Lines that are read. | 3 → 1 | 4 | 0 |",
        "|  | | → 6 | 4 | 0 |",
        "",
        "## Those that have not been tried yet",
        "",
        "| constant | what it bounds | value |",
        "| --- | --- | --- |",
        "| `new._SHARE` | Share. | 0.5 |",
        "| `same._LEAST` | Words. | 8 |",
    ]

"""Every benchmark runs and prints its figures; what they are is no matter here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
CORPUS = REPOSITORY.parent / "shared" / "corpus"
NEWSROOM = REPOSITORY / "seeds" / "newsroom"
SMALL = {
    "articles": (NEWSROOM, ["cpu"], "CPU a page over plain trafilatura with metadata"),
    "constants": (
        CORPUS,
        [str(CORPUS), "--every", "97", "--only", "markup_class_words,related_links"],
        "constants, 11 pages",
    ),
    "drawn_sites": (NEWSROOM, ["--seeds", "1", "2", "--articles", "12"], "drawn sites: .*by template"),
    "extractors": (CORPUS, [str(CORPUS), "--every", "97", "--alone"], "feedmill known"),
    "latency": (CORPUS, ["--entries", "3", "--backlog", "60"], "waiting pages of other sites"),
    "memory": (NEWSROOM, ["polled", "--feeds", "300"], "Redis a remembered entry"),
    "polling": (NEWSROOM, ["--feeds", "5"], "of the oracle's gain"),
    "polls": (NEWSROOM, ["--alone", "--feeds", "10", "--times", "1"], "changed, one new entry"),
    "scale": (NEWSROOM, ["--sizes", "50", "100", "--polls", "60"], "one Redis spends"),
    "sites": (NEWSROOM, ["--counts", "1"], "not measured|pages"),
    "startup": (NEWSROOM, [], "to the first poll"),
    "stories": (NEWSROOM, ["--texts", "10", "--window", "200"], "Redis an article in the window"),
    "templates": (NEWSROOM, ["--articles", "12", "--sites", "herald"], "pages"),
    "text": (CORPUS, [str(CORPUS), "--every", "97"], "trafilatura"),
}


def test_every_benchmark_is_run_here() -> None:
    served = {
        "constant_probes",
        "constant_table",
        "feeds_of_a_year",
        "known_pages",
        "latency_stages",
        "mill_runs",
        "origin",
        "pipeline",
        "running",
        "tuning_constants",
    }
    parts = {path.stem for path in (REPOSITORY / "benchmarks").glob("site_*.py")}
    assert {path.stem for path in (REPOSITORY / "benchmarks").glob("*.py")} == {*SMALL, *served, *parts}


@pytest.mark.parametrize("name", SMALL)
def test_it_prints_its_figures(name: str) -> None:
    folder, words, figure = SMALL[name]
    run_benchmark(name, folder, words, figure)


def test_the_latency_of_a_known_source_is_parted_into_stages() -> None:
    run_benchmark(
        "latency", CORPUS, ["--known", "--entries", "2"], r"fork \d+, .* reading \d+(?s:.*)target 3"
    )


def run_benchmark(name: str, folder: Path, words: list[str], figure: str) -> None:
    if not folder.is_dir():
        pytest.skip("skipped: no corpus")
    paths = os.pathsep.join(str(REPOSITORY / part) for part in (".", "benchmarks", "tests", "tests/support"))
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "benchmarks" / f"{name}.py"), *words],
        cwd=REPOSITORY,
        env={**os.environ, "CORPUS": str(folder), "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert re.search(figure, done.stdout), done.stdout[-2000:]


def test_the_soak_finds_its_modules_on_the_path_that_make_gives_it() -> None:
    recipe = re.search(r"PYTHONPATH=(\S+) \S+ -m faults", (REPOSITORY / "Makefile").read_text())
    assert recipe is not None
    done = subprocess.run(
        [sys.executable, "-m", "faults", "--help"],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": recipe[1]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "--kills" in done.stdout, done.stderr

"""On real pages the text stays as good as it was; without the corpus there is nothing to hold."""

import gzip
import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage

ROOT = Path(__file__).parent.parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
SAMPLE = 60
"""Pages of a set at most, evenly over it: a few seconds of CPU."""
FLOORS = {"aeb": (0.977, 0.38), "n4kds": (0.968, 0.30), "fundus": (0.959, 0.24), "wcxb": (0.958, 0.21)}
"""The least F1 and share of exact texts, a little under what the sample gives today."""


def bench() -> ModuleType:
    spec = spec_from_file_location("bench_text", ROOT / "benchmarks" / "text.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
@pytest.mark.parametrize("name", FLOORS)
def test_text_of_real_pages_is_as_good_as_it_was(name: str) -> None:
    score = bench()
    lines = (CORPUS / "gold.jsonl").read_bytes().splitlines()
    golds = [gold for gold in map(json.loads, lines) if gold["set"] == name]
    rows = []
    for gold in golds[:: max(1, -(-len(golds) // SAMPLE))]:
        body = gzip.decompress((CORPUS / gold["file"]).read_bytes())
        found = read_page(FetchedPage(gold["url"] or "http://unknown.invalid/page", body), None)
        rows.append(score.shares(gold["text"], found.text if isinstance(found, CleanedArticle) else ""))
    reached = score.f1([row for row, _ in rows])
    exact = sum(same for _, same in rows) / len(rows)
    least, least_exact = FLOORS[name]
    assert (reached >= least, exact >= least_exact) == (True, True), (reached, exact)

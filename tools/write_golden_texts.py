# ruff: noqa: T201
"""Writes down what this reader makes of some pages, with its number: tests/worker/reading/golden_texts.json.

    python tools/write_golden_texts.py [--unreleased]

Where texts differ from those written down, READER_VERSION (worker/publishing/reader_version.py) has to be
raised first: an article read by a release with the same number would be published again as a correction.
`--unreleased` says that no release carries the present number yet, so that it may stand for other texts.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from worker.extraction.page_reader import read_page  # noqa: E402
from worker.page_models import CleanedArticle, FetchedPage  # noqa: E402
from worker.publishing.reader_version import READER_VERSION  # noqa: E402

READING = ROOT / "tests" / "worker" / "reading"
GOLDEN = READING / "golden_texts.json"


def compute_golden_texts() -> dict[str, str]:
    """Read every page of the two folders; answers 16 hex characters of a hash of title and text by name."""
    texts = {}
    for folder in ("golden_pages", "pages"):
        for path in sorted((READING / folder).glob("*.html")):
            found = read_page(
                FetchedPage("https://news.example/2026/story", path.read_bytes(), "text/html; charset=utf-8"),
                None,
            )
            told = f"{found.title}\n\n{found.text}" if isinstance(found, CleanedArticle) else found.outcome
            texts[path.stem] = sha256(told.encode()).hexdigest()[:16]
    return texts


def find_refusal(
    old: dict[str, Any], texts: dict[str, str], version: int, *, is_unreleased: bool
) -> str | None:
    """Return why texts may not be written down under a number; None when they may."""
    if version < old["reader_version"]:
        return f"READER_VERSION {version} is lower than the one written down, {old['reader_version']}"
    shared = old["texts"].keys() & texts.keys()
    changed = sorted(name for name in shared if texts[name] != old["texts"][name])
    if changed and version == old["reader_version"] and not is_unreleased:
        return f"other texts of {', '.join(changed)}: raise READER_VERSION, or say --unreleased"
    return None


def main() -> int:
    """Write the file; answers the exit code."""
    texts = compute_golden_texts()
    old = json.loads(GOLDEN.read_text("utf-8")) if GOLDEN.exists() else {"reader_version": 0, "texts": {}}
    refusal = find_refusal(old, texts, READER_VERSION, is_unreleased="--unreleased" in sys.argv[1:])
    if refusal:
        print(f"write_golden_texts: {refusal}", file=sys.stderr)
        return 1
    GOLDEN.write_text(
        json.dumps({"reader_version": READER_VERSION, "texts": texts}, indent=2) + "\n", "utf-8"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""What fuzzing found, each a test; and the targets on their own seeds."""

from pathlib import Path

import pytest

from fuzz.targets import TARGETS
from scheduler.documents import ParsedFeed
from scheduler.parse import parse_document

SEEDS = Path(__file__).parent.parent / "fuzz" / "seeds"
FEED = b'<rss version="2.0"><channel><item><title>One</title><guid>one</guid></item></channel></rss>'


@pytest.mark.parametrize(
    ("target", "seed"),
    [(name, path) for name in TARGETS for path in sorted((SEEDS / name).iterdir())],
    ids=lambda part: part if isinstance(part, str) else part.name,
)
def test_a_target_holds_on_its_seeds(target: str, seed: Path) -> None:
    TARGETS[target](seed.read_bytes())


def test_a_declaration_that_is_not_ascii_or_holds_nul_loses_no_feed() -> None:
    for label in (b"ut\xa0-8", b"\xff\xfe", "ü".encode(), b"utf-" + bytes(99) + b"8"):
        read = parse_document(
            b'<?xml version="1.0" encoding="' + label + b'"?>' + FEED, None, "http://a.example/"
        )
        assert isinstance(read, ParsedFeed)
        assert [entry.title for entry in read.entries] == ["One"]

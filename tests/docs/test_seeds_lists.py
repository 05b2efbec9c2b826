"""The feed lists that ship: config/feeds.toml and the OPML starter packs in seeds/."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree
from support.tracked import tracked

from config.load import load_config

ROOT = Path(__file__).parent.parent.parent
PACKS = tracked("seeds", ".opml")


def test_the_shipped_config_is_valid_and_speaks_many_languages() -> None:
    feeds = load_config(ROOT / "config", {}).feeds
    assert 18 <= len(feeds) <= 26
    tags = {tag for feed in feeds for tag in feed.tags}
    languages = {
        "english",
        "german",
        "french",
        "spanish",
        "italian",
        "portuguese",
        "japanese",
        "arabic",
        "urdu",
    }
    assert languages <= tags
    assert len({feed.source for feed in feeds}) == len(feeds)
    assert all(len(feed.tags) >= 3 for feed in feeds)


def test_there_are_packs_by_topic_and_language() -> None:
    names = {pack.stem for pack in PACKS}
    assert names >= {"world", "technology", "science", "business", "sport", "german", "french", "spanish"}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)
def test_a_pack_is_opml_2_with_titled_feeds(pack: Path) -> None:
    root = etree.parse(str(pack)).getroot()
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title")
    (folder,) = root.iterfind("body/outline")
    assert folder.get("text") == pack.stem
    feeds = list(folder)
    assert 15 <= len(feeds) <= 40
    urls = [feed.get("xmlUrl") for feed in feeds]
    assert len(set(urls)) == len(urls)
    for feed in feeds:
        parts = urlsplit(feed.get("xmlUrl"))
        assert feed.get("type") == "rss"
        assert feed.get("text") == feed.get("title")
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert "." in parts.hostname

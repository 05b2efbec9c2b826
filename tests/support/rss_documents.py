"""Writes RSS documents for tests."""

from xml.sax.saxutils import escape


def rss(*items: dict[str, str]) -> str:
    """Print a feed; an item's keys are element names, `guid` is no permalink."""
    printed = "".join(
        "<item>"
        + "".join(
            f'<guid isPermaLink="false">{escape(value)}</guid>'
            if name == "guid"
            else f"<{name}>{escape(value)}</{name}>"
            for name, value in item.items()
        )
        + "</item>"
        for item in items
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{printed}</channel></rss>'


def item(link: str, words: str = "as listed", **more: str) -> dict[str, str]:
    return {
        "title": f"News of {link.rpartition('/')[2]}",
        "link": link,
        "guid": link,
        "description": words,
        **more,
    }

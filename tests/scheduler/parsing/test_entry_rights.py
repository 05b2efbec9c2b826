"""Licenses and rights that feeds state are the entry's, else its feed's."""

import pytest

from scheduler.parsing.document_models import ParsedFeed
from scheduler.parsing.document_parser import parse_document

BY, OTHER = "https://creativecommons.org/licenses/by/4.0/", "https://paper.example/terms"
RSS = """<rss version="2.0" xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><copyright>The Paper</copyright>{}
<item><title>One</title><link>https://paper.example/1</link>{}</item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>t</id>{}
<entry><id>1</id><title>One</title><link href="https://paper.example/1"/>{}</entry></feed>"""
LINK = f'<link rel="license" href="{BY}"/>'
CC = "<creativeCommons:license>{}</creativeCommons:license>"


@pytest.mark.parametrize(
    ("form", "of_feed", "of_entry", "rights"),
    [
        (RSS, "", "", ()),
        (RSS, "", CC.format(BY), (f"license={BY}",)),
        (RSS, CC.format(BY), "", (f"license={BY}",)),
        (RSS, CC.format(BY), CC.format(OTHER), (f"license={OTHER}",)),
        (RSS, "", "<dc:rights>All &lt;b&gt;rights&lt;/b&gt;</dc:rights>", ("rights=All rights",)),
        (RSS, "", CC.format("javascript:x"), ()),
        (RSS, "", CC.format("https://a.example/" + "a" * 400), ()),
        (ATOM, "", LINK, (f"license={BY}",)),
        (ATOM, LINK, "<rights>Theirs</rights>", (f"license={BY}", "rights=Theirs")),
    ],
)  # fmt: skip
def test_rights_are_those_of_the_entry_else_of_its_feed(
    form: str, of_feed: str, of_entry: str, rights: tuple[str, ...]
) -> None:
    parsed = parse_document(
        form.format(of_feed, of_entry).encode(), "application/xml", "https://paper.example/f"
    )
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries[0].rights == rights

"""The filters of a feed in its form: a rule a line, read back as it was written, and mistakes named."""

import html
import re
import tomllib
from pathlib import Path

from gateway import HTML, form, serving
from ledger_desk import Desk

from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.identity.article_and_feed_ids import name_feed

MISTAKES = [
    ("quiz", 'No entries with: line 1 is no rule; write it as title = "climate"'),
    ('title = "quiz"\ntitel = "x"', "line 2: titel: no field of an entry; there are title, category"),
    ("title = 5", "line 1: title needs words in quotes"),
    ('title = "re:("', "line 1: title is no RE2 expression: missing )"),
    ('title = "\\u0000"', "line 1: title has a control character"),
    ("title = " + "[" * 5000, "line 1 is no rule"),
    ("title = " + "9" * 5000, "line 1 is no rule"),
    ('link = "x"\n' * 51, "51 lines; 50 at most"),
]


async def test_filters_are_edited_in_the_form_and_mistakes_named_in_its_words(
    desk: Desk, redis_url: str, tmp_path: Path
) -> None:
    url = "https://a.example/f"
    desk.apply(FeedSpec(url=url, source="a.example", filters='{"only":[{"title":"a \\"b\\"","link":"/x/"}]}'))
    listed = tmp_path / "feeds.toml"
    listed.write_text(f'[[feeds]]\nurl = "{url}"\nonly = [{{title = "a \\"b\\"", link = "/x/"}}]\n')
    edit = f"/feeds/{name_feed(url)}/edit"
    kept = {"source": "a.example", "text": "auto", "enabled": "1"}
    async with serving(redis_url, tmp_path) as gateway:
        shown = (await gateway.get(edit, **HTML)).text
        only = html.unescape(re.search(r'name="only"[^>]*>\n([^<]*)<', shown)[1])  # type: ignore[index]
        assert only == 'title = "a \\"b\\"", link = "/x/"'
        assert await form(gateway, edit, **kept, only=only) == (303, edit.removesuffix("/edit"))
        for lines, said in MISTAKES:
            status, text = await form(gateway, edit, **kept, **{"only": only, "except": lines})
            assert (status, said in html.unescape(text)) == (400, True), lines
            assert html.escape(lines, quote=False) in html.unescape(text).replace("&", "&amp;"), "it stays"
        assert "except" not in listed.read_text()
        given = {"only": "", "except": 'title = "quiz"\r\n\r\nlink = \'re:/live/\\d\', title = "Ü"'}
        assert (await form(gateway, edit, **kept, **given))[0] == 303
    table = tomllib.loads(listed.read_text())["feeds"][0]
    assert table == {"url": url, "except": [{"title": "quiz"}, {"link": r"re:/live/\d", "title": "Ü"}]}

# ruff: noqa: E501 - a case of a table stands on one line
"""`feedmill feeds`: the list in feeds.toml, OPML both ways, and a look at a feed."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from origin import Reply, feed, serve
from running import Site
from support.tracked import tracked

from config.load import load_config
from config.sections.feed_tables import ListedFeed
from daemon.errors import InvalidRequestError
from daemon.feeds.feeds_file import FeedsFile
from daemon.feeds.opml import SkippedOutline, read_opml, write_opml

LISTED = """\
# my feeds

[[feeds]]  # the first
url = "https://a.example/f"   # kept
tags = ["x"]

# about the second
[[feeds]]
url = "https://b.example/f"
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = Site(tmp_path / "config", tmp_path / "data")
    found.config.mkdir()
    (found.config / "feeds.toml").write_text(LISTED)
    return found


def text(site: Site) -> str:
    return (site.config / "feeds.toml").read_text()


def test_add_appends_and_leaves_the_rest_untouched(site: Site) -> None:
    done = site.run(
        "feeds",
        "add",
        "--no-look",
        "https://c.example/f",
        "--tag",
        "x",
        "--tag",
        "y",
        "--interval",
        "30m",
        "--source",
        "C",
    )
    assert (done.returncode, done.stderr) == (0, "")
    added = '[[feeds]]\nurl = "https://c.example/f"\nsource = "C"\ntags = ["x", "y"]\ninterval = "30m"\n'
    assert text(site).startswith(LISTED)
    assert added in text(site)
    assert load_config(site.config, {}).feeds[-1] == ListedFeed(
        "https://c.example/f", "C", ("x", "y"), 1800.0
    )


def test_add_refuses_what_is_listed(site: Site) -> None:
    done = site.run("feeds", "add", "--no-look", "https://a.example/f")
    assert done.returncode == 2
    assert "is on the list already" in done.stderr
    assert text(site) == LISTED


def test_add_begins_a_list_where_there_is_none(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.config.mkdir()
    assert site.run("feeds", "add", "--no-look", "https://a.example/f").returncode == 0
    assert text(site) == '[[feeds]]\nurl = "https://a.example/f"\n'


def test_remove_takes_one_out_and_keeps_comments(site: Site) -> None:
    assert site.run("feeds", "remove", "https://b.example/f").returncode == 0
    assert [found.url for found in load_config(site.config, {}).feeds] == ["https://a.example/f"]
    assert "# kept" in text(site)
    assert site.run("feeds", "remove", "https://b.example/f").returncode == 2


def test_a_list_with_mistakes_is_not_edited(site: Site) -> None:
    (site.config / "feeds.toml").write_text("[[feeds]]\nurl = 3\n")
    assert site.run("feeds", "add", "--no-look", "https://c.example/f").returncode == 2
    assert text(site) == "[[feeds]]\nurl = 3\n"


def test_list_prints_every_feed(site: Site) -> None:
    assert [found["url"] for found in site.json("feeds", "list")] == [
        "https://a.example/f",
        "https://b.example/f",
    ]
    shown = site.run("feeds", "list").stdout
    assert "https://a.example/f" in shown
    assert "https://b.example/f" in shown


def test_export_and_import_give_the_same_list(site: Site, tmp_path: Path) -> None:
    exported = site.run("feeds", "export")
    other = Site(tmp_path / "other", tmp_path / "data")
    other.config.mkdir()
    done = other.run("feeds", "import", "-", given=exported.stdout.encode())
    assert done.returncode == 0, done.stderr
    assert load_config(other.config, {}).feeds == load_config(site.config, {}).feeds
    again = other.run("feeds", "import", "-", given=exported.stdout.encode())
    assert "0 feeds added, 2 were there" in again.stdout


OPML = b"""<?xml version="1.0"?>
<opml version="1.1"><head/><body>
  <outline text="World"><outline title="Asia">
    <outline text="A, Inc." xmlUrl="https://a.example/f" category="/News/Asia,daily"/>
  </outline></outline>
  <outline xmlURL=" http://b.example:80/f "/>
  <outline text="Local" xmlUrl="file:///etc/passwd"/>
  <outline text="Run" xmlUrl="|id" filtercmd="id"/>
  <outline text="Run" xmlUrl="exec:id"/>
  <outline text="Best"><outline text="Twice" xmlUrl="https://a.example/f"/></outline>
  <outline text="Q&A" xmlUrl="feed://c.example/f?a=1&b=2"/>
  <outline text="A note"/>
</body></opml>"""


def test_folders_and_categories_become_tags_and_the_rest_is_told() -> None:
    feeds, skipped = read_opml(OPML)
    assert feeds == [
        ListedFeed("https://a.example/f", "A, Inc.", ("World", "Asia", "daily", "Best")),
        ListedFeed("http://b.example:80/f", "b.example"),
        ListedFeed("http://c.example/f?a=1&b=2", "Q&A"),
    ]
    assert skipped == [
        SkippedOutline("file:///etc/passwd", "not a URL that feedmill polls"),
        SkippedOutline("|id", "not a URL that feedmill polls"),
        SkippedOutline("exec:id", "not a URL that feedmill polls"),
        SkippedOutline("https://a.example/f", "listed twice in this document; its folders are kept"),
        SkippedOutline("A note", "no xmlUrl"),
    ]


@pytest.mark.parametrize("data", [b"", b"  ", b"<html/>", b"{}", b"\x00\x01", b"<opml"])
def test_what_is_no_opml_is_refused(data: bytes) -> None:
    if data == b"<opml":
        assert read_opml(data) == ([], [])
        return
    with pytest.raises(InvalidRequestError, match="not an OPML document"):
        read_opml(data)


def test_an_opml_cannot_read_a_file_or_explode() -> None:
    bomb = b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'
    ((found,), _) = read_opml(bomb)
    assert "root" not in found.source


# a machine under load is slow, not wrong
UNHURRIED = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn"), exclude_characters=",/"),
    min_size=1,
    max_size=20,
)
FEEDS = st.builds(
    lambda host, source, tags, interval, enabled: ListedFeed(
        f"https://{host}.example/f", source, tuple(dict.fromkeys(tags)), interval, enabled
    ),
    st.from_regex(r"[a-z]{1,10}", fullmatch=True),
    WORDS,
    st.lists(WORDS, max_size=3),
    st.none() | st.integers(1, 86400).map(float),
    st.booleans(),
)


@UNHURRIED
@given(st.lists(FEEDS, max_size=5, unique_by=lambda found: found.url))
def test_opml_round_trip(feeds: list[ListedFeed]) -> None:
    assert read_opml(write_opml(feeds)) == (feeds, [])


@UNHURRIED
@given(st.lists(FEEDS, max_size=5, unique_by=lambda found: found.url))
def test_what_is_added_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, feeds: list[ListedFeed]
) -> None:
    folder = tmp_path_factory.mktemp("feeds")
    file = FeedsFile(folder)
    file.add(feeds)
    file.save()
    assert load_config(folder, {}).feeds == tuple(feeds)


def test_the_shipped_packs_can_be_imported() -> None:
    packs = tracked("seeds", ".opml")
    assert packs
    for pack in packs:
        feeds, skipped = read_opml(pack.read_bytes())
        assert feeds, pack.name
        assert not skipped, pack.name


async def test_check_tells_what_feeds_give_and_touches_nothing(tmp_path: Path) -> None:
    body = "<rss version='2.0'><channel><title>T</title><item><title>One</title><link>http://x.example/</link><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>"
    async with serve({"/good": feed(body), "/html": Reply(body="<html><body>no</body></html>")}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write(origin.url("/good"))
        good = await asyncio.to_thread(site.json, "feeds", "check")
        (told,) = good
        assert (told["outcome"], told["title"], told["entries"]) == ("ok", "T", 1)
        assert (told["form"], told["newest"], told["full_text"]) == ("rss20", "2026-01-05T10:00:00Z", 0)
        assert any("gives no validator" in note for note in told["notes"])
        assert told["next_s"] > 0
        bad = await asyncio.to_thread(site.run, "feeds", "check", origin.url("/html"), origin.url("/absent"))
        assert bad.returncode == 1
        assert "html" in bad.stdout
        assert not site.data.exists()


async def test_check_finds_the_feeds_of_a_page(tmp_path: Path) -> None:
    body = "<rss version='2.0'><channel><title>T</title><item><title>One</title></item></channel></rss>"
    page = "<html><head><link rel='alternate' type='application/rss+xml' href='/good'></head><body>no</body></html>"
    async with serve({"/good": feed(body), "/": Reply(body=page)}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write()
        page_check, found = await asyncio.to_thread(site.json, "feeds", "check", "--find", origin.url("/"))
        assert (page_check["outcome"], found["outcome"]) == ("html", "ok")
        assert (found["url"], found["source"]) == (origin.url("/good"), "T")
        (alone,) = await asyncio.to_thread(site.json, "feeds", "check", "--find", origin.url("/good"))
        assert alone["source"] == "T"
        done = await asyncio.to_thread(site.run, "feeds", "check", "--find", "all")
        assert (done.returncode, "one URL" in done.stderr) == (2, True)


def test_set_changes_single_keys_and_keeps_comments(site: Site) -> None:
    words = ("interval=30m", "tags=", "source=A Paper", "enabled=false", 'only=[{category = "sport"}]')
    done = site.run("feeds", "set", "https://a.example/f", *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"changed in {site.config / 'feeds.toml'}: https://a.example/f\n"
    first = '[[feeds]]  # the first\nurl = "https://a.example/f"   # kept\n'
    keys = 'interval = "30m"\nsource = "A Paper"\nenabled = false\nonly = [{category = "sport"}]\n'
    assert text(site) == LISTED.replace(f'{first}tags = ["x"]\n', f"{first}{keys}")
    site.run("feeds", "set", "--replace", "https://a.example/f", 'tags=["y"]')
    assert text(site) == LISTED.replace('["x"]', '["y"]')


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("https://z.example/f", "interval=1h"), "https://z.example/f is not on the list"),
        (("https://a.example/f", "interval=soon"), 'interval: is "soon"; allowed: a duration'),
        (
            ("https://a.example/f", 'only=[{title = "re:("}]'),
            'only[1].title: is "re:(": no RE2 expression: missing )',
        ),
        (("https://a.example/f", "nothing"), "nothing: give KEY=VALUE, with any key but url"),
        (("https://a.example/f", "url=x"), "url=x: give KEY=VALUE, with any key but url"),
        (
            ("https://a.example/f", "--if-file", "0-0-0", "tags="),
            "feeds.toml has changed since: look at it again",
        ),
    ],
)
def test_what_set_cannot_do_changes_nothing(site: Site, words: tuple[str, ...], said: str) -> None:
    done = site.run("feeds", "set", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert text(site) == LISTED


def test_set_without_a_key_says_that_nothing_changes(site: Site) -> None:
    done = site.run("feeds", "set", "https://a.example/f")
    assert (done.returncode, text(site)) == (0, LISTED)
    assert done.stdout.startswith("nothing to change (give KEY=VALUE) in ")


def test_set_lists_a_feed_that_is_to_be_created(site: Site) -> None:
    wrong = site.run("feeds", "set", "--create", "https://c.example/f", "text=none")
    assert (wrong.returncode, text(site)) == (2, LISTED)
    assert site.run("feeds", "set", "--create", "https://c.example/f", "text=feed").returncode == 0
    assert text(site) == f'{LISTED}\n[[feeds]]\nurl = "https://c.example/f"\ntext = "feed"\n'


async def test_check_shows_what_the_filters_of_a_feed_let_pass(tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>{t}</title><link>http://x.example/{t}</link></item>" for t in ("Quiz", "News")
    )
    body = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
    async with serve({"/good": feed(body)}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write(origin.url("/good"))
        with (site.config / "feeds.toml").open("a") as file:
            file.write('except = [{ title = "quiz" }]\n')
        done = await asyncio.to_thread(site.run, "feeds", "check", "--filters")
        shown = ["  filtered  Quiz", "  passes    News", "  1 of 2 entries pass"]
        assert done.stdout.splitlines() == [
            f"{origin.url('/good')}: ok", 'except = [{ title = "quiz" }]', *shown
        ]  # fmt: skip
        (told,) = await asyncio.to_thread(site.json, "feeds", "check", origin.url("/good"), "--filters")
        assert [entry["is_filtered"] for entry in told["sorted_entries"]] == [True, False]
        shown = await asyncio.to_thread(site.json, "config", "show")
        assert shown["filters"] == {origin.url("/good"): ['except = [{ title = "quiz" }]']}


ITEM = "<item><title>One</title><link>http://mill.example/1</link></item>"
MILL = f"<rss version='2.0'><channel><title>Mill</title>{ITEM}</channel></rss>"
GRAIN = f"<rss version='2.0'><channel><title>Grain</title>{ITEM}</channel></rss>"


async def test_add_finds_the_feeds_of_a_site_and_takes_them_all(tmp_path: Path) -> None:
    named = "<link rel='alternate' type='application/rss+xml' href='/mill'><a href='/grain.rss'>Grain</a>"
    routes = {
        "/": Reply(body=f"<html><head>{named}</head></html>"),
        "/mill": feed(MILL),
        "/grain.rss": feed(GRAIN),
    }
    async with serve(routes) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write()
        shown = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/"))
        assert shown.returncode == 2
        assert "Mill" in shown.stdout
        assert "2 feeds found: take them with --all, or name one" in shown.stderr
        done = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/"), "--all", "--tag", "flour")
        assert done.returncode == 0, done.stderr
        assert [listed.url for listed in load_config(site.config, {}).feeds] == [
            origin.url("/mill"),
            origin.url("/grain.rss"),
        ]
        assert load_config(site.config, {}).feeds[0].tags == ("flour",)
        assert [listed.source for listed in load_config(site.config, {}).feeds] == ["Mill", "Grain"]
        assert len(origin.log) == 6


@pytest.mark.parametrize(
    ("named", "answer", "sources"),
    [
        (("/mill", "/grain.rss"), "2", ["Grain"]),
        (("/mill", "/grain.rss"), "all", ["Mill", "Grain"]),
        (("/mill", "/grain.rss"), "none", []),
        (("/mill",), "y", ["Mill"]),
        (("/mill",), "no", []),
        (("/mill", "/mill2"), "all", ["Mill", "Mill (127.0.0.1)"]),
    ],
)
async def test_the_answer_to_add_may_be_piped_in(
    tmp_path: Path, named: tuple[str, ...], answer: str, sources: list[str]
) -> None:
    links = "".join(f"<link rel='alternate' type='application/rss+xml' href='{path}'>" for path in named)
    routes = {
        "/": Reply(body=f"<html><head>{links}</head></html>"),
        "/mill": feed(MILL),
        "/mill2": feed(MILL),
        "/grain.rss": feed(GRAIN),
    }
    async with serve(routes) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write()
        given = f"{answer}\n".encode()
        done = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/"), given=given)
        assert done.returncode == 0, done.stderr
        assert [listed.source for listed in load_config(site.config, {}).feeds] == sources


async def test_add_tries_the_usual_places_until_one_answers(tmp_path: Path) -> None:
    async with serve({"/": Reply(body="<html>no</html>"), "/rss.xml": feed(MILL)}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write()
        done = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/"), "--all")
        assert done.returncode == 0, done.stderr
        assert [seen.path for seen in origin.log] == ["/", "/feed", "/rss.xml"]


async def test_a_feed_that_breaks_off_is_added_with_a_note(tmp_path: Path) -> None:
    async with serve({"/f": feed(MILL.partition("</item>")[0])}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write()
        done = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/f"))
        assert done.returncode == 0, done.stderr
        assert f"note: {origin.url('/f')} breaks off" in done.stderr
        shown = await asyncio.to_thread(site.run, "feeds", "check", origin.url("/f"))
        assert "to do      its publisher must mend it" in shown.stdout


async def test_add_takes_a_feed_by_its_own_address_and_says_when_there_is_none(tmp_path: Path) -> None:
    async with serve({"/f": feed(MILL)}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write()
        assert (await asyncio.to_thread(site.run, "feeds", "add", origin.url("/f"))).returncode == 0
        lost = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/none"))
        assert lost.returncode == 1
        assert (
            "no feed found: http_404; look for a slip in the address; with --no-look it is listed as it stands"
            in lost.stderr
        )
        assert [listed.url for listed in load_config(site.config, {}).feeds] == [origin.url("/f")]
        assert not site.data.exists()


@pytest.mark.parametrize(
    "jump",
    [
        Reply(body="<html>Wait</html>", headers={"Refresh": "0; url=/f"}),
        Reply(body="<html><head><meta http-equiv='refresh' content='1; url=/f'></head></html>"),
        Reply(body="<html><script>location.replace('/f')</script></html>"),
    ],
    ids=["header", "meta", "script"],
)
async def test_check_and_add_go_where_a_page_only_sends_on(tmp_path: Path, jump: Reply) -> None:
    async with serve({"/f": feed(MILL), "/old": jump}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write(origin.url("/old"))
        (told,) = await asyncio.to_thread(site.json, "feeds", "check")
        assert (told["outcome"], told["title"]) == ("ok", "Mill")
        assert (told["moved"], told["final_url"]) == (f"jump → {origin.url('/f')}", origin.url("/f"))
        site.write()
        added = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/old"))
        assert added.returncode == 0, added.stderr
        assert [listed.url for listed in load_config(site.config, {}).feeds] == [origin.url("/old")]
        assert len(origin.log) == 4


async def test_a_page_with_words_of_its_own_is_where_add_looks_for_feeds(tmp_path: Path) -> None:
    named = "<link rel='alternate' type='application/rss+xml' href='/mill'>"
    slow = f"<html><head>{named}<meta http-equiv='refresh' content='300; url=/later'></head></html>"
    async with serve({"/": Reply(body=slow), "/mill": feed(MILL), "/later": feed(GRAIN)}) as origin:
        site = Site(tmp_path / "config", tmp_path / "data")
        site.write()
        done = await asyncio.to_thread(site.run, "feeds", "add", origin.url("/"), "--all")
        assert done.returncode == 0, done.stderr
        assert [listed.url for listed in load_config(site.config, {}).feeds] == [origin.url("/mill")]

"""What a person types or writes wrongly: each answer has its exit code, names the place and what to do."""

import re
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from running import SETTINGS, Site

FEED = '[[feeds]]\nurl = "https://news.example/feed.xml"\n'
LIBRARY_WORDS = re.compile(
    r"Traceback|[Ee]rrno|ssl:|aiohttp|httpx|pydantic|Input should|Value error|click|typer|"
    r"<EOF|DELIM|0x[0-9a-f]{6}"
)
"""What no answer may hold: words of libraries, numbers of the system's errors, places in memory."""
USAGE = "--help` shows what there is"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Give a site with one feed, and files that are wrong in their ways."""
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "binary").write_bytes(b"\x00\xff\xfe\x01binary")
    (folder / "words.txt").write_text("no list, no page, no backup\n")
    (folder / "no_url.opml").write_text("<opml version='2.0'><body/></opml>")
    (folder / "link.gz").write_bytes(b"\x1f\x8b\x08no gzip")
    made = Site(folder / "config", folder / "data")
    made.write("https://news.example/feed.xml")
    return made


@pytest.fixture(scope="module")
def busy() -> Iterator[str]:
    """Give a port that somebody else has, who closes what is connected to it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield str(taken.getsockname()[1])


def require_short_answer(code: int, stderr: str, wanted: int, words: Sequence[str]) -> None:
    """Require an exit code, some words, and neither a trace nor a library's words in two lines at most."""
    assert code == wanted, stderr
    assert not LIBRARY_WORDS.search(stderr), stderr
    assert stderr.startswith("feedmill: "), stderr
    assert stderr.count("\n") <= 2, stderr
    for word in words:
        assert word in stderr


WORDS = [
    # what is typed
    (2, "nosuch", ["nosuch: no such command", USAGE]),
    (2, "statu", ["did you mean status?"]),
    (2, "status --sauce x", ["--sauce: no such option (did you mean --source?)", "`feedmill status --help`"]),
    (2, "tail --count 0", ["--count: allowed: 1 or more"]),
    (2, "tail --count many", ["--count: allowed: a whole number"]),
    (2, "web --port 80000", ["--port: allowed: 65535 or less"]),
    (2, "consume --group g", ["CMD… is missing"]),
    (2, "consume -- cat", ["--group is missing"]),
    (2, "groups archive", ["archive: one word too many"]),
    (2, "help nosuch", ["nosuch: no such topic; there are", "stream"]),
    # feeds
    (2, "feeds add http://", ["an http or https URL with a host"]),
    (2, "feeds add ftp://news.example/feed", ['url: is "ftp://news.example/feed"; allowed: an http']),
    (2, "feeds add http://news.example:99999/", ["an http or https URL with a host"]),
    (2, "feeds add https://news.example/feed.xml", ["is on the list already", "{config}/feeds.toml"]),
    (2, "feeds add https://x.example/ --interval soon", ['interval: is "soon"; allowed: a duration']),
    (1, "feeds add http://10.1.2.3/feed", ["private use", 'allow_private = ["10.1.2.3/32"]']),
    (1, "feeds add http://[fd00::7]/feed", ['allow_private = ["fd00::7/128"]']),
    (1, "feeds add http://127.0.0.1:6379/", ["port 6379 belongs to another service", "allow_ports = [6379]"]),
    (1, "feeds add http://nowhere.invalid/feed", ["nowhere.invalid", "--no-look"]),
    (1, "clean http://10.1.2.3/page", ["http://10.1.2.3/page", 'allow_private = ["10.1.2.3/32"]']),
    (2, "feeds why https://nowhere.example/", ["is not on the list; `feedmill feeds list`"]),
    (2, "feeds why https://news.example/feed.xml", ["on the list, and no scheduler", "`feedmill up`"]),
    (2, "feeds remove https://nowhere.example/", ["is not on the list ({config}/feeds.toml)"]),
    (2, "feeds poll https://nowhere.example/", ["no feed of this URL or source", "feedmill feeds list"]),
    (2, "feeds set https://news.example/feed.xml interval=never", ["a duration from"]),
    (2, 'feeds set https://news.example/feed.xml only=[{title="re:("}]', ["no RE2 expression: missing )"]),
    (2, "feeds set https://news.example/feed.xml colour=red", ["colour"]),
    (2, "feeds import {folder}/none.opml", ["{folder}/none.opml: No such file"]),
    (2, "feeds import {folder}", ["{folder}: Is a directory"]),
    (
        2,
        "feeds import {folder}/binary",
        ["binary: not an OPML document", "`feedmill feeds add URL`"],
    ),
    (2, "feeds import {folder}/no_url.opml", ["{folder}/no_url.opml: names no feed", "xmlUrl"]),
    (2, "feeds import https://news.example/list.opml", ["is no file; `feedmill feeds add URL`"]),
    (2, "feeds import pack:sciense", ["sciense: no such pack; there are", "science"]),
    (2, "feeds import {folder}/link.gz", ["{folder}/link.gz"]),
    (2, "feeds report nowhere.example", ["nowhere.example was sent nothing"]),
    (2, "backfill https://news.example/feed.xml", ["--since is missing"]),
    (2, "backfill https://news.example/feed.xml --since lastweek", ["--since: allowed: a day such as 2026"]),
    (2, "backfill https://news.example/feed.xml --since 9999-01-01", ["--since 9999-01-01 is still to come"]),
    (2, "backfill https://news.example/feed.xml --since 2026-01-01", ["no scheduler has taken it yet"]),
    (
        2,
        "backfill https://nowhere.example/ --since 2026-01-01",
        ["is not on the list; `feedmill feeds list`"],
    ),
    (2, "clean {folder}/words.txt --sites {config}/feeds.toml", ["feeds.toml: no [[sites]] table in it"]),
    (2, "pause nowhere.example", ["no feed and no page is of this site", "`feedmill feeds report`"]),
    (2, "resume", ["`feedmill pause` lists what is paused"]),
    (2, "status --source Nobody", ["Nobody: no feed has this source"]),
    # articles
    (2, "tail --stream nosuch", ["--stream nosuch: no route has this stream; there is no [[routes]] table"]),
    (2, "replay --stream nosuch", ["--stream nosuch: no route has this stream"]),
    (2, "consume --group g --stream nosuch -- cat", ["--stream nosuch: no route has this stream"]),
    (2, "replay --from-time yesterday", ["'yesterday' is no place in the stream", "2026-11-23T20:00:00Z"]),
    (2, "consume --group two/groups -- cat", ["letters, digits"]),
    (2, "consume --group g -- no-such-program", ["no-such-program: no such program"]),
    (2, "dead list --group nosuch", ["--group nosuch: no such group"]),
    (2, "dead show 17-0", ["17-0: not among the dead letters"]),
    (2, "groups --remove nosuch", ["nosuch: no such group"]),
    (2, "clean {folder}/none.html", ["{folder}/none.html: No such file"]),
    (1, "clean {folder}/binary", ["{folder}/binary: binary"]),
    (1, "parse {folder}/words.txt", ["{folder}/words.txt: "]),
    (2, "clean {folder}/words.txt --without nosuch", ["nosuch"]),
    # running and saving
    (1, "web --port {busy}", ["port {busy}: Address already in use", "--port N"]),
    (1, "web --host 999.1.1.1", ["cannot listen on 999.1.1.1", "--host ADDRESS"]),
    (1, "web --host 192.0.2.1", ["192.0.2.1 port", "[web] host in feedmill.toml"]),
    (1, "metrics --listen 127.0.0.1:{busy}", ["--listen 127.0.0.1:{busy}: Address already in use"]),
    (2, "metrics --listen 127.0.0.1:99999", ["--listen 127.0.0.1:99999: give HOST:PORT"]),
    (2, "service install --into {folder}/words.txt", ["{folder}/words.txt is a file, no folder"]),
    (2, "backup {folder}/words.txt", ["is no backup of feedmill", "--force"]),
    (2, "backup {folder}/none/file.fmb", ["{folder}/none/file.fmb cannot be written: No such file"]),
    (2, "restore {folder}/words.txt", ["{folder}/words.txt is no backup of feedmill"]),
    (2, "restore {folder}/none.fmb", ["{folder}/none.fmb cannot be read: No such file"]),
    (2, "feeds export {folder}/words.txt", ["is no OPML file of feedmill", "--force"]),
    (2, "init {folder}/words.txt", ["{folder}/words.txt: is a file; name a folder"]),
    (2, "init {folder}/new --pack nosuch", ["nosuch: no such pack; there are"]),
    (2, "init {folder}/new --contact nobody", ["URL or e-mail address"]),
    (2, "service install --role nosuch", ["--role nosuch: there are up"]),
    (2, "--config {folder}/none status", ["{folder}/none: no such folder; `feedmill init DIR`"]),
    (2, "--config {folder}/words.txt up", ["{folder}/words.txt: is a file, no folder"]),
    (2, "--data-dir {folder}/words.txt status", ["{folder}/words.txt"]),
]


@pytest.mark.parametrize(("code", "line", "words"), WORDS, ids=[line for _, line, _ in WORDS])
def test_a_wrong_command_line_gets_a_short_answer_with_place_and_remedy(
    site: Site, busy: str, code: int, line: str, words: list[str]
) -> None:
    def fill(text: str) -> str:
        stand_ins = {"{busy}": busy, "{folder}": str(site.config.parent), "{config}": str(site.config)}
        for name, value in stand_ins.items():
            text = text.replace(name, value)
        return text

    done = site.run(*fill(line).split(" "))
    require_short_answer(done.returncode, done.stderr, code, [fill(word) for word in words])


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        (1, "clean -", "standard input: empty: no bytes"),
        (1, "parse -", "standard input: empty: no bytes"),
        (2, "feeds import -", "standard input: not an OPML document"),
    ],
)
def test_standard_input_is_named_as_such(site: Site, code: int, line: str, said: str) -> None:
    done = site.run(*line.split(" "), given=b"")
    require_short_answer(done.returncode, done.stderr, code, [said])


SERVERS = [
    (1, "redis://127.0.0.1:1/0", ["at 127.0.0.1:1 cannot be reached (Connection refused)", "[redis] url"]),
    (1, "redis://nobody:secret@127.0.0.1:1/0", ["at 127.0.0.1:1 cannot be reached"]),
    (1, "unix:///none/redis.sock", ["/none/redis.sock cannot be reached (No such file or directory)"]),
    (2, "127.0.0.1:6379", ["FEEDMILL_REDIS_URL: redis.url", 'allowed: a URL like "redis://host:6379/0"']),
    (2, "http://127.0.0.1/", ['allowed: a URL like "redis://host:6379/0"']),
    (2, "redis://127.0.0.1/first", ['allowed: a URL like "redis://host:6379/0"']),
]


@pytest.mark.parametrize(("code", "url", "words"), SERVERS, ids=[url for _, url, _ in SERVERS])
def test_a_wrong_server_is_named_without_its_password(
    site: Site, code: int, url: str, words: list[str]
) -> None:
    done = site.run("status", FEEDMILL_REDIS_URL=url)
    require_short_answer(done.returncode, done.stderr, code, words)
    assert "secret" not in done.stderr


def test_a_server_without_tls_is_told_from_one_that_is_away(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and says nothing on them
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        done = site.run("status", FEEDMILL_REDIS_URL=f"rediss://nobody:secret@{place}/0")
    require_short_answer(
        done.returncode, done.stderr, 1, [f"at {place} does not answer on TLS", "begins with redis://"]
    )
    assert "secret" not in done.stderr


def test_a_wrong_password_and_a_wrong_database_are_told_apart(site: Site, redis_url: str) -> None:
    there = redis_url.partition("?")[0]
    wrong = there.replace("unix://", "unix://nobody:secret@")
    refused = site.run("status", FEEDMILL_REDIS_URL=wrong)
    require_short_answer(refused.returncode, refused.stderr, 1, ["refuses this user and password"])
    assert "secret" not in refused.stderr
    missing = site.run("status", FEEDMILL_REDIS_URL=f"{there}?db=4000")
    require_short_answer(missing.returncode, missing.stderr, 1, ["has no database of this number"])


FILES = [
    ("feedmill.toml", "[poling]\n", ["feedmill.toml:1: poling: unknown table", 'did you mean "polling"?']),
    ("feedmill.toml", '[polling]\nintervall = "5m"\n', [":2: polling.intervall: unknown key", '"interval"']),
    ("feedmill.toml", "[polling]\ninterval = 5\n", [":2: polling.interval: is 5; allowed: a duration"]),
    ("feedmill.toml", "[web]\nport = 99999\n", [":2: web.port: is 99999; allowed: a whole number from 0"]),
    ("feedmill.toml", "[polling\ninterval = 5\n", ["feedmill.toml:1: not TOML"]),
    ("feedmill.toml", '[network]\nallow_private = ["10.0.0.0/99"]\n', [":2: network.allow_private"]),
    ("feedmill.toml", '[network]\ncontact = "nobody"\n', [":2: network.contact", "e-mail address"]),
    ("feedmill.toml", '[[sites]]\nsite = "a.example"\ntext = "div[["\n', ["cannot be read from character"]),
    (
        "feedmill.toml",
        '[[routes]]\nstream = "r"\n',
        ["feedmill.toml:2: routes[1]", "allowed: one of sources"],
    ),
    ("feeds.toml", '[[feeds]]\nuri = "https://a.example/"\n', ['did you mean "url"?', "url: is missing"]),
    ("feeds.toml", FEED + FEED, [":4: feeds[2].url", "is listed a second time"]),
    (
        "feeds.toml",
        FEED + 'only = [{ title = "re:(" }]\n',
        [":3: feeds[1].only[1].title", "no RE2 expression"],
    ),
    ("feedmill.toml", "[web]\nport = 1\n[web]\n", [":3: not TOML: the table of this line is there already"]),
    ("feedmill.toml", "[web]\nport = 1\nport = 2\n", [":3: not TOML: the key of this line is there already"]),
    ("feedmill.toml", "[network]\ncontact = me@x.example\n", [":2: not TOML: the value", "straight quotes"]),
    ("feedmill.toml", '[network]\ncontact = "me\n', [":2: not TOML: a text does not end"]),
    ("feedmill.toml", "[network]\ncontact = “me”\n", [":2: not TOML: the value", "straight quotes"]),
    ("feedmill.toml", '[workers]\nwithout = ["caption"\n', ["not TOML: a list is not closed"]),
    ("feedmill.toml", "[web]\nport 1\n", [":2: not TOML: a key has no value; allowed: key = value"]),
    ("feedmill.toml", '[web]\ntoken = "a\\d"\n', [":2: not TOML: a backslash stands in a text"]),
    ("feedmill.toml", 'contact = "a@b.example"\n', [":1: contact: is a key", "contact under [network]"]),
    ("feedmill.toml", "[[web]]\nport = 1\n", [":1: web: is [a table]; allowed: a table [web]"]),
    ("feedmill.toml", FEED, [":1: feeds: [[feeds]] tables stand in feeds.toml, not here"]),
    ("feeds.toml", "[web]\nport = 1\n", [":1: web: unknown key", "settings stand in feedmill.toml"]),
    ("feeds.toml", FEED + 'source = "a\\nb"\n', ['feeds[1].source: is "a\\u000ab"; allowed: one line']),
    (
        "feeds.toml",
        '[[feeds]]\nurl = "https://u:pass@a.example/"\n',
        ['is "https://***@a.example/"', "stand under [[sites]]"],
    ),
    ("feeds.toml", "\udcff\udcfe\x00", ["feeds.toml: byte 0 is not UTF-8"]),
]


@pytest.mark.parametrize(("name", "text", "words"), FILES, ids=[f"{name} {text}" for name, text, _ in FILES])
def test_a_mistake_in_a_file_is_named_with_line_key_and_what_is_allowed(
    tmp_path: Path, name: str, text: str, words: list[str]
) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings=SETTINGS)
    (site.config / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    done = site.run("config", "check")
    assert done.returncode == 2
    assert not LIBRARY_WORDS.search(done.stderr)
    for word in words:
        assert word in done.stderr
    assert not site.data.exists()


@pytest.mark.parametrize("name", ["feedmill.toml", "feeds.toml"])
def test_what_stands_in_the_place_of_a_file_is_named(tmp_path: Path, name: str) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings=SETTINGS)
    path = site.config / name
    path.unlink()
    path.mkdir()
    done = site.run("config", "check")
    assert (done.returncode, f"{name}: is a folder; allowed: a file" in done.stderr) == (2, True)
    path.rmdir()
    path.symlink_to("none")
    done = site.run("config", "check")
    assert (done.returncode, f"{name}: is a link to nothing" in done.stderr) == (2, True)


def test_a_missing_list_is_named(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    (site.config / "feeds.toml").unlink()
    missing = site.run("up")
    require_short_answer(
        missing.returncode, missing.stderr, 2, ["no feeds.toml in", "`feedmill init` writes one"]
    )

# ruff: noqa: E501 - a case of a table stands on one line
"""`clean`, `parse`, `url`, `status`, `doctor`, `tail`, `config`, `init`: what they print and end with."""

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import redis
from click import unstyle
from running import Site, clean_environment

from daemon.health.server_checks import check_server
from daemon.terminal.output import format_count, make_text_printable
from daemon.terminal.table import render_table
from feedmill._text_safety import escape_json
from web.rendering.durations import format_span

LINES = "".join(
    f"<p>Sentence {n} of the article is long enough to be taken for text by anyone.</p>" for n in range(8)
)
PAGE = (
    f"<html><head><title>A title</title></head><body><article><h1>A title</h1>{LINES}</article></body></html>"
)
FEED = """<rss version="2.0"><channel><title>T</title>
<item><title>One</title><link>/1</link><guid>g1</guid></item><item><title>Two</title><link>/2</link></item>
</channel></rss>"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = Site(tmp_path / "config", tmp_path / "data")
    found.write()
    return found


def test_clean_prints_the_article_of_a_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(PAGE)
    done = site.run("clean", str(tmp_path / "p.html"), "--explain")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("A title\n\n")
    assert "Sentence 7 of the article" in done.stdout
    assert "\nremoved:" in done.stdout


def test_clean_explains_why_a_page_is_no_article(site: Site) -> None:
    given = b"<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1><hr><center>nginx</center>"
    done = site.run("clean", "-", "--explain", given=given)
    assert done.returncode == 1
    assert "error: " in done.stderr
    assert "\n  status_in_title +3\n" in done.stderr
    assert "evidence" not in site.run("clean", "-", given=given).stderr


def test_clean_can_leave_a_step_out(site: Site) -> None:
    given = PAGE.replace("</article>", "<p>Advertisement</p></article>").encode()
    assert "Advertisement" not in site.run("clean", "-", given=given).stdout
    assert "Advertisement" in site.run("clean", "-", "--without", "advert", given=given).stdout
    wrong = site.run("clean", "-", "--without", "adverts", given=given)
    assert wrong.returncode == 2
    assert "--without adverts: there is no such cleaning step; there are other_post," in wrong.stderr


def test_clean_reads_standard_input_and_prints_json(site: Site) -> None:
    done = site.run("clean", "-", "--url", "https://x.example/p", "--format", "json", given=PAGE.encode())
    fields = json.loads(done.stdout)
    assert fields["title"] == "A title"
    assert {"text", "authors", "published_at", "standfirst", "word_count", "removed"} <= fields.keys()


def test_clean_tries_the_selectors_of_a_file_of_sites(site: Site, tmp_path: Path) -> None:
    rules = '[[sites]]\nsite = "x.example"\ntext = "aside"\ntitle = ".none"\n'
    (tmp_path / "try.toml").write_text(rules)
    given = PAGE.replace("</article>", "</article><aside><p>The words of the aside.</p></aside>").encode()
    command = ("clean", "-", "--url", "https://www.x.example/p")
    done = site.run(*command, "--sites", str(tmp_path / "try.toml"), given=given)
    assert done.stdout == "A title\n\nThe words of the aside.\n"
    assert "feedmill: title: .none found nothing" in done.stderr
    elsewhere = ("clean", "-", "--url", "https://y.example/p", "--sites", str(tmp_path / "try.toml"))
    assert "try.toml has no selectors for pages of y.example" in site.run(*elsewhere, given=given).stderr
    assert "aside" not in site.run(*command, given=given).stdout
    site.config.mkdir(exist_ok=True)
    (site.config / "feedmill.toml").write_text(rules)
    assert site.run(*command, given=given).stdout == done.stdout
    assert site.json("config", "show")["overrides"] == {"x.example": {"text": ["aside"], "title": [".none"]}}


def test_clean_prints_markdown(site: Site) -> None:
    assert site.run("clean", "-", "--format", "markdown", given=PAGE.encode()).stdout.startswith(
        "# A title\n\n"
    )


@pytest.mark.parametrize(("data", "outcome"), [(b"%PDF-1.7 x", "pdf"), (b"", "empty")])
def test_clean_names_why_a_page_is_no_article(site: Site, data: bytes, outcome: str) -> None:
    done = site.run("clean", "-", given=data)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"feedmill: standard input: {outcome}" in done.stderr


def test_clean_batch_answers_every_line(site: Site, tmp_path: Path) -> None:
    (tmp_path / "p.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "empty.html").write_bytes(b"")
    jobs = [
        {"id": name, "url": "https://x.example/", "file": str(tmp_path / name)}
        for name in ("p.html.gz", "empty.html")
    ]
    done = site.run("clean", "--batch", "-", given="\n".join(json.dumps(job) for job in jobs).encode())
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["id"], first["title"], first["outcome"]) == ("p.html.gz", "A title", "ok")
    assert (second["id"], second["text"], second["outcome"]) == ("empty.html", "", "empty")


def test_clean_batch_explains_every_removed_piece(site: Site, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(PAGE.replace("</article>", "<p>Advertisement</p></article>"))
    job = json.dumps({"id": "p", "url": "https://x.example/p", "file": str(tmp_path / "p.html")}).encode()
    told = json.loads(site.run("clean", "--batch", "-", "--explain", given=job).stdout)
    assert {"text": "Advertisement", "rule": "advert"} in told["pieces"]
    assert told["removed"]["advert"] == 1
    assert "pieces" not in json.loads(site.run("clean", "--batch", "-", given=job).stdout)


def test_clean_batch_goes_on_after_a_bad_line_and_a_missing_file(site: Site, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(PAGE)
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(PAGE.encode())[:40])
    jobs = [{"id": name, "file": str(tmp_path / name)} for name in ("none.html", "cut.html.gz", "p.html")]
    lines = [b'{"id": 5}', b"\xff", b"", *(json.dumps(job).encode() for job in jobs)]
    done = site.run("clean", "--batch", given=b"\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["outcome"] for answer in answers] == [
        *("not_a_job", "not_a_job", "unreadable", "unreadable", "ok")
    ], done.stderr
    assert answers[0]["detail"].startswith("line 1: ")
    assert [answer["id"] for answer in answers[2:]] == ["none.html", "cut.html.gz", "p.html"]
    assert done.returncode == 0


def test_parse_prints_entries_as_json_lines(site: Site) -> None:
    done = site.run("parse", "-", "--url", "https://x.example/feed", given=FEED.encode())
    assert done.returncode == 0, done.stderr
    entries = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(entry["title"], entry["link"]) for entry in entries] == [
        ("One", "https://x.example/1"),
        ("Two", "https://x.example/2"),
    ]


def test_parse_names_what_is_no_feed(site: Site) -> None:
    done = site.run("parse", "-", given=b"<html><body>no feed</body></html>")
    assert (done.returncode, done.stdout) == (1, "")
    assert "feedmill: standard input: html" in done.stderr


def test_a_forbidden_address_is_refused_with_its_name(tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write(settings="")
    done = site.run("parse", "http://127.0.0.1:8009/feed")
    assert done.returncode == 1
    assert "forbidden_address" in done.stderr


def test_url_prints_how_to_reach_the_embedded_server(site: Site) -> None:
    url = site.run("url").stdout.strip()
    assert url.startswith("redis://")
    assert site.run("url").stdout.strip() == url
    assert site.run("url", "--unix").stdout.startswith("unix://")
    assert site.json("url")["url"] == url


def test_url_prints_the_server_that_was_named(site: Site) -> None:
    named = "redis://:word@host.example:1/3"
    assert site.run("url", FEEDMILL_REDIS_URL=named).stdout.strip() == named
    assert site.run("url", "--unix", FEEDMILL_REDIS_URL=named).returncode == 2


def test_status_of_an_empty_ledger(site: Site) -> None:
    found = site.json("status")
    assert found["feeds"] == []
    assert found["counts"]["balanced"]
    said = site.run("status").stdout
    assert "no feeds yet" in said
    assert said.startswith("feedmill ")
    assert "is not running: `feedmill up` starts it" in said.splitlines()[0]
    assert said.splitlines()[1] == f"config {site.config}, data {site.data}"


def test_status_names_what_comes_before_the_first_poll(site: Site) -> None:
    assert "no feeds.toml in" not in site.run("status").stdout
    site.write("https://news.example/feed.xml")
    said = site.run("status").stdout
    assert "1 feed in feeds.toml, not handed to a scheduler yet: `feedmill up` polls them" in said
    (site.config / "feeds.toml").unlink()
    assert "`feedmill init` writes one" in site.run("status").stdout


def test_status_of_a_source_that_no_feed_has_is_refused(site: Site) -> None:
    done = site.run("status", "--source", "Mill")
    assert done.returncode == 2
    assert "Mill: no feed has this source" in done.stderr


def test_doctor_finds_the_embedded_server_well(site: Site) -> None:
    found = site.json("doctor")
    assert found["ok"]
    assert {finding["level"] for finding in found["findings"]} == {"ok"}
    assert site.run("doctor").returncode == 0


def test_doctor_says_what_is_wrong_with_another_server(site: Site, redis_url: str) -> None:
    done = site.run("doctor", FEEDMILL_REDIS_URL=redis_url)
    assert done.returncode == 1
    assert "append-only file" in done.stdout
    assert "set `appendonly yes`" in done.stdout


def test_doctor_finds_a_ledger_out_of_balance(
    site: Site, redis_client_sync: redis.Redis, redis_url: str
) -> None:
    redis_client_sync.hset("feedmill:counts", "discovered", 5)
    done = site.run("doctor", "--json", FEEDMILL_REDIS_URL=redis_url)
    wrong = [
        finding["what"] for finding in json.loads(done.stdout)["findings"] if finding["level"] == "wrong"
    ]
    assert done.returncode == 1
    assert "page records" in wrong


WELL = {
    "redis_version": "7.0.15",
    "cluster_enabled": 0,
    "role": "master",
    "aof_enabled": 1,
    "aof_last_write_status": "ok",
    "maxmemory_policy": "noeviction",
    "maxmemory": 0,
    "used_memory": 1000,
}


@pytest.mark.parametrize(
    ("info", "what", "level"),
    [
        ({"redis_version": "6.2.7"}, "version", "fatal"),
        ({"redis_version": "7.2.4", "valkey_version": "7.2.0"}, None, ""),
        ({"redis_version": "7.2.4", "valkey_version": "7.1.9"}, "version", "fatal"),
        ({"redis_version": "10.1"}, None, ""),
        ({"redis_version": ""}, "version", "fatal"),
        ({"cluster_enabled": 1}, "cluster mode", "fatal"),
        ({"role": "slave"}, "role", "fatal"),
        ({"aof_enabled": 0}, "append-only file", "wrong"),
        ({"aof_last_write_status": "err"}, "last append", "wrong"),
        ({"maxmemory_policy": "allkeys-lru"}, "eviction", "wrong"),
        ({"maxmemory": 1100}, "memory", "wrong"),
        ({"maxmemory": 10_000}, None, ""),
        ({}, None, ""),
    ],
)
def test_a_server_is_judged_by_its_info(info: dict[str, object], what: str | None, level: str) -> None:
    found = [
        (finding.what, finding.level) for finding in check_server({**WELL, **info}) if finding.level != "ok"
    ]
    assert found == ([] if what is None else [(what, level)])
    assert all(bool(finding.remedy) == (finding.level != "ok") for finding in check_server({**WELL, **info}))


def entry(number: int) -> dict[str, str]:
    article = {
        "id": f"{number:016x}", "rev": 1, "url": f"https://x.example/{number}", "title": f"Title \x1b[31m{number}",
        "listed_at": "2026-01-01T00:00:00Z", "fetched_at": "2026-01-01T00:00:00Z", "source": "X",
        "feed": "https://x.example/f", "text": "Words.", "word_count": 1, "text_from": "page",
    }  # fmt: skip
    return {
        "event": "created", "id": article["id"], "rev": "1", "source": "X", "feed": "f", "lang": "en", "tags": "a,b",
        "url": article["url"], "time": "2026-01-01T00:00:00Z", "schema": "article/1", "article": json.dumps(article),
    }  # fmt: skip


def test_tail_prints_what_is_there_from_the_start(
    site: Site, redis_client_sync: redis.Redis, redis_url: str
) -> None:
    for number in range(3):
        redis_client_sync.xadd("feedmill:articles", entry(number))
    words = ("tail", "--from-start", "--count", "2")
    shown = site.run(*words, FEEDMILL_REDIS_URL=redis_url)
    assert shown.returncode == 0
    assert "X: Title \ufffd[31m0  (1 words)" in shown.stdout
    assert shown.stdout.count("\n") == 4
    rows = [
        json.loads(line)
        for line in site.run(*words, "--json", FEEDMILL_REDIS_URL=redis_url).stdout.splitlines()
    ]
    assert [(row["rev"], row["tags"], row["article"]["url"]) for row in rows] == [
        (1, ["a", "b"], "https://x.example/0"),
        (1, ["a", "b"], "https://x.example/1"),
    ]
    everything = site.run("tail", "--from-start", "--no-follow", "--json", FEEDMILL_REDIS_URL=redis_url)
    assert everything.stdout.count("\n") == 3


def test_tail_follows_what_comes(site: Site, redis_client_sync: redis.Redis, redis_url: str) -> None:
    redis_client_sync.xadd("feedmill:articles", entry(0))
    tail = subprocess.Popen(
        site.arguments("tail", "--count", "1", "--json"),
        stdout=subprocess.PIPE,
        text=True,
        env=clean_environment(FEEDMILL_REDIS_URL=redis_url),
    )
    database = str(redis_client_sync.connection_pool.connection_kwargs["db"])
    while not any(
        (client["db"], client["cmd"]) == (database, "xread") and "b" in client["flags"]  # it waits
        for client in redis_client_sync.client_list()
    ):
        assert tail.poll() is None
    redis_client_sync.xadd("feedmill:articles", entry(1))
    out, _ = tail.communicate(timeout=120)
    assert json.loads(out)["article"]["url"] == "https://x.example/1"
    assert tail.returncode == 0


def test_config_show_masks_secrets_and_names_origins(site: Site) -> None:
    shown = site.run("config", "show", FEEDMILL_REDIS_URL="redis://:sesame@host/0").stdout
    assert "sesame" not in shown
    assert 'redis://:***@host/0"' in shown
    assert "FEEDMILL_REDIS_URL" in shown
    assert "feedmill.toml:3" in shown
    found = site.json("config", "show")["settings"]
    assert found["network.allow_private"]["value"] == ["127.0.0.0/8"]
    assert found["polling.interval"] == {"value": 900.0, "origin": "default"}


def test_config_check_lists_mistakes_for_programs(site: Site) -> None:
    assert site.json("config", "check") == {"ok": True, "mistakes": []}
    site.write("ftp://x")
    done = site.run("config", "check", "--json")
    assert done.returncode == 2
    (mistake,) = json.loads(done.stdout)["mistakes"]
    assert mistake["key"] == "feeds[1].url"


def test_init_writes_what_is_missing_and_nothing_else(tmp_path: Path) -> None:
    site = Site(tmp_path / "absent", tmp_path / "data")
    target = tmp_path / "new"
    done = subprocess.run(
        [*site.arguments()[:4], "init", str(target)], capture_output=True, text=True, check=True
    )
    assert done.stdout.count("wrote: ") == 2
    (target / "feeds.toml").write_text("# mine\n")
    again = subprocess.run(
        [*site.arguments()[:4], "init", str(target)], capture_output=True, text=True, check=True
    )
    assert again.stdout.count("left alone: ") == 2
    assert (target / "feeds.toml").read_text() == "# mine\n"


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 s"),
        (999, "1 s"),
        (61_000, "1 min 1 s"),
        (7_500_000, "2 h 5 min"),
        (90_000_000, "1 d 1 h"),
        (-5, "0 s"),
    ],
)
def test_a_span_is_said_in_two_units(milliseconds: float, words: str) -> None:
    assert format_span(milliseconds) == words


def test_counts_agree_with_their_noun() -> None:
    assert [format_count(1, "entry"), format_count(2, "entry"), format_count(0, "feed")] == [
        "1 entry",
        "2 entries",
        "0 feeds",
    ]


def test_nothing_printed_can_steer_a_terminal() -> None:
    assert make_text_printable("a\x1b[2Jb\u202ec\nd\x9b") == "a\ufffd[2Jb\ufffdc\nd\ufffd"
    value = {"a": "\x7f\x9b2J\u202ey\U000e0041\n", "ü": ["日本", "🏴"]}
    written = escape_json(msgspec.json.encode(value).decode())
    assert make_text_printable(written) == written
    assert msgspec.json.decode(written) == value
    assert make_text_printable("Ünï 日本 عربي") == "Ünï 日本 عربي"


class Terminal(io.StringIO):
    """What a person sits at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([], ["", " a   bb", " ──────", "", ""]),
        ([("x", "y")], ["", " a   bb", " ──────", " x   y", "", ""]),
        ([("x\ny", "日本"), ("", "z")], ["", " a   bb", " ────────", " x   日本", " y", "     z", "", ""]),
    ],
)
def test_a_table_is_as_wide_as_its_cells(rows: list[tuple[str, str]], shown: list[str]) -> None:
    assert render_table(("a", "bb"), rows).split("\n") == shown


def test_a_table_of_thousands_of_rows_is_not_laid_out_by_rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.table", None)  # there it takes more than a second
    rows = [(f"Paper {number}", f"http://p{number}.example/feed") for number in range(2000)]
    assert render_table(("source", "feed"), rows).count("\n") == 2004


def test_a_table_that_is_wider_than_the_terminal_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "20")
    whole = unstyle(render_table(("a", "b"), [("1", f"/a/path/of/many/{'x' * 30}")]))
    assert "…" not in whole
    assert whole.count("x") == 30
    told = unstyle(render_table(("a", "b"), [("x" * 5, "word " * 10)], "Title"))
    assert told.startswith("Title")
    assert max(len(line) for line in told.split("\n")) <= 20


def test_of_many_columns_those_that_do_not_fit_stand_whole_below_their_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "40")
    columns = ("source", "polls", "gap", "at once", "feed")
    rows = [("Gazette", "3", "0.5 s", "2", f"https://gazette.example/{'x' * 30}"), ("Mill", "", "", "", "")]
    assert unstyle(render_table(columns, rows)).split("\n") == [
        "", " source    polls   gap     at once", f" {'─' * 33}",
        " Gazette   3       0.5 s   2", f"   feed https://gazette.example/{'x' * 30}", " Mill", "", "",
    ]  # fmt: skip
    monkeypatch.setenv("COLUMNS", "24")
    assert "   gap 0.5 s, at once 2\n" in unstyle(render_table(columns, rows))

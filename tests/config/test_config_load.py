# ruff: noqa: E501 - a case of a table stands on one line
"""Settings and feeds as they are read, and every mistake with its place."""

from pathlib import Path

import pytest

from config.effective_settings import list_effective_settings, mask_secret
from config.errors import ConfigError
from config.load import load_config
from config.parsing.document import find_line, find_lines
from config.sections.feed_tables import ListedFeed, site_name
from config.settings import Settings, list_setting_descriptions
from feedmill._operator_rules.filter_rule_types import format_filters
from feedmill._operator_rules.page_overrides import PageOverrides

FEED = '[[feeds]]\nurl = "https://a.example/f"\n'


def write(folder: Path, settings: str = "", feeds: str = FEED) -> Path:
    (folder / "feedmill.toml").write_text(settings)
    (folder / "feeds.toml").write_text(feeds)
    return folder


def mistakes(folder: Path, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(folder, environ or {})
    return [str(mistake).replace(f"{folder}/", "") for mistake in caught.value.problems]


def test_without_files_and_variables_all_is_default(tmp_path: Path) -> None:
    loaded = load_config(tmp_path, {})
    assert loaded.settings == Settings()
    assert loaded.feeds == ()
    assert not loaded.has_feeds_file
    assert loaded.origins == {}


def test_the_files_are_read_and_origins_name_their_lines(tmp_path: Path) -> None:
    settings = '[politeness]\nper_site = 3\ngap = "500ms"\n[workers]\nmemory = "512MiB"\n'
    loaded = load_config(write(tmp_path, settings), {})
    assert (loaded.settings.politeness.per_site, loaded.settings.politeness.gap) == (3, 0.5)
    assert loaded.settings.workers.memory == 512 * 2**20
    assert loaded.origins["politeness.gap"].endswith("feedmill.toml:3")


def test_a_feed_has_its_sites_name_unless_it_is_given_one(tmp_path: Path) -> None:
    feeds = (
        FEED
        + '[[feeds]]\nurl = "http://b.example/"\nsource = "B"\ntags = ["x"]\ninterval = "1h"\nenabled = false\n'
    )
    assert load_config(write(tmp_path, feeds=feeds), {}).feeds == (
        ListedFeed("https://a.example/f", "a.example"),
        ListedFeed("http://b.example/", "B", ("x",), 3600.0, enabled=False),
    )


SITE = '[[sites]]\nsite = "a.example"\n'


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (SITE + "text = 5\n", "feedmill.toml:3: sites[1].text: is 5; allowed: a CSS selector of"),
        (SITE + "text = []\n", "feedmill.toml:3: sites[1].text: is []; allowed: a CSS selector of"),
        (SITE + 'drop = ["p", "a >"]\n', 'feedmill.toml:3: sites[1].drop: is "a >": cannot be read from character 4 on; allowed: '),
        (SITE + 'title = "h1:has(a)"\n', 'feedmill.toml:3: sites[1].title: is "h1:has(a)": '),
        (SITE + f'title = "{"h" * 501}"\n', 'feedmill.toml:3: sites[1].title: is "hhh'),
        (SITE + f'text = "p"\ndrop = "{", ".join(["p"] * 20)}"\n', "feedmill.toml:4: sites[1].drop: is selector 21 of this site;"),
        (SITE + 'titel = "h1"\n', 'sites[1].titel: unknown key (did you mean "title"?)'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_selectors_of_a_site_names_its_place(
    tmp_path: Path, settings: str, said: str
) -> None:
    (only,) = mistakes(write(tmp_path, settings))
    assert said in only


def test_selectors_of_a_site_are_one_or_several(tmp_path: Path) -> None:
    (site,) = load_config(
        write(tmp_path, SITE + 'text = ["main p", "ul"]\ntitle = "h1"\n'), {}
    ).settings.sites
    assert site.overrides == PageOverrides(text=("main p", "ul"), title=("h1",))


def test_the_rules_of_a_feed_are_bounded_together(tmp_path: Path) -> None:
    rule = '{ title = "' + "x" * 1000 + '" }'
    (said,) = mistakes(write(tmp_path, feeds=FEED + f"only = [{', '.join([rule] * 17)}]\n"))
    assert "feeds[1].only: with all other rules of this feed takes 17," in said
    feeds = FEED + 'only = [\n  { category = "sport" },\n  { title = "re:(?i)quiz" },\n]\n'
    (listed,) = load_config(write(tmp_path, feeds=feeds), {}).feeds
    assert format_filters(listed.filters) == ['only = [{ category = "sport" }, { title = "re:(?i)quiz" }]']


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.news.example/x", "news.example"),
        ("https://feeds.news.example/x", "news.example"),
        ("https://feeds.example/x", "feeds.example"),
        ("http://127.0.0.1:8000/x", "127.0.0.1:8000"),
        ("https://News.Example:443/x", "news.example"),
    ],
)
def test_the_name_of_a_site(url: str, name: str) -> None:
    assert site_name(url) == name


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environ = {
        "FEEDMILL_POLLING_MIN_INTERVAL": "10m",
        "FEEDMILL_NETWORK_ALLOW_PRIVATE": "127.0.0.0/8, ::1",
        "FEEDMILL_WORKERS_PROCESSES": "3",
        "FEEDMILL_REDIS_URL": "rediss://u:p@host:6380/2",
    }
    loaded = load_config(write(tmp_path, '[polling]\nmin_interval = "1m"\n'), environ)
    assert loaded.settings.polling.min_interval == 600
    assert loaded.settings.network.allow_private == ("127.0.0.0/8", "::1/128")
    assert loaded.settings.workers.processes == 3
    assert loaded.origins["redis.url"] == "FEEDMILL_REDIS_URL"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("redis://:word@host/0\n")
    loaded = load_config(tmp_path, {"FEEDMILL_REDIS_URL_FILE": str(secret)})
    assert loaded.settings.redis.url == "redis://:word@host/0"
    assert loaded.origins["redis.url"] == "FEEDMILL_REDIS_URL_FILE"


def test_the_user_agent_names_software_and_contact(tmp_path: Path) -> None:
    assert load_config(tmp_path, {}).settings.network.user_agent.startswith("feedmill/")
    loaded = load_config(tmp_path, {"FEEDMILL_NETWORK_CONTACT": "https://me.example/bot"})
    assert loaded.settings.network.user_agent.endswith(" (+https://me.example/bot)")
    assert (
        load_config(tmp_path, {"FEEDMILL_NETWORK_USER_AGENT": "mine/1"}).settings.network.user_agent
        == "mine/1"
    )


DURATION = 'written like "90s", "15m" or "1h"'


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[politness]\n", 'feedmill.toml:1: politness: unknown table (did you mean "politeness"?); allowed: redis, '),
        ("politeness = 3\n", "feedmill.toml:1: politeness: is 3; allowed: a table [politeness]"),
        ('\n[polling]\nmin_intervall = "5m"\n', 'feedmill.toml:3: polling.min_intervall: unknown key (did you mean "min_interval"?)'),
        ("[polling]\ninterval = 300\n", "feedmill.toml:2: polling.interval: is 300; allowed: a duration"),
        ('[polling]\ninterval = "5 minutes"\n', 'feedmill.toml:2: polling.interval: is "5 minutes"; allowed: a duration'),
        ('[polling]\ninterval = "-5m"\n', 'polling.interval: is "-5m"'),
        ('[polling]\ninterval = "99999d"\n', 'polling.interval: is "99999d"'),
        ("[politeness]\nper_site = true\n", "politeness.per_site: is true; allowed: a whole number from 1 to 64"),
        ("[politeness]\nper_site = 0\n", "politeness.per_site: is 0; allowed: a whole number from 1 to 64"),
        ('[workers]\nmemory = "1 G"\n', 'workers.memory: is "1 G"; allowed: a size'),
        ('[network]\nallow_private = "10.0.0.0/8"\n', 'network.allow_private: is "10.0.0.0/8"; allowed: a list'),
        ('[network]\nallow_private = ["10.1.2.3/8"]\n', 'feedmill.toml:2: network.allow_private: is ["10.1.2.3/8"]'),
        ('[logging]\nlevel = "loud"\n', 'logging.level: is "loud"; allowed: one of "debug", "info", '),
        ('[redis]\nurl = "http://:secret@x"\n', "redis.url: is not such a URL (not shown: it may hold a password)"),
        ('[redis]\nprefix = "a b"\n', 'redis.prefix: is "a b"; allowed: a name'),
        ('[network]\ncontact = "me"\n', 'network.contact: is "me"; allowed: a URL or e-mail address'),
        ("[polling\n", "feedmill.toml:1: not TOML: "),
        ('[polling]\nmin_interval = "2h"\nmax_interval = "1h"\n', "feedmill.toml:3: polling.max_interval: min_interval 2h is longer"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_settings_names_place_finding_and_what_is_allowed(
    tmp_path: Path, settings: str, said: str
) -> None:
    (only,) = mistakes(write(tmp_path, settings))
    assert said in only


@pytest.mark.parametrize(
    ("feeds", "said"),
    [
        ("[[feeds]]\n", "feeds.toml:1: feeds[1].url: is missing; allowed: an http or https URL"),
        ('[[feeds]]\nurl = "ftp://x.example"\n', 'feeds.toml:2: feeds[1].url: is "ftp://x.example"; allowed: '),
        ('[[feeds]]\nurl = "https://me:pw@x.example"\n', "feeds.toml:2: feeds[1].url: is "),
        ('[[feeds]]\nurl = "https://x.example:99999/"\n', "feeds.toml:2: feeds[1].url: is "),
        ('[[feeds]]\nurl = "https://[::1"\n', "feeds.toml:2: feeds[1].url: is "),
        ("[[feeds]]\nurl = 5\n", "feeds.toml:2: feeds[1].url: is 5"),
        (FEED + 'tag = ["x"]\n', 'feeds.toml:3: feeds[1].tag: unknown key (did you mean "tags"?); allowed: url, source'),
        (FEED + 'tags = "x"\n', 'feeds.toml:3: feeds[1].tags: is "x"; allowed: a list'),
        (FEED + 'tags = ["a,b"]\n', 'feeds.toml:3: feeds[1].tags: is ["a,b"]'),
        (FEED + 'interval = "soon"\n', 'feeds.toml:3: feeds[1].interval: is "soon"; allowed: a duration'),
        (FEED + 'enabled = "no"\n', 'feeds.toml:3: feeds[1].enabled: is "no"; allowed: true or false'),
        (FEED + 'only = "sport"\n', 'feeds.toml:3: feeds[1].only: is "sport"; allowed: a list of 1 to 50 tables like'),
        (FEED + "only = []\n", "feeds.toml:3: feeds[1].only: has 0 rules; allowed: a list of 1 to 50"),
        (FEED + "except = [{}]\n", "feeds.toml:3: feeds[1].except[1]: is empty; allowed: at least one of title"),
        (FEED + 'only = [{ tag = "x" }]\n', "feeds.toml:3: feeds[1].only[1].tag: unknown key; allowed: title, category"),
        (FEED + 'only = [{ link = "a" }, { title = "re:(" }]\n', 'feeds.toml:3: feeds[1].only[2].title: is "re:(": no RE2 expression: missing )'),
        (FEED + 'only = [{ title = " " }]\n', 'feeds.toml:3: feeds[1].only[1].title: is " "; allowed: words, or an RE2'),
        (FEED + f'except = [{{ title = "{"x" * 1025}" }}]\n', "feeds[1].except[1].title: has 1,025 bytes; allowed: words, or"),
        (FEED + FEED, 'feeds.toml:4: feeds[2].url: "https://a.example/f" is listed a second time (first at'),
        ('feeds = ["https://a.example/f"]\n', 'feeds.toml:1: feeds: is ["https://a.example/f"]; allowed: [[feeds]] tables'),
        ("[[feed]]\n", 'feeds.toml:1: feed: unknown key (did you mean "feeds"?)'),
        ("[[feeds]]\nurl = https://a.example\n", "feeds.toml:2: not TOML: "),
    ],
)  # fmt: skip
def test_a_mistake_in_the_feed_list_names_place_finding_and_what_is_allowed(
    tmp_path: Path, feeds: str, said: str
) -> None:
    (only,) = mistakes(write(tmp_path, feeds=feeds))
    assert said in only


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"FEEDMILL_POLLING_TIMEOUT": "soon"}, 'FEEDMILL_POLLING_TIMEOUT: polling.timeout: is "soon"; allowed: '),
        ({"FEEDMILL_POLING_TIMEOUT": "1s"}, 'unknown variable (did you mean "FEEDMILL_POLLING_TIMEOUT"?)'),
        ({"FEEDMILL_POLLING_FOO": "1s"}, "FEEDMILL_POLLING_FOO: unknown variable"),
        ({"FEEDMILL_REDIS_URL": "x"}, "FEEDMILL_REDIS_URL: redis.url: is not such a URL"),
        ({"FEEDMILL_REDIS_URL_FILE": "/no/such/file"}, "/no/such/file cannot be read (No such file or directory)"),
        ({"FEEDMILL_REDIS_URL_FILE": "x", "FEEDMILL_REDIS_URL": "redis://h"}, "FEEDMILL_REDIS_URL is set as well"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_environment_names_the_variable(
    tmp_path: Path, environ: dict[str, str], said: str
) -> None:
    (only,) = mistakes(tmp_path, environ)
    assert said in only


def test_a_variable_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    load_config(tmp_path, {"FEEDMILL_IMAGE": "x", "FEEDMILLER": "y"})


def test_all_mistakes_of_both_files_and_the_environment_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, "[redis]\nfoo = 1\nprefix = 2\n", "[[feeds]]\n[[feeds]]\nurl = 1\n")
    found = mistakes(tmp_path, {"FEEDMILL_WORKERS_LEASE": "x"})
    assert [mistake.split(":")[1] for mistake in found if "toml" in mistake] == ["2", "3", "1", "3"]
    assert len(found) == 5


def test_a_file_that_is_not_text_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "feeds.toml").write_bytes(b"\xff\xfe[\x00")
    assert "feeds.toml: byte 0 is not UTF-8" in mistakes(tmp_path)[0]


def test_lines_are_found_through_arrays_texts_and_dotted_keys() -> None:
    text = 'a.b = 1\n[t]\nlong = """\nkey = 2\n"""\nlist = [\n  1,\n]\nnext = 3\n[[r]]\nx = 1\n[[r]]\n"quoted key" = 1\n'
    lines = find_lines(text)
    assert lines[("a", "b")] == 1
    assert lines[("t", "next")] == 9
    assert ("t", "key") not in lines
    assert lines[("r", 0, "x")] == 11
    assert lines[("r", 1, "quoted key")] == 13
    assert find_line(lines, ("r", 1, "absent")) == 12
    assert find_line(lines, ("absent",)) == 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://:word@host:1/0", "redis://:***@host:1/0"),
        ("rediss://user:w@rd@host", "rediss://user:***@host"),
        ("unix://:word@/run/s.sock?db=0", "unix://:***@/run/s.sock?db=***"),
        ("unix:///s?password=word&db=0", "unix:///s?password=***&db=***"),
        ("redis://host/0", "redis://host/0"),
    ],
)
def test_secrets_are_masked(url: str, shown: str) -> None:
    assert mask_secret(url) == shown


def test_what_is_shown_can_be_read_again(tmp_path: Path) -> None:
    """Every setting as `config show` writes it gives the same settings."""
    rows = {row.name: row.written for row in list_effective_settings(load_config(tmp_path, {}))}
    tables: dict[str, list[str]] = {}
    for setting in list_setting_descriptions():
        tables.setdefault(setting.table, []).append(f"{setting.key} = {rows[setting.name]}")
    text = "".join(f"[{name}]\n" + "\n".join(keys) + "\n" for name, keys in tables.items())
    assert load_config(write(tmp_path, text), {}).settings == Settings()

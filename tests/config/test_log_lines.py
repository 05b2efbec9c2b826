"""A line of the log is one line, for a person or for a program, and says nothing that is secret."""

import json
import subprocess
import sys

import pytest

from config.logging_setup import list_secrets
from config.sections.webhook_tables import ListedWebhook
from config.settings import NetworkSettings, RedisSettings, Settings, WebSettings

SETTINGS = Settings(
    redis=RedisSettings(url="rediss://default:p%40ssw0rd-one@redis.test:6379/0"),
    network=NetworkSettings(proxy="http://me:proxy-word@proxy.test:3128"),
    web=WebSettings(token="token-of-sixteen-characters"),
    webhooks=(ListedWebhook(name="a", url="https://r.test/h", secrets=(b"k" * 24,)),),
)
PROGRAM = """
import structlog, logging, sys
from config.logging_setup import configure_logging
from config.settings import LoggingSettings
secret = "p@ssw0rd-one"
configure_logging(LoggingSettings(format=sys.argv[1]), role="worker", secrets=(secret,))
log = structlog.get_logger()
log.info("page", url="http://a.test/\\x1b[2J\\x9b31m\\r\\nforged", tags=["a\\x07b"], more={"k": secret})
log.warning("redis_away", error=f"cannot reach redis://x:{secret}@h")
try:
    held = secret
    raise ValueError("no\\x1b[31m way " + held)
except ValueError:
    log.exception("poll_failed", feed="http://a.test/")
logging.getLogger("library").warning("it says %s\\x1b[1m", secret)
log.info("last", error=ValueError(secret))
"""


def written(form: str) -> str:
    ran = subprocess.run([sys.executable, "-c", PROGRAM, form], capture_output=True, check=True, timeout=120)
    assert ran.stdout == b""
    return ran.stderr.decode()


def test_secrets_are_those_of_the_settings_as_written_and_as_read() -> None:
    found = list_secrets(SETTINGS)
    words = {"p%40ssw0rd-one", "p@ssw0rd-one", "proxy-word", "token-of-sixteen-characters"}
    assert set(found) == {*words, "a2tr" * 8}
    assert list_secrets(Settings()) == ()


def test_secrets_of_a_url_with_several_hosts_are_found() -> None:
    url = "redis+sentinel://u:p%40ssword-one@a:1,[::1]:2/mill/3?sentinel_password=s-password-two#x"
    found = list_secrets(Settings(redis=RedisSettings(url=url)))
    assert set(found) == {"p%40ssword-one", "p@ssword-one", "s-password-two"}


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_and_no_control_character_is_written(form: str) -> None:
    text = written(form)
    assert "p@ssw0rd" not in text
    assert "***" in text
    assert not {letter for letter in text if not letter.isprintable() and letter != "\n"}


def test_json_has_one_object_a_line_with_time_level_and_role() -> None:
    lines = [json.loads(line) for line in written("json").splitlines()]
    assert [line["event"] for line in lines[:3]] == ["page", "redis_away", "poll_failed"]
    assert [line["level"] for line in lines] == ["info", "warning", "error", "warning", "info"]
    assert all(line["role"] == "worker" and line["time"].endswith("Z") for line in lines)
    assert lines[0]["url"].startswith("http://a.test/\ufffd[2J")
    assert lines[2]["exception"].startswith("Traceback")
    assert "held" not in json.dumps(lines[2]).replace("+ held", "")


def test_text_has_a_line_for_each_event() -> None:
    lines = written("text").splitlines()
    assert sum("page" in line and "http://a.test/" in line for line in lines) == 1
    assert any("redis_away" in line for line in lines)

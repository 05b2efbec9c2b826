"""Webhooks, decided: signatures, order, delays, receivers that are down, mistakes in tables."""

import base64
from pathlib import Path
from typing import Any

import pytest

from config.errors import ConfigError
from config.load import load_config
from config.sections.webhook_tables import ListedWebhook
from feedmill.groups import HOOK_DOWN_AFTER
from web.webhooks.delivery_policy import (
    DeliveryAttempt,
    ReceiverState,
    RetryPolicy,
    decide_after_failure,
    is_given_up,
)
from web.webhooks.delivery_queue import DeliveryQueue, PendingDelivery
from web.webhooks.payload import build_headers, describe_answer, make_secret

NOW = 1_795_000_000_000
PATIENCE = RetryPolicy(first_s=5, deliveries=4, give_up_s=3600)
GOOD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = base64.b64decode(GOOD.removeprefix("whsec_"))


def test_the_signature_is_the_one_that_the_specification_publishes() -> None:
    given = build_headers([KEY], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert given["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert given["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert given["webhook-timestamp"] == "1614265330"


def test_two_secrets_give_two_signatures() -> None:
    one, two = (build_headers([key], "m", 1, b"x")["webhook-signature"] for key in (KEY, b"k" * 32))
    assert build_headers([KEY, b"k" * 32], "m", 1, b"x")["webhook-signature"] == f"{one} {two}"


def waiting(number: int, article: str, lane: int = 1, **more: Any) -> PendingDelivery:
    return PendingDelivery(lane, f"{number}-0", {"id": article}, **more)


def test_entries_of_one_article_go_one_after_the_other_and_others_pass() -> None:
    queue = DeliveryQueue()
    first, second, other = waiting(1, "a"), waiting(2, "a"), waiting(3, "b")
    for one in (first, second, other, first):
        queue.add_delivery(one)
    assert len(queue) == 3
    assert queue.choose_next(NOW) == first
    queue.sending.add(first.place)
    assert queue.choose_next(NOW) == other
    queue.sending.add(other.place)
    assert queue.choose_next(NOW) is None
    queue.defer_delivery(first, 1, NOW + 5, 1)
    assert queue.choose_next(NOW) is None
    assert queue.next_due_at() == NOW + 5
    assert queue.choose_next(NOW, probing=True) is not None
    again = queue.choose_next(NOW + 5)
    assert again is not None
    assert (again.id, again.attempts) == ("1-0", 1)
    queue.remove_delivery(again)
    assert queue.choose_next(NOW) == second
    queue.remove_delivery(second)
    queue.remove_delivery(other)
    assert (len(queue), queue.next_due_at()) == (0, None)


def test_who_was_tried_longest_ago_is_the_next_probe() -> None:
    queue = DeliveryQueue()
    one, two = waiting(1, "a"), waiting(2, "b")
    queue.add_delivery(one)
    queue.add_delivery(two)
    queue.defer_delivery(one, 0, NOW + 99, 1)
    assert queue.choose_next(NOW, probing=True) == two
    queue.defer_delivery(two, 0, NOW + 99, 2)
    chosen = queue.choose_next(NOW, probing=True)
    assert chosen is not None
    assert chosen.id == one.id


def run_of_failures(count: int, attempt: DeliveryAttempt) -> list[tuple[int, float, float, bool]]:
    """Let one entry fail so often: attempts charged, seconds until it and the receiver are asked, dead."""
    receiver, attempts, rows = ReceiverState(), 0, []
    for _ in range(count):
        then = decide_after_failure(receiver, attempts, attempt, PATIENCE, now=NOW, chance=lambda: 0.5)
        receiver, attempts = then.receiver, then.attempts
        rows.append((attempts, (then.next_at - NOW) / 1000, (receiver.next_at - NOW) / 1000, then.is_dead))
    return rows


def test_delays_grow_and_a_receiver_that_is_down_costs_no_attempts() -> None:
    assert run_of_failures(6, DeliveryAttempt(status=500)) == [
        (1, 5, 0, False),
        (2, 15, 0, False),
        (3, 45, 5, False),
        (3, 45, 10, False),
        (3, 45, 20, False),
        (3, 45, 40, False),
    ]


def test_an_entry_that_alone_fails_dies_after_its_deliveries() -> None:
    attempts = 0
    for number in range(1, 5):
        then = decide_after_failure(
            ReceiverState(), attempts, DeliveryAttempt(status=400), PATIENCE, now=NOW, chance=lambda: 0.5
        )
        attempts = then.attempts
        assert then.is_dead == (number == 4)


def test_a_receiver_that_says_when_is_not_asked_before() -> None:
    (row,) = run_of_failures(1, DeliveryAttempt(status=429, retry_after_s=120))
    assert row[1:3] == (120, 120)
    (row,) = run_of_failures(1, DeliveryAttempt(status=429, retry_after_s=1e12))
    assert row[1:3] == (86400, 86400)


def test_an_entry_is_given_up_when_the_receiver_was_down_for_long() -> None:
    down = ReceiverState(HOOK_DOWN_AFTER, NOW - 3601 * 1000, NOW)
    assert is_given_up(down, NOW - 10**9, PATIENCE, NOW)
    assert not is_given_up(down, NOW - 1000, PATIENCE, NOW)
    assert not is_given_up(ReceiverState(1, NOW - 10**9, NOW), 0, PATIENCE, NOW)
    assert not is_given_up(ReceiverState(), 0, PATIENCE, NOW)


def test_what_a_receiver_says_is_one_harmless_line() -> None:
    assert describe_answer(500, b"a\n\x1b[31mb\xff") == "HTTP 500: a \ufffd[31mb\ufffd"
    assert describe_answer(500, b"") == "HTTP 500"
    assert len(describe_answer(500, b"x" * 9999)) < 300


TABLE = f'[[webhooks]]\nname = "a"\nurl = "https://r.example/h"\nsecret = "{GOOD}"\n'


def test_a_webhook_is_read_with_its_secrets(tmp_path: Path) -> None:
    route = '[[routes]]\nstream = "science"\ntags = ["science"]\n'
    more = f'stream = "science"\nold_secret = "{make_secret()}"\nback_off = "1m"\n'
    (tmp_path / "feedmill.toml").write_text(route + TABLE + more)
    (hook,) = load_config(tmp_path, {}).settings.webhooks
    assert (hook.name, hook.url, hook.stream, hook.back_off) == ("a", "https://r.example/h", "science", 60)
    assert hook.secrets[0] == KEY
    assert len(hook.secrets[1]) == 32
    assert "whsec" not in repr(hook)
    assert str(KEY) not in repr(hook)


def test_a_secret_may_stand_in_a_file_the_old_one_in_its_second_line(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{GOOD}\n{make_secret()}\n")
    (tmp_path / "feedmill.toml").write_text(TABLE.replace(f'secret = "{GOOD}"', 'secret_file = "key"'))
    (hook,) = load_config(tmp_path, {}).settings.webhooks
    assert hook.secrets[0] == KEY
    assert len(hook.secrets) == 2
    assert ListedWebhook("a", "https://r.example/h", hook.secrets) == hook


@pytest.mark.parametrize(
    ("was", "instead", "line", "key", "said"),
    [
        ('name = "a"\n', "", 1, "webhooks[1].name", "is missing"),
        ('name = "a"', 'name = "A b"', 2, "webhooks[1].name", "A b"),
        ("https://r.example/h", "ftp://r.example/h", 3, "webhooks[1].url", "ftp"),
        ("https://r.example/h", "https://me:pw@r.example/h", 3, "webhooks[1].url", "not shown"),
        (f'secret = "{GOOD}"\n', "", 1, "webhooks[1].secret", "is missing"),
        (GOOD, "whsec_dG9vc2hvcnQ=", 4, "webhooks[1].secret", "not shown"),
        (GOOD, "not of this form", 4, "webhooks[1].secret", "not shown"),
        (f'secret = "{GOOD}"', 'secret_file = "none"', 4, "webhooks[1].secret_file", "No such file"),
        ('name = "a"', 'name = "a"\nstream = "x"', 3, "webhooks[1].stream", "no route"),
        ('name = "a"', 'name = "a"\nevent = ["created"]', 3, "webhooks[1].event", "did you mean"),
        ('name = "a"', 'name = "a"\ntimeout = "1h"', 3, "webhooks[1].timeout", "1h"),
        ("[[webhooks]]", f"{TABLE}[[webhooks]]", 6, "webhooks[2].name", "second"),
    ],
)
def test_a_mistake_in_a_webhook_is_named(  # noqa: PLR0917  (a table)
    tmp_path: Path, was: str, instead: str, line: int, key: str, said: str
) -> None:
    (tmp_path / "feedmill.toml").write_text(TABLE.replace(was, instead))
    with pytest.raises(ConfigError) as raised:
        load_config(tmp_path, {})
    mistake = next(one for one in raised.value.problems if one.key == key)
    assert mistake.where.endswith(f"feedmill.toml:{line}")
    assert said in mistake.found
    assert GOOD not in str(raised.value)
    assert "pw" not in str(raised.value)

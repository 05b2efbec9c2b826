"""The feed list over HTTP: each change is the command's, the file stays the only owner of the list."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gateway import BEARER, Gateway, serving
from ledger_desk import Desk

from config.file_change_detection import read_list_mark
from daemon.errors import ListKeptError
from daemon.feeds.feeds_file import FeedsFile
from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.identity.article_and_feed_ids import name_feed

A, B = "https://a.example/f", "https://b.example/f"
LISTED = f'[[feeds]]  # the first\nurl = "{A}"   # kept\ntags = ["x"]\n'


@pytest.fixture
async def gateway(redis_url: str, desk: Desk, tmp_path: Path) -> AsyncIterator[Gateway]:
    (tmp_path / "feeds.toml").write_text(LISTED)
    desk.apply(FeedSpec(url=A, source="a.example", tags=("x",)))
    async with serving(redis_url, tmp_path) as running:
        yield running


async def send(
    gateway: Gateway, method: str, url: str, body: dict[str, Any] | None = None, **headers: str
) -> httpx.Response:
    given = {**BEARER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await gateway.http.request(method, f"/v1/feeds/{name_feed(url)}", json=body, headers=given)


async def test_a_patch_changes_its_keys_alone_and_keeps_comments(gateway: Gateway, tmp_path: Path) -> None:
    only = [{"title": 're:(?i)"cup" \\\\d \u00e9\U0001f3c6', "language": "en"}]
    body = {"interval": "30m", "only": only, "except": [{"link": "/live/"}], "enabled": False}
    answer = await send(gateway, "PATCH", A, body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["said"] == f"changed in {tmp_path / 'feeds.toml'}: {A}"
    lines = (tmp_path / "feeds.toml").read_text().splitlines()
    assert lines[:3] == LISTED.splitlines()
    assert 'interval = "30m"' in lines
    assert answer.headers["etag"] == f'"{read_list_mark(tmp_path)}"'
    assert (await send(gateway, "PATCH", A, dict.fromkeys(body))).status_code == 200
    assert (tmp_path / "feeds.toml").read_text() == LISTED


async def test_put_lists_a_feed_or_replaces_its_table(gateway: Gateway, tmp_path: Path) -> None:
    answer = await send(gateway, "PUT", B, {"url": B, "text": "page"})
    assert answer.status_code == 200, answer.text
    added = f'\n[[feeds]]\nurl = "{B}"\ntext = "page"\n'
    assert (tmp_path / "feeds.toml").read_text() == LISTED + added
    assert (await send(gateway, "PUT", A, {"url": A, "source": "A"})).status_code == 200
    assert (tmp_path / "feeds.toml").read_text() == LISTED.replace('tags = ["x"]', 'source = "A"') + added
    assert (await send(gateway, "PUT", A, {"url": B})).status_code == 400


async def test_a_feed_is_changed_and_taken_off_before_the_list_was_read(
    gateway: Gateway, tmp_path: Path
) -> None:
    assert (await send(gateway, "PUT", B, {"url": B})).status_code == 200
    assert (await send(gateway, "PATCH", B, {"interval": "30m"})).status_code == 200
    assert (tmp_path / "feeds.toml").read_text().endswith(f'url = "{B}"\ninterval = "30m"\n')
    assert (await send(gateway, "DELETE", B)).status_code == 200
    assert B not in (tmp_path / "feeds.toml").read_text()
    assert (await send(gateway, "PATCH", B, {"interval": "30m"})).status_code == 404
    (tmp_path / "feeds.toml").write_text("[[feeds]")
    assert (await send(gateway, "PATCH", B, {"interval": "30m"})).status_code == 404


async def test_delete_takes_a_feed_off(gateway: Gateway, tmp_path: Path) -> None:
    assert (await send(gateway, "PUT", B, {"url": B})).status_code == 200
    assert (await send(gateway, "DELETE", A)).status_code == 200
    assert A not in (tmp_path / "feeds.toml").read_text()
    assert (await send(gateway, "DELETE", "https://none.example/")).status_code == 404


async def test_a_change_may_be_bound_to_the_list_as_it_was(gateway: Gateway, tmp_path: Path) -> None:
    tag = (await gateway.get(f"/v1/feeds/{name_feed(A)}")).headers["etag"]
    assert (await send(gateway, "PATCH", A, {"enabled": False}, if_match=tag)).status_code == 200
    late = await send(gateway, "PATCH", A, {"enabled": True}, if_match=tag)
    assert late.status_code == 412
    assert "enabled = false" in (tmp_path / "feeds.toml").read_text()
    assert (await send(gateway, "PATCH", A, {"enabled": None}, if_match="*")).status_code == 200
    assert (await send(gateway, "DELETE", A, if_match='"x"; rm')).status_code == 412


async def test_what_the_file_may_not_hold_changes_nothing(gateway: Gateway, tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"interval": "soon"}, {"interval": 5}, {"only": []}, {"only": [{"tag": "x"}]}, {"url": B},
        {"source": "a\nb"},
    ]  # fmt: skip
    for body in wrong:
        assert (await send(gateway, "PATCH", A, body)).status_code == 400, body
    refused = await send(gateway, "PATCH", A, {"only": [{"title": "re:("}]})
    assert refused.status_code == 409
    assert 'only[1].title: is "re:("' in refused.json()["detail"]
    assert (tmp_path / "feeds.toml").read_text() == LISTED


async def test_a_list_with_a_mistake_is_told_with_its_place(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "feeds.toml").write_text(LISTED + "intervall = 3\n")
    refused = await send(gateway, "PATCH", A, {"enabled": False})
    assert refused.status_code == 409
    assert "feeds.toml:4: feeds[1].intervall: unknown key" in refused.json()["detail"]


def test_a_list_that_cannot_be_written_is_told_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = FeedsFile(tmp_path)
    monkeypatch.setattr("daemon.feeds.feeds_file.tempfile.mkstemp", refuse)
    with pytest.raises(
        ListKeptError, match=r"cannot be written .Permission denied.: edit it where it is kept"
    ):
        file.save()


async def test_a_feed_is_paused_and_goes_on(gateway: Gateway, desk: Desk) -> None:
    path = f"/v1/feeds/{name_feed(A)}"
    for what, said in (
        ("pause", "it is paused"), ("pause", "it was paused before"), ("resume", "it goes on"),
        ("resume", "it was not paused"),
    ):  # fmt: skip
        answer = await gateway.http.post(f"{path}/{what}", headers=BEARER)
        assert (answer.status_code, answer.json()) == (200, {"said": said})
        assert bool(desk.client.hgetall(desk.keys.paused())) is (what == "pause")
    assert (await gateway.http.post(f"/v1/feeds/{1:016x}/pause", headers=BEARER)).status_code == 404


async def test_the_list_goes_out_and_in_as_opml(gateway: Gateway, tmp_path: Path) -> None:
    out = await gateway.get("/v1/opml")
    assert out.headers["content-type"].startswith("text/x-opml")
    assert f'xmlUrl="{A}"' in out.text
    body = out.text.replace(A, B)
    answer = await gateway.http.post("/v1/opml", content=body.encode(), headers=BEARER)
    assert answer.status_code == 200, answer.text
    assert "1 feed added" in answer.json()["said"]
    assert f'url = "{B}"' in (tmp_path / "feeds.toml").read_text()
    assert (await gateway.http.post("/v1/opml", content=b"\0", headers=BEARER)).status_code == 409

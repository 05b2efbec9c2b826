"""Redis over TLS, with a user of its own: an article's whole way, and clear words where trust is missing."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from newsroom import story
from origin import feed, page, serve
from running import Site
from support.waiting import block_until

from feedmill import Consumer

SERVER = shutil.which("redis-server") or shutil.which("valkey-server")
OPENSSL = shutil.which("openssl")
FEED = (
    "<rss version='2.0'><channel><title>Mill</title>"
    "<item><title>News of a</title><guid>a</guid><link>{}</link></item></channel></rss>"
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A server that speaks TLS alone."""

    port: int
    authority: Path

    def url(self, *, user: str = "daemon:far-too-short", trusting: bool = True) -> str:
        trust = f"?ssl_ca_certs={self.authority}" if trusting else ""
        return f"rediss://{user}@127.0.0.1:{self.port}/0{trust}"


def _make_certificates(folder: Path) -> None:
    assert OPENSSL is not None
    request = [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    names = ["-days", "2", "-subj", "/CN=mill", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*request, *names, *files], check=True, capture_output=True)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    if SERVER is None or OPENSSL is None:
        pytest.skip("no redis-server or openssl on this machine (apt: redis-server, openssl)")
    folder = tmp_path_factory.mktemp("tls")
    _make_certificates(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "users.acl").write_text(
        "user default off\nuser daemon on >far-too-short ~feedmill:* ~rq:* &rq:* +@all\n"
    )
    options = {
        "port": 0, "tls-port": port, "bind": "127.0.0.1", "tls-cert-file": folder / "cert.pem",
        "tls-key-file": folder / "key.pem", "tls-ca-cert-file": folder / "cert.pem", "tls-auth-clients": "no",
        "aclfile": folder / "users.acl", "dir": folder, "save": "", "appendonly": "yes",
        "maxmemory-policy": "noeviction",
    }  # fmt: skip
    words = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([SERVER, *words], stdout=log)
    made = Sealed(port, folder / "cert.pem")
    try:
        _await(made, server, folder / "log")
        yield made
    finally:
        server.kill()
        server.wait()


def _await(sealed: Sealed, server: "subprocess.Popen[bytes]", log: Path) -> None:
    def answers() -> bool:
        if server.poll() is not None:
            pytest.skip(f"this server has no TLS: {log.read_text()[-200:]}")
        with redis.Redis.from_url(sealed.url()) as client:
            return bool(client.ping())

    block_until(answers, ignored=(redis.ConnectionError,))


async def test_an_article_goes_through_a_server_that_speaks_tls_alone(sealed: Sealed, tmp_path: Path) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    async with serve({"/a": page(story("a"))}) as origin:
        origin.routes["/feed"] = feed(FEED.format(origin.url("/a")))
        site.write(origin.url("/feed"))
        environ = {"FEEDMILL_REDIS_URL": sealed.url()}
        polled = await asyncio.to_thread(site.run, "scheduler", "--once", **environ)
        worked = await asyncio.to_thread(site.run, "worker", "--burst", **environ)
    assert (polled.returncode, worked.returncode) == (0, 0), polled.stderr + worked.stderr
    with Consumer(sealed.url(), "readers", wait=False) as consumer:
        assert [event.article.title for event in consumer] == ["News of a"]


@pytest.mark.parametrize(
    ("user", "trusting", "words"),
    [("daemon:far-too-short", False, "certificate"), ("daemon:wrong", True, "password")],
)
def test_a_server_that_is_not_trusted_or_does_not_trust_is_named_without_the_secret(
    sealed: Sealed, tmp_path: Path, user: str, trusting: bool, words: str
) -> None:
    site = Site(tmp_path / "config", tmp_path / "data")
    site.write()
    done = site.run("scheduler", "--once", FEEDMILL_REDIS_URL=sealed.url(user=user, trusting=trusting))
    assert done.returncode != 0
    assert words in done.stderr.lower()
    assert user.partition(":")[2] not in done.stderr
    assert "Traceback" not in done.stderr

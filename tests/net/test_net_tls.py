"""TLS through the door: straight and in a tunnel of the operator's proxy; who is not trusted is not read."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from socks_proxy import serving_socks

from feedmill._net import HttpClient, HttpClientSettings, HttpResponse
from feedmill._net.errors import NetError

AGENT = "feedmill/test (+https://operator.example/reader)"
OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="no openssl on this machine")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate that is its own authority, for news.example and 127.0.0.1."""
    folder = tmp_path_factory.mktemp("cert")
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=mill -addext"
    names = "subjectAltName=IP:127.0.0.1,DNS:news.example"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([str(OPENSSL), *words.split(), names, *files], check=True, capture_output=True)
    return folder / "cert.pem"


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@asynccontextmanager
async def served(certificate: Path) -> AsyncIterator[int]:
    """Answer every request over TLS; gives the port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))
            body = b"sealed for " + host.partition(b" ")[2]
            writer.write(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
            )
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def tunnelling(port: int, asked: list[str]) -> AsyncIterator[int]:
    """Run a proxy all of whose tunnels lead to `port`; gives its own."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        asked.append(head)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def fetch(url: str, tls: ssl.SSLContext | None, *, proxy: str | None = None) -> HttpResponse:
    settings = HttpClientSettings(user_agent=AGENT, allow_private=("127.0.0.0/8",), proxy=proxy)
    async with HttpClient(settings, tls=tls) as door:
        return await door.fetch(url, deadline_s=10)


async def test_a_page_is_read_over_tls(certificate: Path, trusting: ssl.SSLContext) -> None:
    async with served(certificate) as port:
        answer = await fetch(f"https://127.0.0.1:{port}/a", trusting)
    assert answer.body == b"sealed for 127.0.0.1:%d" % port


async def test_a_server_that_nobody_vouches_for_is_not_read(certificate: Path) -> None:
    async with served(certificate) as port:
        with pytest.raises(NetError) as caught:
            await fetch(f"https://127.0.0.1:{port}/a", None)
    assert caught.value.outcome == "tls"


async def test_the_tunnel_of_a_proxy_is_sealed_end_to_end(
    certificate: Path, trusting: ssl.SSLContext
) -> None:
    asked: list[str] = []
    async with served(certificate) as port, tunnelling(port, asked) as proxy:
        answer = await fetch(
            "https://news.example/a", trusting, proxy=f"http://miller:se%40cret@127.0.0.1:{proxy}"
        )
    assert answer.body == b"sealed for news.example"
    (head,) = asked
    assert head.startswith("CONNECT news.example:443 ")
    assert "Basic bWlsbGVyOnNlQGNyZXQ=" in head


async def test_a_connection_by_socks_is_sealed_end_to_end(
    certificate: Path, trusting: ssl.SSLContext
) -> None:
    async with served(certificate) as port, serving_socks(port) as socks:
        proxy = f"socks5h://127.0.0.1:{socks.port}"
        answer = await fetch("https://news.example/a", trusting, proxy=proxy)
        with pytest.raises(NetError) as caught:
            await fetch("https://bank.example/a", trusting, proxy=proxy)
    assert answer.body == b"sealed for news.example"
    assert caught.value.outcome == "tls"
    assert [host for _, host, _ in socks.asked] == ["news.example", "bank.example"]


async def test_a_proxy_that_answers_for_another_is_not_trusted(
    certificate: Path, trusting: ssl.SSLContext
) -> None:
    async with served(certificate) as port, tunnelling(port, []) as proxy:
        with pytest.raises(NetError) as caught:
            await fetch("https://bank.example/a", trusting, proxy=f"http://127.0.0.1:{proxy}")
    assert caught.value.outcome == "tls"

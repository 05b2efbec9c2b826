"""Lets Schemathesis loose on the gateway: everything that its OpenAPI document allows and forbids is tried.

    make fuzz-api                  # a minute or two
    make fuzz-api EXAMPLES=500     # longer

A server, a gateway and what they hold are made for it; the tool is installed in a folder of its own.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from gateway import append, client_of, serving, story  # noqa: E402  (of the tests)
from outages import OwnServer  # noqa: E402

from feedmill import Consumer  # noqa: E402

TOKEN = "a-token-for-the-tests-only"  # noqa: S105  (a server that lives for this run)
ENDLESS = "/v1/stream"


def main(tool: str, examples: str, *more: str) -> int:
    """Run the tool; answers its exit status."""
    with tempfile.TemporaryDirectory(prefix="fm-", dir="/tmp") as folder:
        server = OwnServer(Path(folder))
        server.start()
        begun, ended, loop, urls = threading.Event(), asyncio.Event(), asyncio.new_event_loop(), []

        async def serve() -> None:
            async with client_of(server.url) as client:
                for number in range(200):
                    await append(client, story(number, tags=("science", "world")))
            with Consumer(server.url, "readers", wait=False, deliveries=1) as consumer:
                consumer.give_back([next(iter(consumer))], "no")
            async with serving(server.url, Path(folder)) as gateway:
                urls.append(gateway.url)
                begun.set()
                await ended.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        begun.wait(60)
        words = ["--header", f"Authorization: Bearer {TOKEN}", "--exclude-path", ENDLESS, "--no-color"]
        words += ["--max-examples", examples, "--request-timeout", "60", *more]
        environ = {**os.environ, "NO_PROXY": "127.0.0.1"}
        done = subprocess.run([tool, "run", f"{urls[0]}/openapi.json", *words], env=environ, check=False)
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        server.kill()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

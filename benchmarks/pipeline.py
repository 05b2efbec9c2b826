"""The obvious pipeline, to compare with: an RQ job a page, RQ's default worker, httpx, trafilatura, XADD.

usage: python benchmarks/pipeline.py URL enqueue PORT PAGES | work

Tuned as its owner would: trafilatura and httpx are imported before the forks, results are not kept, jobs are
enqueued in one go, a page has 45 s in all, and logging is off.
"""

import logging
import sys

import httpx
import redis
import trafilatura
from rq import Queue, Worker

SITES = 64
URL = sys.argv[1] if len(sys.argv) > 1 else ""


def article(url: str) -> None:
    with redis.Redis.from_url(URL) as client:
        try:
            answer = httpx.get(url, timeout=45, follow_redirects=True)
            found = trafilatura.bare_extraction(answer.content, url=url, with_metadata=True)
            if found is not None:
                row = {"url": url, "title": found.title or "", "text": found.text or ""}
                client.xadd("articles", row)
        except httpx.HTTPError:
            client.incr("failed")
        client.incr("ended")


def main() -> None:
    with redis.Redis.from_url(URL) as client:
        queue = Queue("pages", connection=client)
        if sys.argv[2] == "enqueue":
            port, pages = int(sys.argv[3]), int(sys.argv[4])
            queue.enqueue_many(
                Queue.prepare_data(
                    "pipeline.article",
                    (f"http://127.0.1.{1 + number % SITES}:{port}/p/{number}",),
                    timeout=60,
                    result_ttl=0,
                )
                for number in range(pages)
            )
        else:
            logging.getLogger("rq.worker").setLevel(logging.WARNING)
            trafilatura.bare_extraction("<html><body><p>Warm.</p></body></html>", with_metadata=True)
            Worker([queue], connection=client).work(burst=True, logging_level="WARNING")


if __name__ == "__main__":
    main()

"""Count how well texts are told that several sources carry, and what it costs, on gold of its own.

usage: python benchmarks/stories.py [CORPUS] [--texts N] [--window N]

Printed: recall of each edit of a text (it meets the text in a band and joins it), false joins among texts on the
same event in other words, daily texts of one source and all pairs of different texts, the CPU of a signature.
CORPUS holds gold.jsonl with "text": all pairs of its texts are compared; a pair that joins and shares under a
quarter of its shingles is false. Last, what stories add to a publish in Redis, by its own clock, with a full window: by turns with
publishes without, the least of ten turns.
"""

import argparse
import json
import random
import time
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from uuid import uuid4

import redis
from ledger_desk import DAY, Desk
from running import valkey
from story_shapes import EDITS, GoldText, change_words, make_same_events, write_forecast, write_text
from story_subjects import describe

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.records import Entry
from worker.stories.story_choice import LEAST, StoryArticle, choose_story
from worker.stories.text_signature import BANDS, compute_signature, estimate_similarity, list_shingles
from worker.stories.title_words import read_title_words

_FALSE = 0.25
TURN = 50
FLOOD = 10_000
FIELDS = {
    "source": "A",
    "feed": "http://a.example/feed",
    "lang": "en",
    "tags": "x,y",
    "article": "text " * 1200,
}
"""As large as those of an article of 900 words."""


def article_of(given: GoldText, name: str, source: str, lang: str = "en") -> tuple[StoryArticle, set[bytes]]:
    signature = compute_signature(given.text)
    bands = {bytes([band]) + signature.bands[4 * band : 4 * band + 4] for band in range(BANDS)}
    words = len(given.text.split())
    return StoryArticle(
        name, name, source, lang, words, signature.minimums, read_title_words(given.title)
    ), bands


def joins(one: GoldText, two: GoldText, *, source: str = "two", lang: str = "en") -> bool:
    first, its_bands = article_of(one, "a", "one")
    second, bands = article_of(two, "b", source, lang)
    return bool(its_bands & bands) and choose_story(second, [first]).story == "a"


def measure_gold(texts: int) -> None:
    right = pairs = 0
    print("recall of edits:")
    for name, edit in EDITS.items():
        hits = 0
        for number in range(texts):
            rng = random.Random(f"{name} {number}")
            given = write_text(rng, rng.choice((250, 400, 700)))
            hits += joins(given, edit(rng, given))
        right, pairs = right + hits, pairs + texts
        print(f"  {name:24} {hits / texts:.3f}")
    events = sum(joins(one, two) for one, two in make_same_events())
    originals = [write_text(random.Random(f"translated {number}")) for number in range(texts)]
    translated = sum(joins(one, one, lang="de") for one in originals)
    rng = random.Random(4)
    days = [write_forecast(rng, day) for day in range(30)]
    daily = sum(joins(one, two, source="one") for one, two in combinations(days, 2))
    others = sum(joins(one, two) for one, two in combinations(originals[:100], 2))
    false = events + translated + daily + others
    print(f"false joins: {events} of 200 on the same event, {translated} of {texts} in another language,")
    print(
        f"  {daily} of {len(days) * (len(days) - 1) // 2} daily texts of one source, {others} of different texts"
    )
    print(f"precision {right / (right + false):.4f}, recall {right / pairs:.4f}")


def measure_cost() -> None:
    for words in (100, 600, 2000):
        texts = [write_text(random.Random(number), words).text for number in range(40)]
        began = time.process_time()
        for text in texts:
            compute_signature(text)
        print(f"signature of {words:5} words: {(time.process_time() - began) / len(texts) * 1000:.2f} ms CPU")


def measure_corpus(folder: Path) -> None:
    gold = folder / "gold.jsonl"
    if not gold.exists():
        print("pairs of a corpus: skipped: no corpus")
        return
    with gold.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    signed = [(text, one.minimums) for text in texts if (one := compute_signature(text))]
    joined = false = 0
    for (one, its), (two, others) in combinations(signed, 2):
        if estimate_similarity(its, others) >= LEAST:
            joined += 1
            a, b = set(list_shingles(one)), set(list_shingles(two))
            false += len(a & b) / len(a | b) < _FALSE
    print(f"pairs of a corpus: {len(signed) * (len(signed) - 1) // 2:,}, {joined} alike, {false} falsely")


def fill_window(client: redis.Redis, keys: Keys, today: int, articles: int) -> None:
    """Fill the days before this one, and this one, with articles of other texts."""
    rng = random.Random(1)
    numbered = Counter()
    for day in range(today - 4, today + 1):
        bucket = day - day % 2
        key = keys.stories(bucket)
        pipe = client.pipeline(transaction=False)
        for number in range(articles // 5):
            numbered[bucket] += 1
            own = (2 * numbered[bucket] + day - bucket).to_bytes(4, "big")
            row = {rng.randbytes(4): own for _ in range(BANDS)}
            record = rng.randbytes(16 + 64) + (400).to_bytes(2, "big") + bytes([0, 6]) + b"source" + b"\2en"
            pipe.hset(key, mapping={**row, b"a" + own: record + rng.randbytes(24)})
            if number % 500 == 0:
                pipe.execute()
        pipe.hset(key, "n", numbered[bucket])
        pipe.execute()


def server_us(client: redis.Redis) -> float:
    """Give the processor time of the server's main thread: what else the machine does is not in it."""
    info = client.info("cpu")
    return 1e6 * (info["used_cpu_user_main_thread"] + info["used_cpu_sys_main_thread"])


def time_publish(desk: Desk, subjects: list) -> float:
    """Give the microseconds that the server takes for a publish."""
    entries = [Entry(guid=uuid4().hex, link=f"http://a.example/{uuid4().hex}", title="T") for _ in subjects]
    spent = 0.0
    for at in range(0, len(entries), 50):
        pages = desk.start(*entries[at : at + 50], feed=f"http://a.example/{uuid4().hex}")
        before = server_us(desk.client)
        for page, subject in zip(pages, subjects[at : at + 50], strict=True):
            desk.publish(page, subject=subject, **FIELDS)
        spent += server_us(desk.client) - before
    return spent / len(entries)


def measure_publish(articles: int) -> None:
    with valkey() as url, redis.Redis.from_url(url) as client:
        desk = Desk(client)
        before = client.info("memory")["used_memory"]
        fill_window(client, desk.keys, desk.now // DAY, articles)
        held = (client.info("memory")["used_memory"] - before) / articles
        equal = describe(write_text(random.Random(0)), "s")
        rng = random.Random(2)  # real texts share few shingles; those that are made here share many
        new = [replace(equal, bands=rng.randbytes(128), minimums=rng.randbytes(64)) for _ in range(500)]
        alike = [describe(write_text(random.Random(f"new {n}")), f"s{n % 40}") for n in range(500)]
        flood = [replace(equal, source=f"s{n}") for n in range(500)]
        edits = [
            describe(change_words(0.05)(random.Random(n), write_text(random.Random(0))), f"s{n}")
            for n in range(500)
        ]
        time_publish(desk, [None] * 200)
        print(f"Redis an article in the window: {held:.0f} bytes, {articles:,} articles")
        kinds = {
            "new texts": new,
            "equal texts": flood,
            "edits of one text": edits,
            "texts of the same words": alike,
        }
        report_publish(desk, kinds)
        for at in range(0, FLOOD, 500):
            spent = time_publish(desk, [replace(equal, source=f"s{at + n}") for n in range(500)])
        print(f"publish, after {FLOOD:,} equal texts: {spent:.0f} us")


def report_publish(desk: Desk, kinds: dict[str, list]) -> None:
    """Time publishes with and without stories by turns, so that all have the same machine."""
    plain, spent = [], {name: [] for name in kinds}
    for at in range(0, 500, TURN):
        plain.append(time_publish(desk, [None] * TURN))
        for name, subjects in kinds.items():
            spent[name].append(time_publish(desk, subjects[at : at + TURN]))
    base = min(plain)  # what else the machine does only adds
    print(f"publish, no story: {base:.0f} us of Redis")
    for name, times in spent.items():
        own = min(times)
        print(f"publish, {name}: {own:.0f} us, +{own - base:.0f} us, {own / base:.2f} times one without")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--window", type=int, default=100_000)
    given = parser.parse_args()
    measure_gold(given.texts)
    measure_cost()
    measure_corpus(given.corpus)
    measure_publish(given.window)


if __name__ == "__main__":
    main()

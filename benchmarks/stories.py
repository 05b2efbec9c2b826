"""Count how well texts are told that several sources carry, and what it costs, on gold of its own.

usage: python benchmarks/stories.py [CORPUS] [--texts N]

Printed: recall of each edit of a text (it meets the text in a band and joins it), false joins among texts on the
same event in other words, daily texts of one source and all pairs of different texts, the CPU of a signature.
CORPUS holds gold.jsonl with "text": all pairs of its texts are compared; a pair that joins and shares under a
quarter of its shingles is false.
"""

import argparse
import json
import random
import time
from itertools import combinations
from pathlib import Path

from story_shapes import EDITS, GoldText, make_same_events, write_forecast, write_text

from worker.stories.story_choice import LEAST, StoryArticle, choose_story
from worker.stories.text_signature import BANDS, compute_signature, estimate_similarity, list_shingles
from worker.stories.title_words import read_title_words

_FALSE = 0.25


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--texts", type=int, default=200)
    given = parser.parse_args()
    measure_gold(given.texts)
    measure_cost()
    measure_corpus(given.corpus)


if __name__ == "__main__":
    main()

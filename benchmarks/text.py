"""Compare `feedmill clean --batch` with plain trafilatura on a corpus of pages, in one run.

usage: python benchmarks/text.py CORPUS [--every N] [--out FILE] [--folds N] [--before FILE]

CORPUS holds gold.jsonl ("id", "set", "url", "file", "text") and the pages it names. Printed per set: F1,
precision and recall over shingles of four tokens, exact texts, pages under F1 .5, for both, and a paired
bootstrap interval (95 %) of the gain in F1; then the CPU a page of both, the start of the command included.
`--out` writes feedmill's lines for other scorers. `--folds` parts each set by site, and prints F1 and exact
texts of each part; with `--before`, the lines of another reading (`--out` of it), also the gain over that by part:
a change that helps one part alone has been fitted to it.
"""

import argparse
import gzip
import hashlib
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from trafilatura import bare_extraction

_TOKEN = re.compile(r"\w+")
_ROUNDS = 1000
Share = tuple[float, float, float]


def shingles(tokens: list[str]) -> Counter:
    if len(tokens) < 4:
        return Counter([tuple(tokens)] if tokens else [])
    return Counter(zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False))


def shares(gold: str, got: str) -> tuple[Share, bool]:
    wanted, found = _TOKEN.findall(gold), _TOKEN.findall(got)
    one, two = shingles(wanted), shingles(found)
    hit = sum((one & two).values())
    extra, lost = sum(two.values()) - hit, sum(one.values()) - hit
    total = hit + extra + lost
    return ((hit / total, extra / total, lost / total) if total else (0.0, 0.0, 0.0)), wanted == found


def f1(rows: list[Share]) -> float:
    hit, extra, lost = (sum(row[place] for row in rows) for place in range(3))
    return 2 * hit / (2 * hit + extra + lost) if hit else 0.0


def interval(plain: list[Share], ours: list[Share]) -> tuple[float, float]:
    pick = random.Random(2)
    gains = []
    for _ in range(_ROUNDS):
        places = [pick.randrange(len(ours)) for _ in ours]
        gains.append(f1([ours[place] for place in places]) - f1([plain[place] for place in places]))
    gains.sort()
    return gains[int(_ROUNDS * 0.025)], gains[int(_ROUNDS * 0.975)]


def line(name: str, who: str, rows: list[tuple[Share, bool]]) -> str:
    parts = [row for row, _ in rows]
    hit, extra, lost = (sum(row[place] for row in parts) for place in range(3))
    bad = sum(f1([row]) < 0.5 for row in parts)
    exact = sum(same for _, same in rows) / len(rows)
    return (
        f"{name:8s} {who:12s} {len(rows):5d} {f1(parts):.4f} {hit / (hit + extra):.4f} "
        f"{hit / (hit + lost):.4f} {exact:.3f} {bad:4d}"
    )


def fold_of(gold: dict[str, str], folds: int) -> int:
    """Give the part that a page's site is in."""
    site = gold.get("site") or gold["id"]
    return int.from_bytes(hashlib.blake2b(site.encode(), digest_size=4).digest()) % folds


def print_folds(golds: list[dict[str, str]], ours: dict[str, dict], before: Path | None, folds: int) -> None:
    """Print each set by parts of its sites: F1 and exact texts, and what they were before."""
    former = {}
    if before:
        former = {row["id"]: row for row in map(json.loads, before.open(encoding="utf-8"))}
    parts: dict[str, list[list[tuple[Share, bool]]]] = defaultdict(lambda: [[] for _ in range(folds)])
    for gold in golds:
        for name, rows in (("", ours), (" before", former)):
            if gold["id"] in rows:
                row = shares(gold["text"], rows[gold["id"]]["text"])
                parts[gold["set"] + name][fold_of(gold, folds)].append(row)
    for name, each in sorted(parts.items()):
        told = [
            f"{f1([row for row, _ in part]):.4f} {sum(same for _, same in part) / len(part):.3f}"
            for part in each
            if part
        ]
        print(f"{name:16s} F1, exact by part: {' | '.join(told)}")


def cleaned(jobs: list[dict[str, str]]) -> tuple[dict[str, dict], float]:
    """Run `feedmill clean --batch`; give its lines by id and the CPU seconds it took."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as asked:
        asked.write("".join(f"{json.dumps(job)}\n" for job in jobs))
        asked.flush()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [Path(sys.executable).parent / "feedmill", "clean", "--batch", asked.name],
            check=True,
            stdout=subprocess.PIPE,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}, spent


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("corpus", type=Path)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--out", type=Path)
    asked.add_argument("--folds", type=int, default=0)
    asked.add_argument("--before", type=Path)
    args = asked.parse_args()
    listed = args.corpus / "gold.jsonl"
    golds = [json.loads(row) for row in listed.open(encoding="utf-8")][:: args.every]
    jobs = [
        {"id": gold["id"], "url": gold["url"] or "", "file": str((args.corpus / gold["file"]).resolve())}
        for gold in golds
    ]
    ours, ours_s = cleaned(jobs)
    rows: dict[str, dict[str, list[tuple[Share, bool]]]] = defaultdict(lambda: defaultdict(list))
    plain_s = 0.0
    for gold in golds:
        body = gzip.decompress((args.corpus / gold["file"]).read_bytes())
        began = time.process_time()
        plain = bare_extraction(body, include_comments=False, with_metadata=True)
        plain_s += time.process_time() - began
        rows[gold["set"]]["trafilatura"].append(shares(gold["text"], plain.text if plain else ""))
        rows[gold["set"]]["feedmill"].append(shares(gold["text"], ours[gold["id"]]["text"]))
    print("set      who          pages F1     prec   recall exact  <.5")
    for name, both in rows.items():
        for who, found in both.items():
            print(line(name, who, found))
        low, high = interval(*([row for row, _ in both[who]] for who in ("trafilatura", "feedmill")))
        print(f"{name:8s} gain in F1, 95 %: {low:+.4f} to {high:+.4f}")
    pages = len(golds)
    print(
        f"trafilatura {1000 * plain_s / pages:.1f} ms CPU a page, feedmill {1000 * ours_s / pages:.1f}",
        end="",
    )
    print(f": {ours_s / plain_s:.2f} times")
    if args.folds:
        print_folds(golds, ours, args.before, args.folds)
    if args.out:
        args.out.write_text("".join(f"{json.dumps(row)}\n" for row in ours.values()), encoding="utf-8")


if __name__ == "__main__":
    main()

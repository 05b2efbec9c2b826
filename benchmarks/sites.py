"""Clean sites of real generators and themes through the real daemon, against gold that is known exactly.

usage: python benchmarks/sites.py [--counts 1,3,10,20,50] [--only NAME …] [--keep DIR] [--show]

Texts of our own are given to the generators that are installed (hugo, jekyll, pelican; PELICAN names
another command), with the standing lines that such sites have: a call in mid-text, a sign-off, "Also read", a
read-time, related links. Each site is built with the first n articles, served on loopback and read by
`feedmill up --until-idle`. Printed per site and n: articles published, texts that are exact word for word,
lines of articles that were lost, and foreign lines that stayed. `--show` prints those lines.
"""

import argparse
import functools
import http.server
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path

from site_generators import SITES, write
from site_texts import Text, texts

WORDS = re.compile(r"\w+")


SETTINGS = """
[network]
allow_private = ["127.0.0.0/8"]
[politeness]
gap = "0s"
per_site = 4
[workers]
processes = 1
[web]
enabled = false
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(number: int) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """Serve a folder, to be named later, on an address of its own on loopback."""
    folder = ["/nonexistent"]

    def answer(*args: object) -> _Quiet:
        return _Quiet(*args, directory=folder[0])  # type: ignore[arg-type]

    server = http.server.ThreadingHTTPServer((f"127.0.{1 + number}.1", 0), functools.partial(answer))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield (
            f"http://127.0.{1 + number}.1:{server.server_address[1]}",
            lambda new: folder.__setitem__(0, str(new)),
        )
    finally:
        server.shutdown()
        server.server_close()


def plain(text: str) -> str:
    """Give the words alone."""
    return " ".join(WORDS.findall(text.replace("\u2019", "'").replace("\u2018", "'")))


def _differing(got: str, wanted: str) -> str:
    """Say what a text has more or less than the gold where every line of either stands in the other."""
    one, two = got.split(), wanted.split()
    changes = SequenceMatcher(None, two, one, autojunk=False).get_opcodes()
    return "; ".join(f"{two[a:b]} -> {one[c:d]}" for what, a, b, c, d in changes if what != "equal")


def measure(name: str, number: int, golds: list[Text], home: Path, *, show: bool) -> str:
    """Build a site, put it through the daemon, and hold what is published against the gold."""
    build, variant, _ = SITES[name]
    with serving(number) as (root, serve):
        public, feed = build(variant, home / "site", root, golds)
        serve(public)
        write(home / "config/feeds.toml", f'[[feeds]]\nurl = "{root}{feed}"\n')
        write(home / "config/feedmill.toml", SETTINGS)
        command = [str(Path(sys.executable).parent / "feedmill"), "--config", str(home / "config")]
        command += ["--data-dir", str(home / "data")]
        subprocess.run([*command, "up", "--until-idle"], check=True, capture_output=True, timeout=300)
        out = subprocess.run(
            [*command, "replay", "--json"], check=True, capture_output=True, timeout=60
        ).stdout
    by_title = {plain(gold.title): gold for gold in golds}
    rows = [json.loads(row) for row in out.splitlines()]
    exact = lost = foreign = 0
    for row in rows:
        article = row.get("article", row)
        article = json.loads(article) if isinstance(article, str) else article
        gold = by_title.get(plain(article["title"]))
        if gold is None:
            print(f"    no such title: {article['title']}")
            continue
        got = plain(article["text"])
        exact += got == plain("\n".join(gold.lines))
        missing = [line for line in gold.lines if plain(line) not in got]
        whole = plain("\n".join(gold.lines))
        extra = [line for line in article["text"].split("\n") if plain(line) and plain(line) not in whole]
        lost, foreign = lost + len(missing), foreign + len(extra)
        if show:
            if got != whole and not missing + extra:
                print(f"    order: {_differing(got, whole)}")
            print("".join(f"    - {line[:110]}\n" for line in missing), end="")
            print("".join(f"    + {line[:110]}\n" for line in extra), end="")
    return f"{name:20s} {len(golds):4d} {len(rows):9d} {exact:6d} {lost:5d} {foreign:8d}"


def main() -> None:
    """Measure every site whose generator is installed, at every count."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--counts", default="1,3,10,20,50")
    asked.add_argument("--only", nargs="*", default=list(SITES))
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--show", action="store_true")
    args = asked.parse_args()
    print("site                    n published  exact  lost  foreign")
    for number, name in enumerate(args.only):
        if not shutil.which(SITES[name][2]):
            print(f"{name:20s} not measured: {SITES[name][2]} is not installed")
            continue
        for count in map(int, args.counts.split(",")):
            with tempfile.TemporaryDirectory(prefix="feedmill-sites-") as folder:
                home = (args.keep or Path(folder)) / f"{name}-{count}"
                print(measure(name, number, texts(count), home, show=args.show), flush=True)


if __name__ == "__main__":
    main()

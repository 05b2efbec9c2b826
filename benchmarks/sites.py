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
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from site_templates import HUGO, HUGO_CONFIG, JEKYLL, JEKYLL_CONFIG, PELICAN_CONFIG, SHORTCODES

PLACES = [
    "Aldwick",
    "Brenmoor",
    "Castell",
    "Dunhaven",
    "Eastmere",
    "Fallowby",
    "Gresham",
    "Harrowgate",
    "Iverton",
    "Jarnfield",
]
ACTORS = [
    "The council",
    "A group of residents",
    "The harbour board",
    "The local school",
    "Engineers from the water company",
    "Two farmers",
    "The museum",
    "A start-up from the valley",
    "The bus operator",
    "The choir",
]
DEEDS = [
    "has approved",
    "has rejected",
    "will fund",
    "is preparing",
    "questioned",
    "postponed",
    "wants to expand",
]
THINGS = [
    "a plan to rebuild the old bridge",
    "the cycling route along the river",
    "a survey of empty shops",
    "the repair of the clock tower",
    "a second line for the night bus",
    "an archive of letters from the mill",
    "a solar roof on the market hall",
    "the restoration of the wetlands",
    "a study of the tides",
]
ENDS = [
    "after months of debate.",
    "although money remains tight.",
    "despite protests from nearby streets.",
    "and expects results before next summer.",
    "because the old arrangement ran out in March.",
    "which critics say comes ten years too late.",
    "to the surprise of many who had given up hope.",
]
ASIDES = [
    '"We have waited a long time for this," said {name}, who lives close by.',
    "According to {name}, the cost could reach {n} million over {k} years.",
    "The next meeting takes place on {day}, and {n} people have put down their names.",
    "{name} called the decision brave but overdue.",
    "Work should begin in {month} and last {k} months.",
]
VERBS = ("weighs", "delays", "doubts")
HEADINGS = ["What comes next", "The money", "How it began", "A longer view"]
NAMES = [
    "Mara Ellison",
    "Tobias Renn",
    "Ida Kovach",
    "Samuel Orde",
    "Lena Farrow",
    "Piet Hollander",
    "Amara Diallo",
]
WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Text:
    """An article as its writer wrote it; blocks are Markdown."""

    slug: str
    title: str
    author: str
    at: datetime
    blocks: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """Give the lines of the article without marks."""
        return [line.lstrip("#>-* ") for block in self.blocks for line in block.split("\n")]


def texts(count: int) -> list[Text]:
    """Write articles: paragraphs, and in some a subheading, a list or a quotation."""
    rng = random.Random(5)

    def sentence() -> str:
        if rng.random() < 0.6:
            actor, place = rng.choice(ACTORS), rng.choice(PLACES)
            return f"{actor} in {place} {rng.choice(DEEDS)} {rng.choice(THINGS)} {rng.choice(ENDS)}"
        return rng.choice(ASIDES).format(
            name=rng.choice(NAMES),
            n=rng.randint(12, 98),
            k=rng.randint(2, 11),
            day=rng.choice(("Monday", "Tuesday", "Friday")),
            month=rng.choice(("January", "April", "October")),
        )

    def blocks(number: int) -> Iterator[str]:
        for place in range(rng.randint(4, 9)):
            yield " ".join(sentence() for _ in range(rng.randint(1, 4)))
            if place == 2 and number % 3 == 1:
                yield f"## {rng.choice(HEADINGS)}"
                yield sentence()
                yield "\n".join(f"- {sentence()}" for _ in range(3))
            if place == 1 and number % 4 == 2:
                yield f"> {sentence()}"

    return [
        Text(
            f"story-{number}",
            f"{rng.choice(PLACES)} {rng.choice(VERBS)} {rng.choice(THINGS)} {number}",
            rng.choice(NAMES),
            datetime(2026, 9, 1, 8, tzinfo=UTC) + timedelta(hours=31 * number),
            tuple(blocks(number)),
        )
        for number in range(count)
    ]


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(*words: str, cwd: Path) -> None:
    """Run a generator to its end."""
    subprocess.run(words, cwd=cwd, check=True, capture_output=True)


def interrupted(text: Text, *, at: int, by: str, then: str = "") -> str:
    """Put standing lines into the text, after its first blocks."""
    blocks = list(text.blocks)
    blocks.insert(at, by)
    if then:
        blocks.insert(min(at + 2, len(blocks)), then)
    return "\n\n".join(blocks)


def hugo(theme: str, home: Path, root: str, golds: list[Text]) -> tuple[Path, str]:
    """Build a site with Hugo, in markup like that of a theme."""
    write(home / "config.toml", HUGO_CONFIG.replace("ROOT", root))
    write(home / "layouts/_default/single.html", HUGO[theme])
    write(home / "layouts/_default/list.html", "<html><body></body></html>")
    for name, code in SHORTCODES.items():
        write(home / f"layouts/shortcodes/{name}.html", code)
    for number, text in enumerate(golds):
        other = golds[(number * 7 + 3) % len(golds)]
        also = f'{{{{< also "{other.slug}" "{other.title}" >}}}}'
        head = (
            f'---\ntitle: "{text.title}"\ndate: {text.at:%Y-%m-%dT%H:%M:%SZ}\nauthor: {text.author}\n---\n\n'
        )
        write(
            home / f"content/posts/{text.slug}.md",
            head + interrupted(text, at=2, by="{{< call >}}", then=also) + "\n",
        )
    run("hugo", "-d", "public", cwd=home)
    return home / "public", "/index.xml"


def jekyll(layout: str, home: Path, root: str, golds: list[Text]) -> tuple[Path, str]:
    """Build a site with Jekyll: the theme minima, or a layout of our own."""
    write(home / "_config.yml", JEKYLL_CONFIG.replace("ROOT", root))
    if layout != "post":
        write(home / f"_layouts/{layout}.html", JEKYLL[layout])
    for number, text in enumerate(golds):
        other = golds[(number * 7 + 3) % len(golds)]
        call = '<div class="newsletter"><p>The week in five minutes, every Friday, in your inbox.</p></div>'
        also = f'<p>Lue myös: <a href="/{other.slug}">{other.title}</a></p>'
        head = (
            f'---\nlayout: {layout}\ntitle: "{text.title}"\n'
            f"date: {text.at:%Y-%m-%d %H:%M:%S} +0000\nauthor: {text.author}\n---\n\n"
        )
        write(
            home / f"_posts/{text.at:%Y-%m-%d}-{text.slug}.md",
            head + interrupted(text, at=2, by=call, then=also) + "\n",
        )
    run("jekyll", "build", "-d", "public", cwd=home)
    return home / "public", "/feed.xml"


def pelican(theme: str, home: Path, root: str, golds: list[Text]) -> tuple[Path, str]:
    """Build a site with Pelican and one of its own themes."""
    write(home / "pelicanconf.py", PELICAN_CONFIG.replace("ROOT", root).replace("THEME_NAME", theme))
    for number, text in enumerate(golds):
        other = golds[(number * 7 + 3) % len(golds)]
        head = (
            f"Title: {text.title}\nDate: {text.at:%Y-%m-%d %H:%M:%S}\nAuthor: {text.author}\n"
            f"Category: local\nTags: town, news\nSlug: {text.slug}\n\n"
        )
        call = "*Our reporters answer your letters every Sunday in the reading room.*"
        body = interrupted(text, at=2, by=call, then=f"Also read: [{other.title}](/{other.slug}.html)")
        sign_off = "Letters to the desk are welcome at the usual address."
        write(home / f"content/{text.slug}.md", f"{head}{body}\n\n{sign_off}\n")
    run(os.environ.get("PELICAN", "pelican"), "content", "-o", "public", "-s", "pelicanconf.py", cwd=home)
    return home / "public", "/feeds/all.atom.xml"


Builder = Callable[[str, Path, str, list[Text]], tuple[Path, str]]
SITES: dict[str, tuple[Builder, str, str]] = {
    **{f"hugo-{theme}": (hugo, theme, "hugo") for theme in HUGO},
    **{f"jekyll-{layout}": (jekyll, layout, "jekyll") for layout in ("post", *JEKYLL)},
    **{
        f"pelican-{theme}": (pelican, theme, os.environ.get("PELICAN", "pelican"))
        for theme in ("notmyidea", "simple")
    },
}
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

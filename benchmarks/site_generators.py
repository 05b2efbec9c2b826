"""Sites of real generators and themes, with the standing lines that such sites have."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from site_templates import HUGO, HUGO_CONFIG, JEKYLL, JEKYLL_CONFIG, PELICAN_CONFIG, SHORTCODES
from site_texts import Text


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

"""Reads the demo newsroom's articles and sites from seeds/: what is served, and so the expected result."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from string import Template
from zlib import crc32

SEED_SLUG = "sco-brings-pakistan-india-defence-ministers-together"
SEED_BOILERPLATE = ("1 minute, 48 seconds Read", "(WITH INPUT FROM XINHUA)", "Similar Posts")
_WORDS_PER_MINUTE = 200
"""Reading speed by which the demo's sites print reading times."""


@dataclass(frozen=True, slots=True)
class ArticleCorrection:
    """What an article gets wrong at first: words, the right ones, and the line that owns up."""

    mistake: str
    corrected: str
    line: str


@dataclass(frozen=True, slots=True)
class NewsroomArticle:
    """One article of the newsroom; a block of `body` may be marked by "## " or "- " at its start."""

    site: str
    slug: str
    number: int
    title: str
    authors: tuple[str, ...]
    section: str
    standfirst: str
    body: tuple[str, ...]
    published: datetime
    updated: datetime
    photo: str = ""
    agency: str = ""
    agencies: tuple[str, ...] = ()
    reading_seconds: int = 0
    late: bool = False
    correction: ArticleCorrection | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The gold text, one line a block, without marks."""
        return tuple(block.removeprefix("## ").removeprefix("- ") for block in self.body)


@dataclass(frozen=True, slots=True)
class NewsroomSite:
    """One site: what it is called, where it stands, how it is marked up."""

    key: str
    name: str
    address: str
    lang: str
    tags: tuple[str, ...]
    tagline: str
    path: Template
    read_time: Template
    feeds: Mapping[str, tuple[str, ...] | None]
    """Feed path → the sections it lists; None lists all."""
    page: Template
    related: Template
    feed: Template
    item: Template


def apply_correction(story: NewsroomArticle, at: datetime) -> NewsroomArticle:
    """Correct the story's mistake and note that in a last line; raises ValueError when it makes none."""
    fix = story.correction
    if fix is None:
        raise ValueError(story.slug)
    body = tuple(block.replace(fix.mistake, fix.corrected) for block in story.body)
    standfirst = story.standfirst.replace(fix.mistake, fix.corrected)
    return replace(story, body=(*body, fix.line), standfirst=standfirst, updated=at, correction=None)


@cache
def read_sites() -> Mapping[str, NewsroomSite]:
    """Read seeds/newsroom/sites.toml and the templates beside it."""
    table = tomllib.loads(_read_seed("newsroom/sites.toml"))
    return {key: _build_site(key, fields) for key, fields in table.items()}


def read_articles(now: datetime) -> tuple[NewsroomArticle, ...]:
    """Read every article, published so many hours before `now` as its header says, newest first per site."""
    found = [
        _parse_article(site, name, text, now) for site in read_sites() for name, text in _list_slugs(site)
    ]
    found.append(_read_seed_article(now))
    return tuple(sorted(found, key=lambda story: (story.site, -story.published.timestamp())))


def _read_seed(path: str) -> str:
    return (files("seeds") / path).read_text(encoding="utf-8")


def _list_slugs(site: str) -> Iterable[tuple[str, str]]:
    folder = files("seeds") / "newsroom" / site
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".md"))
    return [(name.removesuffix(".md"), _read_seed(f"newsroom/{site}/{name}")) for name in names]


def _build_site(key: str, fields: Mapping[str, object]) -> NewsroomSite:
    feeds = fields["feeds"]
    tags = fields["tags"]
    if not isinstance(feeds, dict) or not isinstance(tags, list):
        raise TypeError(key)
    return NewsroomSite(
        key=key,
        name=str(fields["name"]),
        address=str(fields["address"]),
        lang=str(fields["lang"]),
        tags=tuple(tags),
        tagline=str(fields["tagline"]),
        path=Template(str(fields["path"])),
        read_time=Template(str(fields["read_time"])),
        feeds={path: None if listed == "all" else tuple(listed) for path, listed in feeds.items()},
        page=Template(_read_seed(f"newsroom/{key}/page.html")),
        related=Template(_read_seed(f"newsroom/{key}/related.html")),
        feed=Template(_read_seed(f"newsroom/{key}/feed.xml")),
        item=Template(_read_seed(f"newsroom/{key}/item.xml")),
    )


def _parse_article(site: str, slug: str, text: str, now: datetime) -> NewsroomArticle:
    head, _, rest = text.partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    body = _split_blocks(rest)
    published = (now - timedelta(hours=float(said["hours"]))).replace(microsecond=0)
    fix = (
        ArticleCorrection(said["mistake"], said["corrected"], said["correction"])
        if "mistake" in said
        else None
    )
    return NewsroomArticle(
        site=site,
        slug=slug,
        number=_number(slug),
        title=said["title"],
        authors=tuple(said["author"].split("; ")),
        section=said["section"],
        standfirst=said["standfirst"],
        body=body,
        published=published,
        updated=published,
        photo=said.get("photo", ""),
        agency=said.get("agency", ""),
        reading_seconds=round(60 * sum(len(block.split()) for block in body) / _WORDS_PER_MINUTE),
        late="late" in said,
        correction=fix,
    )


def _split_blocks(text: str) -> tuple[str, ...]:
    chunks = [chunk.strip() for chunk in text.split("\n\n") if chunk.strip()]
    return tuple(block for chunk in chunks for block in chunk.split("\n"))


def _number(slug: str) -> int:
    return crc32(slug.encode()) % 1_000_000


def _read_seed_article(now: datetime) -> NewsroomArticle:
    title, *blocks = _split_blocks(_read_seed("sco-article.txt"))
    published = (now - timedelta(hours=1)).replace(microsecond=0)
    return NewsroomArticle(
        site="harbour",
        slug=SEED_SLUG,
        number=_number(SEED_SLUG),
        title=title,
        authors=("Foreign Desk",),
        section="World",
        standfirst="Both ministers attend the same summit in Qingdao, for the first time since the conflict.",
        body=tuple(block for block in blocks if block not in SEED_BOILERPLATE),
        published=published,
        updated=published,
        agency=SEED_BOILERPLATE[1],
        agencies=("Xinhua",),
        reading_seconds=108,
    )

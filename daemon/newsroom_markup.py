"""Print the newsroom's stories: pages and feeds of each site in that site's own markup. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from daemon.newsroom_texts import Site, Story

_RELATED = 3


def path_of(site: Site, story: Story) -> str:
    """Where the site keeps the story."""
    return site.path.substitute(slug=story.slug, section=story.section.lower())


def page(site: Site, story: Story, others: Sequence[Story], base: str) -> str:
    """Print a story's page with the boilerplate round it; `others` feed the related links."""
    related = [site.related.substitute(_words(site, other, base)) for other in others[:_RELATED]]
    before = others[-1] if others else story
    return site.page.substitute(
        _words(site, story, base),
        related="".join(related),
        previous=base + path_of(site, before),
        previous_title=escape(before.title),
        json_ld=_json_ld(site, story, base),
    )


def feed(site: Site, path: str, listed: Sequence[Story], base: str) -> str:
    """Print the feed that the site keeps at `path`; only the stories of its sections are listed."""
    sections = site.feeds[path]
    kept = [story for story in listed if sections is None or story.section in sections]
    changed = max(story.updated for story in kept)
    return site.feed.substitute(
        name=escape(site.name),
        tagline=escape(site.tagline),
        base=base,
        feed=path,
        changed=changed.isoformat(),
        changed_rfc822=format_datetime(changed),
        items="".join(site.item.substitute(_words(site, story, base)) for story in kept),
    )


def front(site: Site, listed: Sequence[Story], base: str) -> str:
    """Print the site's front page: links only, no article."""
    links = "".join(
        f'<li><a href="{base}{path_of(site, one)}">{escape(one.title)}</a></li>' for one in listed
    )
    name = escape(site.name)
    head = f"<!DOCTYPE html><html><head><title>{name}</title></head>"
    return f"{head}<body><h1>{name}</h1><ul>{links}</ul></body></html>"


def _words(site: Site, story: Story, base: str) -> Mapping[str, str]:
    path = path_of(site, story)
    author = escape(", ".join(story.authors))
    people = "".join(f"<author><name>{escape(name)}</name></author>" for name in story.authors)
    return {
        "base": base,
        "path": path,
        "url": base + path,
        "slug": story.slug,
        "number": str(story.number),
        "name": escape(site.name),
        "tagline": escape(site.tagline),
        "title": escape(story.title),
        "section": escape(story.section),
        "standfirst": escape(story.standfirst),
        "author": author,
        "author_elements": people,
        "published": story.published.isoformat(),
        "published_rfc822": format_datetime(story.published),
        "updated": story.updated.isoformat(),
        "updated_rfc822": format_datetime(story.updated),
        "day": _day(story.published, site.lang),
        "year": str(story.published.year),
        "read_time": _read_time(site, story.reading_seconds),
        "photo": _photo(story, base),
        "body": _body(story.body),
        "agency": f"<p>{escape(story.agency)}</p>" if story.agency else "",
    }


def _day(moment: datetime, lang: str) -> str:
    return f"{moment:%d.%m.%Y}" if lang == "de" else f"{moment:%d} {_MONTHS[moment.month - 1]} {moment:%Y}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _read_time(site: Site, seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return site.read_time.substitute(
        minutes=f"{minutes} minute{'' if minutes == 1 else 's'}",
        seconds=f"{rest} second{'' if rest == 1 else 's'}",
        rounded=max(1, round(seconds / 60)),
    )


def _photo(story: Story, base: str) -> str:
    if not story.photo:
        return ""
    image = f'<img src="{base}/media/{story.slug}.jpg" alt="" width="1200" height="800">'
    return f"<figure>{image}<figcaption>{escape(story.photo)}</figcaption></figure>"


def _body(blocks: Sequence[str]) -> str:
    parts: list[str] = []
    for block, following in zip(blocks, [*blocks[1:], ""], strict=True):
        if block.startswith("- "):
            parts.append("" if parts and parts[-1].endswith("</li>") else "<ul>")
            parts.append(f"<li>{escape(block[2:])}</li>")
            if not following.startswith("- "):
                parts.append("</ul>")
        elif block.startswith("## "):
            parts.append(f"<h2>{escape(block[3:])}</h2>")
        else:
            parts.append(f"<p>{escape(block, quote=False)}</p>")
    return "\n".join(part for part in parts if part)


def _json_ld(site: Site, story: Story, base: str) -> str:
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.standfirst,
        "datePublished": story.published.isoformat(),
        "dateModified": story.updated.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "Organization", "name": site.name},
        "mainEntityOfPage": base + path_of(site, story),
        "isAccessibleForFree": True,
    }
    return json.dumps(said, ensure_ascii=False).replace("</", "<\\/")

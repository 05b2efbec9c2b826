"""Renders the newsroom's stories: pages and feeds of each site in that site's own markup. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from daemon.demo.site_articles import NewsroomArticle, NewsroomSite

_RELATED_LINKS = 3
"""Links of the "related" list on each demo page."""


def build_path(site: NewsroomSite, story: NewsroomArticle) -> str:
    """Where the site keeps the story."""
    return site.path.substitute(slug=story.slug, section=story.section.lower())


def render_page(
    site: NewsroomSite, story: NewsroomArticle, others: Sequence[NewsroomArticle], base: str
) -> str:
    """Print a story's page with the boilerplate round it; `others` feed the related links."""
    related = [site.related.substitute(_page_words(site, other, base)) for other in others[:_RELATED_LINKS]]
    before = others[-1] if others else story
    return site.page.substitute(
        _page_words(site, story, base),
        related="".join(related),
        previous=base + build_path(site, before),
        previous_title=escape(before.title),
        json_ld=_render_jsonld(site, story, base),
    )


def render_feed(site: NewsroomSite, path: str, listed: Sequence[NewsroomArticle], base: str) -> str:
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
        items="".join(site.item.substitute(_page_words(site, story, base)) for story in kept),
    )


def render_front_page(site: NewsroomSite, listed: Sequence[NewsroomArticle], base: str) -> str:
    """Print the site's front page: links only, no article."""
    links = "".join(
        f'<li><a href="{base}{build_path(site, one)}">{escape(one.title)}</a></li>' for one in listed
    )
    name = escape(site.name)
    head = f"<!DOCTYPE html><html><head><title>{name}</title></head>"
    return f"{head}<body><h1>{name}</h1><ul>{links}</ul></body></html>"


def _page_words(site: NewsroomSite, story: NewsroomArticle, base: str) -> Mapping[str, str]:
    path = build_path(site, story)
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
        "day": _format_day(story.published, site.lang),
        "year": str(story.published.year),
        "read_time": _render_read_time(site, story.reading_seconds),
        "photo": _render_photo(story, base),
        "body": _render_body(story.body),
        "agency": f"<p>{escape(story.agency)}</p>" if story.agency else "",
    }


def _format_day(moment: datetime, lang: str) -> str:
    return f"{moment:%d.%m.%Y}" if lang == "de" else f"{moment:%d} {_MONTHS[moment.month - 1]} {moment:%Y}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _render_read_time(site: NewsroomSite, seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return site.read_time.substitute(
        minutes=f"{minutes} minute{'' if minutes == 1 else 's'}",
        seconds=f"{rest} second{'' if rest == 1 else 's'}",
        rounded=max(1, round(seconds / 60)),
    )


def _render_photo(story: NewsroomArticle, base: str) -> str:
    if not story.photo:
        return ""
    image = f'<img src="{base}/media/{story.slug}.jpg" alt="" width="1200" height="800">'
    return f"<figure>{image}<figcaption>{escape(story.photo)}</figcaption></figure>"


def _render_body(blocks: Sequence[str]) -> str:
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


def _render_jsonld(site: NewsroomSite, story: NewsroomArticle, base: str) -> str:
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.standfirst,
        "datePublished": story.published.isoformat(),
        "dateModified": story.updated.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "Organization", "name": site.name},
        "mainEntityOfPage": base + build_path(site, story),
        "isAccessibleForFree": True,
    }
    return json.dumps(said, ensure_ascii=False).replace("</", "<\\/")

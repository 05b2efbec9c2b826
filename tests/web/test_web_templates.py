"""A feed's page shows the templates of its source on its site, and of no other."""

from dataclasses import replace
from pathlib import Path

import pytest
import redis.asyncio
from gateway import append, serving, story
from learned_templates import keep_templates, learn_templates
from ledger_desk import Desk

from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.identity.article_and_feed_ids import name_feed
from worker.templates.template_set import SiteTemplates

PAGES = 11
HTML = {"accept": "text/html"}
SOURCES = ("The Journal", "Another [of *]", "A third")
URLS = [f"https://j.example/{number}.xml" for number in range(len(SOURCES))]


@pytest.fixture(scope="module")
def learned() -> SiteTemplates:
    return learn_templates("journal", PAGES)


async def test_a_feeds_page_shows_where_its_pages_carry_their_text_and_how_far_that_is_trusted(
    desk: Desk, redis_url: str, tmp_path: Path, learned: SiteTemplates
) -> None:
    (one,) = learned
    trust = replace(one.trust, state="suspended", suspensions=1, setbacks=("lost_lines",))
    desk.apply(*(FeedSpec(url=url, source=source) for url, source in zip(URLS, SOURCES, strict=True)))
    desk.run(keep_templates(desk.keys, "The Journal www.j.example", learned))
    desk.run(keep_templates(desk.keys, "Another [of *] j.example", (replace(one, trust=trust),)))
    async with serving(redis_url, tmp_path) as gateway:
        journal, another, third = [
            (await gateway.get(f"/feeds/{name_feed(url)}", **HTML)).text for url in URLS
        ]
    assert "<summary>www.j.example: " in journal
    assert f"learned from {one.template.pages} pages" in journal
    assert ">trusted</span>" in journal
    assert "lost_lines" not in journal, "it is another source's"
    assert ">suspended</span>" in another
    assert "lost_lines" in another
    assert "<h2>Templates</h2>" not in third


async def test_an_articles_page_leads_to_its_feed_and_so_to_its_templates(
    redis_client: redis.asyncio.Redis, redis_url: str, tmp_path: Path
) -> None:
    await append(redis_client, story(1))
    async with serving(redis_url, tmp_path) as gateway:
        text = (await gateway.get(f"/articles/{1:016x}", **HTML)).text
        assert f'href="/feeds/{name_feed(story(1).feed)}"' in text

"""A feed's page shows the templates of its source on its site, and of no other."""

from dataclasses import replace
from pathlib import Path

import pytest
import redis.asyncio
from gateway import append, serving, story
from ledger_desk import Desk
from site_shapes import write_site

from feedmill._ledger.core.records import FeedSpec
from feedmill._ledger.identity.article_ids import name_feed
from feedmill._ledger.operations.page_history_operations import add_page_stats
from worker.extraction.page_reader import read_page
from worker.page_models import FetchedPage
from worker.publishing.reader_version import READER_VERSION
from worker.templates.site_templates import SiteTemplates
from worker.templates.template_codec import pack_templates
from worker.templates.template_run import TemplateRun

PAGES = 11
HTML = {"accept": "text/html"}
SOURCES = ("The Journal", "Another", "A third")
URLS = [f"https://j.example/{number}.xml" for number in range(len(SOURCES))]


@pytest.fixture(scope="module")
def learned() -> SiteTemplates:
    known: SiteTemplates = ()
    for article, markup in write_site("journal", PAGES):
        run = TemplateRun(known)
        read_page(FetchedPage(f"https://j.example/{article.number}", markup.encode()), None, templates=run)
        known = run.known
    return known


def keep(desk: Desk, name: str, known: SiteTemplates) -> None:
    desk.run(
        add_page_stats(
            desk.keys,
            history=name,
            page_id=f"{1:016x}",
            stats=b"p\x01\x02\x03",
            token=name,
            templates=pack_templates(known),
            reader=READER_VERSION,
        )
    )


async def test_a_feeds_page_shows_where_its_pages_carry_their_text_and_how_far_that_is_trusted(
    desk: Desk, redis_url: str, tmp_path: Path, learned: SiteTemplates
) -> None:
    (one,) = learned
    trust = replace(one.trust, state="suspended", suspensions=1, setbacks=("lost_lines",))
    desk.apply(*(FeedSpec(url=url, source=source) for url, source in zip(URLS, SOURCES, strict=True)))
    keep(desk, "The Journal www.j.example", learned)
    keep(desk, "Another j.example", (replace(one, trust=trust),))
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

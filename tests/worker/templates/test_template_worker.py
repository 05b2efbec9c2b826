"""Templates through the real worker and ledger: learned, tried, trusted; none where they are switched off."""

import json

from newsroom import entries, list_pages, until, working
from origin import page, serve
from site_shapes import write_site

from feedmill._ledger.core.ledger_client import Ledger
from feedmill._ledger.identity.registrable_domain import find_site
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.pipeline.site_events import name_page_history
from worker.templates.template_codec import unpack_templates

PAGES = 16


async def read_site(
    ledger: Ledger, redis_url: str, **workers: object
) -> tuple[str, dict[str, dict[str, object]]]:
    """Have a worker read a site; answers its address and the articles that went out, by address."""
    written = write_site("journal", PAGES)
    routes = {f"/{article.number}": page(markup) for article, markup in written}
    async with serve(routes) as origin, working(redis_url, **workers):
        links = [origin.url(f"/{article.number}") for article, _ in written]
        for link in links:
            await list_pages(ledger, [link])
        await until(ledger, redis_url)
        assert find_site(links[0]) == "127.0.0.1"
    articles = [json.loads(fields["article"]) for fields in await entries(ledger)]
    return links[0], {article["url"]: article for article in articles}


async def test_a_site_is_read_by_its_template_once_that_is_trusted(ledger: Ledger, redis_url: str) -> None:
    link, articles = await read_site(ledger, redis_url, templates=True, in_flight=1, without=("learned",))
    packed = await ledger.client.hget(ledger.keys.template(name_page_history("The Mill", link)), "1")
    (known,) = unpack_templates(packed)
    assert (known.trust.state, known.template.pages) == ("trusted", 11)
    assert (known.trust.audit_gap, known.trust.until_audit) == (10, 9)
    assert len(articles) == PAGES
    ways = [articles[link.replace("/0", f"/{number}")]["read_by"] for number in range(PAGES)]
    assert ways == ["full"] * 10 + ["template"] * 4 + ["full"] + ["template"]  # one audit
    for article, markup in write_site("journal", PAGES):
        url = link.replace("/0", f"/{article.number}")
        read = read_page(FetchedPage(url, markup.encode(), "text/html; charset=utf-8"), None)
        assert isinstance(read, CleanedArticle)
        assert articles[url]["text"] == read.text
        assert articles[url]["removed"] == read.count_removed()


async def test_nothing_is_kept_where_templates_are_off(ledger: Ledger, redis_url: str) -> None:
    _, articles = await read_site(ledger, redis_url, templates=False)
    assert [article["read_by"] for article in articles.values()] == ["full"] * PAGES
    keys = ledger.keys
    assert await ledger.client.exists(keys.template_uses(), keys.template_sizes()) == 0

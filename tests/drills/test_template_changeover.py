"""200 sources go over from the full way to their templates: no site and no article changes by that."""

from dataclasses import dataclass, fields, replace

import pytest
from mill import Mill
from origin import Reply, feed, page, serve
from rss_documents import item, rss
from site_shapes import SITE_SHAPES, dress_page, number_homes, write_site

from feedmill._ledger.core.keys import Keys
from feedmill._ledger.core.ledger_connections import connect
from feedmill._ledger.core.records import FeedSpec
from worker.boilerplate.line_hashes import hash_lines
from worker.boilerplate.line_removal import strip_batch
from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.pipeline.site_events import name_page_history
from worker.publishing.fingerprints import compute_fingerprint, has_same_substance
from worker.quality.template_change import (
    PageStats,
    detect_template_change,
    find_usual_word_range,
    measure_page,
)
from worker.templates.template_codec import pack_templates, unpack_templates
from worker.templates.template_session import TemplateSession

SOURCES = 200
PAGES = 24
"""Of a source: ten until its template is trusted, then more than a window of `detect_template_change`."""
TIMES = 3
"""The full readings stand so often in a source's history, which is as long as the sign of lengths wants."""


@dataclass
class Figures:
    """What 200 sources came to."""

    pages: int = 0
    by_template: int = 0
    other_substance: int = 0
    other_lines: int = 0
    other_prints: int = 0
    stripped_otherwise: int = 0
    other_usual_words: int = 0
    site_changed: int = 0

    def add(self, other: "Figures") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def read_both_ways(seed: int) -> list[tuple[str, CleanedArticle, CleanedArticle | None]]:
    """Read a site's pages in order; answers the full way's texts, and those of trusted templates."""
    shape = list(SITE_SHAPES)[seed % len(SITE_SHAPES)]
    known = unpack_templates(b"")
    found = []
    for article, markup in write_site(shape, PAGES, seed):
        url = f"https://source-{seed}.example/{article.number}"
        body = dress_page(markup, seed).encode()
        is_trusted = any(one.trust.state == "trusted" for one in known)
        run = TemplateSession(unpack_templates(pack_templates(known)), audits_all=True)
        read = read_page(FetchedPage(url, body, "text/html; charset=utf-8"), None, templates=run)
        assert isinstance(read, CleanedArticle), (seed, article.number, read)
        known = run.known
        found.append((url, read, run.by_template if is_trusted else None))
    return found


def count_site_changes(history: list[PageStats], latest: list[PageStats]) -> int:
    """Count the alarms while the pages of the template come in, one by one."""
    alarms = 0
    for stats in latest:
        history = [stats, *history]
        alarms += detect_template_change(history, None) is not None
    return alarms


def measure_source(seed: int) -> Figures:
    found = read_both_ways(seed)
    figures = Figures(pages=len(found))
    full = [(url, read) for url, read, _ in found]
    mixed = [(url, by_template or read) for url, read, by_template in found]
    for _, read, other in found:
        if other is None:
            continue
        figures.by_template += 1
        figures.other_substance += not has_same_substance(
            compute_fingerprint(read), compute_fingerprint(other)
        )
        figures.other_lines += number_homes(read) != number_homes(other)
        figures.other_prints += hash_lines(read) != hash_lines(other)
    stripped = zip(strip_batch(full), strip_batch(mixed), strict=True)
    figures.stripped_otherwise += sum(one.text != two.text for one, two in stripped)
    usual = [measure_page(read) for _, read in reversed(full)] * TIMES
    latest = [measure_page(other) for *_, other in found if other is not None]
    figures.site_changed += count_site_changes(usual, latest)
    figures.other_usual_words += find_usual_word_range(usual) != find_usual_word_range(
        [measure_page(read) for _, read in reversed(mixed)] * TIMES
    )
    return figures


def test_of_200_sources_none_changes_when_its_template_takes_over() -> None:
    whole = Figures()
    for seed in range(SOURCES):
        whole.add(measure_source(seed))
    print(f"\n{SOURCES} sources: {whole}")  # noqa: T201
    assert whole.site_changed == 0
    assert whole.by_template >= SOURCES * (PAGES - 10) * 0.85
    assert whole.other_usual_words == 0
    assert whole.other_substance <= whole.by_template * 0.01
    assert whole.stripped_otherwise <= whole.by_template * 0.01


@pytest.mark.parametrize("shape", ["herald", "portal", "gazette"])
async def test_articles_read_by_each_way_in_turn_are_not_updated(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    mill = Mill(redis_url, monkeypatch, schedule=tuple(3600.0 * n for n in (1, 60, 100, 150)))
    async with serve() as origin:
        paths = {f"/{one.number}": page(dress_page(text, 5)) for one, text in write_site(shape, PAGES)}
        origin.routes |= paths
        origin.routes["/feed"] = feed(rss(*(item(origin.url(path)) for path in paths)))
        origin.routes["/robots.txt"] = Reply(status=404)
        mill.feeds = [FeedSpec(url=origin.url("/feed"), source="S", interval=600.0)]
        created = []
        for templates in (False, True, True, False):
            workers = replace(mill.settings.workers, templates=templates)
            mill.settings = replace(mill.settings, workers=workers)
            created.append(await mill.turn(hours=45))
    assert [len(events) for events in created] == [PAGES, 0, 0, 0], created[1:]
    print(f"\n{shape}: {(await mill.counts()).settled}")  # noqa: T201
    client = connect(redis_url)
    try:
        packed = await client.hget(Keys().template(name_page_history("S", origin.url("/"))), "1")
    finally:
        await client.aclose()
    assert [one.trust.state for one in unpack_templates(packed)] == ["trusted"]

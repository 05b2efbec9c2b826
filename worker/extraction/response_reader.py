"""Reads the answers to a page's requests: its own, as its feed entry allows, and its further pages'."""

from datetime import datetime

from feedmill._ledger.core.records import LeasedPage
from feedmill._net.client.response import HttpResponse
from worker.continuation.next_page_choice import NextPageChoice
from worker.continuation.text_joining import FurtherText
from worker.extraction.page_reader import read_page
from worker.metadata.override_reader import OverrideRun
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage
from worker.templates.template_session import TemplateSession


def read_response(
    page: LeasedPage,
    found: HttpResponse,
    skipped: frozenset[str],
    *,
    now: datetime,
    stands_in: bool = False,
    overrides: OverrideRun | None = None,
    templates: TemplateSession | None = None,
    further: FurtherText | None = None,
) -> CleanedArticle | RejectedPage:
    """Read a page, fetched `now`; with `stands_in` its feed's full text where the page is no article."""
    return read_page(
        build_page(found, now),
        page.entry,
        skipped=skipped,
        stands_in=stands_in,
        overrides=overrides,
        templates=templates,
        further=further,
    )


def read_further_pages(
    chain: NextPageChoice, skipped: frozenset[str], overrides: OverrideRun | None
) -> FurtherText:
    """Read the pages of an article after its first one, up to one that is none.

    What the operator's selectors do not find there is no trouble: a further page may have the text alone.
    """
    texts: list[CleanedArticle] = []
    for page in chain.pages[1:]:
        run = OverrideRun(overrides.rules, overrides.switched_off) if overrides else None
        read = read_page(page, None, skipped=skipped, stands_in=False, overrides=run)
        if isinstance(read, RejectedPage):
            return FurtherText(tuple(texts))
        texts.append(read)
    return FurtherText(tuple(texts), chain.is_whole)


def reread_for_usual_length(
    page: LeasedPage,
    found: HttpResponse,
    read: CleanedArticle | RejectedPage,
    usual: tuple[int, int] | None,
    skipped: frozenset[str],
    *,
    now: datetime | None = None,
    overrides: OverrideRun | None = None,
) -> CleanedArticle | RejectedPage:
    """Read a page once more, in the light of its source's usual length, where its text is far from that."""
    if isinstance(read, RejectedPage) or usual is None or usual[0] <= read.word_count <= usual[1]:
        return read
    return read_page(build_page(found, now), page.entry, skipped=skipped, usual=usual, overrides=overrides)


def build_page(found: HttpResponse, now: datetime | None) -> FetchedPage:
    """Take what the reading of a page needs of its answer, fetched `now`."""
    return FetchedPage(found.url, found.body, found.headers.get("content-type"), found.headers, now)

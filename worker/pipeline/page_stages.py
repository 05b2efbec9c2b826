"""Takes a page through its stages, in order; each is a function from one frozen value to the next.

    fetch    request_page       LeasedPage   -> FetchResult
    read     read_fetched_page  FetchResult  -> ReadPage
    resolve  resolve_article    ReadPage     -> ResolvedPage
             read_as_published  ResolvedPage -> ResolvedPage, by the full way where that tells a change
    learn    learn_from_page    ResolvedPage -> LearnedPage
    publish  publish_article    LearnedPage  -> EndedPage

A stage that ends the page before returns its Outcome instead. A page is fetched in a horse, among others
(worker.process.page_runner). The rest is processor work on a stranger's words and runs in a reader of that
horse, one page at a time (worker.readers.reader_child). A held page was read before: `resolve` is next.
"""

from feedmill._ledger.errors import LedgerError
from feedmill._ledger.outcome import Outcome
from worker import process_limits
from worker.fetching.page_request import FetchResult
from worker.pipeline.alias_stage import resolve_article
from worker.pipeline.boilerplate_stage import learn_from_page
from worker.pipeline.fetch_stage import PageRequester, request_page
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import record_unexpected_error, release_held_pages
from worker.pipeline.publish_stage import publish_article
from worker.pipeline.read_stage import read_as_published, read_fetched_page
from worker.pipeline.stage_values import EndedPage

__all__ = ["PageRequester", "finish_page", "request_page"]


async def finish_page(work: PageContext, fetched: FetchResult, *, attempts: int) -> EndedPage:
    """Take a page that was fetched to its end. Raises LedgerError.

    A page that takes all memory ends the process, with an exit code that names the cause.
    """
    try:
        ended = await _run_stages(work, fetched)
        await release_held_pages(work, ended.outcome)
    except MemoryError:
        process_limits.exit_out_of_memory()
        raise
    except LedgerError:
        raise
    except Exception as error:  # noqa: BLE001  outermost: any error that a page sets off is its own
        return EndedPage(await record_unexpected_error(work, attempts, error))
    return ended


async def _run_stages(work: PageContext, fetched: FetchResult) -> EndedPage:
    read = await read_fetched_page(work, fetched)
    if isinstance(read, Outcome):
        return EndedPage(read)
    resolved = await resolve_article(work, read)
    if isinstance(resolved, Outcome):
        return EndedPage(resolved)
    resolved = await read_as_published(work, fetched, resolved)
    learned = await learn_from_page(work, resolved)
    if isinstance(learned, Outcome):
        return EndedPage(learned)
    return await publish_article(work, learned)

"""Reads what was fetched: the page's article, or the feed's words where there is none."""

import time
from dataclasses import dataclass, replace

from feedmill._ledger.outcome import Outcome
from feedmill._net.client.jump_pages import left_site_by_jump
from feedmill._net.client.response import HttpResponse
from worker.boilerplate.hold_policy import HeldPage, unpack_held_page
from worker.continuation.next_page_choice import NextPageChoice, follow_pages
from worker.continuation.text_joining import FurtherText
from worker.extraction.entry_reader import read_entry
from worker.extraction.podcast_transcript import find_transcript, read_transcript
from worker.extraction.response_reader import (
    build_page,
    read_further_pages,
    read_response,
    reread_for_usual_length,
)
from worker.fetching.page_credentials import is_restricted
from worker.fetching.page_request import FetchResult
from worker.fetching.retry_policy import FailureRun, GiveUp, RetryLater, after_interstitial
from worker.fetching.revisit_policy import read_validators
from worker.metadata.override_reader import OverrideRun
from worker.metadata.tdm_rights import add_origin_rights, find_honoured
from worker.page_models import CleanedArticle, RejectedPage
from worker.pipeline.page_context import PageContext
from worker.pipeline.page_settlement import CONTINUES, TRANSCRIBED, defer_page
from worker.pipeline.revisit_outcomes import is_read_otherwise, was_made_of_feed
from worker.pipeline.site_events import announce_override_trouble, announce_redesign, record_page_stats
from worker.pipeline.stage_values import ReadPage, ResolvedPage
from worker.pipeline.stand_in_policy import NO_PAGE, is_due, may_stand_in
from worker.publishing.reader_version import ReadingOrigin
from worker.quality.template_change import find_usual_word_range
from worker.templates.template_codec import pack_templates, unpack_templates
from worker.templates.template_session import TemplateSession
from worker.templates.template_set import drop_foreign_readers

RIGHTS = "rights"
"""Outcome of a page whose publisher reserves what the operator honours."""
_NO_RESPONSE = HttpResponse(url="", status=0, headers={}, body=b"", redirects=(), elapsed_s=0.0)
"""Stands for the response of a page that has none."""


async def read_fetched_page(work: PageContext, fetched: FetchResult) -> ReadPage | Outcome:
    """Read a page, or the feed's words in its place."""
    if work.page.held is not None:
        return ReadPage(unpack_held_page(work.page.held))
    if fetched.response is not None:
        return await _read_response(work, fetched, fetched.response)
    if fetched.failure is not None:
        return await _read_stand_in(work, fetched, fetched.failure)
    return await _read_words(work, fetched, NO_PAGE)


@dataclass(frozen=True, slots=True)
class _PageAids:
    """What a page is read by besides its own markup; runs are filled while it is read."""

    overrides: OverrideRun | None
    templates: TemplateSession | None
    chain: NextPageChoice | None
    """The pages that were fetched of an article; None while there is only the first."""


def _choose_aids(work: PageContext, fetched: FetchResult) -> _PageAids:
    overrides = OverrideRun(work.overrides, work.context.switched_off) if work.overrides else None
    chain = _follow(work, fetched, overrides)
    if work.templates is None or chain:
        return _PageAids(overrides, None, chain)
    templates = TemplateSession(drop_foreign_readers(unpack_templates(work.templates)))
    return _PageAids(overrides, templates, chain)


async def _read_response(
    work: PageContext, fetched: FetchResult, response: HttpResponse
) -> ReadPage | Outcome:
    """Read a page, and once more where its source's earlier pages show that its text is too long or short."""
    began = time.perf_counter()
    aids = _choose_aids(work, fetched)
    chain = aids.chain
    if chain and chain.next_url and not fetched.is_last:
        return Outcome(CONTINUES, chain.next_url)
    further = read_further_pages(chain, work.context.skipped_steps, aids.overrides) if chain else None
    read = _read_markup(work, response, aids.overrides, aids.templates, further)
    if next_url := _find_next(work, fetched, read, aids.overrides):
        return Outcome(CONTINUES, next_url)
    work.context.meters.count_stage("read", time.perf_counter() - began)
    read = await _record_reading(work, response, aids, read)
    if isinstance(read, RejectedPage):
        return await _reject(work, fetched, read)
    origin = _name_origin(read, aids.templates)
    rights = add_origin_rights(read.rights, work.origin_rights, reserved=read.tdm_reserved)
    read = replace(read, next_page=None, tdm_reserved=None, rights=rights)
    if honoured := _find_forbidding_rights(work, read):
        return await defer_page(work, honoured)
    return ReadPage(_hold_page(work, fetched, response, read, origin))


async def _record_reading(
    work: PageContext, response: HttpResponse, aids: _PageAids, read: CleanedArticle | RejectedPage
) -> CleanedArticle | RejectedPage:
    """Record what a reading shows of its site; returns it, or another of the length usual there."""
    overrides, templates = aids.overrides, aids.templates
    if overrides and (overrides.missing or overrides.slow):
        await announce_override_trouble(work, response.url, overrides)
    if templates:
        work.context.meters.count_way(*templates.name_way())
        if templates.is_redesigned:
            await announce_redesign(work, response.url)
    taught = pack_templates(templates.known) if templates else None
    earlier = await record_page_stats(work, response.url, read, taught if taught != work.templates else None)
    if aids.chain is not None:
        return read
    return reread_for_usual_length(
        work.page,
        response,
        read,
        find_usual_word_range(earlier),
        work.context.skipped_steps,
        now=work.clock(),
        overrides=overrides,
    )


def _find_forbidding_rights(work: PageContext, read: CleanedArticle) -> GiveUp | None:
    """Return the end of a page whose publisher reserves what the operator honours; None for none."""
    if work.context.marks_reserved:
        return None
    honoured = find_honoured(read.rights, work.context.honour)
    return GiveUp(RIGHTS, honoured, settled=True) if honoured else None


def _hold_page(
    work: PageContext,
    fetched: FetchResult,
    response: HttpResponse,
    read: CleanedArticle,
    origin: ReadingOrigin,
) -> HeldPage:
    """Build what is kept of a page that was read."""
    with_credentials = any(one.with_credentials for one in (response, *fetched.further))
    return HeldPage(
        url=response.url,
        read_at=work.clock(),
        cleaned=read,
        validators=read_validators(response.headers),
        jumped=left_site_by_jump(work.page.url, response),
        restricted=is_restricted(work.page, with_credentials=with_credentials),
        origin=origin,
    )


async def read_as_published(work: PageContext, fetched: FetchResult, resolved: ResolvedPage) -> ResolvedPage:
    """Read a page by the full way where its template reads other words than the full way did last.

    So what has changed is told from what the ways read differently.
    """
    held, response = resolved.held, fetched.response
    if held.origin != "template" or response is None or not is_read_otherwise(held, resolved.known):
        return resolved
    began = time.perf_counter()
    overrides = OverrideRun(work.overrides, work.context.switched_off) if work.overrides else None
    read = _read_markup(work, response, overrides, None)
    work.context.meters.count_stage("read", time.perf_counter() - began)
    if isinstance(read, RejectedPage):
        return resolved
    read = replace(read, rights=held.cleaned.rights)
    return replace(resolved, held=replace(held, cleaned=read, origin=_name_origin(read, None)))


def _read_markup(
    work: PageContext,
    response: HttpResponse,
    overrides: OverrideRun | None,
    templates: TemplateSession | None,
    further: FurtherText | None = None,
) -> CleanedArticle | RejectedPage:
    return read_response(
        work.page,
        response,
        work.context.skipped_steps,
        now=work.clock(),
        stands_in=work.context.stand_in.stand_in == "full" and work.page.entry.stands_in,
        overrides=overrides,
        templates=templates,
        further=further,
    )


def _name_origin(read: CleanedArticle, templates: TemplateSession | None) -> ReadingOrigin:
    """Name the way that gave a text; the feed's words come by none."""
    if read.text_from == "feed":
        return "either"
    return templates.name_origin(read) if templates else "full"


def _follow(work: PageContext, fetched: FetchResult, overrides: OverrideRun | None) -> NextPageChoice | None:
    """Follow the pages that were fetched of an article to the last; None while there is only the first."""
    if not fetched.further or fetched.response is None:
        return None
    now = work.clock()
    pages = [build_page(answer, now) for answer in (fetched.response, *fetched.further)]
    return follow_pages(pages, overrides)


def _find_next(
    work: PageContext,
    fetched: FetchResult,
    read: CleanedArticle | RejectedPage,
    overrides: OverrideRun | None,
) -> str | None:
    """Return the second page of an article of which only the first one was fetched."""
    if fetched.is_last or fetched.further or not work.context.further_pages:
        return None
    if isinstance(read, RejectedPage) or read.text_from == "feed":
        return None
    return overrides.next_page if overrides and overrides.rules.next else read.next_page


async def _reject(work: PageContext, fetched: FetchResult, read: RejectedPage) -> ReadPage | Outcome:
    """End a page that is no article, or put it off where it may still become one."""
    failing = FailureRun(work.page.failures, work.page.first_failed_at)
    later = after_interstitial(read.outcome, failing, now=work.clock(), rng=work.rng)
    if later is None:
        return await _read_stand_in(work, fetched, GiveUp(read.outcome, read.detail, settled=True))
    if is_due(work.page, later, work.context.stand_in, now_ms=work.read_now_ms()):
        return await _read_stand_in(work, fetched, later)
    return await defer_page(work, later)


async def _read_stand_in(
    work: PageContext, fetched: FetchResult, why: GiveUp | RetryLater
) -> ReadPage | Outcome:
    """Read the transcript or the feed's words in place of a page; else end the page, or put it off."""
    page, policy = work.page, work.context.stand_in
    if may_stand_in(page, policy) and (not page.known_rev or await was_made_of_feed(work)):
        return await _read_words(work, fetched, why.reason, ending=why)
    if policy.stand_in == "full" and page.entry.stands_in and isinstance(why, GiveUp):
        read = read_response(page, _NO_RESPONSE, work.context.skipped_steps, now=work.clock(), stands_in=True)
        if isinstance(read, CleanedArticle):
            return ReadPage(_hold_words(work, read, why.reason))
    return await defer_page(work, why)


async def _read_words(
    work: PageContext, fetched: FetchResult, reason: str, *, ending: GiveUp | RetryLater | None = None
) -> ReadPage | Outcome:
    """Read the transcript, else the feed's words; `ending` is the page's end where there are no new ones."""
    page, transcript = work.page, fetched.transcript
    address = find_transcript(page.entry) if work.context.uses_transcripts else None
    if address and not fetched.has_asked:
        return Outcome(TRANSCRIBED, address)
    read: CleanedArticle | RejectedPage | None = None
    if transcript is not None:
        read = read_transcript(build_page(transcript, work.clock()), page.entry, page.url)
    read = read or read_entry(
        page.entry, page.url, skipped=work.context.skipped_steps, stands_in=ending is not None
    )
    if isinstance(read, RejectedPage):
        return await defer_page(work, ending or GiveUp(read.outcome, read.detail, settled=True))
    if honoured := _find_forbidding_rights(work, read):
        return await defer_page(work, honoured)
    with_credentials = transcript is not None and transcript.with_credentials
    return ReadPage(_hold_words(work, read, reason, with_credentials=with_credentials), ending)


def _hold_words(
    work: PageContext, read: CleanedArticle, reason: str, *, with_credentials: bool = False
) -> HeldPage:
    """Build what is kept of the words that stand in for a page."""
    restricted = is_restricted(work.page, with_credentials=with_credentials)
    return HeldPage(
        url=work.page.url,
        read_at=work.clock(),
        cleaned=read,
        stands_in=reason,
        restricted=restricted,
        origin="either",
    )

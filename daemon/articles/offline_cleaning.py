"""Cleans pages outside the daemon: the worker's reading, without ledger and stream."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from config.sections.site_tables import ListedSite
from daemon.errors import InvalidRequestError
from daemon.terminal.input_source import InputSource, read_local_input
from daemon.terminal.output import make_text_printable
from daemon.terminal.progress import ProgressLine
from feedmill._ledger.identity.registrable_domain import find_site
from scheduler.ledger_config_sync import list_site_rules
from worker.boilerplate.line_removal import BOILERPLATE_RULE as LEARNED
from worker.boilerplate.line_removal import strip_batch
from worker.cleaning.steps import STEPS
from worker.document.element_selection import MAX_CPU_S
from worker.extraction.page_reader import read_page
from worker.metadata.override_reader import OverrideRun
from worker.page_models import CleanedArticle, FetchedPage, RejectedPage, RemovedText


class CleaningJob(msgspec.Struct, frozen=True):
    """One line of a batch: a page in a file (.html or .html.gz)."""

    id: str
    file: str
    url: str = ""


NOT_A_JOB = "not_a_job"
UNREADABLE = "unreadable"
_job = msgspec.json.Decoder(CleaningJob).decode


def parse_step_names(names: Sequence[str]) -> frozenset[str]:
    """Read names of cleaning steps; raises InvalidRequestError for what is none."""
    known = (*STEPS, LEARNED)
    for name in names:
        if name not in known:
            shown = make_text_printable(name)
            raise InvalidRequestError(
                f"--without {shown}: there is no such cleaning step; there are {', '.join(known)}"
            )
    return frozenset(names)


def clean_source(
    source: InputSource,
    url: str | None = None,
    *,
    without: frozenset[str] = frozenset(),
    overrides: OverrideRun | None = None,
) -> CleanedArticle | RejectedPage:
    """Clean one page; `url` is where it came from, where the material has no address."""
    page = FetchedPage(url or source.url, source.body, source.content_type, fetched_at=datetime.now(UTC))
    return read_page(page, None, skipped=without, overrides=overrides)


def find_overrides(sites: Sequence[ListedSite], url: str) -> OverrideRun | None:
    """Return the operator's `[[sites]]` rules for the pages of an address's site."""
    rule = list_site_rules(sites).get(find_site(url))
    return OverrideRun(rule.overrides) if rule and rule.overrides else None


def explain_overrides(run: OverrideRun) -> list[str]:
    """Explain each key whose selectors gave nothing, one line each."""
    missed = [f"{key}: {selector} found nothing" for key, selector in run.missing.items()]
    slow = [
        f"{key}: {selector} takes more than {MAX_CPU_S * 1000:.0f} ms" for key, selector in run.slow.items()
    ]
    return [make_text_printable(line) for line in (*missed, *slow)]


def clean_batch(
    lines: bytes, *, explain: bool = False, without: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Clean the page of every line; yields JSON with `id`, `text`, and what else was found, in their order.

    Pages of one host are sorted out together: what recurs across them is boilerplate. `explain` adds every
    removed piece with its rule, and what was weighed of a page that is no article. A line that is no job
    (`not_a_job`) or names a file that cannot be read (`unreadable`) is answered with that outcome, and the
    batch goes on.
    """
    jobs, results = _clean_lines(lines, without)
    places = [place for place, result in enumerate(results) if isinstance(result, CleanedArticle)]
    articles = [
        (jobs[place].url, result)
        for place, result in enumerate(results)
        if isinstance(result, CleanedArticle)
    ]
    stripped = [] if LEARNED in without else strip_batch(articles)
    for place, cleaned in zip(places, stripped, strict=False):
        results[place] = cleaned
    for job, result in zip(jobs, results, strict=True):
        why: dict[str, Any] = {}
        if explain:
            why = (
                {"pieces": result.removed}
                if isinstance(result, CleanedArticle)
                else {"evidence": result.evidence}
            )
        yield msgspec.json.encode({"id": job.id, **_fields(result), **why}).decode()


def _clean_lines(
    lines: bytes, without: frozenset[str]
) -> tuple[list[CleaningJob], list[CleanedArticle | RejectedPage]]:
    jobs: list[CleaningJob] = []
    results: list[CleanedArticle | RejectedPage] = []
    numbered = [(number, line) for number, line in enumerate(lines.split(b"\n"), start=1) if line.strip()]
    with ProgressLine("clean", "pages", len(numbered)) as progress:
        for number, line in numbered:
            job, result = _clean_line(number, line, without)
            jobs.append(job)
            results.append(result)
            progress.advance()
    return jobs, results


def _clean_line(
    number: int, line: bytes, without: frozenset[str]
) -> tuple[CleaningJob, CleanedArticle | RejectedPage]:
    try:
        job = _job(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        wrong = RejectedPage(NOT_A_JOB, f"line {number}: {error}; wanted: id, url and file")
        return CleaningJob(id="", file=""), wrong
    return job, _clean_file(job, without)


def _clean_file(job: CleaningJob, without: frozenset[str]) -> CleanedArticle | RejectedPage:
    try:
        body = read_local_input(job.file)
    except InvalidRequestError as error:
        return RejectedPage(UNREADABLE, str(error))
    return clean_source(InputSource(body, content_type="text/html"), job.url, without=without)


def _fields(result: CleanedArticle | RejectedPage) -> dict[str, Any]:
    if isinstance(result, RejectedPage):
        return {"text": "", "outcome": result.outcome, "detail": result.detail}
    fields = asdict(replace(result, lines=()))
    del fields["lines"]
    counts = {"removed": result.count_removed(), "put_back": result.count_put_back()}
    return {**fields, **counts, "outcome": "ok"}


def format_cleaned(cleaned: CleanedArticle, form: str) -> str:
    """Write a cleaned page as text, json or markdown."""
    if form == "json":
        fields = {**_fields(cleaned), "removed": cleaned.removed, "put_back": cleaned.put_back}
        return msgspec.json.format(msgspec.json.encode(fields), indent=2).decode()
    if form == "markdown":
        return make_text_printable(f"# {cleaned.title}\n\n{cleaned.markdown or cleaned.text}")
    return make_text_printable(f"{cleaned.title}\n\n{cleaned.text}")


def explain_rejected(rejected: RejectedPage) -> str:
    """List what was weighed of a page that is no article, one line each with its points."""
    return make_text_printable("\n".join(["evidence:", *(f"  {line}" for line in rejected.evidence)]))


def explain_removed(cleaned: CleanedArticle) -> str:
    """List what was removed, one line each: the rule, then the text; what was put back; the next page."""
    rows = ["removed:", *_list_pieces(cleaned.removed)] if cleaned.removed else ["removed: nothing"]
    if cleaned.put_back:
        rows += ["", "put back:", *_list_pieces(cleaned.put_back)]
    if cleaned.next_page:
        rows += ["", f"goes on at: {cleaned.next_page}"]
    return make_text_printable("\n".join(["", *rows]))


def _list_pieces(pieces: Iterable[RemovedText]) -> Iterator[str]:
    return (f"  {piece.rule}: {' '.join(piece.text.split())}" for piece in pieces)

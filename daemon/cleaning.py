"""Cleans pages outside the daemon: the worker's reading, without ledger and stream."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec

from daemon.errors import AskedWronglyError
from daemon.material import Material, read_local
from daemon.output import printable
from worker.clean.chain import STEPS
from worker.learn.strip import RULE as LEARNED
from worker.learn.strip import strip_batch
from worker.page import Cleaned, Page, Rejected
from worker.read import read_page


class Job(msgspec.Struct, frozen=True):
    """One line of a batch: a page in a file (.html or .html.gz)."""

    id: str
    file: str
    url: str = ""


NOT_A_JOB = "not_a_job"
UNREADABLE = "unreadable"
_job = msgspec.json.Decoder(Job).decode


def steps_named(names: Sequence[str]) -> frozenset[str]:
    """Read names of cleaning steps; raises AskedWronglyError for what is none."""
    known = (*STEPS, LEARNED)
    for name in names:
        if name not in known:
            raise AskedWronglyError(
                f"--without {printable(name)}: there is no such cleaning step; there are {', '.join(known)}"
            )
    return frozenset(names)


def clean_one(
    material: Material, url: str | None = None, *, without: frozenset[str] = frozenset()
) -> Cleaned | Rejected:
    """Clean one page; `url` says where it came from, when the material does not know."""
    return read_page(Page(url or material.url, material.body, material.content_type), None, off=without)


def clean_batch(
    lines: bytes, *, explain: bool = False, without: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Clean the page of every line; yields JSON with `id`, `text`, and what else was found, in their order.

    Pages of one host are sorted out together: what recurs across them is boilerplate. `explain` adds every
    removed piece with its rule. A line that is no job (`not_a_job`) or names a file that cannot be read
    (`unreadable`) is answered with that outcome, and the batch goes on.
    """
    jobs, results = _cleaned(lines, without)
    places = [place for place, result in enumerate(results) if isinstance(result, Cleaned)]
    articles = [
        (jobs[place].url, result) for place, result in enumerate(results) if isinstance(result, Cleaned)
    ]
    stripped = [] if LEARNED in without else strip_batch(articles)
    for place, cleaned in zip(places, stripped, strict=False):
        results[place] = cleaned
    for job, result in zip(jobs, results, strict=True):
        pieces = {"pieces": result.removed} if explain and isinstance(result, Cleaned) else {}
        yield msgspec.json.encode({"id": job.id, **_fields(result), **pieces}).decode()


def _cleaned(lines: bytes, without: frozenset[str]) -> tuple[list[Job], list[Cleaned | Rejected]]:
    jobs: list[Job] = []
    results: list[Cleaned | Rejected] = []
    for number, line in enumerate(lines.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            job = _job(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            jobs.append(Job(id="", file=""))
            results.append(Rejected(NOT_A_JOB, f"line {number}: {error}; wanted: id, url and file"))
            continue
        jobs.append(job)
        results.append(_clean_file(job, without))
    return jobs, results


def _clean_file(job: Job, without: frozenset[str]) -> Cleaned | Rejected:
    try:
        body = read_local(job.file)
    except AskedWronglyError as error:
        return Rejected(UNREADABLE, str(error))
    return clean_one(Material(body, content_type="text/html"), job.url, without=without)


def _fields(result: Cleaned | Rejected) -> dict[str, Any]:
    if isinstance(result, Rejected):
        return {"text": "", "outcome": result.outcome, "detail": result.detail}
    fields = asdict(replace(result, lines=()))
    del fields["lines"]
    return {**fields, "removed": result.removed_counts(), "outcome": "ok"}


def printed(cleaned: Cleaned, form: str) -> str:
    """Write a cleaned page as text, json or markdown."""
    if form == "json":
        fields = {**_fields(cleaned), "removed": cleaned.removed}
        return msgspec.json.format(msgspec.json.encode(fields), indent=2).decode()
    if form == "markdown":
        return printable(f"# {cleaned.title}\n\n{cleaned.markdown or cleaned.text}")
    return printable(f"{cleaned.title}\n\n{cleaned.text}")


def explanation(cleaned: Cleaned) -> str:
    """List what was removed, one line each: the rule, then the text."""
    if not cleaned.removed:
        return "\nremoved: nothing"
    rows = [f"  {piece.rule}: {' '.join(piece.text.split())}" for piece in cleaned.removed]
    return printable("\n".join(["", "removed:", *rows]))

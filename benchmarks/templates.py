"""Read sites page by page with learned templates, both ways on each page, and print where they differ.

usage: python benchmarks/templates.py [--corpus FOLDER] [--sites NAME …] [--articles N] [--audit all|rule] [--show]
       python benchmarks/templates.py --cpu [--corpus FOLDER] [--every N] [--articles N] [--rounds N]

Nine generated sites of so many articles, three of them uneven (`uneven_shapes.py`), and with --corpus the sites of gold.jsonl that have two pages or more;
there a template is trusted from its first reading, since few sites have more pages in it. Printed per site: pages,
those that a template took, those of them with the lines of the full way, lines of the gold that it lost, F1 and exact
texts of both ways on these pages, bytes of the templates, ways and reasons; then the share of pages by template alone
from the 11th of a site on, audits apart. With --audit all each page is read both ways, whatever trust says.

With --cpu: CPU of reading a page by a trusted template, and by the full way, over plain trafilatura with metadata, in
one run: generated pages from the 11th on, or pages of the corpus, each by the template that it taught itself. Fetching
and publishing are not in it.
"""

import argparse
import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from site_shapes import SITE_SHAPES, write_site
from text import Share, f1, shares
from trafilatura import bare_extraction
from uneven_shapes import UNEVEN_SHAPES, write_uneven_site

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.templates.template_codec import pack_templates, unpack_templates
from worker.templates.template_session import TemplateSession, list_differing_lines
from worker.templates.template_set import KnownTemplate, SiteTemplates
from worker.templates.template_trust import TemplateTrust

TRUSTED = TemplateTrust(state="trusted", readings=5, until_audit=10**6)


@dataclass(slots=True)
class Tally:
    """What came of a site's pages."""

    pages: int = 0
    used: int = 0
    alike: int = 0
    exact: Counter = field(default_factory=Counter)
    reasons: Counter = field(default_factory=Counter)
    ways: Counter = field(default_factory=Counter)
    rows: dict[str, list[Share]] = field(default_factory=lambda: defaultdict(list))
    most_bytes: int = 0
    lost: int = 0
    late: Counter = field(default_factory=Counter)
    worse: Counter = field(default_factory=Counter)
    """Pages by way on which the template's text has a lower F1 than the full way's, or lost a line of the gold."""

    def add(self, other: "Tally") -> None:
        self.pages += other.pages
        self.used += other.used
        self.alike += other.alike
        self.lost += other.lost
        for name in ("exact", "reasons", "ways", "late", "worse"):
            getattr(self, name).update(getattr(other, name))
        for who, rows in other.rows.items():
            self.rows[who].extend(rows)
        self.most_bytes = max(self.most_bytes, other.most_bytes)


def trust_all(known: SiteTemplates) -> SiteTemplates:
    return tuple(KnownTemplate(one.template, TRUSTED) for one in known)


def ride(
    name: str, pages: Iterator[tuple[str, FetchedPage]], *, audit: str, at_once: bool, show: bool
) -> Tally:
    """Read a site's pages in order; each gold text comes with its page."""
    tally, known = Tally(), ()
    for number, (gold, page) in enumerate(pages):
        given = (
            trust_all(unpack_templates(pack_templates(known)))
            if at_once
            else unpack_templates(pack_templates(known))
        )
        run = TemplateSession(given, audits_all=audit == "all")
        read = read_page(page, None, templates=run)
        known = run.known
        tally.most_bytes = max(tally.most_bytes, len(pack_templates(known)))
        tally.pages += 1
        tally.ways[run.way] += 1
        if number >= 10:
            tally.late[run.way] += 1
        tally.reasons.update(run.reasons[:1] if run.way == "full" else ())
        if run.by_template is None or not isinstance(read, CleanedArticle):
            continue
        tally.used += 1
        less, more = list_differing_lines(read, run.by_template)
        tally.alike += not less and not more
        tally.lost += sum(row in gold for row in less)
        for who, text in (("template", run.by_template.text), ("full", read.text)):
            share, exact = shares(gold, text)
            tally.rows[who].append(share)
            tally.exact[who] += exact
        by_template, full = f1(tally.rows["template"][-1:]), f1(tally.rows["full"][-1:])
        tally.worse[run.way] += by_template < full or any(row in gold for row in less)
        if less or more:
            print(f"  {name} page {number} differs: F1 {by_template:.3f} by template, {full:.3f} ({run.way})")
            if show:
                print("".join(f"    - {line[:120]}\n" for line in less), end="")
                print("".join(f"    + {line[:120]}\n" for line in more), end="")
    return tally


def line(name: str, tally: Tally) -> str:
    used = tally.used or 1
    return (
        f"{name:14s} {tally.pages:5d} {tally.used:6d} {tally.alike:6d} {tally.lost:4d} "
        f"{f1(tally.rows['template']):.4f} {f1(tally.rows['full']):.4f} "
        f"{tally.exact['template'] / used:.3f} {tally.exact['full'] / used:.3f} {tally.most_bytes:6d}  "
        f"{dict(tally.ways)} {dict(tally.reasons.most_common(6))}"
    )


def generated(shape: str, count: int) -> Iterator[tuple[str, FetchedPage]]:
    write = write_uneven_site if shape in UNEVEN_SHAPES else write_site
    for article, markup in write(shape, count):
        url = f"https://{shape.replace('_', '-')}.example/{article.number}"
        yield "\n".join(article.lines), FetchedPage(url, markup.encode(), "text/html; charset=utf-8")


def of_corpus(folder: Path) -> dict[str, list[dict]]:
    sites: dict[str, list[dict]] = defaultdict(list)
    for row in (folder / "gold.jsonl").open(encoding="utf-8"):
        gold = json.loads(row)
        sites[gold["site"]].append(gold)
    return {site: golds for site, golds in sites.items() if len(golds) > 1}


def read_corpus(folder: Path, golds: list[dict]) -> Iterator[tuple[str, FetchedPage]]:
    for gold in golds:
        body = gzip.decompress((folder / gold["file"]).read_bytes())
        yield gold["text"], FetchedPage(gold["url"] or "", body, None)


def learned(pages: list[FetchedPage]) -> bytes:
    """Give the templates that some pages teach, trusted."""
    known: SiteTemplates = ()
    for page in pages:
        run = TemplateSession(known)
        read_page(page, None, templates=run)
        known = run.known
    return pack_templates(trust_all(known))


def spend(page: FetchedPage, known: bytes) -> dict[str, float]:
    """Give the CPU seconds of one page by each way."""
    spent = {}
    for way in ("plain", "template", "full"):
        began = time.process_time()
        if way == "plain":
            bare_extraction(page.body, with_metadata=True)
        else:
            templates = TemplateSession(unpack_templates(known)) if way == "template" else None
            read_page(page, None, templates=templates)
        spent[way] = time.process_time() - began
    return spent


def of_generated(names: list[str], count: int) -> Iterator[tuple[FetchedPage, bytes]]:
    """Give the pages of generated sites from the 11th on, with the templates that the first ten taught."""
    for name in names:
        pages = [page for _, page in generated(name, count)]
        known = learned(pages[:10])
        yield from ((page, known) for page in pages[10:])


def of_own_templates(folder: Path, every: int) -> Iterator[tuple[FetchedPage, bytes]]:
    """Give the pages of a corpus, each with the template that it taught, where it is read by that."""
    golds = [json.loads(row) for row in (folder / "gold.jsonl").open(encoding="utf-8")][::every]
    for _, page in read_corpus(folder, golds):
        known = learned([page] * 3)  # parts of a page are passed from the third page on
        run = TemplateSession(unpack_templates(known))
        read_page(page, None, templates=run)
        if run.way == "template":
            yield page, known


def cpu(pages: list[tuple[FetchedPage, bytes]], rounds: int) -> None:
    """Compare CPU a page of one run, the middle of some rounds."""
    ratios = defaultdict(list)
    for _ in range(rounds):
        rows = [spend(page, known) for page, known in pages]
        for way in ("template", "full"):
            ratios[way].append(sum(row[way] for row in rows) / sum(row["plain"] for row in rows))
    print(
        f"{len(pages)} pages, {1000 * sum(row['plain'] for row in rows) / len(rows):.1f} ms each by plain trafilatura"
    )
    for way, found in ratios.items():
        print(f"CPU of reading a page over plain trafilatura with metadata, {way}: {median(found):.2f}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--corpus", type=Path)
    asked.add_argument("--sites", nargs="*", default=[*SITE_SHAPES, *UNEVEN_SHAPES])
    asked.add_argument("--articles", type=int, default=50)
    asked.add_argument("--audit", choices=("all", "rule"), default="all")
    asked.add_argument("--cpu", action="store_true")
    asked.add_argument("--every", type=int, default=5)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--show", action="store_true")
    args = asked.parse_args()
    if args.cpu:
        both = (
            of_own_templates(args.corpus, args.every)
            if args.corpus
            else of_generated(args.sites, args.articles)
        )
        cpu(list(both), args.rounds)
        return
    print("site           pages   used  alike lost F1 tmpl F1 full ex.tm ex.fu  bytes  ways, reasons")
    whole, even = Tally(), Counter()
    for name in args.sites:
        tally = ride(name, generated(name, args.articles), audit=args.audit, at_once=False, show=args.show)
        whole.add(tally)
        even.update(tally.late if name in SITE_SHAPES else {})
        print(line(name, tally), flush=True)
    print(line("generated", whole))
    worse = whole.worse["template"]
    print(
        f"pages that a trusted template made worse than the full way: {worse}, in trial {whole.worse['both']}"
    )
    late = even["template"] + even["full"]
    print(
        f"pages by template from the 11th on, audits and uneven sites apart: {even['template'] / max(late, 1):.0%} (target 85 %)"
    )
    if args.corpus:
        whole = Tally()
        for site, golds in of_corpus(args.corpus).items():
            whole.add(ride(site, read_corpus(args.corpus, golds), audit="all", at_once=True, show=args.show))
        print(line("corpus", whole))


if __name__ == "__main__":
    main()

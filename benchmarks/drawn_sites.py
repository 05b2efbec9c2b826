"""Read sites that no rule was made for by their templates and by the full way, page by page.

usage: python benchmarks/drawn_sites.py [--seeds FROM TO] [--articles N] [--idioms SEED …] [--redesigns] [--show] [--audit all|rule]

Sites are drawn at random, one for each seed (`site_grammar.py`), or written in the idioms of six publishing systems
(`site_idioms.py`), 50 articles each; with --redesigns each idiom turns into each other one after 30 articles. Printed are
the pages by way, the share of articles by template alone from the 11th of a site on (audits and trials apart, pages that
are no plain article left out), and what the template's text has less or more than the full way's: lines of the article
(`lost`, `gained`) or others (`less`, `more`), of trusted pages and of those in trial. With --audit all both ways read
each page, whatever trust says.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from site_grammar import write_grammar_site
from site_idioms import IDIOMS, write_idiom_site
from site_prose import Written

from worker.extraction.page_reader import read_page
from worker.page_models import CleanedArticle, FetchedPage
from worker.templates.template_codec import pack_templates, unpack_templates
from worker.templates.template_session import TemplateSession, list_differing_lines
from worker.templates.template_set import SiteTemplates

Page = tuple[Written, str]


@dataclass(slots=True)
class Tally:
    """What came of pages."""

    ways: Counter = field(default_factory=Counter)
    late: Counter = field(default_factory=Counter)
    """Ways of plain articles from the 11th of a site on."""
    reasons: Counter = field(default_factory=Counter)
    differing: Counter = field(default_factory=Counter)
    exact: Counter = field(default_factory=Counter)
    """Pages by way whose text is the article, line by line, on pages that a template took."""
    relearned: list[int] = field(default_factory=list)
    """Pages of a redesign until one was read by template alone."""

    def share(self) -> float:
        return self.late["template"] / max(1, self.late["template"] + self.late["full"])


def name_difference(less: list[str], more: list[str], gold: str, text: str) -> str:
    """Name what a template's text lacks or has more than the full way's, the worst first."""
    if any(line in gold and line not in text for line in less):  # the full way may have it twice
        return "lost"
    if any(line in gold for line in more):
        return "gained"
    return "more" if more else "less"


def ride(
    name: str, pages: list[Page], tally: Tally, args: argparse.Namespace, known: SiteTemplates = ()
) -> SiteTemplates:
    """Read a site's pages in order, from what is known of it."""
    for place, (article, markup) in enumerate(pages):
        run = TemplateSession(unpack_templates(pack_templates(known)), audits_all=args.audit == "all")
        page = FetchedPage(
            f"https://one.example/{article.number}", markup.encode(), "text/html; charset=utf-8"
        )
        read = read_page(page, None, templates=run)
        known = run.known
        tally.ways[run.way] += 1
        tally.reasons.update(run.reasons[:1] if run.way == "full" else ())
        is_plain = isinstance(read, CleanedArticle) and not read.doubts and article.kind != "live"
        if place >= 10 and is_plain:
            tally.late[run.way] += 1
        if run.by_template is None:
            continue
        if not isinstance(read, CleanedArticle):
            tally.differing[run.way, "rejected"] += 1
            continue
        gold = article.gold.replace("|", "\n")
        lines = [line for line in gold.split("\n") if line]
        for who, text in (("template", run.by_template), ("full", read)):
            tally.exact[who] += [line.text for line in text.lines] == lines
        less, more = list_differing_lines(read, run.by_template)
        if less or more:
            kind = name_difference(less, more, gold, run.by_template.text)
            tally.differing[run.way, kind] += 1
            if args.show:
                print(f"{name} {article.number} ({article.kind}, {run.way}): {kind}")
                print("".join(f"  - {line[:120]}\n" for line in less[:4]), end="")
                print("".join(f"  + {line[:120]}\n" for line in more[:4]), end="")
    return known


def redesign(tally: Tally, args: argparse.Namespace) -> None:
    """Turn each idiom into each other one after 30 articles."""
    for old in IDIOMS:
        known = ride(old, write_idiom_site(old, 30), Tally(), args)
        for new in IDIOMS:
            if new == old:
                continue
            after = Tally()
            pages = write_idiom_site(new, 30, seed=12, first=30)
            known_after, taken = known, 0
            for number, page in enumerate(pages):
                before = after.ways["template"]
                known_after = ride(f"{old} to {new}", [page], after, args, known_after)
                if after.ways["template"] > before and not taken:
                    taken = number
            tally.relearned.append(taken or len(pages))
            for name in ("ways", "reasons", "differing", "exact"):
                getattr(tally, name).update(getattr(after, name))


def print_tally(name: str, tally: Tally) -> None:
    print(f"{name}: {dict(tally.ways)}, by template from the 11th on {tally.share():.0%} (target 85 %)")
    print(
        f"  exact on pages that a template took: {tally.exact['template']}, by the full way {tally.exact['full']}"
    )
    for way in ("template", "both"):
        found = {kind: tally.differing[way, kind] for kind in ("lost", "gained", "less", "more", "rejected")}
        print(f"  pages that differ, {'trusted' if way == 'template' else 'in trial'}: {found}")
    print(f"  full: {dict(tally.reasons.most_common(10))}", flush=True)


def list_sites(args: argparse.Namespace) -> Iterator[tuple[str, list[Page]]]:
    for seed in range(*args.seeds) if args.seeds else ():
        yield f"site {seed}", write_grammar_site(seed, args.articles or 40)
    for seed in args.idioms or ():
        for idiom in IDIOMS:
            yield idiom, write_idiom_site(idiom, args.articles or 50, seed)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", nargs=2, type=int)
    asked.add_argument("--idioms", nargs="*", type=int)
    asked.add_argument("--articles", type=int)
    asked.add_argument("--redesigns", action="store_true")
    asked.add_argument("--audit", choices=("all", "rule"), default="all")
    asked.add_argument("--show", action="store_true")
    args = asked.parse_args()
    if not (args.seeds or args.redesigns or args.idioms):
        args.idioms = [11]
    drawn, idioms = Tally(), {name: Tally() for name in IDIOMS}
    for name, pages in list_sites(args):
        ride(name, pages, idioms.get(name, drawn), args)
    for name, tally in (
        *(idioms.items() if args.idioms else ()),
        *([("drawn sites", drawn)] if args.seeds else ()),
    ):
        print_tally(name, tally)
    if args.idioms:
        late = sum((tally.late for tally in idioms.values()), Counter())
        share = late["template"] / max(1, late["template"] + late["full"])
        print(f"pages by template from the 11th on, audits apart, all idioms: {share:.0%} (target 85 %)")
    if args.redesigns:
        changed = Tally()
        redesign(changed, args)
        print_tally("redesigns", changed)
        print(
            f"pages until the new template read alone, worst and middle of {len(changed.relearned)}: {max(changed.relearned)}, {sorted(changed.relearned)[len(changed.relearned) // 2]} (target 15)"
        )


if __name__ == "__main__":
    main()

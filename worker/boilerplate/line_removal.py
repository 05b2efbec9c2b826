"""Removes from a cleaned text the lines that are its source's boilerplate."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from feedmill._ledger.core.operation_result_types import LearnedSource
from worker.boilerplate.batch_learning import learn_batch
from worker.boilerplate.line_hashes import LineHashes, hash_lines
from worker.boilerplate.recurrence_rules import find_boilerplate
from worker.document.block_flattening import remove_lines
from worker.page_models import CleanedArticle

BOILERPLATE_RULE = "learned"


def strip_boilerplate(cleaned: CleanedArticle, hashes: LineHashes, learnt: LearnedSource) -> CleanedArticle:
    """Take the lines out that are boilerplate by what was learned."""
    return remove_lines(cleaned, find_boilerplate(cleaned.lines, hashes, learnt), BOILERPLATE_RULE)


def strip_batch(articles: Sequence[tuple[str, CleanedArticle]]) -> list[CleanedArticle]:
    """Strip all articles of a batch, given with their addresses; sites are learned one by one."""
    sites: dict[str, list[int]] = {}
    for place, (url, cleaned) in enumerate(articles):
        sites.setdefault(name_boilerplate_memory("", url, cleaned.text_from), []).append(place)
    stripped = [cleaned for _, cleaned in articles]
    for places in sites.values():
        for place, cleaned in zip(
            places, _strip_one_site([articles[place] for place in places]), strict=True
        ):
            stripped[place] = cleaned
    return stripped


def _strip_one_site(articles: Sequence[tuple[str, CleanedArticle]]) -> Iterable[CleanedArticle]:
    prints = [hash_lines(cleaned) for _, cleaned in articles]
    names = [_article(url, place) for place, (url, _) in enumerate(articles)]
    learnt = learn_batch(zip(names, prints, strict=True))
    return [
        strip_boilerplate(cleaned, own, learnt[name])
        for (_, cleaned), own, name in zip(articles, prints, names, strict=True)
    ]


def _article(url: str, place: int) -> str:
    return url or str(place)


def name_boilerplate_memory(source: str, url: str, text_from: str) -> str:
    """Name the memory that an article belongs to: of its source, its host, and where its text is from."""
    host = urlsplit(url).netloc.lower().removeprefix("www.")
    return f"{source} {host} {'feed' if text_from == 'feed' else 'page'}"

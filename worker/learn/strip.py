"""Strip what was learned from a cleaned text."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from feedmill._ledger.learning import Learned
from worker.learn.memory import learn_batch
from worker.learn.prints import Prints, prints_of
from worker.learn.rules import boilerplate
from worker.lines import without
from worker.page import Cleaned

RULE = "learned"


def strip(cleaned: Cleaned, prints: Prints, learnt: Learned) -> Cleaned:
    """Take the lines out that are boilerplate by what was learned."""
    return without(cleaned, boilerplate(cleaned.lines, prints, learnt), RULE)


def strip_batch(articles: Sequence[tuple[str, Cleaned]]) -> list[Cleaned]:
    """Strip all articles of a batch, given with their addresses; sites are learned one by one."""
    sites: dict[str, list[int]] = {}
    for place, (url, cleaned) in enumerate(articles):
        sites.setdefault(memory_name("", url, cleaned.text_from), []).append(place)
    stripped = [cleaned for _, cleaned in articles]
    for places in sites.values():
        for place, cleaned in zip(places, _of_one_site([articles[place] for place in places]), strict=True):
            stripped[place] = cleaned
    return stripped


def _of_one_site(articles: Sequence[tuple[str, Cleaned]]) -> Iterable[Cleaned]:
    prints = [prints_of(cleaned) for _, cleaned in articles]
    names = [_article(url, place) for place, (url, _) in enumerate(articles)]
    learnt = learn_batch(zip(names, prints, strict=True))
    return [
        strip(cleaned, own, learnt[name])
        for (_, cleaned), own, name in zip(articles, prints, names, strict=True)
    ]


def _article(url: str, place: int) -> str:
    return url or str(place)


def memory_name(source: str, url: str, text_from: str) -> str:
    """Name the memory that an article belongs to: of its source, its host, and where its text is from."""
    host = urlsplit(url).netloc.lower().removeprefix("www.")
    return f"{source} {host} {'feed' if text_from == 'feed' else 'page'}"

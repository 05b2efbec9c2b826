"""Weighs the evidence that a page shows a teaser, with the rest for subscribers. Pure.

A publisher's mark that an article is not free is no wall: many such pages carry the whole text. A wall has
a call to subscribe right after a text that is short, or cut by its structure.
"""

import re
from collections.abc import Iterator

from worker.document.block_tests import is_as_long, is_link
from worker.document.blocks import Block
from worker.quality.page_signs import PageSigns
from worker.quality.wall_check import Evidence, Verdict, find_phrase
from worker.quality.wall_containers import list_marks_of
from worker.vocabulary.wall_words import measure_wall_words

MIN_POINTS = 5.0
"""Points from which a text is a teaser: a call (3) and the shortest text (2) suffice."""
_MIN_CALL_SHARE = 0.5
"""Share of wall words from which a line with a subscription phrase is a call to subscribe."""
_MIN_CALL_WORDS = 3
"""Paywall words that such a line must have: fewer stand in prose about subscriptions, too."""
_MIN_NOT_FREE_CALL_WORDS = 2
"""As `_MIN_CALL_WORDS`, where the publisher marks the article as not free, which is evidence already."""
_MAX_CALL_CHARS = 220
"""Characters of the longest call; a longer line is a paragraph and never taken for one."""
_MIN_PROSE_CHARS = 20
"""Characters from which a line is the article's; shorter ones are buttons and small print of an offer."""
_MAX_LINES_AFTER_TEXT = 8
"""Lines after the text in which a call is searched for; further down are the site's own offers."""
_LENGTHS = (
    (3000, "long_text", -7.0),
    (1500, "long_text", -4.0),
    (700, "middling_text", 0.0),
    (300, "short_text", 1.0),
    (0, "short_text", 2.0),
)
"""Characters without the call from which each counts. From 3000 on no other evidence suffices."""
_CUT = re.compile(r"(?:\u2026|\.\.\.|\[\.\.\.\]|\[\u2026\])$")
_OFFER_PATH = re.compile(
    r"/(?:subscri|subscribe|abo\b|abos\b|abonn|abbon|assin|suscri|prenumer|predplat|plus\b|premium|offer|membership|join\b|registr|regist|tilaa|elofizet)",
    re.IGNORECASE,
)


def detect_paywall(
    signs: PageSigns, shown: list[Block], text: str, *, free: bool | None, summary_only: bool = False
) -> Verdict:
    """Check a page by what stands after its text; `summary_only`: the text is the entry's summary."""
    calls = _find_calls(shown, text, free=free)
    told = len(text) - sum(len(block.text) for block in calls if block.text in text)
    evidence = tuple(_weigh(signs, calls, told, text, free=free, summary_only=summary_only))
    points = sum(one.points for one in evidence)
    asked = any(one.name in {"call_after_text", "container_paywall"} for one in evidence)
    return Verdict("paywall" if asked and points >= MIN_POINTS else None, evidence)


def _weigh(
    signs: PageSigns, calls: list[Block], told: int, text: str, *, free: bool | None, summary_only: bool
) -> Iterator[Evidence]:
    yield from _weigh_calls(calls)
    for name, seen, points in (
        ("not_free", free is False, 2),
        ("part_not_free", signs.part_not_free, 1),
        ("text_is_summary", summary_only, 1),
        ("text_breaks_off", any(_CUT.search(line.rstrip()) for line in text.split("\n")[-3:]), 1),
    ):
        if seen:
            yield Evidence(name, points, "paywall")
    yield next(Evidence(name, points) for least, name, points in _LENGTHS if told >= least or not least)


def _weigh_calls(calls: list[Block]) -> Iterator[Evidence]:
    if not calls:
        return
    yield Evidence("call_after_text", 3, "paywall", from_words=True)
    if any("paywall" in list_marks_of(block) for block in calls):
        yield Evidence("container_paywall", 2, "paywall")
    if any(_OFFER_PATH.search(link) for block in calls for link in block.hrefs):
        yield Evidence("link_to_offer", 1, "paywall")
    if any(find_phrase("paywall", block.text) for block in calls):
        yield Evidence("phrase_paywall", 0.5, "paywall", from_words=True)


def _find_calls(shown: list[Block], text: str, *, free: bool | None) -> list[Block]:
    """Find the lines in or right after the end of the text that ask to subscribe."""
    lines = {line.strip("-# ").strip() for line in text.split("\n")} - {""}
    taken = [place for place, block in enumerate(shown) if block.text in lines]
    calls = [place for place, block in enumerate(shown) if _is_call(block, sure=free is False)]
    plain = [place for place in taken if place not in calls and _is_prose(shown[place])]
    last = plain[-1] if plain else -1
    marked = any("paywall" in list_marks_of(shown[place]) for place in calls)
    bare = not plain and (free is False or marked)  # a few words, and the publisher says that there are more
    return [
        shown[place]
        for place in calls
        if last < place <= last + _MAX_LINES_AFTER_TEXT and (plain or not lines or bare)
    ]


def _is_prose(block: Block) -> bool:
    """Distinguish a line of the article from the buttons and small print of an offer."""
    return (
        is_as_long(block.text, _MIN_PROSE_CHARS)
        and not is_link(block)
        and "paywall" not in list_marks_of(block)
    )


def _is_call(block: Block, *, sure: bool) -> bool:
    if len(block.text) > _MAX_CALL_CHARS:
        return False
    if not find_phrase("subscription", block.text):
        return False
    share = measure_wall_words(block.text)
    return share.total >= _MIN_CALL_SHARE and (
        share.count_of("paywall") >= (_MIN_NOT_FREE_CALL_WORDS if sure else _MIN_CALL_WORDS)
        or "paywall" in list_marks_of(block)
    )

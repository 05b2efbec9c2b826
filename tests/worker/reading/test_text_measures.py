"""Folded texts and counted words: the quick ways for ASCII give what the general ones give."""

import re

import pytest

from worker.document.block_tests import fold_text
from worker.document.text_rendering import count_words

TEXTS = (
    "",
    "It's a well-known story: U.S. stocks fell 3.5% in 'late' trade-offs_ x_y --- a.b. .c d'",
    "Straße, İstanbul und ŉ: „Größe“ – 1.000 – naïve co-op’s",
    "東京 is 2026年 large",
    "\x00\t\x1f_under_score_\x7f",
)


@pytest.mark.parametrize("text", [*TEXTS, "".join(map(chr, range(128))), "".join(map(chr, range(0x600)))])
def test_a_folded_text_keeps_letters_and_digits_alone(text: str) -> None:
    assert fold_text(text) == re.sub(r"[\W_]+", "", text.casefold())


@pytest.mark.parametrize("sign", ["'", "’", "‘", "“", "”", "–", "—", "…", "\xa0", ".", "-", "_", "|", " "])
def test_words_are_counted_alike_whatever_letters_stand_beside_them(sign: str) -> None:
    text = f"It{sign}s 3.5 of U.S.{sign} {sign}late{sign}{sign} trade-offs x{sign}y {sign} a.b. .c d{sign}"
    assert count_words(text) == count_words(f"{text} é") - 1 == count_words(f"東 {text}") - 1

"""Signatures of texts: known answers, bounds, and how near their estimate comes."""

import random
import re

import pytest
from growth import LINEAR, growth
from story_shapes import change_words, write_text

from worker.stories.text_signature import (
    BANDS,
    LEAST_SHINGLES,
    MAX_SHINGLES,
    PERMUTATIONS,
    compute_signature,
    estimate_similarity,
    list_shingles,
)

LATIN = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike november oscar papa"
CHINESE = "港口管理局周一表示，新的渡轮航线将于下月开通，每天往返六次，票价与去年相同。"
THAI = "การท่าเรือกล่าวเมื่อวันจันทร์ว่าเส้นทางเรือข้ามฟากใหม่จะเปิดให้บริการในเดือนหน้า"


@pytest.mark.parametrize(
    ("text", "minimums", "bands"),
    [
        (
            LATIN,
            (
                "42424242fbfb6464fefefefefefefefe55556a6a00000000000000000000000020202e2e313131313535353535353535"
                "dfdfdfdfdfdfdf752121212121212121"
            ),
            "d27ec4a2efd781ab99bda47a2c8d95f1",
        ),
        (
            CHINESE,
            (
                "e4e4e4e4f7d367827b7b7b7b0bb58a8a6666666666d5d5d553969696fafafafa05050505e9e97171776b4474d7d7d7d7"
                "e5e5e5e5fbfbfbfb1c1c1c1c57575757"
            ),
            "deb75d88fd6dcdf021e9c1242b9056de",
        ),
        (
            THAI,
            (
                "f2158484a7a7a7a74545f1f2ae676b3b9f9fa4a41d53ee31fa49d3852a2a2a2afefefefefefed8d8bbc18b8be8e8c3c3"
                "8b08ee4e48fb7f797b7b3e3ee6e6d8d8"
            ),
            "7c925bd936ae47a10dae8ce7ba90782b",
        ),
    ],
)
def test_known_texts_have_the_known_signatures(text: str, minimums: str, bands: str) -> None:
    signature = compute_signature(text)
    assert signature is not None
    assert signature.minimums.hex() == minimums
    assert signature.bands[:16].hex() == bands


def test_a_signature_has_the_length_that_the_ledger_expects() -> None:
    signature = compute_signature(LATIN)
    assert (len(signature.minimums), len(signature.bands)) == (PERMUTATIONS, 4 * BANDS) == (64, 128)


@pytest.mark.parametrize(
    ("text", "shingles"),
    [
        ("Hello, big World of  things", ["hello big world", "big world of", "world of things"]),
        ("Don’t — “quote” me!", ["don t quote", "t quote me"]),
        ("one two", []),
        ("", []),
        ("新しい橋が開く。", ["新 し い 橋 が", "し い 橋 が 開", "い 橋 が 開 く"]),
        ("the 新 bridge opens", ["the 新 bridge", "新 bridge opens"]),
        ("été où naïve", ["été où naïve"]),
    ],
)
def test_shingles_are_words_or_characters(text: str, shingles: list[str]) -> None:
    assert [one.decode() for one in list_shingles(text)] == shingles


def test_thai_is_read_by_twelve_characters() -> None:
    assert {len(one.decode().split(" ")) for one in list_shingles(THAI)} == {12}


@pytest.mark.parametrize(
    "text", ["", "x", "caption " * 3, "\ud800", "\x00", "。" * 100, " ".join("abcdefghijklm")]
)
def test_a_text_of_few_shingles_has_no_signature(text: str) -> None:
    assert len(list_shingles(text)) < LEAST_SHINGLES
    assert compute_signature(text) is None


def test_typography_case_and_line_breaks_change_no_signature() -> None:
    text = write_text(random.Random(1)).text
    other = text.upper().replace("\n\n", "\n").replace(" ", "\u00a0 ").replace(".", " …")
    assert compute_signature(other) == compute_signature(text)


def test_a_repeated_text_of_one_shingle_is_taken_as_it_is() -> None:
    signature = compute_signature("tick " * 100)
    assert estimate_similarity(signature.minimums, signature.minimums) == 1.0


def test_of_a_long_text_the_first_shingles_are_read() -> None:
    text = " ".join(f"w{number}" for number in range(10_000))
    assert len(list_shingles(text)) == MAX_SHINGLES
    assert len(list_shingles("字" * 100_000)) == MAX_SHINGLES


def test_the_cost_of_a_signature_grows_in_proportion_to_the_text() -> None:
    assert growth(lambda size: compute_signature(" ".join(f"w{n}" for n in range(size))), 400) < LINEAR


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.2, 0.5])
def test_the_estimate_is_near_the_true_share(share: float) -> None:
    off = []
    for number in range(60):
        rng = random.Random(f"{share} {number}")
        one = write_text(rng)
        two = change_words(share)(rng, one)
        a, b = set(list_shingles(one.text)), set(list_shingles(two.text))
        signatures = compute_signature(one.text), compute_signature(two.text)
        off.append(estimate_similarity(*(s.minimums for s in signatures)) - len(a & b) / len(a | b))
    assert abs(sum(off) / len(off)) < 0.03
    assert max(map(abs, off)) < 0.25


def test_texts_of_nothing_in_common_are_estimated_near_none() -> None:
    one, two = (compute_signature(write_text(random.Random(seed)).text) for seed in (1, 2))
    assert estimate_similarity(one.minimums, two.minimums) < 0.1


@pytest.mark.parametrize("lead", ["", "é"], ids=["ascii", "accented"])
def test_every_separator_parts_words_and_nothing_else_does(lead: str) -> None:
    parting = re.compile(
        r"[\x00-/:-@\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7"
        r"\u02b0-\u02ff\u0964\u0965\u060c\u061b\u061f\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u3030"
        r"\u30fb\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
    )
    unspaced = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30fa\u30fc-\u30ff]")
    for code in (*range(0x3100), *range(0xD7FB, 0xD900), *range(0xFE00, 0x10000)):
        between = chr(code)
        if unspaced.match(between):
            continue
        text = f"{lead}one{between}two three four"
        words = [word.encode("utf-8", "surrogatepass") for word in parting.sub(" ", text.lower()).split()]
        assert list_shingles(text) == [b" ".join(words[at : at + 3]) for at in range(len(words) - 2)], hex(
            code
        )

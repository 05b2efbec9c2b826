"""What a tdmrep.json reserves is read by the first rule that a page's path matches."""

import json

import pytest
from support.growth import LINEAR, growth

from feedmill._net.tdm_file import MAX_FILE_BYTES, MAX_RULES, list_tdm_rights, parse_tdm_file

FILE = "https://a.example/.well-known/tdmrep.json"
RESERVED = ("tdmrep:tdm-reservation",)


def rights(file: object, path: str = "/news/1") -> tuple[str, ...]:
    body = file if isinstance(file, bytes) else json.dumps(file).encode()
    return list_tdm_rights(parse_tdm_file(body, FILE), f"https://a.example{path}")


def rule(location: object, reservation: object = 1, **more: object) -> dict[str, object]:
    return {"location": location, "tdm-reservation": reservation, **more}


@pytest.mark.parametrize(
    ("location", "path", "matches"),
    [
        ("/", "/news/1", True),
        ("/news", "/news/1", True),
        ("news/", "/news/1", True),
        ("/news/*", "/news/1", True),
        ("/*.html$", "/news/1.html", True),
        ("/*.html$", "/news/1.html?page=2", False),
        ("/news$", "/news", True),
        ("/news$", "/news/1", False),
        ("/*/1", "/news/12", True),
        ("/a*b*c$", "/a-b-c", True),
        ("/a*b*c$", "/a-c-b", False),
        ("/*ab$", "/ab", True),
        ("/ab*ab$", "/ab", False),
        ("/blog", "/news/1", False),
        ("/NEWS", "/news/1", False),
        ("*", "/", True),
    ],
)
def test_a_pattern_is_held_against_the_path(location: str, path: str, matches: bool) -> None:
    assert (rights([rule(location)], path) == RESERVED) is matches


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ([rule("/news", 0), rule("/")], ()),
        ([rule("/"), rule("/news", 0)], RESERVED),
        (rule("/"), RESERVED),
        ([rule("/", "1")], RESERVED),
        ([rule("/", 1, **{"tdm-policy": "/policy.json"})], (*RESERVED, "tdmrep:tdm-policy=https://a.example/policy.json")),
        ([rule("/", 1, **{"tdm-policy": "javascript:x"})], RESERVED),
        ([rule("/", 1, **{"tdm-policy": "https://a.example/" + "x" * 2000})], RESERVED),
        ([rule("/", 0, **{"tdm-policy": "/policy.json"})], ()),
        ([rule("/", 2)], ()),
        ([rule("/", True)], ()),
        ([rule(7)], ()),
        ([rule("")], ()),
        ([rule("/" + "x" * 400)], ()),
        ([rule("/" + "*a" * 11)], ()),
        (["/", None, 1], ()),
        ([rule("/blog")] * MAX_RULES + [rule("/")], ()),
        (b"", ()),
        (b"<html>", ()),
        (b"[" * 90_000, ()),
        (b" " * MAX_FILE_BYTES + b"[]", ()),
        (b"\xef\xbb\xbf" + json.dumps([rule("/")]).encode(), RESERVED),
    ],
)  # fmt: skip
def test_the_first_rule_that_matches_counts_and_what_is_none_says_nothing(
    file: object, found: tuple[str, ...]
) -> None:
    assert rights(file) == found


def test_matching_takes_time_in_proportion_to_the_path() -> None:
    kept = parse_tdm_file(json.dumps([rule("/" + "*a" * 10 + "$")]).encode(), FILE)
    assert growth(lambda size: list_tdm_rights(kept, "https://a.example/" + "ab" * size), 2000) < LINEAR

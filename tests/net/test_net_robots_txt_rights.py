"""What a robots.txt reserves is read of the group that speaks to feedmill, for the page's path."""

import pytest

from feedmill._net.robots_rules import parse_robots
from feedmill._net.robots_txt_rights import list_robots_rights

ALL = "User-agent: *\n"
MANY = "".join(f"Content-Signal: a{n}=no\n" for n in range(99))
URL = "https://a.example/news/1"


@pytest.mark.parametrize(
    ("file", "rights"),
    [
        ("", ()),
        ("User-agent: *\nAllow: /\n", ()),
        (ALL + "Content-Signal: a=yes, b=no,c = no\n", ("robots:b=no", "robots:c=no")),
        ("User-agent: other\nContent-Signal: ai-train=no\n\nUser-agent: *\nAllow: /\n", ()),
        ("User-agent: *\nContent-Signal: ai-train=no\n\nUser-agent: feedmill\nDisallow: /x\n", ()),
        ("User-agent: feedmill\nContent-Usage: train-ai=n\n", ("robots:train-ai=n",)),
        (ALL + "Content-Usage: /news train-ai=n\nContent-Usage: /blog search=n\n", ("robots:train-ai=n",)),
        ("License: https://a.example/l.xml\nUser-agent: *\nAllow: /\n", ("robots:license=https://a.example/l.xml",)),
        ("License: javascript:x\n", ()),
        ("License: https://a.example/" + "l" * 400 + "\n", ()),
        (ALL + MANY, tuple(f"robots:a{n}=no" for n in range(10))),
    ],
)  # fmt: skip
def test_rights_are_those_of_the_group_and_the_path(file: str, rights: tuple[str, ...]) -> None:
    kept = parse_robots(file.encode())
    assert list_robots_rights(kept.text, URL) == rights
    assert kept.allows_url(URL)

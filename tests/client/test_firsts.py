"""Only the first article of each story: what passes, and which choices are refused beside it."""

import pytest

from feedmill import ConsumerError
from feedmill._group.consumer_options import ConsumerOptions, make_consumer_config
from feedmill.stream_entry_filter import wanted
from feedmill.stream_replay import ReplayCursor

FIRST = {"event": "created", "story": "a", "similarity": "", "relation": ""}
COPY = {"event": "created", "story": "a", "similarity": "1.00", "relation": "copy"}


@pytest.mark.parametrize(
    ("fields", "is_wanted"),
    [
        (FIRST, True),
        (FIRST | {"event": "updated"}, True),
        (COPY, False),
        (COPY | {"event": "updated"}, False),
        (COPY | {"similarity": "0.00", "relation": "edited"}, False),
        ({"event": "created"}, True),
    ],
)
def test_firsts_take_the_first_of_a_story_and_what_is_in_none(
    fields: dict[str, str], is_wanted: bool
) -> None:
    assert wanted({"firsts": True}).wants(fields) is is_wanted
    assert wanted({"firsts": False}).wants(fields)


@pytest.mark.parametrize(
    "options",
    [
        {"sources": ["A"]},
        {"tags": ["t"]},
        {"langs": ["en"]},
        {"feeds": ["http://a.example/"]},
        {"text_from": ["page"]},
        {"stream": "science"},
    ],
)
def test_firsts_of_a_part_are_refused(options: ConsumerOptions) -> None:
    (name,) = options
    with pytest.raises(ConsumerError, match=f"firsts with {name}"):
        make_consumer_config("g", None, {"firsts": True, **options})
    with pytest.raises(ConsumerError, match=f"firsts with {name}"):
        ReplayCursor(firsts=True, **options)


def test_firsts_may_choose_events() -> None:
    config = make_consumer_config("g", None, {"firsts": True, "events": ("created",)})
    assert config.entry_filter.wants(FIRST)
    assert not config.entry_filter.wants(FIRST | {"event": "updated"})

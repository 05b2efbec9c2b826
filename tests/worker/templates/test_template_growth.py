"""Templates cost in proportion to a page: steps are counted, not seconds."""

from collections.abc import Callable

import pytest
from support.reading_growth import MOST, steps_of

from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.templates.page_pruning import list_parts
from worker.templates.path_prints import drop_words, list_paths, loosen_path
from worker.templates.path_role_index import index_template
from worker.templates.template_application import apply_template
from worker.templates.template_codec import MOST_BYTES, pack_templates
from worker.templates.template_learning import observe_page
from worker.templates.template_set import teach_reading

LINE = "The council met on day {} to talk about the bridge that has been shut since the spring of the year."


def alike(number: int) -> str:
    return f"<p>{LINE.format(number)}</p>"


def classed(number: int) -> str:
    word = "".join(chr(97 + int(digit)) for digit in str(number))
    return f"<div class='{word} {word}x' id='{word}y'><p class='z{word}'>{LINE.format(number)}</p></div>"


def nested(number: int) -> str:
    return "<div class='a'>" * 60 + alike(number) + "</div>" * 60


@pytest.mark.parametrize("write", [alike, classed, nested])
def test_learning_and_application_grow_in_proportion(write: Callable[[int], str]) -> None:
    def work(count: int) -> Callable[[], object]:
        tree = parse_html(f"<html><body>{''.join(map(write, range(count)))}</body></html>")
        assert tree is not None
        blocks = list_page_blocks(tree)

        def run() -> None:
            loosen_path.cache_clear()
            drop_words.cache_clear()
            frames: dict[int, str] = {}
            paths = list_paths(blocks, frames)
            parts = list_parts(blocks, frozenset(range(0, count, 3)), frames)
            reading = observe_page(blocks, blocks[1::2], (), paths=paths, words=count, parts=parts)
            assert reading is not None
            known = teach_reading((), reading)
            assert len(pack_templates(known)) <= MOST_BYTES
            apply_template(index_template(known[0].template), blocks, list_paths(blocks))

        return run

    small, large = (steps_of(work(count)) for count in (200, 400))
    assert large <= small * MOST

"""Pages and feeds of every shape are read in time that grows in proportion to their size."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest
from support.reading_growth import KINDS, MOST_FOURFOLD, fourfold_growth, measuring_child


@pytest.fixture(scope="module")
def child() -> Iterator[ProcessPoolExecutor]:
    """Run the child that measures."""
    with measuring_child() as pool:
        yield pool


@pytest.mark.parametrize("shape", KINDS["pages"][0])
def test_the_cost_of_reading_a_page_grows_in_proportion_to_its_size(
    child: ProcessPoolExecutor, shape: str
) -> None:
    assert child.submit(fourfold_growth, "pages", shape).result() <= MOST_FOURFOLD


@pytest.mark.parametrize("shape", KINDS["feeds"][0])
def test_the_cost_of_parsing_a_feed_grows_in_proportion_to_its_size(
    child: ProcessPoolExecutor, shape: str
) -> None:
    assert child.submit(fourfold_growth, "feeds", shape).result() <= MOST_FOURFOLD

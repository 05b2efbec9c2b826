"""Pages and feeds of every shape are read in time that grows in proportion to their size."""

from collections.abc import Iterator

import pytest
from support.reading_growth import KINDS, MOST_FOURFOLD, MeasuringChild, fourfold_growth


@pytest.fixture(scope="module")
def child() -> Iterator[MeasuringChild]:
    """Run the child that measures."""
    with MeasuringChild() as child:
        yield child


@pytest.mark.parametrize("shape", KINDS["pages"][0])
def test_the_cost_of_reading_a_page_grows_in_proportion_to_its_size(
    child: MeasuringChild, shape: str
) -> None:
    assert child.run(fourfold_growth, "pages", shape) <= MOST_FOURFOLD


@pytest.mark.parametrize("shape", KINDS["feeds"][0])
def test_the_cost_of_parsing_a_feed_grows_in_proportion_to_its_size(
    child: MeasuringChild, shape: str
) -> None:
    assert child.run(fourfold_growth, "feeds", shape) <= MOST_FOURFOLD

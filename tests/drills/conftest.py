"""What drills have to themselves: time. A limit ends a drill that hangs, and nothing is measured by it."""

import pytest

HANG_S = 900


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a drill run longer than a test, where it does not say for how long."""
    for item in items:
        if "drills" in item.path.parts and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(HANG_S))

"""Kills under load: whatever dies, and whenever, every entry ends exactly once."""

import pytest
from faults.drill import Plan, drill
from faults.strike import KILLS, QUEUE, STOPS, TERMS


@pytest.mark.parametrize(
    ("seed", "articles", "kinds"),
    [(101, 300, KILLS * 5), (102, 150, (*KILLS, "keeper", "up", *STOPS, *TERMS, *QUEUE))],
    ids=["five of each kill", "a mix of all faults"],
)
async def test_faults_under_load_lose_and_double_nothing(
    seed: int, articles: int, kinds: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan(seed=seed, articles=articles, strikes=kinds, away=3.0, pause=(0.1, 0.6), wait=0.3)
    outcome = await drill(plan)
    with capsys.disabled():
        print(f"\n{outcome.figures()}")  # noqa: T201
    assert outcome.verdict.clean, outcome.figures()
    assert outcome.stopped == 0
    assert not outcome.said["traceback"], outcome.figures()

"""Measures how a cost grows with its input: what is linear is told from what is quadratic, on any machine.

Only the ratio of two processor times is looked at, measured in turn in the same process: how fast the machine
is, and what else it does, falls out.
"""

import time
from collections.abc import Callable

FACTOR = 4
"""The larger input is so many times the smaller: linear work then costs 4 times as much, quadratic 16."""
LINEAR = 10.0
"""What is below this is not quadratic."""
_TIMES = 3


def growth(work: Callable[[int], object], small: int) -> float:
    """Do work of a size and of `FACTOR` times that size, and answer the ratio of what they cost at best."""
    best = {small: float("inf"), small * FACTOR: float("inf")}
    for _ in range(_TIMES):
        for size, least in best.items():
            began = time.process_time()
            work(size)
            best[size] = min(least, time.process_time() - began)
    return best[small * FACTOR] / best[small]

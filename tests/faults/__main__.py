"""The soak: drills as large as one has time for.

python -m faults --articles 50000 --kills 200 --kinds scheduler,worker,horse,tree,server --seed 7
"""

import argparse
import asyncio
import sys

from faults.crashes import crash
from faults.drill import Plan, drill
from faults.strike import KILLS, KINDS


def main() -> int:
    """Run one drill and print its figures."""
    parser = argparse.ArgumentParser(
        prog="faults", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=200, help="faults in all, spread evenly over the kinds")
    parser.add_argument("--kinds", default=",".join(KILLS), help=f"of {','.join(KINDS)}, or `all`")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lease", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--away", type=float, default=10.0, help="longest absence of the server, s")
    parser.add_argument("--crash", type=int, default=0, help="crash so often at every place instead")
    asked = parser.parse_args()
    if asked.crash:
        crashed = asyncio.run(crash(asked.seed, times=asked.crash, limit=3600, calm=60))
        print(crashed.figures())  # noqa: T201
        return 0 if crashed.verdict.clean else 1
    kinds = KINDS if asked.kinds == "all" else asked.kinds.split(",")
    plan = Plan(
        seed=asked.seed,
        articles=asked.articles,
        strikes=[kinds[n % len(kinds)] for n in range(asked.kills)],
        lease=asked.lease,
        processes=asked.processes,
        sites=asked.sites,
        away=asked.away,
        pause=(0.5, 3.0),
        wait=1.0,
        drain=180.0,
        editions=3,
    )
    outcome = asyncio.run(drill(plan))
    print(outcome.figures())  # noqa: T201
    return 0 if outcome.good and outcome.stopped == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

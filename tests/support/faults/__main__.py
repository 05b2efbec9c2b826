"""The soak: drills as large as one has time for.

python -m faults --articles 50000 --kills 200 --kinds scheduler,worker,horse,tree,server --seed 7
"""

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from faults.clocks import Clocked, misdate
from faults.crashes import Crashed, crash
from faults.drill import Plan, drill
from faults.long import Ran, run_long
from faults.loss import Lost, lose
from faults.rest import Rested, fill, unplug
from faults.strike import KILLS, KINDS
from faults.trouble import Troubled, trouble

if TYPE_CHECKING:
    from collections.abc import Sequence


def parser_of() -> argparse.ArgumentParser:
    """List the switches."""
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
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end then, with what there was")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--crash", type=int, help="crash so often at every place instead")
    instead.add_argument("--apart", type=float, help="lose replies, and part daemon and Redis for so many s")
    instead.add_argument("--trouble", type=float, help="make Redis's own troubles, each for so many s")
    instead.add_argument("--clocks", type=float, help="move the clocks, each step for so many s")
    instead.add_argument("--rest", type=float, help="cut the line, and fill the stream, for so many s")
    instead.add_argument("--long", type=float, help="measure a run of so many hours, compressed")
    return parser


async def _other(asked: argparse.Namespace) -> bool | None:
    """Run what is asked for instead of kills; None: nothing is. Answers whether all is well."""
    found: Sequence[Crashed | Lost | Troubled | Clocked | Rested | Ran]
    if asked.crash is not None:
        found = [await crash(asked.seed, times=asked.crash, limit=3600, calm=60)]
    elif asked.apart is not None:
        found = [await lose(asked.seed, articles=asked.articles, apart=asked.apart, lease=asked.lease)]
    elif asked.trouble is not None:
        found = [
            await trouble(asked.seed, lasts=asked.trouble, restored=restored) for restored in (False, True)
        ]
    elif asked.clocks is not None:
        found = [await misdate(asked.seed, lasts=asked.clocks)]
    elif asked.rest is not None:
        found = [await unplug(asked.seed, lasts=asked.rest), await fill(asked.seed, lasts=asked.rest)]
    elif asked.long is not None:
        found = [await run_long(asked.seed, asked.long)]
    else:
        return None
    for one in found:
        print(one.figures())  # noqa: T201
    return all(one.verdict.clean for one in found)


def main() -> int:
    """Run one drill and print its figures."""
    asked = parser_of().parse_args()
    well = asyncio.run(_other(asked))
    if well is not None:
        return 0 if well else 1
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
        minutes=asked.minutes,
    )
    outcome = asyncio.run(drill(plan))
    print(outcome.figures())  # noqa: T201
    return 0 if outcome.good and outcome.stopped == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

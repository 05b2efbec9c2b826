"""Kills a process of a crash drill where tests/support/faults/points.py says; read by all of them."""

# ruff: noqa: PLC0415, PTH108, PTH123  loaded before anything else, and by every process
import os
import signal
import sys

FOLDER = os.environ.get("CRASH_FOLDER", "")
_TIMES = 5


def reach(place: str) -> None:
    """Die here if the place still has a file."""
    for number in range(_TIMES):
        try:
            os.unlink(f"{FOLDER}/{place}~{number}")
        except OSError:
            continue
        with open(f"{FOLDER}.log", "a", encoding="ascii") as log:
            log.write(f"{place}\n")
        os.kill(os.getpid(), signal.SIGKILL)


def _install() -> None:
    import importlib
    from dataclasses import dataclass

    from faults.points import EFFECTS, builders

    from feedmill._ledger.core.ledger_client import Ledger, SyncLedger
    from feedmill._ledger.core.operation_call import Call

    @dataclass(frozen=True, slots=True)
    class Placed(Call):
        place: str

    def placed(name: str, build: object) -> object:
        def built(*args: object, **kwargs: object) -> Placed:
            call = build(*args, **kwargs)
            module = sys._getframe(1).f_globals["__name__"]
            if module == "scheduler.retrying_ledger":
                module = sys._getframe(2).f_globals["__name__"]
            return Placed(call.script, call.keys, call.args, call.decode, f"{module}:{name}")

        return built

    for name, module in builders().items():
        home = importlib.import_module(module)
        setattr(home, name, placed(name, getattr(home, name)))

    run, run_sync = Ledger.run, SyncLedger.run

    async def run_placed(self: Ledger, call: Call) -> object:
        place = getattr(call, "place", "")
        reach(f"{place}:before")
        answer = await run(self, call)
        reach(f"{place}:after")
        return answer

    def run_sync_placed(self: SyncLedger, call: Call) -> object:
        place = getattr(call, "place", "")
        reach(f"{place}:before")
        answer = run_sync(self, call)
        reach(f"{place}:after")
        return answer

    Ledger.run, SyncLedger.run = run_placed, run_sync_placed
    import worker.readers.reader_child

    ask = worker.readers.reader_child.ask

    def ask_placed(sock: object, call: Call) -> object:
        place = getattr(call, "place", "")
        reach(f"{place}:before")
        answer = ask(sock, call)
        reach(f"{place}:after")
        return answer

    worker.readers.reader_child.ask = ask_placed
    for name, (module, owner) in EFFECTS.items():
        home = getattr(importlib.import_module(module), owner)
        setattr(home, name, _surrounded(name, getattr(home, name)))


def _surrounded(name: str, effect: object) -> object:
    def run(*args: object, **kwargs: object) -> object:
        place = f"{sys._getframe(1).f_globals['__name__']}:{name}"
        reach(f"{place}:before")
        made = effect(*args, **kwargs)
        if not hasattr(made, "__await__"):
            reach(f"{place}:after")
            return made

        async def awaited() -> object:
            answer = await made
            reach(f"{place}:after")
            return answer

        return awaited()

    return run


if FOLDER and any(word.endswith("nursery.py") for word in sys.orig_argv):
    _install()

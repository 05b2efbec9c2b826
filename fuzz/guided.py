"""One target under atheris, which follows coverage: python -m fuzz.guided TARGET [libFuzzer's options]."""

import sys

import atheris

with atheris.instrument_imports(
    include=["config", "feedmill", "scheduler", "worker", "feedparser", "protego"]
):
    from fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until an option says stop, or a promise is broken."""
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()

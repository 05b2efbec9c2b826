"""All targets, one after the other: python -m fuzz [minutes in all, 60 unless told] [target...]."""

import importlib.util
import subprocess
import sys
from pathlib import Path

from fuzz.targets import TARGETS

SEEDS = Path(__file__).parent / "seeds"
BUILD = Path("build/fuzz")
SLOWEST_S = 20
"""An input that takes longer is a find; the cages of feedmill end it after as much processor time."""


def main() -> int:
    """Give each target its share, half by hypothesis, half by atheris; answers the number of finds."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    names = sys.argv[2:] or list(TARGETS)
    share = max(1, round(minutes * 60 / len(names) / 2))
    guided = importlib.util.find_spec("atheris") is not None
    if not guided:
        print("atheris is not installed for this Python: hypothesis alone", file=sys.stderr)
    finds = 0
    for name in names:
        corpus = BUILD / name
        corpus.mkdir(parents=True, exist_ok=True)
        python = [sys.executable, "-m"]
        finds += subprocess.run([*python, "fuzz.drawn", name, str(share)], check=False).returncode != 0
        if guided:
            options = [f"-max_total_time={share}", f"-timeout={SLOWEST_S}", "-rss_limit_mb=2048", "-max_len=20000",
                       f"-artifact_prefix={corpus}-", "-print_final_stats=1", "-verbosity=0"]  # fmt: skip
            told = [*python, "fuzz.guided", name, *options, str(corpus), str(SEEDS / name)]
            finds += subprocess.run(told, check=False).returncode != 0
    print(f"{finds} finds in {minutes:g} minutes")
    return finds


if __name__ == "__main__":
    sys.exit(main())

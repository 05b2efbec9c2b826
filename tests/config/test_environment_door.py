"""The environment is read in one module: settings come from config, and from nowhere else."""

import ast
from pathlib import Path

from support.tracked import tracked

ROOT = Path(__file__).parents[2]
DOOR = "config/environment.py"


def readers() -> set[str]:
    found = set()
    for room in ("config", "daemon", "feedmill", "scheduler", "worker"):
        for path in tracked(room, ".py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}:
                    found.add(path.relative_to(ROOT).as_posix())
    return found


def test_one_module_reads_the_environment() -> None:
    assert readers() == {DOOR}

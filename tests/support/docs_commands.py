"""Lists the documents, and the feedmill command lines that they and the examples name."""

import re
from pathlib import Path

from support.tracked import ROOT, tracked

DOCS = [path for path in tracked("", ".md") if path.parent in (ROOT, ROOT / "docs")]
TEXTS = [
    *DOCS,
    ROOT / "config" / "feeds.toml",
    *(path for path in tracked("examples") if path.parent.name == "examples" or path.name == "main.go"),
]


def code_of(path: Path) -> str:
    """Give what stands as code in a document; of other files the lines that name feedmill."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".md":
        return "\n".join(line.split("#", 1)[-1] for line in text.splitlines() if "feedmill " in line)
    fences = re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^    (.+)$", text, re.MULTILINE)
    return "\n".join([*fences, *indented, *re.findall(r"`([^`\n]+)`", text)])


def commands_in(path: Path) -> list[str]:
    found = []
    for line in code_of(path).splitlines():
        said = line.split("  #", 1)[0].strip()
        found += re.findall(r"(?:^|\$\(|bin/|&& )feedmill ([a-z-][^)\"]*)", said)
    return [command.strip() for command in found]


NAMED = [(path, command) for path in TEXTS for command in commands_in(path)]

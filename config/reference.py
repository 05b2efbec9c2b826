"""The reference of all settings, written from their declarations into docs/configuration.md.

`python -m config.reference docs/configuration.md` brings the document up to date; a test keeps it so.
"""

import re
import sys
from pathlib import Path

from config.settings import TABLES, described

BEGIN, END = "<!-- settings: written by config/reference.py -->", "<!-- end of settings -->"


def settings_reference() -> str:
    """Write every setting as Markdown, a section for each table."""
    lines: list[str] = []
    for table, declared in TABLES.items():
        lines += [f"### [{table}]", "", (declared.__doc__ or "").strip(), ""]
        lines += ["| setting | default | allowed | why |", "| --- | --- | --- | --- |"]
        for setting in described():
            if setting.table == table:
                cells = (f"`{setting.key}`", f"`{setting.default}`", setting.kind.allowed, setting.why)
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def with_reference(document: str) -> str:
    """Put the reference between its marks."""
    block = f"{BEGIN}\n\n{settings_reference()}\n{END}"
    return re.sub(rf"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: block, document, flags=re.DOTALL)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_reference(path.read_text(encoding="utf-8")), encoding="utf-8")

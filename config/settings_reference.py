"""Renders the reference of all settings from their declarations into docs/configuration.md.

`python -m config.settings_reference docs/configuration.md` updates the document; a test keeps it so.
"""

import re
import sys
from pathlib import Path

from config.settings import TABLES, list_setting_descriptions

BEGIN, END = "<!-- settings: written by config/settings_reference.py -->", "<!-- end of settings -->"


def render_settings_reference() -> str:
    """Write every setting as Markdown, a section for each table."""
    lines: list[str] = []
    for table, declared in TABLES.items():
        lines += [f"### [{table}]", "", (declared.__doc__ or "").strip(), ""]
        lines += ["| setting | default | allowed | why |", "| --- | --- | --- | --- |"]
        for setting in list_setting_descriptions():
            if setting.table == table:
                cells = (
                    f"`{setting.key}`",
                    f"`{setting.default}`",
                    setting.kind.describe_allowed,
                    setting.why,
                )
                lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)


def replace_settings_reference(document: str) -> str:
    """Put the reference between its marks."""
    block = f"{BEGIN}\n\n{render_settings_reference()}\n{END}"
    return re.sub(rf"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: block, document, flags=re.DOTALL)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(replace_settings_reference(path.read_text(encoding="utf-8")), encoding="utf-8")

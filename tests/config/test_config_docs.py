"""docs/configuration.md, the shipped files and the declarations say the same."""

import re
from pathlib import Path

from config.load import load_config
from config.settings import Settings, list_setting_descriptions
from config.settings_reference import replace_settings_reference

ROOT = Path(__file__).parent.parent.parent


def test_the_reference_in_the_docs_is_up_to_date() -> None:
    document = (ROOT / "docs/configuration.md").read_text()
    assert replace_settings_reference(document) == document, (
        "run: python -m config.settings_reference docs/configuration.md"
    )


def test_the_shipped_config_has_no_mistake_and_changes_no_default() -> None:
    loaded = load_config(ROOT / "config", {})
    assert loaded.settings == Settings()
    assert len(loaded.feeds) >= 18


def test_the_shipped_settings_show_every_setting_with_its_default(tmp_path: Path) -> None:
    text = (ROOT / "config/feedmill.toml").read_text()
    switched_on = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", text).replace(
        "processes = 2 ", f"processes = {Settings().workers.processes} "
    )
    (tmp_path / "feedmill.toml").write_text(switched_on)
    loaded = load_config(tmp_path, {})
    assert loaded.settings == Settings()
    assert set(loaded.origins) == {setting.name for setting in list_setting_descriptions()}


def test_every_setting_says_why() -> None:
    assert all(len(setting.why) > 20 for setting in list_setting_descriptions())

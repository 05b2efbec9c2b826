"""Dashboard, alert rules and Prometheus configuration name what there is; promtool accepts them."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedmill._metrics.definitions import ALL_METRICS

ROOT = Path(__file__).parent.parent.parent
PROMETHEUS = ROOT / "deploy/prometheus"
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy/grafana/dashboards/feedmill.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
RULES = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"][0]["rules"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [
    rule["expr"] for rule in RULES
]
promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not here"
)


def check(*words: str) -> None:
    ran = subprocess.run(["promtool", *words], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def names(expression: str) -> set[str]:
    return {re.sub("_(bucket|sum|count)$", "", name) for name in re.findall(r"feedmill_\w+", expression)}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_names_metrics_and_labels_that_there_are(expression: str) -> None:
    known = {metric.full_name: metric for metric in ALL_METRICS}
    assert names(expression) <= known.keys()
    for name, labels in re.findall(r"(feedmill_\w+)\{([^}]*)\}", expression):
        metric = known[re.sub("_bucket$", "", name)]
        assert set(re.findall(r"(\w+)[=!~]+", labels)) <= {*metric.labels, "le"}


def test_the_dashboard_shows_every_metric_but_the_version() -> None:
    shown = set().union(*(names(target["expr"]) for panel in PANELS for target in panel["targets"]))
    assert {metric.full_name for metric in ALL_METRICS} - shown == {"feedmill_build_info"}


def test_every_panel_has_a_number_and_a_place_of_its_own() -> None:
    numbers = [panel["id"] for panel in DASHBOARD["panels"]]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in DASHBOARD["panels"]]
    assert len(set(numbers)) == len(numbers)
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["for"]
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["action"][-1] in ".?"


@promtool
def test_promtool_accepts_the_rules_and_their_tests() -> None:
    check("check", "rules", str(PROMETHEUS / "alerts.yml"))
    check("test", "rules", str(PROMETHEUS / "alerts_test.yml"))


@promtool
def test_promtool_reads_every_expression_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": expression.replace("$__rate_interval", "5m")}
        for number, expression in enumerate(EXPRESSIONS)
    ]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    check("check", "rules", str(path))


@promtool
def test_promtool_accepts_the_configuration(tmp_path: Path) -> None:
    token = tmp_path / "web-token"
    token.write_text("t")
    told = (PROMETHEUS / "prometheus.yml").read_text().replace("/run/feedmill/web-token", str(token))
    (tmp_path / "prometheus.yml").write_text(told)
    (tmp_path / "alerts.yml").write_text((PROMETHEUS / "alerts.yml").read_text())
    check("check", "config", str(tmp_path / "prometheus.yml"))


@promtool
def test_promtool_accepts_what_is_told() -> None:
    from feedmill._metrics.exposition import render_exposition  # noqa: PLC0415

    ran = subprocess.run(
        ["promtool", "check", "metrics"],
        input=render_exposition(None, None),
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr

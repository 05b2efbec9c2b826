"""deploy/kustomize is true to the code, and valid by Kubernetes' schemas where their package is here."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.tracked import tracked
from typer.main import get_command

from config.load import load_config
from config.settings import list_setting_descriptions
from daemon.cli import app

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "kustomize"
VALIDATE = ROOT / ".ci" / "kubernetes" / ".venv" / "bin" / "kubernetes-validate"
PLAN: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
DEPLOYMENTS: dict[str, Any] = {
    name: next(yaml.safe_load_all((FOLDER / name).read_text())) for name in PLAN["resources"]
}


def container_of(name: str) -> dict[str, Any]:
    (container,) = DEPLOYMENTS[name]["spec"]["template"]["spec"]["containers"]
    return dict(container)


def test_all_manifests_and_files_are_in_the_plan() -> None:
    (generated,) = PLAN["configMapGenerator"]
    here = {path.name for path in tracked("deploy/kustomize")}
    assert {*PLAN["resources"], *generated["files"], "kustomization.yaml"} == here


def test_the_image_has_the_version_of_the_distribution() -> None:
    (image,) = PLAN["images"]
    assert f'version = "{image["newTag"]}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_container_runs_a_role_and_is_asked_for_its_own(name: str) -> None:
    container = container_of(name)
    role = container["args"][0]
    assert role in get_command(app).commands  # type: ignore[attr-defined]
    assert container["livenessProbe"]["exec"]["command"] == ["feedmill", "ready", "--here", "--role", role]
    assert DEPLOYMENTS[name]["metadata"]["name"] == f"feedmill-{role}"


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_container_sets_what_is_a_setting_and_mounts_what_is_there(name: str) -> None:
    known = {setting.variable for setting in list_setting_descriptions()}
    container = container_of(name)
    assert {one["name"].removesuffix("_FILE") for one in container["env"]} <= known
    volumes = {one["name"] for one in DEPLOYMENTS[name]["spec"]["template"]["spec"]["volumes"]}
    assert {one["name"] for one in container["volumeMounts"]} == volumes


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_container_has_no_rights_that_it_does_not_need(name: str) -> None:
    container, spec = container_of(name), DEPLOYMENTS[name]["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]


def test_its_configuration_is_one_that_feedmill_reads(tmp_path: Path) -> None:
    for name in ("feeds.toml", "feedmill.toml"):
        (tmp_path / name).write_text((FOLDER / name).read_text())
    loaded = load_config(tmp_path, {})
    assert [feed.url for feed in loaded.feeds] == ["https://example.org/feed.xml"]
    assert loaded.settings.web.hosts == ("feedmill-web",)
    assert loaded.settings.network.contact


@pytest.mark.parametrize("name", PLAN["resources"])
def test_a_manifest_is_valid_by_the_schemas_of_kubernetes(name: str) -> None:
    if not VALIDATE.exists():
        pytest.skip("skipped: no kubernetes-validate (.ci/tools installs it)")
    for version in ("1.30", "1.37"):
        ran = subprocess.run(
            [VALIDATE, "--strict", "-k", version, FOLDER / name],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

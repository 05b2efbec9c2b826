"""docker-compose.yml, Dockerfile and deploy/redis.conf are true to the code; the secret is made once."""

import re
import shutil
import subprocess
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.tracked import tracked
from typer.main import get_command

from config.load import load_config
from config.settings import list_setting_descriptions
from daemon.cli import app

ROOT = Path(__file__).parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("feedmill:"))
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_scheduler_and_worker_are_services_of_their_own() -> None:
    assert OURS == ["scheduler", "web", "webhooks", "worker"]


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_of_feedmill(name: str) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert SERVICES[name]["command"][0] in commands


@pytest.mark.parametrize("name", OURS)
def test_a_variable_of_a_service_names_a_setting(name: str) -> None:
    known = {setting.variable for setting in list_setting_descriptions()}
    for variable in SERVICES[name]["environment"]:
        assert variable.removesuffix("_FILE") in known


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_may_write_only_to_its_volumes_and_gains_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", ["redis", "prometheus", "grafana", *OURS])
def test_a_lasting_service_has_limits_restarts_and_bounded_logs(name: str) -> None:
    service = SERVICES[name]
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert service["restart"] == "unless-stopped"
    assert service["logging"]["options"]["max-size"]


def test_no_service_has_a_fixed_name_so_that_workers_scale() -> None:
    assert not any("container_name" in service for service in SERVICES.values())
    assert not any("ports" in SERVICES[name] for name in OURS if name != "web")


def test_nothing_but_the_tls_proxy_is_reached_from_elsewhere_and_redis_wants_a_password() -> None:
    assert all(
        port.startswith("127.0.0.1:")
        for name, service in SERVICES.items()
        if name != "tls"
        for port in service.get("ports", ())
    )
    assert "include /run/feedmill/password.conf" in (ROOT / "deploy/redis.conf").read_text()


def test_the_server_has_memory_left_for_a_rewrite_of_its_log() -> None:
    told = re.search(r"^maxmemory (\d+)mb$", (ROOT / "deploy/redis.conf").read_text(), re.MULTILINE)
    assert told is not None
    limit = SERVICES["redis"]["deploy"]["resources"]["limits"]["memory"]
    assert int(limit.removesuffix("g")) * 1024 >= 1.5 * int(told[1])


def test_the_secret_is_made_once_and_stays(tmp_path: Path) -> None:
    script = SERVICES["secret"]["command"][0].replace("$$", "$").replace("/run/feedmill", str(tmp_path))
    for _ in range(2):
        subprocess.run(["/bin/sh", "-euc", script], check=True)
        made = (tmp_path / "redis-url").read_text()
        password = (tmp_path / "password.conf").read_text().split()[1]
        assert made == f"redis://default:{password}@redis:6379/0\n"
        assert re.fullmatch("[0-9a-f]{64}", password)
        assert made == (tmp_path / "redis-url").read_text()
    for name in ("web-token", "grafana-password"):
        assert re.fullmatch("[0-9a-f]{64}\n", (tmp_path / name).read_text())
    assert len({(tmp_path / name).read_text() for name in ("web-token", "grafana-password")}) == 2
    first = made
    subprocess.run(["/bin/sh", "-euc", script], check=True)
    assert (tmp_path / "redis-url").read_text() == first


def test_the_secret_is_read_from_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "redis-url"
    secret.write_text("redis://default:pw@redis:6379/0\n")
    environment = SERVICES["worker"]["environment"] | {"FEEDMILL_REDIS_URL_FILE": str(secret)}
    assert load_config(tmp_path, environment).settings.redis.url == "redis://default:pw@redis:6379/0"


def test_the_image_holds_every_package_and_runs_as_a_user_of_its_own() -> None:
    copied = set(re.findall(r"^COPY (\w+)/ \1/$", DOCKERFILE, re.MULTILINE))
    packages = {path.parent.name for path in tracked("", "/__init__.py") if path.parent.parent == ROOT} - {
        "tests",
        "benchmarks",
        "fuzz",
    }
    assert packages <= copied
    assert re.search(r"^USER feedmill$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE


def test_the_image_names_the_version_of_the_distribution() -> None:
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"ARG VERSION={version[1]}\n" in DOCKERFILE


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_healthy_when_its_own_process_is(name: str) -> None:
    program, *words = SERVICES[name]["healthcheck"]["test"][1:]
    assert (program, *words) == ("feedmill", "ready", "--here", "--role", SERVICES[name]["command"][0])


def test_everybody_counts_in_one_volume() -> None:
    for name in OURS:
        assert "metrics:/metrics" in SERVICES[name]["volumes"]
        assert SERVICES[name]["environment"]["FEEDMILL_METRICS_FOLDER"] == "/metrics"


def test_monitoring_is_asked_for_and_scrapes_the_gateway_by_a_name_that_it_knows() -> None:
    asked_for = {name for name, service in SERVICES.items() if "profiles" in service}
    assert asked_for == {"prometheus", "grafana", "tls"}
    told = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    (job,) = told["scrape_configs"]
    assert job["static_configs"] == [{"targets": ["web:8420"]}]
    assert SERVICES["web"]["environment"]["FEEDMILL_WEB_HOSTS"].startswith("web,")
    token = job["authorization"]["credentials_file"]
    assert token == SERVICES["web"]["environment"]["FEEDMILL_WEB_TOKEN_FILE"]


def test_the_tls_proxy_is_the_one_that_the_gateway_trusts(tmp_path: Path) -> None:
    address = SERVICES["tls"]["networks"]["inside"]["ipv4_address"]
    web = SERVICES["web"]["environment"]
    environment = {
        "FEEDMILL_WEB_HOSTS": web["FEEDMILL_WEB_HOSTS"].replace("${WEB_DOMAIN:-web}", "news.example"),
        "FEEDMILL_WEB_TRUSTED_PROXIES": web["FEEDMILL_WEB_TRUSTED_PROXIES"],
    }
    settings = load_config(tmp_path, environment).settings.web
    assert settings.hosts == ("web", "news.example")
    assert settings.trusted_proxies == (f"{address}/32",)
    (subnet,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    assert ip_address(address) in ip_network(subnet["subnet"])
    assert "reverse_proxy web:8420" in (ROOT / "deploy/caddy/Caddyfile").read_text()


def test_what_is_mounted_from_here_is_here() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", ()):
            if volume.startswith("./"):
                assert (ROOT / volume.partition(":")[0]).exists()


@pytest.mark.parametrize(
    "command",
    [("docker", "compose"), ("docker-compose",)],
    ids=" ".join,
)
@pytest.mark.parametrize("profile", ["", "monitoring", "tls"])
def test_compose_itself_accepts_the_file(command: tuple[str, ...], profile: str) -> None:
    if (
        shutil.which(command[0]) is None
        or subprocess.run([*command, "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip(f"{' '.join(command)} is not here")
    words = ["--profile", profile] if profile else []
    ran = subprocess.run(
        [*command, "-f", "docker-compose.yml", *words, "config"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    services = yaml.safe_load(ran.stdout)["services"]
    assert ("grafana" in services) is (profile == "monitoring") or command == ("docker-compose",)
    assert "obsolete" not in ran.stderr
    assert services["worker"]["environment"]["FEEDMILL_METRICS_FOLDER"] == "/metrics"

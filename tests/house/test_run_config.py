"""Settings come from the environment; production without its secrets does not start and names them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import config
from tests.house.live_portal import settings

FLASK = str(Path(sys.executable).parent / "flask")
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "s" * 32,
    "DATABASE_URL": "postgresql://portal@db/portal",
    "BASE_URL": "https://portal.example.go.th/",
    "CLAMD_SOCKET": "/run/clamd.ctl",
}


def test_development_needs_only_a_folder(tmp_path: Path) -> None:
    found = config.load_config({"INSTANCE": str(tmp_path / "new")})
    assert found["DATABASE_URL"] == f"sqlite:///{tmp_path}/new/portal.db"
    assert found["READS_DATABASE_URL"] == f"sqlite:///{tmp_path}/new/reads.db"
    assert found["SESSION_COOKIE_SECURE"] is False
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_the_development_secret_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    first, second = (config.load_config({"INSTANCE": str(tmp_path)})["SECRET_KEY"] for _ in range(2))
    other = config.load_config({"INSTANCE": str(tmp_path / "other")})["SECRET_KEY"]
    assert first == second != other
    assert len(first) >= config.SECRET_KEY_LENGTH
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_production_starts_with_its_secrets(tmp_path: Path) -> None:
    found = config.load_config(PRODUCTION | {"INSTANCE": str(tmp_path)})
    assert found["DATABASE_URL"] == found["READS_DATABASE_URL"] == "postgresql+psycopg://portal@db/portal"
    assert found["BASE_URL"] == "https://portal.example.go.th"
    assert found["SESSION_COOKIE_SECURE"] is True
    assert (found["SESSION_COOKIE_NAME"], found["SESSION_COOKIE_PATH"]) == ("__Host-lgo_portal", "/")
    assert "SESSION_COOKIE_DOMAIN" not in found  # with one a browser would refuse the cookie
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "BASE_URL", "CLAMD_SOCKET"])
def test_production_misses_each_of_its_secrets(tmp_path: Path, name: str) -> None:
    with pytest.raises(config.ConfigError, match=f"{name} is missing"):
        config.load_config(PRODUCTION | {"INSTANCE": str(tmp_path), name: ""})


def test_a_reasoned_waiver_stands_in_for_the_scanner(tmp_path: Path) -> None:
    waived = PRODUCTION | {"INSTANCE": str(tmp_path), "CLAMD_SOCKET": "", "SCANNER_WAIVER": "no network; the director"}
    assert config.load_config(waived)["SCANNER_WAIVER"] == "no network; the director"


@pytest.mark.parametrize(
    "wrong",
    [
        {"SECRET_KEY": "short"},
        {"CARD_PEPPER": "s" * 32, "SECRET_KEY": "s" * 32, "PORTAL_ENV": "production"},
        {"PORTAL_ENV": "prod"},
        {"TICK_SECONDS": "0"},
        {"LEASE_SECONDS": "-3"},
        {"MAX_UPLOAD_MB": "1.5"},
        {"TRUSTED_PROXIES": "-1"},
        {"TRUSTED_PROXIES": "10.0.0.1"},
        {"LOG_LEVEL": "loud"},
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(config.ConfigError, match=f"{next(iter(wrong))} must"):
        config.load_config({"INSTANCE": str(tmp_path)} | wrong)


@pytest.mark.parametrize("command", [[FLASK, "release"], [sys.executable, "run.py"]])
def test_commands_and_the_supervisor_name_every_missing_secret_at_once(tmp_path: Path, command: list[str]) -> None:
    environment = settings(tmp_path, PORTAL_ENV="production")
    done = subprocess.run(command, cwd=config.BASE_DIR, env=environment, capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert re.findall(r"- (\w+) is missing", said) == ["SECRET_KEY", "DATABASE_URL", "BASE_URL", "CLAMD_SOCKET"]
    assert "Traceback" not in said


def test_a_command_needs_only_the_instance(tmp_path: Path) -> None:
    done = subprocess.run(
        [FLASK, "release"], cwd=config.BASE_DIR, env=settings(tmp_path), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "portal.db").exists()
    assert (tmp_path / "reads.db").exists()


def test_one_time_links_lead_to_where_the_portal_was_last_served(tmp_path: Path) -> None:
    assert config.load_config({"INSTANCE": str(tmp_path)})["BASE_URL"] == "http://127.0.0.1:8080"
    (tmp_path / "address").write_text("http://127.0.0.1:8099")
    assert config.load_config({"INSTANCE": str(tmp_path)})["BASE_URL"] == "http://127.0.0.1:8099"


def test_the_redis_socket_is_short_and_differs_by_instance(tmp_path: Path) -> None:
    deep = tmp_path / ("ก" * 80)
    assert len(bytes(config.redis_socket(deep))) < 107
    assert config.redis_socket(deep) == config.redis_socket(str(deep)) != config.redis_socket(tmp_path)


def test_a_redis_folder_that_is_open_to_others_is_refused(tmp_path: Path) -> None:
    folder = config.redis_socket(tmp_path).parent
    folder.mkdir()
    try:
        folder.chmod(0o755)
        with pytest.raises(config.ConfigError, match=str(folder)):
            config.load_config({"INSTANCE": str(tmp_path)})
    finally:
        folder.rmdir()


def test_every_variable_is_documented() -> None:
    sources = (config.BASE_DIR / "config.py").read_text() + (config.BASE_DIR / "run.py").read_text()
    read = set(re.findall(r'env(?:\.get\(|\[)"([A-Z_]+)"', sources)) | {"PORT", "WEB_WORKERS", "TICK_SECONDS"}
    documented = set(re.findall(r"^#([A-Z_]+)=", (config.BASE_DIR / ".env.example").read_text(), re.MULTILINE))
    assert read == documented

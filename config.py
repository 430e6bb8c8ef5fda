"""Reads the portal's settings from the environment (.env.example lists every variable) into one dict for Flask."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY_LENGTH = 32
MEBIBYTE = 1024 * 1024


class ConfigError(click.ClickException):
    """The environment cannot be run with; the message names every variable to mend (a flask command prints it)."""


def load_config(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the Flask settings that `env` (default: the process environment) asks for.

    Creates the instance folder (0700) and, in development, its secret key. Needs no database and no Redis.
    Raises ConfigError, naming every missing or wrong variable in one message.
    """
    env = os.environ if env is None else env
    complaints = _complaints(env)
    if complaints:
        raise ConfigError("cannot start with these settings:\n" + "\n".join(f"  - {line}" for line in complaints))
    instance = instance_dir(env)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    production = is_production(env)
    settings = {
        "PORTAL_ENV": "production" if production else "development",
        "INSTANCE": str(instance),
        "UPLOADS": str(uploads_dir(env)),
        "SECRET_KEY": env.get("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        "CARD_PEPPER": _pepper(env, instance, production),
        "BASE_URL": (env.get("BASE_URL") or _last_address(instance)).rstrip("/"),
        "LOG_LEVEL": (env.get("LOG_LEVEL") or "INFO").upper(),
        "CLAMD_SOCKET": env.get("CLAMD_SOCKET") or None,
        "SCANNER_WAIVER": env.get("SCANNER_WAIVER") or None,
        "METRICS_TOKEN": env.get("METRICS_TOKEN") or None,
        "TICK_SECONDS": float(env.get("TICK_SECONDS") or 20),
        "LEASE_SECONDS": float(env.get("LEASE_SECONDS") or 60),
        "MAX_CONTENT_LENGTH": int(env.get("MAX_UPLOAD_MB") or 20) * MEBIBYTE,
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES") or 0),
    }
    return settings | _storage(env, instance) | _web(production) | _appbuilder(env) | _language()


def instance_dir(env: Mapping[str, str]) -> Path:
    """Return the absolute folder of everything that a portal keeps (INSTANCE, default: instance/ beside the code)."""
    return Path(env.get("INSTANCE") or BASE_DIR / "instance").expanduser().resolve()


def uploads_dir(env: Mapping[str, str]) -> Path:
    """Return the folder of the evidence files (UPLOADS, default: uploads/ in the instance)."""
    return Path(env.get("UPLOADS") or instance_dir(env) / "uploads")


def is_production(env: Mapping[str, str]) -> bool:
    """Tell whether PORTAL_ENV asks for production."""
    return env.get("PORTAL_ENV") == "production"


def redis_socket(instance: Path | str) -> Path:
    """Return where the embedded Valkey of `instance` listens, whether it runs or not.

    The folder is short because a socket path over 107 characters cannot be opened, and fixed so that web, worker
    and commands agree. Raises ConfigError if somebody else owns the folder: jobs are pickles, so a stranger's Redis
    could run code here.
    """
    instance = Path(instance).resolve()
    folder = Path("/tmp") / f"lgo-portal-{hashlib.sha256(bytes(instance)).hexdigest()[:16]}"  # noqa: S108 - guarded below
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return folder / "redis.sock"
    owners = {os.geteuid()} | ({instance.stat().st_uid} if instance.exists() else set())
    if found.st_uid not in owners or found.st_mode & 0o077:
        raise ConfigError(f"{folder} belongs to somebody else or is open to others; remove it, or set REDIS_URL")
    return folder / "redis.sock"


def _complaints(env: Mapping[str, str]) -> list[str]:
    lines = []
    if env.get("PORTAL_ENV", "development") not in ("", "development", "production"):
        lines.append("PORTAL_ENV must be development or production")
    for name in ("TICK_SECONDS", "LEASE_SECONDS", "MAX_UPLOAD_MB"):
        value = env.get(name) or "1"
        if not value.replace(".", "", name.endswith("SECONDS")).isdecimal() or float(value) <= 0:
            lines.append(f"{name} must be a number above zero")
    if not (env.get("TRUSTED_PROXIES") or "0").isdecimal():
        lines.append("TRUSTED_PROXIES must be a whole number, 0 for none")
    if (env.get("LOG_LEVEL") or "INFO").upper() not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        lines.append("LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    if env.get("SECRET_KEY") and len(env["SECRET_KEY"]) < SECRET_KEY_LENGTH:
        lines.append(f"SECRET_KEY must have at least {SECRET_KEY_LENGTH} characters")
    if env.get("CARD_PEPPER") and len(env["CARD_PEPPER"]) < SECRET_KEY_LENGTH:
        lines.append(f"CARD_PEPPER must have at least {SECRET_KEY_LENGTH} characters")
    return lines + (_missing_in_production(env) if is_production(env) else [])


def _missing_in_production(env: Mapping[str, str]) -> list[str]:
    lines = []
    if not env.get("SECRET_KEY"):
        lines.append(f"SECRET_KEY is missing: at least {SECRET_KEY_LENGTH} random characters, kept outside git")
    elif env["SECRET_KEY"] == env.get("CARD_PEPPER"):
        lines.append("CARD_PEPPER must not be SECRET_KEY: whoever learns one would have both")
    if not env.get("DATABASE_URL"):
        lines.append("DATABASE_URL is missing: postgresql://..., or sqlite:///... on purpose")
    if not env.get("BASE_URL", "").startswith("https://"):
        lines.append("BASE_URL is missing: the address that people type, beginning with https://")
    if not (env.get("CLAMD_SOCKET") or env.get("SCANNER_WAIVER")):
        lines.append(
            "CLAMD_SOCKET is missing: the socket of the virus scanner for uploads"
            " (or SCANNER_WAIVER: the reason why there is none and who decided it)"
        )
    return lines


def _storage(env: Mapping[str, str], instance: Path) -> dict[str, Any]:
    database = _with_driver(env.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.db'}")
    # Look-ups must never wait for a round, and SQLite has one writer per file: their audit has its own file there.
    own_reads = f"sqlite:///{instance / 'reads.db'}" if database.startswith("sqlite") else database
    redis = env.get("REDIS_URL") or f"unix://{redis_socket(instance)}"
    return {
        "DATABASE_URL": database,
        "READS_DATABASE_URL": _with_driver(env.get("READS_DATABASE_URL") or own_reads),
        "SQLALCHEMY_DATABASE_URI": database,
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},  # a database error would print national IDs
        "REDIS_URL": redis,
        "RATELIMIT_STORAGE_URI": redis.replace("unix://", "redis+unix://", 1),
    }


def _with_driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _web(production: bool) -> dict[str, Any]:
    return {
        # The browser itself refuses a __Host- cookie that is not from this very host, over HTTPS and for all paths.
        "SESSION_COOKIE_NAME": "__Host-lgo_portal" if production else "lgo_portal",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=8),  # one working day
        "WTF_CSRF_TIME_LIMIT": None,  # a family form stays open over lunch; the token ends with its session
    }


def _appbuilder(env: Mapping[str, str]) -> dict[str, Any]:
    return {
        "APP_NAME": "LGO Portal",
        # Only the release step makes tables and permissions: web processes racing to do so never come up.
        "FAB_UPDATE_PERMS": False,
        "FAB_CREATE_DB": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_PASSWORD_COMPLEXITY_ENABLED": True,
        # Flask-AppBuilder limits log-ins only when both are on.
        "AUTH_RATE_LIMITED": True,
        "RATELIMIT_ENABLED": True,
        "AUTH_RATE_LIMIT": env.get("AUTH_RATE_LIMIT") or "10 per 20 second",
        "OFFICER_LOOKUP_LIMIT": env.get("OFFICER_LOOKUP_LIMIT") or "120 per hour;600 per day",
        "CARD_RATE_LIMIT": env.get("CARD_RATE_LIMIT") or "120 per minute",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,  # losing Redis must not close the door
    }


def _language() -> dict[str, Any]:
    return {
        "LANGUAGES": {"th": {"flag": "th", "name": "ไทย"}, "en": {"flag": "gb", "name": "English"}},
        "BABEL_DEFAULT_LOCALE": "th",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Bangkok",
        # Absolute: a relative folder would be looked for under app/.
        "BABEL_TRANSLATION_DIRECTORIES": str(BASE_DIR / "translations"),
    }


def _pepper(env: Mapping[str, str], instance: Path, production: bool) -> str | None:
    """Return the key of all PINs and card numbers; without one, which is production's choice, no card opens the portal."""
    return env.get("CARD_PEPPER") or (None if production else _kept_secret(instance / "card_pepper"))


def _last_address(instance: Path) -> str:
    """Return where `make run` serves or last served this instance, so that one-time links lead there."""
    try:
        return (instance / "address").read_text().strip()
    except FileNotFoundError:
        return "http://127.0.0.1:8080"


def _kept_secret(file: Path) -> str:
    """Return the secret in `file`, made once; several processes may start at the same instant."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with open(draft, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as handle:
            handle.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text().strip()

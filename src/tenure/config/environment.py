"""Typed readers of the environment.  A bad value stops the start with one sentence; nothing is guessed."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit


class BadSetting(SystemExit):
    """A setting that cannot be used: the message names the variable and what was wrong."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"tenure: {name}: {reason}")


def text(name: str, default: str) -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise BadSetting(name, "must be 1 or 0")
    return value in {"1", "true", "yes"}


def number(name: str, default: int, *, least: int = 0) -> int:
    value = os.environ.get(name, str(default)).strip()
    if not value.isdecimal() or int(value) < least:
        raise BadSetting(name, f"must be a whole number, {least} or more")
    return int(value)


def words(name: str, default: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).expanduser().resolve()


def database(url: str, **options: object) -> dict[str, object]:
    """Django's connection settings from a PostgreSQL URL; a `host` parameter names a socket directory.

    options: of the driver; a parameter of the URL goes before one of the same name.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise BadSetting("DATABASE_URL", "must begin with postgresql://")
    given = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(given.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or given.pop("port", "")),
        "OPTIONS": {**options, **{name: unquote(value) for name, value in given.items()}},
    }

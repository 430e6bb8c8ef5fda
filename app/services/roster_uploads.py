"""Keeps an uploaded workbook between its verdict and its confirmation: private, under a random key, for a day at most."""

import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.errors import BadInput, NotFound, Refused
from app.services import scanner
from app.services.rosters.archive import MAX_FILE_BYTES

KEPT_SECONDS = 24 * 3600
FOLDER = "rosters"  # below the instance folder
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")
_WORKBOOK, _NOTE = ".xlsx", ".json"


@dataclass(frozen=True)
class Tray:
    """Where workbooks wait, and the socket of the scanner that looks at them first, None where there is none."""

    folder: Path
    clamd_socket: str | None = None


def hold(content: bytes, *, tray: Tray) -> str:
    """Scan and keep the bytes of an upload and return their key (24 random bytes); sweeps what lay there over a day.

    Raises BadInput ROSTER_EMPTY or ROSTER_TOO_LARGE, Refused ROSTER_INFECTED (fact `virus`) or SCANNER_AWAY.
    """
    if not content:
        raise BadInput("ROSTER_EMPTY", field="file")
    if len(content) > MAX_FILE_BYTES:
        raise BadInput("ROSTER_TOO_LARGE", field="file", limit=MAX_FILE_BYTES)
    virus = scanner.infection(content, tray.clamd_socket) if tray.clamd_socket else None
    if virus is not None:
        raise Refused("ROSTER_INFECTED", citation=scanner.CITATION, field="file", virus=virus)
    tray.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(tray.folder)
    key = secrets.token_urlsafe(24)
    _write(tray.folder / f"{key}{_WORKBOOK}", content)
    return key


def content_of(key: str, *, tray: Tray) -> bytes:
    """The bytes held under a key; raises NotFound('ROSTER_GONE'), also once their day is over."""
    return _read(key, _WORKBOOK, tray)


def write_note(key: str, note: dict[str, Any], *, tray: Tray) -> None:
    """Keep beside the workbook what its pages show; plain JSON values only."""
    _write(tray.folder / f"{key}{_NOTE}", json.dumps(note, ensure_ascii=False).encode())


def note_of(key: str, *, tray: Tray) -> dict[str, Any]:
    """The latest note on a key; raises NotFound('ROSTER_GONE')."""
    note: dict[str, Any] = json.loads(_read(key, _NOTE, tray))
    return note


def drop(key: str, *, tray: Tray) -> None:
    """Delete the workbook of a key at once; its note stays until it is swept."""
    (tray.folder / f"{key}{_WORKBOOK}").unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what has lain in a tray's folder for over a day; several may do it at once."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if _is_over(path):
            path.unlink(missing_ok=True)


def _read(key: str, suffix: str, tray: Tray) -> bytes:
    if not _KEY.fullmatch(key):
        raise NotFound("ROSTER_GONE")
    path = tray.folder / f"{key}{suffix}"
    if _is_over(path):
        raise NotFound("ROSTER_GONE")
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("ROSTER_GONE") from error


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
    draft.replace(path)


def _is_over(path: Path) -> bool:
    """Whether the day of a file has passed, or it is gone."""
    try:
        return path.stat().st_mtime < time.time() - KEPT_SECONDS
    except FileNotFoundError:
        return True

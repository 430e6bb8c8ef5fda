"""Keeps an uploaded workbook while its import is worked on: private, under agency and content, for a week at most."""

import hashlib
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import BadInput, NotFound, Refused
from app.services import scanner
from app.services.rosters.archive import MAX_FILE_BYTES, check_kind

KEPT_SECONDS = 7 * 24 * 3600  # they hold full national IDs, so none lies about for long
FOLDER = "rosters"  # below the instance folder
_KEY = re.compile(r"[0-9]{1,10}-[0-9a-f]{64}")
_WORKBOOK = ".xlsx"


@dataclass(frozen=True)
class Tray:
    """Where workbooks wait, and the socket of the scanner that looks at them first, None where there is none."""

    folder: Path
    clamd_socket: str | None = None


def hold(content: bytes, *, agency_id: int, tray: Tray) -> str:
    """Look at, scan and keep the bytes of an upload; returns their sha256. The same bytes again are kept once, for longer.

    Raises BadInput ROSTER_EMPTY, ROSTER_TOO_LARGE or the codes of `check_kind`, Refused ROSTER_INFECTED (fact `virus`) or
    SCANNER_AWAY.
    """
    if not content:
        raise BadInput("ROSTER_EMPTY", field="file")
    if len(content) > MAX_FILE_BYTES:
        raise BadInput("ROSTER_TOO_LARGE", field="file", limit=MAX_FILE_BYTES)
    check_kind(content)
    virus = scanner.infection(content, tray.clamd_socket) if tray.clamd_socket else None
    if virus is not None:
        raise Refused("ROSTER_INFECTED", citation=scanner.CITATION, field="file", virus=virus)
    tray.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sweep(tray.folder)
    digest = hashlib.sha256(content).hexdigest()
    _write(_path(tray, agency_id, digest), content)
    return digest


def content_of(agency_id: int, digest: str, *, tray: Tray) -> bytes:
    """The bytes held for an agency; raises NotFound('ROSTER_GONE'), also once their week is over."""
    path = _path(tray, agency_id, digest)
    if _is_over(path):
        raise NotFound("ROSTER_GONE")
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound("ROSTER_GONE") from error


def drop(agency_id: int, digest: str, *, tray: Tray) -> None:
    """Delete the bytes at once."""
    _path(tray, agency_id, digest).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Delete what has lain in a tray's folder for over a week; several may do it at once."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if _is_over(path):
            path.unlink(missing_ok=True)


def _path(tray: Tray, agency_id: int, digest: str) -> Path:
    key = f"{agency_id}-{digest}"
    if not _KEY.fullmatch(key):
        raise NotFound("ROSTER_GONE")
    return tray.folder / f"{key}{_WORKBOOK}"


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
    draft.replace(path)


def _is_over(path: Path) -> bool:
    """Whether the week of a file has passed, or it is gone."""
    try:
        return path.stat().st_mtime < time.time() - KEPT_SECONDS
    except FileNotFoundError:
        return True

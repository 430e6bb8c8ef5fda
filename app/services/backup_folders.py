"""What a backup folder is: files under their sha256, a manifest that names every one, and the place it was taken from."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

FORMAT = 1
MANIFEST = "manifest.json"
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a file
_BITE = 1024 * 1024


class BackupError(Exception):
    """Nothing was backed up or restored; the argument is one line for the person at the console."""


@dataclass(frozen=True)
class Place:
    """Where an instance keeps what a backup carries; `reads_url` equals `register_url` where one database holds both."""

    instance: Path
    uploads: Path
    secret_key: str
    secret_is_given: bool  # by the environment, and so not ours to replace
    register_url: str
    reads_url: str

    @classmethod
    def of(cls, settings: Mapping[str, Any], env: Mapping[str, str]) -> "Place":
        """The place that the settings of an application speak of."""
        key, given = settings["SECRET_KEY"], bool(env.get("SECRET_KEY"))
        urls = settings["DATABASE_URL"], settings["READS_DATABASE_URL"]
        return cls(Path(settings["INSTANCE"]), Path(settings["UPLOADS"]), key, given, *urls)

    @property
    def folders(self) -> dict[str, Path]:
        """The folders of a backup, and what each is called here."""
        return {
            "audit_heads": self.instance / "audit_heads",
            "uploads": self.uploads,
            "reports": self.instance / "reports",
        }

    @property
    def urls(self) -> dict[str, str]:
        """The databases by name, one or two."""
        both = {"register": self.register_url, "reads": self.reads_url}
        return both if self.register_url != self.reads_url else {"register": self.register_url}


@dataclass(frozen=True)
class FileNote:
    """What the manifest says of one file."""

    sha256: str
    size: int


@dataclass(frozen=True)
class DatabaseNote:
    """What the manifest says of one database: kind, file, schema revision by version table, rows by table."""

    kind: str
    file: str
    revisions: dict[str, str]
    counts: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """The contents of a backup; `clock_offset_seconds` is how far its business clock stood from the real one."""

    format: int
    created_at: str
    clock_offset_seconds: int
    databases: dict[str, DatabaseNote]
    files: dict[str, FileNote]

    def under(self, folder: str) -> list[str]:
        """The files of one folder of the backup."""
        return [name for name in self.files if name.startswith(f"{folder}/")]


@contextmanager
def growing(target: Path) -> Iterator[Path]:
    """A folder beside `target` that becomes `target` when the block ends well, and vanishes when it does not.

    What a killed backup left is cleared away by the next one to the same target. Raises BackupError for a target that
    holds anything, and while another backup to it goes on.
    """
    target = target.expanduser().resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} is not empty; name a new folder")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = target.with_name(f".{target.name}.partial")
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise BackupError(f"{folder} belongs to somebody else")
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"another backup to {target} is going on") from None
        _clear(folder)
        try:
            yield folder
            os.sync()
            folder.replace(target)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    finally:
        os.close(handle)


def write_file(target: Path, source: BinaryIO) -> FileNote:
    """Copy `source` to the new file `target`, readable by its owner alone, and say what was written."""
    for folder in reversed(target.parents):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)  # each of them: with `parents=True` only the last would be closed
    seal, size = hashlib.sha256(), 0
    with open(target, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as copy:
        while bite := source.read(_BITE):
            copy.write(bite)
            seal.update(bite)
            size += len(bite)
    return FileNote(seal.hexdigest(), size)


def note_of(file: Path) -> FileNote:
    """What stands in a file now."""
    with file.open("rb") as handle:
        return FileNote(hashlib.file_digest(handle, "sha256").hexdigest(), file.stat().st_size)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, last of all."""
    text = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    with open(folder / MANIFEST, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as handle:
        handle.write(text)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupError: no backup, a damaged one, one of a newer release."""
    try:
        plain = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise BackupError(f"{folder} is no backup: it has no {MANIFEST}") from None
    except ValueError:
        raise BackupError(f"{folder / MANIFEST} is damaged") from None
    if isinstance(plain, dict) and isinstance(plain.get("format"), int) and plain["format"] > FORMAT:
        raise BackupError(f"this backup has format {plain['format']}; a newer release of the portal made it")
    try:
        databases = {name: DatabaseNote(**note) for name, note in plain["databases"].items()}
        files = {name: FileNote(**note) for name, note in plain["files"].items()}
        manifest = Manifest(**(plain | {"databases": databases, "files": files}))
        needed = {SECRET_KEY, *(note.file for note in databases.values())}
        if not needed <= set(files) or "register" not in databases or not all(map(_stays_inside, files)):
            raise ValueError
        for note in databases.values():
            dict(note.revisions), dict(note.counts)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BackupError(f"{folder / MANIFEST} is damaged") from None
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError unless every file of the manifest is there as it was written."""
    for name, note in manifest.files.items():
        file = folder / name
        if not file.is_file() or file.is_symlink():
            raise BackupError(f"the backup is not whole: {name} is missing")
        if note_of(file) != note:
            raise BackupError(f"the backup is damaged: {name} is not what was written")


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name


def _clear(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()

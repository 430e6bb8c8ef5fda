"""`flask backup` and `flask restore`: carry a running instance to another machine."""

import functools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.cli.refusals import command_line
from app.services import backups, restores
from app.services.backup_folders import BackupError, Manifest, Place
from scripts.serve import lock

SHOWN = ("agency", "ab_user", "person", "entitlement", "change_request", "processing_round", "job", "audit_event")


def _in_one_line(command: Callable[..., Any]) -> Callable[..., Any]:
    """Everything that can go wrong here is told in one line: nobody who restores has time for a traceback."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BackupError as error:
            raise click.ClickException(str(error)) from None
        except OSError as error:
            raise click.ClickException(f"{error.strerror}: {error.filename}") from None
        except SQLAlchemyError as error:
            first = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise click.ClickException(f"the database says: {first}") from None

    return run


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@with_appcontext
@_in_one_line
def backup(folder: Path) -> None:
    """Write databases, uploads, reports and key into the new folder DIR, while the portal runs.

    DIR holds national IDs and the secret key: keep it as safe as the portal itself.
    """
    begun = time.monotonic()
    manifest, missing = backups.take(folder, _place(), actor=command_line())
    _show(manifest)
    if missing:
        click.echo(f"WARNING: {missing} evidence files were missing here already", err=True)
    click.echo(f"backup stands in {folder} ({_megabytes(manifest)}, {time.monotonic() - begun:.1f} s)")


@click.command("restore")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@with_appcontext
@_in_one_line
def restore(folder: Path) -> None:
    """Restore the backup DIR into this empty INSTANCE, which no portal serves; everybody has to log in again."""
    begun, place = time.monotonic(), _place()
    try:
        with lock.held(place.instance, "flask restore"):
            manifest = restores.restore(folder, place, actor=command_line())
    except lock.AlreadyRunning as holder:
        raise BackupError(f"{place.instance} is being served ({holder}); stop that portal first") from None
    _show(manifest)
    click.echo(f"restored into {place.instance} ({_megabytes(manifest)}, {time.monotonic() - begun:.1f} s)")
    click.echo("All log-ins and one-time links have ended. Now start the portal.")


def _place() -> Place:
    return Place.of(current_app.config, os.environ)


def _show(manifest: Manifest) -> None:
    counts = {table: count for note in manifest.databases.values() for table, count in note.counts.items()}
    click.echo(f"taken at {manifest.created_at}, business clock {manifest.clock_offset_seconds:+} s")
    for table in (*SHOWN, "read_access"):
        click.echo(f"  {table:<17}{counts.get(table, 0):>10}")
    for folder in ("uploads", "reports", "audit_heads"):
        click.echo(f"  {folder:<17}{len(manifest.under(folder)):>10} files")


def _megabytes(manifest: Manifest) -> str:
    return f"{sum(note.size for note in manifest.files.values()) / 1e6:.1f} MB"

"""`flask audit`: seal the audit trail by hand, or prove that nobody has touched what was sealed."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.services import audit_seals

audit = AppGroup("audit", help="The seal on the audit trail.")


def _heads() -> Path:
    return audit_seals.heads_folder(Path(current_app.config["INSTANCE"]))


@audit.command("seal")
def seal() -> None:
    """Seal what has no seal yet and write the head of the chain into INSTANCE/audit_heads; the ticker does so nightly."""
    try:
        added = audit_seals.seal(_heads())
    except TimeoutError as error:
        raise click.ClickException(f"{error}; nothing was sealed, try again later") from None
    click.echo(f"{added} blocks added; heads in {_heads()}")


@audit.command("verify")
def verify() -> None:
    """Check every sealed row, the chain and the exported heads; exit 1 and name each block that was touched."""
    verdict = audit_seals.verify(_heads())
    for fault in verdict.faults:
        click.echo(fault)
    waiting = f"{verdict.unsealed} newer rows wait for their seal"
    if verdict.faults:
        raise click.ClickException(f"the audit trail was touched in {len(verdict.faults)} places; {waiting}")
    click.echo(f"{verdict.blocks} blocks up to id {verdict.last_id} are as they were sealed; {waiting}")

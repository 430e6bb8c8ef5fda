"""`flask rounds`: look at the processing rounds, or run the due ones by hand."""

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from app.domain.actor import NATION
from app.domain.clock import BANGKOK
from app.domain.errors import WrongState
from app.models.processing_round import ProcessingRound
from app.services.round_verifying import Verdict, proven_rounds, unproven_rounds, verify
from app.services.rounds import run_due
from app.services.transaction import reading

rounds = AppGroup("rounds", help="Processing rounds (11:00 and 15:00 Bangkok time).")


@rounds.command("run-due")
def run_due_command() -> None:
    """Run every round that is due by the business clock, oldest first, in this process; needs no Redis."""
    count = 0
    try:
        for found in run_due():
            click.echo(line_of(found))
            count += 1
    except WrongState as error:
        raise click.ClickException(f"{error.code}: {error.facts.get('error')}; see the log") from None
    click.echo(f"{count} rounds run")


@rounds.command("list")
@click.option("--limit", default=20, show_default=True, help="How many of the latest rounds.")
def list_command(limit: int) -> None:
    """The latest rounds, newest first."""
    query = sa.select(ProcessingRound).order_by(ProcessingRound.scheduled_at.desc()).limit(limit)
    with reading(NATION) as session:
        for found in session.scalars(query):
            click.echo(line_of(found))


@rounds.command("verify")
@click.option("--limit", default=60, show_default=True, help="How many of the latest rounds.")
def verify_command(limit: int) -> None:
    """Compare the ledger of each round with its manifest and with the register; names what differs, then ends with 1."""
    verdicts = [verify(round_id) for round_id in proven_rounds(limit)]
    for verdict in verdicts:
        click.echo(f"{line_of(verdict.round)}: {told_of(verdict)}")
    unproven = unproven_rounds(limit)
    for found in unproven:
        click.echo(f"{line_of(found)}: DIFFERS: no manifest, or not the one that the audit has")
    differing = len({verdict.round.id for verdict in verdicts if not verdict.is_whole} | {one.id for one in unproven})
    click.echo(f"{len(verdicts)} rounds compared, {differing} differ")
    if differing:
        raise SystemExit(1)


def told_of(verdict: Verdict) -> str:
    """What the comparison of one round came to."""
    if verdict.is_whole:
        return f"whole, {verdict.row_count} rows, {verdict.sha256[:16]}"
    parts = [
        f"{words} {', '.join(numbers)}"
        for words, numbers in (("altered", verdict.altered), ("contradicted", verdict.contradicted))
        if numbers
    ]
    parts += [f"{verdict.missing} rows missing"] if verdict.missing else []
    parts += ["the manifest itself differs"] if verdict.manifest_differs and len(parts) == 0 else []
    return "DIFFERS: " + "; ".join(parts)


def line_of(found: ProcessingRound) -> str:
    """One round as a line: day, number, time, state, what it carried, when it ran (Bangkok time)."""
    at = found.scheduled_at.astimezone(BANGKOK)
    ran = f" run {found.run_at.astimezone(BANGKOK):%Y-%m-%d %H:%M:%S}" if found.run_at else ""
    counts = f"{found.effective_count} effective, {found.error_count} errors"
    return f"{found.round_date} round {found.round_no} {at:%H:%M} {found.status}: {counts}{ran}"

"""`flask hospitals`: the hospitals that receipts may name."""

from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.cli.agencies import ThaiDate
from app.cli.lists import show
from app.cli.refusals import command_line, refusals_shown
from app.domain.clock import bangkok_day
from app.domain.powers import Power
from app.services import hospital_lists
from app.services.clock import business_now


@click.group("hospitals")
def hospitals() -> None:
    """Hospitals by their NHSO code."""


@hospitals.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print what would change and write nothing.")
@click.option("--from", "day", type=ThaiDate(), help="First day of what the file dates not; by default today.")
@with_appcontext
@refusals_shown
def load(file: Path, dry_run: bool, day: date | None) -> None:
    """Bring the hospitals up to date with a CSV list, all or nothing; a second run changes nothing."""
    plan = hospital_lists.load(
        file.read_bytes(), actor=command_line(Power.MANAGE_AGENCIES), day=day or bangkok_day(business_now()), dry_run=dry_run
    )  # fmt: skip
    show(plan, dry_run=dry_run)

"""`flask schemes`: files of other schemes."""

from datetime import datetime
from typing import BinaryIO

import click
from flask.cli import AppGroup

from app.cli.refusals import command_line, refusals_shown
from app.domain.powers import Power
from app.rules.schemes import Scheme
from app.services import jobs, scheme_files

schemes = AppGroup("schemes", help="Rights in other schemes.")


@schemes.command("load")
@click.argument("file", type=click.File("rb"))
@click.option("--scheme", required=True, type=click.Choice([scheme.value for scheme in scheme_files.DECLARABLE]))
@click.option("--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day of the data, Common Era.")
@refusals_shown
def load(file: BinaryIO, scheme: str, as_of: datetime) -> None:
    """Load the FILE of a scheme (docs/schemes.md) and order anew the rights of whom it touches."""
    actor = command_line(Power.MANAGE_AGENCIES)
    job_id = scheme_files.request_load(file, file.name, Scheme(scheme), as_of.date(), actor=actor)
    jobs.run(job_id, 1)
    found = scheme_files.outcome_of(job_id)
    click.echo(f"{found.row_count} rows, {found.refused_count} refused, {found.matched_count} persons of the register")

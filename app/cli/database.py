"""`flask db`: the schema alone; `flask release` does this and more."""

import click
from flask.cli import with_appcontext

from app.services import releases


@click.group("db")
def database() -> None:
    """The schema of both databases."""


@database.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring both databases to the newest revision."""
    releases.upgrade()
    click.echo("both databases stand at the newest revision")


@database.command("check")
@with_appcontext
def check() -> None:
    """Say how the databases differ from the models; exit 1 if they do."""
    found = releases.differences()
    for difference in found:
        click.echo(str(difference))
    if found:
        raise SystemExit(1)
    click.echo("models and databases agree")

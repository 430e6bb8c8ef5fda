"""`flask demo`: made-up agencies, accounts and families; refused in production."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.refusals import refusals_shown
from app.cli.release import wanted_grants
from app.domain.actor import robot
from app.models.database import db
from app.services import invariants, open_tables, permissions
from app.services.demo import accounts, seed
from app.services.demo.nation import load


@click.group("demo")
def demo() -> None:
    """Made-up agencies, accounts and families."""


def _is_production() -> bool:
    return bool(current_app.config["PORTAL_ENV"] == "production")


def _prepare() -> None:
    """Fill code tables and roles, so that an instance that has only been migrated will do."""
    open_tables.seed_open_tables()
    permissions.sync_roles(wanted_grants(), actor=robot("release"))


@demo.command("seed")
@with_appcontext
@refusals_shown
def seed_demo() -> None:
    """Load the demo data once: accounts, one agency of each type, families in every state."""
    if not _is_production():
        _prepare()
    done = seed.seed(production=_is_production(), uploads=Path(current_app.config["UPLOADS"]))
    click.echo("demo data loaded" if done else "demo data stands already")


@demo.command("load")
@click.option("--persons", type=click.IntRange(1, 5_000_000), required=True, help="At least so many registered people.")
@click.option("--seed", "seed_number", type=int, default=1, show_default=True, help="The same number, the same people.")
@with_appcontext
@refusals_shown
def load_people(persons: int, seed_number: int) -> None:
    """Add a made-up nation: agencies over all provinces, families with their history, requests in every state.

    With a million people there are all 7,848 agencies, otherwise a share of them; each has the accounts clerk.CODE and
    registrar.CODE with the demo's password. A load that was cut off goes on where it stood when it is started again.
    """
    if not _is_production():
        _prepare()
    with click.progressbar(length=persons, label="people") as bar:
        added = load.load(
            persons, seed_number, production=_is_production(), tell=lambda count: bar.update(min(count, persons) - bar.pos)
        )  # fmt: skip
    click.echo(f"{added:,} people loaded" if added else "these people stand already")


@demo.command("verify")
@with_appcontext
def verify() -> None:
    """Look through the whole register for what must never be, print each rule with the number of places that break it.

    Exit code 1 when something is broken; works on any register, made up or not, and only reads.
    """
    broken = 0
    with db.engine.connect() as connection:
        for found in invariants.findings(connection):
            broken += found.count > 0
            where = f"  {', '.join(found.examples)}" if found.count else ""
            click.echo(f"{found.count:>8,}  {found.invariant.code:<32} {found.invariant.says}{where}")
    click.echo("nothing is broken" if not broken else f"{broken} rules are broken")
    raise SystemExit(1 if broken else 0)


@demo.command("accounts")
def print_accounts() -> None:
    """Print who can log in to the demo."""
    for account in accounts.ACCOUNTS:
        click.echo(f"  {account.username:<14} {account.role:<19} {account.bound_to or '-':<9} {account.name}")
    click.echo(f"  password of all: {accounts.PASSWORD}")
    click.echo(f"  hospital token:  {accounts.HOSPITAL_TOKEN}")

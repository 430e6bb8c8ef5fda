"""`flask demo`: made-up agencies, accounts and families; refused in production."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.refusals import refusals_shown
from app.cli.release import wanted_grants
from app.domain.actor import robot
from app.services import open_tables, permissions
from app.services.demo import accounts, load, seed


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
    done = seed.seed(production=_is_production())
    click.echo("demo data loaded" if done else "demo data stands already")


@demo.command("load")
@click.option("--persons", type=click.IntRange(1, 100_000), required=True, help="at least so many people")
@click.option("--seed", "seed_number", type=int, default=1, show_default=True, help="the same number, the same people")
@with_appcontext
@refusals_shown
def load_people(persons: int, seed_number: int) -> None:
    """Add made-up families to the demo's two agencies."""
    if not _is_production():
        _prepare()
    with click.progressbar(length=persons, label="people") as bar:
        done = load.load(
            persons,
            seed_number,
            production=_is_production(),
            tell=lambda count: bar.update(min(count, persons) - bar.pos),
        )
    click.echo(f"{done} people loaded")


@demo.command("accounts")
def print_accounts() -> None:
    """Print who can log in to the demo."""
    for account in accounts.ACCOUNTS:
        click.echo(f"  {account.username:<14} {account.role:<19} {account.bound_to or '-':<9} {account.name}")
    click.echo(f"  password of all: {accounts.PASSWORD}")
    click.echo(f"  hospital token:  {accounts.HOSPITAL_TOKEN}")

"""`flask admin`: the first administrator, and a way back in when nobody can log in any more."""

import secrets

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.refusals import command_line, refusals_shown
from app.domain.powers import Power
from app.services import account_agreements, accounts, second_factors

admin = AppGroup("admin", help="Administrators of the portal.")


@admin.command("invite")
@click.argument("email_or_name")
@refusals_shown
def invite(email_or_name: str) -> None:
    """Make an NHSO administrator and print the one-time link with which he sets his password.

    EMAIL_OR_NAME is an address such as somsri@nhso.example or a user name such as somsri.
    """
    name, _, host = email_or_name.strip().lower().partition("@")
    new = accounts.NewAccount(
        username=name,
        first_name=name,
        last_name="สปสช.",
        email=f"{name}@{host}" if host else f"{name}@account.invalid",
        reach=accounts.Reach(accounts.ADMINISTRATOR),
    )
    _id, handed = accounts.create_account(new, actor=command_line(Power.MANAGE_ACCOUNTS))
    click.echo(f"user name: {name}")
    click.echo(f"{current_app.config['BASE_URL']}/password/set?link={handed.link}")
    click.echo("The link works once, within 72 hours.")


@admin.command("password")
@click.argument("username")
@refusals_shown
def password(username: str) -> None:
    """Print a new password for USERNAME; it must be changed at the first log-in, and all his sessions end."""
    word = f"{secrets.token_urlsafe(12)}7a"
    accounts.set_first_password(username, word, actor=command_line(Power.MANAGE_ACCOUNTS))
    click.echo(f"first password of {username}: {word}")


@admin.command("phone")
@click.argument("username")
@refusals_shown
def phone(username: str) -> None:
    """Forget the phone of USERNAME, whose sessions end; he ties a new one at his next log-in.

    In the portal two administrators do it; this is for one that has a single administrator.
    """
    second_factors.forget(username, actor=command_line(Power.MANAGE_ACCOUNTS))
    click.echo(f"the phone of {username} is forgotten")


@admin.command("waiting")
@refusals_shown
def waiting() -> None:
    """List what waits for a second administrator, each with the number that `flask admin agree` takes."""
    for one in account_agreements.waiting(actor=command_line(Power.MANAGE_ACCOUNTS)):
        what = " ".join(filter(None, (one.username, one.role, one.way)))
        click.echo(f"{one.id}  {one.kind}  {what}  asked by {one.asked_by}, {one.asked_at:%Y-%m-%d %H:%M} UTC")


@admin.command("agree")
@click.argument("number", type=int)
@refusals_shown
def agree(number: int) -> None:
    """Agree to what the only administrator asked for; prints the one-time link where there is one to hand over.

    In the portal another administrator does it; this is for one that has a single administrator.
    """
    agreed = account_agreements.agree(number, actor=command_line(Power.MANAGE_ACCOUNTS))
    click.echo("agreed")
    if agreed.link:
        click.echo(f"{current_app.config['BASE_URL']}/password/set?link={agreed.link}")
        click.echo(f"The link works once, within 72 hours, with the code that {agreed.asked_by} was shown.")

"""`flask admin`: the first administrator, and a way back in when nobody can log in any more."""

import secrets

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.refusals import command_line, refusals_shown
from app.domain.powers import Power
from app.services import accounts, second_factors

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
    _id, secret = accounts.create_account(new, actor=command_line(Power.MANAGE_ACCOUNTS))
    click.echo(f"user name: {name}")
    click.echo(f"{current_app.config['BASE_URL']}/password/set?link={secret}")
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

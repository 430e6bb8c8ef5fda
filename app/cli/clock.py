"""`flask clock`: see and move the business clock, which decides rounds, spells and campaigns (decisions 16)."""

import re
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.refusals import command_line, refusals_shown
from app.domain.clock import BANGKOK, real_now
from app.domain.errors import BadInput
from app.domain.thai_calendar import BE_OFFSET, EARLIEST_BE_YEAR, format_be_instant, parse_be_date
from app.services.clock import business_now, set_clock

clock = AppGroup("clock", help="The business clock; sessions and locks follow the real one.")
_TIME = re.compile(
    r"(?P<day>.+?)[ T]+(?P<hour>[0-9]{1,2})[.:](?P<minute>[0-9]{2})(?:[.:](?P<second>[0-9]{2}))? ?(?:น\.?)?"
)


@clock.command("show")
@refusals_shown
def show() -> None:
    """Print the business instant and the real one."""
    for name, instant in (("business", business_now()), ("real", real_now())):
        local = instant.astimezone(BANGKOK)
        click.echo(f"{name:9}{local.isoformat(timespec='seconds')}  {format_be_instant(instant)}")


@clock.command("set")
@click.argument("instant", nargs=-1, required=True)
@refusals_shown
def set_(instant: tuple[str, ...]) -> None:
    """Move the business clock to INSTANT: 2026-11-21T10:59:30 (Bangkok unless it says otherwise) or "21/11/2569 10.59".

    On an empty instance any date will do, afterwards only forward; refused in production.
    """
    moment = read_instant(" ".join(instant))
    production = current_app.config["PORTAL_ENV"] == "production"
    set_clock(moment, actor=command_line(), production=production)
    click.echo(f"business clock: {moment.astimezone(BANGKOK).isoformat()}  {format_be_instant(moment)}")


def read_instant(text: str) -> datetime:
    """The aware instant that `text` names, ISO or Buddhist era.

    Raises BadInput('INVALID_INSTANT'), and 'YEAR_LOOKS_BE' for a year of the Buddhist era written the ISO way.
    """
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
        if found.year >= EARLIEST_BE_YEAR:
            raise BadInput("YEAR_LOOKS_BE", suggested_year=found.year - BE_OFFSET)
    except ValueError:
        typed = _TIME.fullmatch(text)
        if typed is None:
            raise BadInput("INVALID_INSTANT") from None
        parts = {name: int(typed[name] or 0) for name in ("hour", "minute", "second")}
        try:
            day = parse_be_date(typed["day"])
            found = datetime(day.year, day.month, day.day, **parts, tzinfo=BANGKOK)
        except (BadInput, ValueError):
            raise BadInput("INVALID_INSTANT") from None
    return found.replace(tzinfo=BANGKOK) if found.tzinfo is None else found

"""`flask agencies`: add an agency, bring all up to date from a file, list them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.cli.lists import show
from app.cli.refusals import command_line, refusals_shown
from app.domain.actor import NATION
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput
from app.domain.people import AgencyType
from app.domain.powers import Power
from app.domain.thai_calendar import parse_be_date
from app.services import agencies as verbs
from app.services import agency_lists
from app.services.clock import business_now
from app.services.transaction import reading

agencies = AppGroup("agencies", help="Local government agencies.")
_TYPES = click.Choice([kind.value for kind in AgencyType])


class ThaiDate(click.ParamType):
    """A day typed in the Buddhist era (1/10/2556) or as ISO (2013-10-01)."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
        try:
            return parse_be_date(value)
        except BadInput:
            self.fail(f"{value!r} is no day; write 1/10/2556 or 2013-10-01", param, ctx)


@agencies.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--type", "kind", type=_TYPES, required=True, help="Type of the agency; must fit the first two digits.")
@click.option("--province", help="Two-digit province code; by default digits three and four of CODE.")
@click.option("--from", "valid_from", type=ThaiDate(), help="First day, by default today on the business clock.")
@refusals_shown
def add(code: str, name: str, kind: str, province: str | None, valid_from: date | None) -> None:
    """Add the agency NAME with the eight-digit CODE of the Department of Local Administration."""
    facts = verbs.AgencyFacts(
        dla_code=code,
        name_th=name,
        agency_type=AgencyType(kind),
        province_code=province or code[2:4],
        valid_from=valid_from or bangkok_day(business_now()),
    )
    verbs.create_agency(facts, actor=command_line(Power.MANAGE_AGENCIES))
    click.echo(f"added {code} {name}")


@agencies.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of lines.")
@click.option("--type", "kind", type=_TYPES, help="Only agencies of this type.")
@refusals_shown
def list_agencies(as_json: bool, kind: str | None) -> None:
    """List code, type, name and province, ordered by code."""
    with reading(NATION) as session:
        rows = [
            {"code": row.dla_code, "type": row.agency_type.value, "name": row.name_th, "province": row.province.name_th}
            for row in verbs.list_agencies(session, agency_type=AgencyType(kind) if kind else None)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo("  ".join(row.values()))


@agencies.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print what would change and write nothing.")
@click.option("--from", "day", type=ThaiDate(), help="First day of what the file dates not; by default today.")
@click.option("--close-missing", is_flag=True, help="Close agencies that the file does not name, from that day on.")
@refusals_shown
def load(file: Path, dry_run: bool, day: date | None, close_missing: bool) -> None:
    """Bring the agencies up to date with the CSV list of the Department of Local Administration, all or nothing.

    Codes without their leading zero are understood; an upgrade keeps the agency and changes code and type. A second run
    changes nothing.
    """
    plan = agency_lists.load(
        file.read_bytes(), actor=command_line(Power.MANAGE_AGENCIES), day=day or bangkok_day(business_now()),
        dry_run=dry_run, close_missing=close_missing,
    )  # fmt: skip
    show(plan, dry_run=dry_run)

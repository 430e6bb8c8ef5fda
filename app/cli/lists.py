"""What `flask agencies load` and `flask hospitals load` share: they print what a file does, line by line."""

import click

from app.cli.refusals import line_of
from app.services.agency_lists import Plan

SHOWN = 200


def show(plan: Plan, *, dry_run: bool) -> None:
    """Print changes, faults and counts; exit code 1 where a line is at fault, for then nothing was written."""
    for change in plan.changes[:SHOWN]:
        what = "; ".join(f"{name}: {old or '-'} -> {new or '-'}" for name, (old, new) in change.what.items())
        click.echo(f"line {change.line or '-'}: {change.verb} {change.code} {change.name} {what}".rstrip())
    if len(plan.changes) > SHOWN:
        click.echo(f"... and {len(plan.changes) - SHOWN:,} more")
    for fault in plan.faults[:SHOWN]:
        click.echo(f"line {fault.line or '-'}: {line_of(fault.error)}", err=True)
    counts = {
        verb: sum(change.verb == verb for change in plan.changes) for verb in ("add", "change", "close", "propose")
    }
    said = ", ".join(f"{count:,} to {verb}" for verb, count in counts.items())
    click.echo(
        f"{said}, {plan.unchanged:,} unchanged, {plan.outside:,} outside the scheme, {plan.missing:,} not in the file,"
        f" {len(plan.faults):,} at fault"
    )
    if plan.faults:
        raise click.ClickException("nothing was written")
    click.echo("dry run: nothing was written" if dry_run else "written")

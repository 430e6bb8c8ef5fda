"""How commands act and how they say no: as the robot of the command line, in one line on standard error."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from app.domain.actor import Actor, acting_as, robot
from app.domain.errors import InvalidForm, PortalError
from app.domain.powers import Power
from app.services.accounts import ADMINISTRATOR


def command_line(*powers: Power) -> Actor:
    """The actor of a command: whoever may run it holds the machine, so it may do what an administrator may."""
    return replace(robot("command-line"), powers=frozenset(powers), roles=(ADMINISTRATOR,))


def refusals_shown(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run the command as the command line's actor; a PortalError becomes its code and facts, and exit code 1."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            with acting_as(command_line()):
                return command(*args, **kwargs)
        except PortalError as refusal:
            errors = refusal.errors if isinstance(refusal, InvalidForm) else [refusal]
            raise click.ClickException("\n".join(line_of(error) for error in errors)) from refusal

    return run


def line_of(error: PortalError) -> str:
    """A refusal as one line: its code, the field and the facts."""
    field = [f"({error.field})"] if error.field else []
    return " ".join([error.code, *field, *(f"{name}={value}" for name, value in error.facts.items())])

"""The portal's commands, beside the screens: `flask release`, `flask admin`, `flask agencies`, `flask clock`, ..."""

from flask import Flask

from app.cli.admin import admin
from app.cli.agencies import agencies
from app.cli.audit import audit
from app.cli.backups import backup, restore
from app.cli.cases import rules
from app.cli.clock import clock
from app.cli.database import database
from app.cli.demo import demo
from app.cli.hospitals import hospitals
from app.cli.release import release
from app.cli.rosters import roster
from app.cli.rounds import rounds
from app.cli.schemes import schemes

COMMANDS = (
    release,
    admin,
    agencies,
    clock,
    database,
    demo,
    rounds,
    roster,
    rules,
    audit,
    backup,
    restore,
    hospitals,
    schemes,
)


def register(app: Flask) -> None:
    """Add every command of the portal to the application."""
    for command in COMMANDS:
        app.cli.add_command(command)

"""`flask release`: everything that must stand before a process serves: tables, code tables, roles."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.domain.actor import robot
from app.domain.roles import ROLES
from app.security.manager import power_named
from app.services import open_tables, permissions, releases


@click.command("release")
@with_appcontext
def release() -> None:
    """Migrate both databases, fill the code tables, show the roles; safe to run again and again."""
    releases.upgrade()
    counts = open_tables.seed_open_tables()
    counts |= permissions.sync_roles(wanted_grants(), actor=robot("release"))
    if not releases.is_released():
        raise click.ClickException("the databases do not stand at the newest revision")
    click.echo("released: " + ", ".join(f"{name} {count}" for name, count in counts.items()))


def wanted_grants() -> permissions.Wanted:
    """By role, the permissions of Flask-AppBuilder that its powers stand for, over all registered views and menus."""
    appbuilder = current_app.appbuilder  # type: ignore[attr-defined]
    known = {
        (permission, view.class_permission_name)
        for view in appbuilder.baseviews
        for permission in view.base_permissions
        if power_named(permission, view.class_permission_name)
    }
    menus = appbuilder.sm.menu_powers
    wanted: permissions.Wanted = {}
    for role in ROLES.values():
        views = {pair for pair in known if power_named(*pair) in role.powers}
        wanted[role.name] = views | {("menu_access", menu) for menu, powers in menus.items() if powers & role.powers}
    return wanted

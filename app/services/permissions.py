"""Shows the powers of the code in Flask-AppBuilder's tables, so that they can be read there; they decide nothing."""

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu, assoc_permissionview_role
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.roles import ROLES
from app.models.account import PortalUser
from app.services.audit import record
from app.services.transaction import transaction

Wanted = dict[str, set[tuple[str, str]]]


def sync_roles(wanted: Wanted, *, actor: Actor) -> dict[str, int]:
    """Make the role tables say `wanted`: by role, the pairs (permission, view or menu); returns counts.

    All roles of spec 7 are there afterwards, with exactly these pairs; what stood there otherwise is removed. Raises
    RuntimeError when the tables do not hold what was written.
    """
    with transaction(actor) as session:
        roles = {name: _one(session, Role, name) for name in ROLES}
        pairs = {pair for name in ROLES for pair in wanted.get(name, set())}
        links = {pair: _pair(session, *pair) for pair in sorted(pairs)}
        session.flush()
        session.execute(sa.delete(assoc_permissionview_role))
        rows = [
            {"role_id": role.id, "permission_view_id": links[pair].id}
            for name, role in roles.items()
            for pair in sorted(wanted.get(name, set()))
        ]
        if rows:
            session.execute(sa.insert(assoc_permissionview_role), rows)
        counts = {"roles": len(roles), "permissions": len(pairs), "grants": len(rows)}
        _check(session, counts)
        record(session, actor, "sync_roles", "role", None, detail=dict(counts))
    return counts


def _check(session: Session, counts: dict[str, int]) -> None:
    found = session.scalar(sa.select(sa.func.count()).select_from(assoc_permissionview_role))
    named = session.scalar(sa.select(sa.func.count()).where(Role.name.in_(ROLES)))
    if (named, found) != (counts["roles"], counts["grants"]):
        raise RuntimeError(f"roles were not written: {named} roles and {found} grants, wanted {counts}")
    if session.scalar(sa.select(sa.func.count()).select_from(PortalUser).where(PortalUser.roles.any(name="Admin"))):
        raise RuntimeError("Flask-AppBuilder's role Admin has members; the administrator's role is nhso_admin")


def _one(session: Session, kind: type, name: str) -> "Role":
    row = session.scalars(sa.select(kind).where(kind.name == name)).one_or_none()
    if row is None:
        row = kind(name=name)
        session.add(row)
        session.flush()
    return row


def _pair(session: Session, permission: str, view: str) -> PermissionView:
    first, second = _one(session, Permission, permission), _one(session, ViewMenu, view)
    query = sa.select(PermissionView).where(
        PermissionView.permission_id == first.id, PermissionView.view_menu_id == second.id
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        row = PermissionView(permission_id=first.id, view_menu_id=second.id)
        session.add(row)
    return row

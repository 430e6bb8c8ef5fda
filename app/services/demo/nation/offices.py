"""Founds the agencies of the made-up nation with a clerk and a registrar each, all with the demo's password."""

from random import Random
from typing import Any

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role, assoc_user_role
from sqlalchemy.orm import Session

from app.domain.clock import real_now
from app.models.account import PortalUser
from app.models.agency import Agency, Province
from app.models.audit import AuditEvent
from app.services.demo import world
from app.services.demo.accounts import ACCOUNTS, PASSWORD, SINCE
from app.services.demo.nation import places, words
from app.services.demo.nation.records import Office, Officer
from app.services.passwords import hashed
from app.services.transaction import transaction

_ROLES = ("personnel_clerk", "registrar")
_SHORT = {"personnel_clerk": "clerk", "registrar": "registrar"}


def founded(persons: int) -> list[Office]:
    """The offices of a register of so many people, ordered by code; what is missing of them is made, all or nothing."""
    with transaction(world.BUILDER) as session:
        provinces = {code: name for code, name in session.execute(sa.select(Province.code, Province.name_th))}
        wanted = places.made_up(persons, provinces)
        known = set(session.scalars(sa.select(Agency.dla_code)))
        _found_agencies(session, [agency for agency in wanted if agency.dla_code not in known])
        agencies = session.scalars(sa.select(Agency).order_by(Agency.dla_code)).all()
        codes = {agency.dla_code for agency in wanted}
        mine = [agency for agency in agencies if agency.dla_code in codes]
        officers = _officers(session)
        _appoint(session, [agency for agency in mine if agency.id not in officers])
        officers = _officers(session)
    return [
        Office(a.id, a.dla_code, a.agency_type, a.province_code, a.valid_from, a.version, *officers[a.id]) for a in mine
    ]


def _found_agencies(session: Session, wanted: list[Any]) -> None:
    if not wanted:
        return
    rows = [
        {
            "dla_code": agency.dla_code, "name_th": agency.name_th, "agency_type": agency.agency_type,
            "province_code": agency.province_code, "has_entitlement_rights": True, "valid_from": SINCE, "version": 1,
        }
        for agency in wanted
    ]  # fmt: skip
    insert = sa.insert(Agency.__table__).returning(Agency.__table__.c.id, sort_by_parameter_order=True)
    ids = session.execute(insert, rows).scalars().all()
    _audit(
        session, "create_agency", "agency",
        [(i, i, {"dla_code": a.dla_code, "agency_type": a.agency_type.value}) for i, a in zip(ids, wanted, strict=True)],
    )  # fmt: skip


def _officers(session: Session) -> dict[int, tuple[Officer, Officer]]:
    """By agency, who records and who decides: the demo's own accounts, or those named after the agency."""
    own = {account.username for account in ACCOUNTS}
    query = (
        sa.select(PortalUser.agency_id, Role.name, PortalUser.id, PortalUser.username)
        .join(PortalUser.roles)
        .where(Role.name.in_(_ROLES), PortalUser.is_demo)
        .order_by(PortalUser.id.desc())
    )
    found: dict[int, dict[str, Officer]] = {}
    for agency_id, role, user_id, username in session.execute(query):
        if username in own or "." in username:
            found.setdefault(agency_id, {})[role] = Officer(user_id, username)
    return {agency_id: (them[_ROLES[0]], them[_ROLES[1]]) for agency_id, them in found.items() if len(them) == 2}


def _appoint(session: Session, agencies: list[Agency]) -> None:
    if not agencies:
        return
    chance, password = Random("officers"), hashed(PASSWORD)  # noqa: S311 - made-up people need no secrecy
    roles = {name: id_ for name, id_ in session.execute(sa.select(Role.name, Role.id).where(Role.name.in_(_ROLES)))}
    rows = [_account(agency, role, chance, password) for agency in agencies for role in _ROLES]
    table = PortalUser.__table__
    insert = sa.insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = session.execute(insert, rows).scalars().all()
    held = [_ROLES[place % 2] for place in range(len(ids))]
    links = [{"user_id": i, "role_id": roles[role]} for i, role in zip(ids, held, strict=True)]
    session.execute(sa.insert(assoc_user_role), links)
    told = [
        (i, row["agency_id"], {"role": role, "agency_code": row["username"].split(".")[1]})
        for i, row, role in zip(ids, rows, held, strict=True)
    ]
    _audit(session, "create_account", "account", told)


def _account(agency: Agency, role: str, chance: Random, password: str) -> dict[str, Any]:
    username = f"{_SHORT[role]}.{agency.dla_code}"
    return {
        "username": username, "first_name": chance.choice(words.WOMEN), "last_name": chance.choice(words.SURNAMES),
        "email": f"{username}@demo.example", "password": password, "active": True, "agency_id": agency.id,
        "is_demo": True, "must_change_password": False, "failed_logins": 0, "account_version": 1,
        "created_by_fk": None, "changed_by_fk": None,
    }  # fmt: skip


def _audit(session: Session, verb: str, kind: str, told: list[tuple[int, int, dict[str, Any]]]) -> None:
    common = {"at": real_now(), "actor_name": world.BUILDER.name, "verb": verb, "object_type": kind}
    rows = [common | {"object_id": str(i), "agency_id": agency, "detail": detail} for i, agency, detail in told]
    session.execute(sa.insert(AuditEvent.__table__), rows)

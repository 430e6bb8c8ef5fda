"""In which order the rights of persons are used, out of all that the register knows, and what stands by because of it.

Reads the nation for the law alone: a person's rights meet wherever they were certified (spec 4, decisions 3).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.clock import real_now
from app.domain.people import PersonnelType, Relation
from app.domain.period import Period
from app.models.audit import AuditEvent
from app.models.change_request import ChangeRequest
from app.models.entitlement import Entitlement
from app.models.other_scheme import OtherSchemeRight, SchemeElection
from app.rules.elections import Election, elected_on
from app.rules.priority import HeldRight, Resolution, resolve
from app.rules.schemes import EntitlementRank, Scheme

OWN_REGISTER = "register"
"""The label of rights that are entitlements of this register; the others are of other schemes."""
Beside = tuple[tuple[HeldRight, ...], tuple[Election, ...]]  # rights beside one in a family, and elections
_BATCH = 500
_request = ChangeRequest.__table__
_spell, _other, _election = Entitlement.__table__, OtherSchemeRight.__table__, SchemeElection.__table__


def orders(connection: Any, person_ids: Iterable[int], day: date) -> dict[int, Resolution]:
    """The order for each person on the day, by id; a handful of queries per 500 persons; `connection` sees the nation.

    `record_id` of a right is that of the entitlement where its label is OWN_REGISTER, else of the right in the other scheme.
    """
    found: dict[int, Resolution] = {}
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), _BATCH):
        some = wanted[start : start + _BATCH]
        held, elections = _held(connection, some), _elections(connection, some)
        for person_id in some:
            election = elected_on(elections.get(person_id, ()), day)
            found[person_id] = resolve(held.get(person_id, ()), election, day)
    return found


class Entry(NamedTuple):
    """When a person's first own right came into the register, when that was decided, and by which request (decisions 5)."""

    registered_at: datetime
    decided_at: datetime | None
    request_no: str


def entries(connection: Any, principal_ids: Iterable[int]) -> dict[int, Entry]:
    """How these principals came into the register, by id; who has no own right that stands is left out."""
    query = (
        sa.select(_spell.c.person_id, _spell.c.registered_at, _request.c.decided_at, _request.c.request_no)
        .join(_request, _request.c.id == _spell.c.request_id)
        .where(_spell.c.person_id.in_(sorted(set(principal_ids))), _spell.c.relation == Relation.SELF)
        .where(sa.not_(_spell.c.voided))
        .order_by(_spell.c.registered_at.desc(), _spell.c.id.desc())
    )
    return {
        row.person_id: Entry(row.registered_at, row.decided_at, row.request_no) for row in connection.execute(query)
    }


def known_rights(connection: Any, person_id: int) -> tuple[HeldRight, ...]:
    """All rights of one person, those too that were declared and wait for a registrar: he may choose among them already."""
    waiting = sa.select(_other).where(_other.c.person_id == person_id, _other.c.verified_at.is_(None))
    told = [
        HeldRight(row.scheme, row.rank, Period(row.since, row.until), None, row.id)
        for row in connection.execute(waiting)
    ]
    return (*_held(connection, [person_id]).get(person_id, ()), *told)


def others_of(connection: Any, person_ids: Iterable[int], principal_id: int) -> dict[int, Beside]:
    """What is known of each person beside his right in the principal's family: other schemes, rights by himself or through
    somebody else, and elections."""
    household = set(connection.scalars(sa.select(_spell.c.id).where(_spell.c.principal_id == principal_id)))
    wanted = sorted(set(person_ids))
    held, elections = _held(connection, wanted), _elections(connection, wanted)
    return {
        person_id: (
            tuple(_beside(right) for right in held.get(person_id, ()) if not _is_of(household, right)),
            tuple(elections.get(person_id, ())),
        )
        for person_id in wanted
    }


def _is_of(household: set[int], right: HeldRight) -> bool:
    return right.label == OWN_REGISTER and right.record_id in household


def _beside(right: HeldRight) -> HeldRight:
    return replace(right, label="beside") if right.label == OWN_REGISTER else right


def redecide(session: Session, person_ids: Sequence[int], day: date, *, actor: Actor) -> int:
    """Stand rights by that are not used on the day, and bring out of standby what is; returns how many changed.

    Of a person whose order is undecided nothing changes. Each change raises the version and leaves an audit row.
    """
    resolved = orders(session, person_ids, day)
    wanted = {
        right.record_id: stands_by
        for resolution in resolved.values()
        for right, stands_by in _verdicts(resolution)
        if right.label == OWN_REGISTER
    }
    changed = []
    for some in _batches(sorted(wanted)):
        query = sa.select(_spell.c.id, _spell.c.agency_id, _spell.c.standby_since).where(_spell.c.id.in_(some))
        for row in session.execute(query):
            if wanted[row.id] != (row.standby_since is not None):
                changed.append((row.id, row.agency_id, day if wanted[row.id] else None))
    if changed:
        change = sa.update(_spell).where(_spell.c.id == sa.bindparam("right")).values(
            standby_since=sa.bindparam("since"), version=_spell.c.version + 1
        )  # fmt: skip
        session.connection().execute(change, [{"right": right, "since": since} for right, _agency, since in changed])
        session.connection().execute(sa.insert(AuditEvent.__table__), [_event(*one, actor) for one in changed])
    return len(changed)


def _event(right: int, agency_id: int, since: date | None, actor: Actor) -> dict[str, Any]:
    return {
        "at": real_now(), "actor_id": actor.user_id, "actor_name": actor.name, "agency_id": agency_id,
        "verb": PROMOTE if since is None else STAND_BY, "object_type": "entitlement", "object_id": str(right),
        "detail": None if since is None else {"since": since.isoformat()}, "address": actor.address,
    }  # fmt: skip


STAND_BY, PROMOTE = "stand_by", "promote_right"


def _verdicts(resolution: Resolution) -> Iterable[tuple[HeldRight, bool]]:
    yield from ((one.right, False) for one in resolution.order)
    yield from ((one.right, True) for one in resolution.not_used)


def _held(connection: Any, person_ids: Sequence[int]) -> dict[int, list[HeldRight]]:
    own = _spell.alias("own")
    behind = sa.and_(own.c.person_id == _spell.c.principal_id, own.c.relation == Relation.SELF, sa.not_(own.c.voided))
    since = sa.select(sa.func.min(own.c.registered_at)).where(behind).scalar_subquery()
    asked = sa.and_(behind, _request.c.id == own.c.request_id)
    decided = sa.select(sa.func.min(_request.c.decided_at)).where(asked).scalar_subquery()
    first = sa.select(_request.c.request_no).where(asked).order_by(own.c.registered_at, own.c.id).limit(1)
    kind = sa.select(own.c.personnel_type).where(behind).order_by(own.c.entitled_from.desc()).limit(1).scalar_subquery()
    columns = (_spell.c.id, _spell.c.person_id, _spell.c.relation, _spell.c.entitled_from, _spell.c.entitled_until,
               _spell.c.declared_scheme, _spell.c.agency_id)  # fmt: skip
    query = sa.select(
        *columns, since.label("since"), decided.label("decided"), kind.label("kind"),
        first.scalar_subquery().label("request_no"),
    ).where(_spell.c.person_id.in_(person_ids), sa.not_(_spell.c.voided))  # fmt: skip
    known = sa.select(_other).where(_other.c.person_id.in_(person_ids), _other.c.verified_at.is_not(None))
    found: dict[int, list[HeldRight]] = defaultdict(list)
    for row in connection.execute(known):
        found[row.person_id].append(HeldRight(row.scheme, row.rank, Period(row.since, row.until), None, row.id))
    declared: dict[tuple[int, Scheme], HeldRight] = {}
    rows = connection.execute(query.order_by(_spell.c.id)).all()
    own_agencies = {row.person_id: row.agency_id for row in rows if row.relation is Relation.SELF}
    for row in rows:
        is_own = row.relation is Relation.SELF
        scheme = Scheme.LGO_PENSION if row.kind == PersonnelType.PENSIONER else Scheme.LGO
        rank = EntitlementRank.PRIMARY if is_own else EntitlementRank.SECONDARY
        period = Period(row.entitled_from, row.entitled_until)
        # Whose own right another agency holds, of him it tells, not the family's (app/services/scheme_confirmations.py).
        told_where_it_counts = own_agencies.get(row.person_id, row.agency_id) == row.agency_id
        if told_where_it_counts and row.declared_scheme not in (None, Scheme.LGO, Scheme.LGO_PENSION):
            declared[row.person_id, row.declared_scheme] = HeldRight(
                row.declared_scheme, EntitlementRank.PRIMARY, Period(row.entitled_from), None, row.id, "told"
            )
        entry = (row.decided, row.request_no or "")
        found[row.person_id].append(HeldRight(scheme, rank, period, row.since, row.id, OWN_REGISTER, *entry))
    for (person_id, scheme), right in declared.items():
        # What was recorded of the scheme itself is known better than what was told beside a request.
        if all(one.scheme is not scheme for one in found[person_id]):
            found[person_id].append(right)
    return found


def _elections(connection: Any, person_ids: Sequence[int]) -> dict[int, list[Election]]:
    found: dict[int, list[Election]] = defaultdict(list)
    query = sa.select(_election).where(
        _election.c.person_id.in_(person_ids), _election.c.verified_at.is_not(None), _election.c.withdrawn_at.is_(None)
    )
    for row in connection.execute(query):
        found[row.person_id].append(Election(row.scheme, row.declared_on, row.id))
    return found


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))

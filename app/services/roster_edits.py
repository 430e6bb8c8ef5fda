"""The changes that a clerk takes over from a roster: each a request to change an entry, made as on the person's own page."""

from collections.abc import Container, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.domain import names
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import PortalError, Refused
from app.domain.people import Relation, RequestType
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.models.roster_import import RosterImport, RosterLine
from app.services import change_drafts, edits, facts, roster_drafts, roster_lines, submissions
from app.services.change_drafts import Ask
from app.services.crossings.rights_before import going_on
from app.services.roster_fates import holder_of, sex_of

_Key = tuple[str, str, Relation]
_line = RosterLine.__table__
_NAMED = {"title_th": "title", "first_name_th": "first_name", "last_name_th": "last_name"}


def draft(
    session: Session, note: RosterImport, lines: Mapping[int, RosterLine], *, actor: Actor, now: datetime
) -> dict[int, int]:
    """Write the drafts of these lines, by their positions; returns each line's request by its id.

    A line that the law or the register refuses is left out: its decision is taken back and its reason says why.
    """
    number, today = roster_drafts.take_number(session, note, now), bangkok_day(now)
    standing = _standing(session, note.agency_id, lines.values())
    elsewhere = facts.own_rights_elsewhere(session, [key[0] for key in standing], note.agency_id, today)
    goes_on = going_on(session, standing.values())
    asks: dict[int, Ask] = {}
    out: dict[int, PortalError] = {}
    for position, line in lines.items():
        target = standing.get(_key(line))
        if target is None:
            out[position] = Refused("TARGET_CHANGED", citation="decisions 1")
            continue
        values = _values(session, line, target, goes_on)
        against = edits.refusals(target, values, today, elsewhere, goes_on)
        if against:
            out[position] = against[0]
        else:
            asks[position] = Ask(RequestType.CERTIFY_EDIT, target, values)
    drafted, refused = _written(session, asks, number, actor, now)
    _leave_out(session, lines, out | refused)
    made = {lines[position].id: request_id for position, request_id in drafted.items()}
    if made:
        mine = sa.update(_line).where(_line.c.id == sa.bindparam("line")).values(request_id=sa.bindparam("request"))
        session.connection().execute(mine, [{"line": line, "request": key} for line, key in made.items()])
    return made


def _written(
    session: Session, asks: Mapping[int, Ask], number: str, actor: Actor, now: datetime
) -> tuple[dict[int, int], dict[int, PortalError]]:
    """The drafts of those that the law would take, and the refusals of the others, by position."""
    if not asks:
        return {}, {}
    requests = change_drafts.write(session, list(asks.values()), submission_no=number, actor=actor, now=now)
    judged = change_drafts.refusals(session, requests, now)
    drafted, refused = {}, {}
    for position, request in zip(asks, requests, strict=True):
        if against := judged[request.id][1]:
            refused[position] = against[0]
            submissions.delete_draft(session, request)
        else:
            request.position, drafted[position] = position, request.id
    session.flush()
    return drafted, refused


def _key(line: RosterLine) -> _Key:
    record = roster_lines.record_of(line)
    return record.national_id, holder_of(record), line.relation or Relation.SELF


def _standing(session: Session, agency_id: int, lines: Any) -> dict[_Key, Entitlement]:
    """The newest entry that stands of each right, held against other verbs."""
    person, principal = aliased(Person), aliased(Person)
    query = (
        sa.select(person.national_id, principal.national_id, Entitlement)
        .join(person, person.id == Entitlement.person_id)
        .join(principal, principal.id == Entitlement.principal_id)
        .where(Entitlement.agency_id == agency_id, sa.not_(Entitlement.voided))
        .options(joinedload(Entitlement.person), joinedload(Entitlement.principal))
        .order_by(Entitlement.entitled_from, Entitlement.id)
    )
    found: dict[_Key, Entitlement] = {}
    for some in facts.batches(sorted({line.national_id for line in lines})):
        for number, whose, right in session.execute(query.where(person.national_id.in_(some))):
            found[number, whose, right.relation] = right
    return found


def _values(session: Session, line: RosterLine, target: Entitlement, goes_on: Container[int]) -> dict[str, Any]:
    """What the line says otherwise; a family's first day follows a birth date that gave it."""
    record = roster_lines.record_of(line)
    values = submissions.values_of(target)
    said = {name: getattr(record, _NAMED.get(name, name), None) for name in values} | {"sex": sex_of(record)}
    for beside in line.beside or ():
        name = beside["field"]
        values[name] = names.tidy(said[name] or "") if name in _NAMED else said[name]
    if target.relation is not Relation.SELF:
        values["requested_from"] = edits.first_day(session, target, values, goes_on)
    return values


def _leave_out(session: Session, lines: Mapping[int, RosterLine], refused: Mapping[int, PortalError]) -> None:
    """Take the decision back where a change is refused, and write down why."""
    rows = []
    for position, error in refused.items():
        told = {key: value for key, value in error.facts.items() if key != "who"}
        told |= {"field": error.field} if error.field else {}
        reason = roster_lines.reason_of(error.code, getattr(error, "citation", None), told)
        rows.append({"line": lines[position].id, "why": reason})
    if rows:
        out = sa.update(_line).where(_line.c.id == sa.bindparam("line"))
        session.connection().execute(out.values(decision=None, decided_by_id=None, reason=sa.bindparam("why")), rows)

"""The register laid beside the history of its requests: each right, each state, and what a hospital is told."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.domain.actor import NATION, Actor
from app.domain.clock import bangkok_day
from app.domain.people import EntitlementState, RequestStatus
from app.domain.powers import Power
from app.models import ChangeRequest, Entitlement
from app.services.clock import business_now
from app.services.crossings import rights_lookup
from app.services.transaction import reading
from tests.services.rights_replay import Replay


def differences() -> Iterator[str]:
    """Where the register, or what hospitals are told today, says otherwise than the history of its requests."""
    with reading(NATION) as session:
        now = business_now(session)
        effective = sa.select(ChangeRequest).where(ChangeRequest.status == RequestStatus.EFFECTIVE)
        requests = list(session.scalars(effective.options(joinedload(ChangeRequest.proposal))))
        rights = {
            one.request_id: one
            for one in session.scalars(sa.select(Entitlement).options(joinedload(Entitlement.person)))
        }
    spells = Replay(requests, {one.id: key for key, one in rights.items()}).spells
    if set(spells) != set(rights):
        yield f"rights of {sorted(set(rights) ^ set(spells))}"
    today = bangkok_day(now)
    for key in sorted(set(spells) & set(rights)):
        spell, right = spells[key], rights[key]
        told = (right.voided, None if right.voided else (right.entitled_from, right.entitled_until))
        should = (bool(spell.void), None if spell.void else (spell.start, spell.until))
        if told != should:
            yield f"right {right.id} of request {key}: register {told}, history {should}"
        for day in (today, *(today + timedelta(days=n) for n in (-200, -30, 30, 400, 9000))):
            state = right.state_on(day, now)
            state = EntitlementState.ACTIVE if state is EntitlementState.STANDBY else state
            if state != spell.state_on(day):
                yield f"right {right.id} of request {key} on {day}: register {state}, history {spell.state_on(day)}"
    asker = Actor("hospital", NATION, frozenset({Power.LOOKUP_RIGHT}))
    numbers = sorted({one.person.national_id for one in rights.values()})
    for answer in rights_lookup.look_up(numbers, None, actor=asker, hash_key="k" * 32) if numbers else ():
        counts = any(one.state_on(today) == "ACTIVE" for one in spells.values() if one.person == answer.national_id)
        if answer.entitled != counts:
            yield f"look-up of {answer.national_id} says {answer.entitled}"

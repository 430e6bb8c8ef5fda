"""Who answers for a patient on the day of the service: the right behind a claim, or why there is none (spec 2.8, 5.2)."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import NotAllowed, NotFound, PortalError, Refused
from app.domain.national_id import normalize
from app.domain.people import EntitlementState
from app.domain.period import Period
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules import citations
from app.rules.priority_topups import TopUp, top_ups_on
from app.services.crossings.rights_lookup import Right, RightAnswer, UnreadableId, look_up
from app.services.money import rights_now
from app.services.transaction import reading


@dataclass(frozen=True)
class Patient:
    """A patient on the day of the service as the finance clerk sees him.

    `answer` is what every look-up tells; `right` is the one that pays, None with `refusal` saying why. Name and dates are
    there only for whom the clerk's own agency knows. `top_ups` say what may be claimed where another scheme goes first, `gaps`
    are the days of a stay on which no right of the agency pays.
    """

    national_id: str
    answer: RightAnswer
    right: Right | None
    refusal: PortalError | None
    full_name: str = ""
    birth_date: date | None = None
    top_ups: tuple[TopUp, ...] = ()
    gaps: tuple[Period, ...] = ()


def find(national_id: str, on: date, *, actor: Actor, hash_key: str, discharged_on: date | None = None) -> Patient:
    """The patient with this number (as typed) on the day; asking leaves a durable read-access row.

    Raises BadInput for a number that cannot be read, NotAllowed('POWER_MISSING', 'AGENCY_NEEDED'), ReadAuditFailed.
    """
    actor.require(Power.RECORD_CLAIM)
    if actor.agency_id is None:
        raise NotAllowed("AGENCY_NEEDED")
    (answer,) = look_up([national_id], on, actor=actor, hash_key=hash_key)
    if isinstance(answer, UnreadableId):
        raise answer.error
    number = normalize(national_id)
    with reading(actor.scope) as session:
        code = session.scalars(sa.select(Agency.dla_code).where(Agency.id == actor.agency_id)).one()
        person = session.scalars(sa.select(Person).where(Person.national_id == number)).one_or_none()
        right, refusal = paying(answer, code)
        refusal = _of_predecessor(session, answer, actor.agency_id) or refusal
        gaps: list[Period] = []
        if right is not None and person is not None and discharged_on is not None and discharged_on > on:
            gaps = rights_now.gaps_of(session, person.id, actor.agency_id, Period.from_last_day(on, discharged_on))
    known = person is not None and (right is not None or any(one.agency_code == code for one in answer.order))
    return Patient(
        number, answer, right, refusal, person.full_name if known and person else "",
        person.birth_date if known and person else None, _top_ups(answer, on), tuple(gaps),
    )  # fmt: skip


def paying(answer: RightAnswer, agency_code: str) -> tuple[Right | None, PortalError | None]:
    """The right that pays for the day if it is this agency's, else the refusal that says who or why.

    The first in the order of use pays. After a transfer it is the new agency from its first day on, which is also what the
    seed wants of receipts that arise while somebody moves.
    """
    if not answer.order:
        return None, Refused(
            "NOT_ENTITLED_ON_DAY", citation=citations.NHSO_RECEIPTS.text, field="national_id", on=answer.on,
            why=answer.reason,
        )  # fmt: skip
    first = answer.order[0]
    if first.agency_code != agency_code:
        return None, Refused(
            "OTHER_AGENCY_PAYS", citation=citations.NHSO_TRANSFER_RECEIPTS.text, field="national_id",
            agency=first.agency_name, on=answer.on,
        )  # fmt: skip
    if first.state is EntitlementState.STANDBY:
        return None, Refused(
            "RIGHT_STANDS_BY", citation=citations.NHSO_OWN_RIGHT_FIRST.text, field="national_id", on=answer.on
        )
    return first, None


def _of_predecessor(session: Session, answer: RightAnswer, agency_id: int) -> Refused | None:
    """The days before a succession are claimed where the right was: the refusal that says so, None for another agency."""
    if not answer.order:
        return None
    query = sa.select(Agency).where(
        Agency.dla_code == answer.order[0].agency_code, Agency.successor_agency_id == agency_id, Agency.id != agency_id
    )
    former = session.scalars(query).one_or_none()
    if former is None or former.valid_until is None:
        return None
    cite = citations.NHSO_TRANSFER_RECEIPTS.text
    return Refused(
        "PREDECESSOR_PAYS",
        citation=cite,
        field="national_id",
        agency=former.name_th,
        on=answer.on,
        until=former.valid_until,
    )


def spell(session: Session, national_id: str, right: Right) -> tuple[Person, Entitlement]:
    """The rows behind the right that pays, in the session's scope; raises NotFound('PERSON_NOT_FOUND')."""
    query = (
        sa.select(Person, Entitlement)
        .join(Entitlement, Entitlement.person_id == Person.id)
        .where(
            Person.national_id == national_id, Entitlement.relation == right.relation, sa.not_(Entitlement.voided),
            Entitlement.entitled_from == right.entitled_from, Entitlement.sub_inscl == right.sub_inscl,
        )
        .order_by(Entitlement.id)
        .limit(1)
    )  # fmt: skip
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound("PERSON_NOT_FOUND", field="national_id")
    return found[0], found[1]


def _top_ups(answer: RightAnswer, on: date) -> tuple[TopUp, ...]:
    used = answer.schemes.order if answer.schemes else ()
    rules = dict.fromkeys(one.because.rule.rule_id for one in used if one.because is not None)
    return tuple(dict.fromkeys(row for rule_id in rules for row in top_ups_on(rule_id, on)))

"""Who holds or is to hold the office of chief executive of an agency; the round's last line against a second one."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.people import ENDING_TYPES, PersonnelType, Relation, RequestType
from app.domain.period import Period
from app.models.change_request import ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules.executives import Executive
from app.services import sendings
from app.services.family_facts import ON_THE_WAY
from app.services.round_sql import CLAIM_TABLE, overlap

HEAD = PersonnelType.POLITICAL_EXECUTIVE
CODE = "SECOND_EXECUTIVE"

_OF_CLAIM = f"""EXISTS (SELECT 1 FROM proposal p WHERE p.request_id = c.request_id AND c.step = 'OWN' AND c.error IS NULL
        AND c.type = 'CERTIFY_NEW' AND p.personnel_type = 'POLITICAL_EXECUTIVE') AND (EXISTS (
            SELECT 1 FROM entitlement e JOIN person n ON n.id = e.person_id
            WHERE e.agency_id = c.agency_id AND e.personnel_type = 'POLITICAL_EXECUTIVE' AND e.relation = 'SELF'
                AND NOT e.voided AND n.national_id <> c.person AND {overlap("e", "c")})
        OR EXISTS (SELECT 1 FROM {CLAIM_TABLE} o JOIN proposal q ON q.request_id = o.request_id
            WHERE o.step = 'OWN' AND o.error IS NULL AND o.type = 'CERTIFY_NEW' AND o.agency_id = c.agency_id
                AND q.personnel_type = 'POLITICAL_EXECUTIVE' AND o.person <> c.person AND {overlap("o", "c")}
                AND (o.decided_at, o.request_id) < (c.decided_at, c.request_id)))"""
NOTE_SECOND = sa.text(f"""
    UPDATE change_request SET law_code = '{CODE}'
    WHERE id IN (SELECT c.request_id FROM {CLAIM_TABLE} c WHERE {_OF_CLAIM})""")
REFUSE_SECOND = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'REFUSED_BY_RULES'
    WHERE request_id IN (SELECT c.request_id FROM {CLAIM_TABLE} c WHERE {_OF_CLAIM})""")


def beside(
    wide: Session, proposals: Sequence[Proposal], known_as: Mapping[int, PersonnelType | None]
) -> dict[int, list[Executive]]:
    """By request id of a proposed chief executive, the others of the agency who stand or were asked for first.

    `known_as` is as what the right stood in whose place a proposal comes: who was the chief executive already makes no second.
    """
    asking = [p for p in proposals if p.relation is Relation.SELF and p.personnel_type is HEAD]
    asking = [p for p in asking if known_as.get(p.request_id) is not HEAD]
    if not asking:
        return {}
    agencies = sorted({p.agency_id for p in asking})
    standing, asked = _standing(wide, agencies), _asked(wide, agencies)
    order = sendings.places(sendings.sent(wide, [*(p.request_id for p in asked), *(p.request_id for p in asking)]))
    asked.sort(key=lambda p: order[p.request_id])
    found: dict[int, list[Executive]] = {}
    for p in asking:
        first = (one for one in asked if one.agency_id == p.agency_id and order[one.request_id] < order[p.request_id])
        found[p.request_id] = [*standing.get(p.agency_id, ()), *map(_of_proposal, first)]
    return found


def of_agency(wide: Session, agency_id: int) -> list[Executive]:
    """All who stand there or were asked for, as a list that is brought in after them finds them."""
    return [*_standing(wide, [agency_id]).get(agency_id, ()), *map(_of_proposal, _asked(wide, [agency_id]))]


def _of_proposal(proposal: Proposal) -> Executive:
    since = proposal.service_start_date or date.min
    return Executive(proposal.national_id, f"{proposal.first_name_th} {proposal.last_name_th}", Period(since))


def _asked(wide: Session, agencies: Sequence[int]) -> list[Proposal]:
    query = (
        sa.select(Proposal)
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            ChangeRequest.agency_id.in_(agencies), ChangeRequest.type == RequestType.CERTIFY_NEW,
            ChangeRequest.status.in_(ON_THE_WAY), Proposal.relation == Relation.SELF, Proposal.personnel_type == HEAD,
        )
    )  # fmt: skip
    return list(wide.scalars(query))


def _standing(wide: Session, agencies: Sequence[int]) -> dict[int, list[Executive]]:
    """Those who stand; an end that waits for its round counts as come, for the successor is recorded beside it."""
    ends = (
        sa.select(sa.func.min(Proposal.entitled_until))
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            ChangeRequest.target_entitlement_id == Entitlement.id, ChangeRequest.type.in_(ENDING_TYPES),
            ChangeRequest.status.in_(ON_THE_WAY),
        )
        .scalar_subquery()
    )  # fmt: skip
    columns = (Person.national_id, Person.first_name_th, Person.last_name_th)
    query = (
        sa.select(Entitlement.agency_id, Entitlement.entitled_from, Entitlement.entitled_until, ends, *columns)
        .join(Person, Person.id == Entitlement.person_id)
        .where(
            Entitlement.agency_id.in_(agencies), Entitlement.relation == Relation.SELF, sa.not_(Entitlement.voided),
            Entitlement.personnel_type == HEAD,
        )
        .order_by(Entitlement.entitled_from)
    )  # fmt: skip
    found: dict[int, list[Executive]] = {}
    for agency_id, since, until, stops, number, first, last in wide.execute(query):
        end = min((day for day in (until, stops) if day is not None), default=None)
        if end is None or end > since:
            found.setdefault(agency_id, []).append(Executive(number, f"{first} {last}", Period(since, end)))
    return found

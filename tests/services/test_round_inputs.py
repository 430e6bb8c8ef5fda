"""What a decision rests on is one number: the versions of every right of the person and of the principal, each counted once."""

from datetime import date

import sqlalchemy as sa

from app.domain.actor import NATION
from app.models import Agency, Entitlement, Proposal
from app.models.database import db
from app.services.round_inputs import inputs_version
from app.services.transaction import reading
from tests.builders import Ask, agency, approved, planned_round
from tests.services.test_rounds import AFTERNOON, CHILD, MOTHER, SPOUSE, in_round

OTHER = "04110202"
BORN = {"birth_date": date(2012, 2, 1), "birth_order": 1}


def _of(session, request_id: int) -> int:
    """The same, by sets: rights that touch the person or the principal on either side, and the agency."""
    proposal = session.get_one(Proposal, request_id)
    touched = {proposal.national_id, proposal.principal_national_id}
    versions = {
        right.id: right.version
        for right in session.scalars(sa.select(Entitlement))
        if touched & {right.person.national_id, right.principal.national_id}
    }
    return sum(versions.values()) + session.get_one(Agency, proposal.agency_id).version


def test_each_right_around_a_request_counts_once_however_it_is_reached(database):
    at_other = {"agency_id": agency(OTHER)}
    in_round(
        Ask(1), Ask(2, **at_other), Ask(7), Ask(2, 1, SPOUSE), Ask(3, 1, CHILD, *_period(), columns=BORN),
        Ask(4, 2, MOTHER, **at_other),
        Ask(1, 7, MOTHER, date(2011, 1, 1)), Ask(1, 2, SPOUSE, **at_other),
    )  # fmt: skip
    with db.writer.begin() as connection:  # so that every sum tells which rights are in it
        connection.execute(sa.text("UPDATE entitlement SET version = version + id * id * id * 1000"))
    asks = [
        Ask(1),
        Ask(2, 1, SPOUSE),
        Ask(1, 2, SPOUSE, **at_other),
        Ask(5, 2, CHILD, *_period(), columns=BORN, **at_other),
    ]
    asks += [Ask(4, 7, MOTHER), Ask(8), Ask(9, 8, MOTHER), Ask(2, 8, SPOUSE)]
    ids = approved(planned_round(AFTERNOON), asks)
    with reading(NATION) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Entitlement)) >= 6
        assert inputs_version(session, ids) == {request_id: _of(session, request_id) for request_id in ids}


def _period():
    return date(2012, 2, 1), date(2032, 2, 1)

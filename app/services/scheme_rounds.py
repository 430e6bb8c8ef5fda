"""A round's last step: rights come out of standby when what held them back has ended, and stand by where it began (spec 4.4)."""

from array import array
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, robot
from app.domain.clock import bangkok_day
from app.domain.people import RoundStatus
from app.models.chunking import prefer_indexes
from app.models.processing_round import ProcessingRound
from app.services.leases import Lease
from app.services.scheme_orders import redecide
from app.services.transaction import reading, transaction

ROBOT = robot("round")
PERSONS_AT_ONCE = 1_000
# Whom this round or the calendar since the last one touched, and who has more than one right to be ordered.
_TOUCHED = sa.text("""
    SELECT touched.person_id FROM (
        SELECT e.person_id FROM change_request r JOIN entitlement e ON e.request_id = r.id
            WHERE r.round_id = :round AND r.status = 'EFFECTIVE'
        UNION SELECT e.person_id FROM change_request r JOIN entitlement e ON e.id = r.target_entitlement_id
            WHERE r.round_id = :round AND r.status = 'EFFECTIVE'
        UNION SELECT f.person_id FROM change_request r JOIN entitlement e ON e.id = r.target_entitlement_id
            JOIN entitlement f ON f.principal_id = e.person_id
            WHERE r.round_id = :round AND r.status = 'EFFECTIVE'
        UNION SELECT f.person_id FROM change_request r JOIN entitlement e ON e.id = r.target_entitlement_id
            JOIN entitlement f ON f.principal_id = e.principal_id  -- an end that took a family along, taken back by one of it
            WHERE r.round_id = :round AND r.status = 'EFFECTIVE' AND r.type = 'RESTORE'
        UNION SELECT e.person_id FROM entitlement e WHERE e.entitled_until > :since AND e.entitled_until <= :day
        UNION SELECT e.person_id FROM entitlement e WHERE e.entitled_from > :since AND e.entitled_from <= :day
        UNION SELECT o.person_id FROM other_scheme_right o WHERE o.until > :since AND o.until <= :day
        UNION SELECT o.person_id FROM other_scheme_right o WHERE o.since > :since AND o.since <= :day
        UNION SELECT o.person_id FROM other_scheme_right o JOIN entitlement e ON e.person_id = o.person_id
            WHERE o.source = 'DECLARED' AND o.until <= :day AND e.standby_since IS NOT NULL
        UNION SELECT x.person_id FROM scheme_election x WHERE x.fiscal_year_be >= :year - 1 AND :new_year
    ) touched
    WHERE EXISTS (SELECT 1 FROM other_scheme_right o WHERE o.person_id = touched.person_id)
        OR EXISTS (SELECT 1 FROM entitlement e WHERE e.person_id = touched.person_id AND e.declared_scheme IS NOT NULL)
        OR (SELECT COUNT(*) FROM entitlement e WHERE e.person_id = touched.person_id) > 1
    ORDER BY touched.person_id""").bindparams(
    sa.bindparam("since", type_=sa.Date), sa.bindparam("day", type_=sa.Date), sa.bindparam("new_year", type_=sa.Boolean)
)


def settle(round_id: int, run_at: datetime, lease: Lease) -> int:
    """Order anew the rights of everybody concerned, chunk by chunk; returns how many rights changed.

    The same again after a kill: who has been ordered already does not change any more.
    """
    day, changed = bangkok_day(run_at), 0
    with reading(NATION) as session:  # once, and while others write
        prefer_indexes(session)
        persons = array("q", session.execute(_TOUCHED, _values(round_id, _last_day(session, round_id), day)).scalars())
    for start in range(0, len(persons), PERSONS_AT_ONCE):
        with transaction(ROBOT) as session:
            lease.guard(session)
            changed += redecide(session, list(persons[start : start + PERSONS_AT_ONCE]), day, actor=ROBOT)
    return changed


def _values(round_id: int, since: date, day: date) -> dict[str, object]:
    october = date(day.year, 10, 1)
    return {
        "round": round_id, "since": since, "day": day, "year": day.year + 543, "new_year": since < october <= day,
    }  # fmt: skip


def _last_day(session: Session, round_id: int) -> date:
    """The day of the newest round that ended before this one; what came by the calendar until then has been looked at."""
    query = sa.select(sa.func.max(ProcessingRound.round_date)).where(
        ProcessingRound.status == RoundStatus.DONE, ProcessingRound.id != round_id, ProcessingRound.effective_count > 0
    )
    return session.execute(query).scalar() or date.min

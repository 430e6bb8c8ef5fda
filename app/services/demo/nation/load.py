"""Loads a made-up nation of any size: batch after batch, each whole or not at all; goes on where it was cut off."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION
from app.domain.clock import BANGKOK, bangkok_day
from app.domain.errors import Refused
from app.domain.people import PersonnelType
from app.models.change_request import Proposal
from app.models.database import db
from app.models.dialects import add_in_bulk, first_free_id, note_ids, prepare_for_bulk
from app.models.processing_round import RunningNumber
from app.services.clock import business_now
from app.services.demo import world
from app.services.demo.nation import offices, past_rounds, places
from app.services.demo.nation.calendar import YEARS, Calendar
from app.services.demo.nation.chronicle import Chronicle
from app.services.demo.nation.households import Households
from app.services.demo.nation.records import Office
from app.services.demo.nation.residents import Residents
from app.services.demo.nation.rows import Paperwork
from app.services.demo.people import FIRST_SERIAL
from app.services.transaction import reading, transaction

PERSONS_AT_ONCE = 8_000
LAST_SERIAL = 9_999_999  # seven digits follow the office's four; the category comes on top
SERIALS_PER_PERSON = 1.5  # children of age and people on their way use some too
# In the order in which their rows lean on each other.
_TABLES = (
    "person", "change_request", "proposal", "request_editor", "request_revision", "evidence_document",
    "evidence_link", "entitlement", "audit_event",
)  # fmt: skip
_NUMBERED = ("person", "change_request", "entitlement", "evidence_document", "audit_event")
_HAS_EXECUTIVE = 12  # an agency of so many people has its chief executive among them


@dataclass(frozen=True)
class _Batch:
    """Some offices with the number of people that each of them gets."""

    number: int
    shares: list[tuple[Office, int]]

    @property
    def persons(self) -> int:
        return sum(share for _office, share in self.shares)


def load(persons: int, seed: int, *, production: bool, tell: Callable[[int], None]) -> int:
    """Add at least `persons` registered people with their agencies, families and history; returns how many this run added.

    The same seed gives the same people. A load that was cut off goes on; one that is complete adds nobody. `tell` hears
    the count so far. Raises NotAllowed('DEMO_IN_PRODUCTION'), Refused('SERIALS_EXHAUSTED').
    """
    world.refuse_production(production)
    world.build()
    founded = offices.founded(persons)
    now = business_now()
    series, today, done = _begun(persons, seed, bangkok_day(now))
    serial = _free_serial()
    if serial + persons * SERIALS_PER_PERSON > LAST_SERIAL:
        raise Refused("SERIALS_EXHAUSTED", citation="decisions 18", serial=serial)
    batches = list(_batches(founded, persons, seed))
    counted = sum(batch.persons for batch in batches if batch.number <= done)
    added = 0
    tell(counted)
    for batch in batches[done:]:
        with _no_garbage(), transaction(world.BUILDER) as session:
            registered, serial = _write(session, batch, seed, today, serial)
            _mark(session, series, batch.number)
        added += registered
        counted += batch.persons
        tell(counted)
    if done <= len(batches):
        with transaction(world.BUILDER) as session:
            past_rounds.tell(session)
            _mark(session, series, len(batches) + 1)
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    return added


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Nothing of a batch is garbage before it is written; looking for some takes a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def _begun(persons: int, seed: int, today: date) -> tuple[str, date, int]:
    """The series that counts the batches of this load, the day it began on, and the last batch that stands."""
    stem = f"DEMO-{seed}-{persons}-"
    query = sa.select(RunningNumber.series, RunningNumber.last).where(RunningNumber.series.startswith(stem))
    with reading(NATION) as session:
        found = session.execute(query).first()
    if found is None:
        return stem + today.isoformat(), today, 0
    return found.series, date.fromisoformat(found.series.removeprefix(stem)), found.last


def _mark(session: Session, series: str, number: int) -> None:
    row = session.get(RunningNumber, series) or RunningNumber(series=series)
    row.last = number
    session.add(row)


def _free_serial() -> int:
    """The serial after the highest one in use, so that two loads never make up the same number."""
    first = sa.func.max(sa.func.substr(Proposal.national_id, 6, 7))
    with reading(NATION) as session:
        highest = session.scalar(sa.select(first).where(sa.func.substr(Proposal.national_id, 2, 4) == "9901"))
    return max(FIRST_SERIAL, int(highest or 0) + 1)


def _batches(founded: list[Office], persons: int, seed: int) -> Iterator[_Batch]:
    chance = Random(f"sizes {seed}")  # noqa: S311 - made-up people need no secrecy
    weights = [places.WEIGHTS[office.kind] * chance.uniform(0.5, 1.5) for office in founded]
    whole = sum(weights)
    up_to = [round(persons * weight / whole) for weight in accumulate(weights)]
    number, shares = 1, []
    for office, before, after in zip(founded, [0, *up_to], up_to, strict=False):
        shares.append((office, after - before))
        if sum(share for _office, share in shares) >= PERSONS_AT_ONCE:
            yield _Batch(number, shares)
            number, shares = number + 1, []
    if shares:
        yield _Batch(number, shares)


def _write(session: Session, batch: _Batch, seed: int, today: date, serial: int) -> tuple[int, int]:
    """Write one batch; returns how many people it registered and the next free serial."""
    prepare_for_bulk(session)
    chance = Random(f"{seed} {batch.number}")  # noqa: S311 - as above
    now = business_now(session)
    since = datetime.combine(today - timedelta(days=365 * YEARS + 1), time(), BANGKOK)
    slots = past_rounds.stand(session, since, now)
    calendar = Calendar(chance, today, slots, past_rounds.coming(session))
    residents = Residents(chance, serial, today)
    chronicle = Chronicle(
        calendar, Households(chance, residents, today), now.astimezone(UTC).replace(tzinfo=None)
    )  # fmt: skip
    _tell_of(chronicle, batch, chance)
    following = {table: first_free_id(session, table) for table in _NUMBERED}
    numbers = _numbers(session, batch)
    paperwork = Paperwork(numbers, following)
    paperwork.write(chronicle.forms)
    for table in _TABLES:
        add_in_bulk(session, table, paperwork.rows[table])
    for table in _NUMBERED:
        note_ids(session, table, following[table])
    _keep_numbers(session, numbers)
    past_rounds.count(session, (request for form in chronicle.forms for request in form.requests))
    return chronicle.registered, residents.serial


def _tell_of(chronicle: Chronicle, batch: _Batch, chance: Random) -> None:
    """Families, office by office, until each has its share; what one has too many the next has less."""
    enough = 0
    for office, share in batch.shares:
        enough += share
        if share >= _HAS_EXECUTIVE and chronicle.registered < enough:
            chronicle.family(office, office, PersonnelType.POLITICAL_EXECUTIVE)
        while chronicle.registered < enough:
            chronicle.family(office, chance.choice(batch.shares)[0])


def _numbers(session: Session, batch: _Batch) -> dict[str, int]:
    """The last number of every series of these offices."""
    codes = [office.code for office, _share in batch.shares]
    query = sa.select(RunningNumber.series, RunningNumber.last).where(
        sa.func.substr(RunningNumber.series, 8).in_(codes)
    )  # fmt: skip
    return {series: last for series, last in session.execute(query)}


def _keep_numbers(session: Session, numbers: dict[str, int]) -> None:
    upsert = sa.text(
        "INSERT INTO running_number (series, last) VALUES (:series, :last)"
        " ON CONFLICT (series) DO UPDATE SET last = excluded.last"
    )
    if numbers:
        session.execute(upsert, [{"series": series, "last": last} for series, last in numbers.items()])

"""The desk on which the stories of a service are played: verbs, the clock, and the rounds that come by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.domain.actor import NATION, Actor
from app.domain.clock import bangkok_day
from app.domain.people import PersonnelType, Relation, RequestType, Sex, TerminationReason
from app.models import ChangeRequest, Entitlement
from app.services import change_requests, continuations, endings, transfers
from app.services.clock import business_now
from app.services.continuations import ContinuationForm
from app.services.endings import EndForm
from app.services.rounds import run_due
from app.services.transaction import reading
from app.services.transfers import TransferForm
from tests import builders
from tests.conftest import KINDS, NewDatabase
from tests.databases import DatabaseUrls
from tests.services.carried_families import approve
from tests.services.conftest import People, family, nid, official, relative


@pytest.fixture
def database(request: pytest.FixtureRequest, new_database: NewDatabase) -> DatabaseUrls:
    """The process bound to a fresh database of the kind that `on_both` chose for the test."""
    return new_database(request.param).bind()


def on_both(names: frozenset[str]) -> Callable[[pytest.Metafunc], None]:
    """Runs the tests of these names on both databases: together they go through every statement. The others ask the same
    ones again, on SQLite."""

    def generate(metafunc: pytest.Metafunc) -> None:
        if "database" in metafunc.fixturenames:
            kinds = KINDS if metafunc.function.__name__ in names else KINDS[:1]
            metafunc.parametrize("database", kinds, indirect=True)

    return generate


OWN, SPOUSE, FATHER, CHILD = (nid(n) for n in (1, 2, 3, 4))
FROM = date(2010, 4, 1)


@dataclass
class Desk:
    """Two agencies; the first one's official has a spouse, a father and a child since 2010, unless told otherwise."""

    people: People

    def at(self, text: str) -> "Desk":
        """It is this Bangkok time now; every round that fell due has run."""
        builders.clock(text)
        list(run_due())
        return self

    def family(
        self, *, on: str = "2018-09-01 09:00", start: date = FROM, child_born: date = date(2012, 1, 1)
    ) -> "Desk":
        """Record the family and let a round carry it."""
        self.at(on)
        members = [
            official(OWN, service_start_date=start, birth_date=date(1980, 1, 1)),
            relative(Relation.SPOUSE, SPOUSE, birth_date=date(1981, 1, 1)),
            relative(Relation.FATHER, FATHER, birth_date=date(1950, 1, 1), sex=Sex.M),
            relative(Relation.CHILD, CHILD, birth_date=child_born),
        ]
        done = change_requests.record(family(*members), actor=self.people.clerk, submit=True)
        approve(done.request_ids, self.people.registrar)
        return self.at(on[:10] + " 15:00")

    def right(self, number: str, on: date | None = None) -> Entitlement:
        """The person's newest right, or the one that contains a day."""
        rights = [one for one in self.rights(number) if on is None or one.entitled_from <= on]
        return rights[-1]

    def rights(self, number: str) -> list[Entitlement]:
        """All rights of a person that stand, oldest first."""
        query = sa.select(Entitlement).where(sa.not_(Entitlement.voided)).options(joinedload(Entitlement.person))
        with reading(NATION) as session:
            rights = session.scalars(query.order_by(Entitlement.entitled_from, Entitlement.id)).all()
            return [one for one in rights if one.person.national_id == number]

    def state(self, number: str, on: date | None = None) -> str:
        """What the person's newest right is on a day, as known now."""
        with reading(NATION) as session:
            now = business_now(session)
        return self.right(number).state_on(on or bangkok_day(now), now).value

    def states(self) -> list[str]:
        """Of the official, spouse, father and child, today."""
        return [self.state(number) for number in (OWN, SPOUSE, FATHER, CHILD)]

    def last_days(self) -> set[date | None]:
        """The first days without right of the whole family."""
        return {self.right(number).entitled_until for number in (OWN, SPOUSE, FATHER, CHILD)}

    def end(self, number: str, reason: TerminationReason | None, on: date, *, text: str = "") -> tuple[int, ...]:
        """The clerk reports an end, None for a suspension; gives the requests."""
        form = EndForm(self.right(number).id, reason, on, text)
        return endings.report_end(form, actor=self.people.clerk).request_ids

    def go_on(self, kind: RequestType, on: date) -> tuple[int, ...]:
        """The official draws a pension or is back on duty."""
        return continuations.go_on(ContinuationForm(self.right(OWN).id, kind, on), actor=self.people.clerk).request_ids

    def move(self, on: date, clerk: Actor | None = None, **form: object) -> tuple[int, ...]:
        """The second agency, an อบต., takes the official over with the family."""
        given = {"personnel_type": PersonnelType.TAO_OFFICER} | form
        asked = TransferForm(self.right(OWN).id, on, **given)  # type: ignore[arg-type]
        (done,) = transfers.take_over([asked], actor=clerk or self.people.other_clerk)
        return done.request_ids

    def approve(self, ids: Sequence[int], by: Actor | None = None) -> "Desk":
        """A registrar approves, with a note on whatever is doubtful."""
        approve(ids, by or self.people.registrar, note="ตรวจสอบกับต้นฉบับแล้ว")
        return self

    def request(self, request_id: int) -> ChangeRequest:
        """A request with its proposal as it stands."""
        with reading(NATION) as session:
            return session.get_one(ChangeRequest, request_id, options=[joinedload(ChangeRequest.proposal)])

"""More of what officers do in random lives: who serves anew, begins on another day, is born, or is told of with other facts."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import rule

from app.domain.errors import PortalError
from app.domain.people import Relation, RequestStatus, RequestType
from app.models import ChangeRequest, Entitlement
from app.services import change_requests, edits, transfers
from tests.services import rights_world
from tests.services.conftest import family, nid, relative
from tests.services.lives_of_rights import _OWN, A_DAY, RELATIVES, TURN, Lives, edited
from tests.services.rights_world import HEADS


class LivesAnew(Lives):
    """The lives of rights with the rarer verbs."""

    @rule(number=st.sampled_from(HEADS), at=st.integers(0, 2), days=A_DAY, who=st.sets(st.sampled_from(RELATIVES)))
    def serve_anew(self, number: int, at: int, days: int, who: set[str]) -> None:
        """An official who has ended or is suspended, here or elsewhere, is certified from another day."""
        office, since = self.offices[at], self._today() + timedelta(days=days)
        members = [one for name, one in sorted(rights_world.family_of(number).items()) if name in who]
        form = family(rights_world.head(number, office, since), *members)
        with suppress(PortalError):
            change_requests.record(form, actor=office.clerks[number % 2], submit=True)

    @rule(number=st.sampled_from(HEADS), at=st.integers(0, 2), which=st.integers(0, 3), days=A_DAY)
    def is_born(self, number: int, at: int, which: int, days: int) -> None:
        """A child that the agency of the official has not known; the second official is its mother."""
        born = min(self._today(), date(2018, 9, 1) + timedelta(days=max(days, -40)))
        child = relative(Relation.CHILD, nid(100 + 10 * number + which), birth_date=born, first_name_th="น้อย")
        form = replace(family(child), principal_national_id=nid(number))
        with suppress(PortalError):
            change_requests.record(form, actor=self.offices[at].clerks[0], submit=True)

    @rule(turn=TURN, days=A_DAY)
    def begins_on_another_day(self, turn: int, days: int) -> None:
        """The first day of an official's service, or of a relative's right, was a slip of the pen."""
        for right in self._pick(turn, sa.not_(Entitlement.voided), kind=Entitlement)[:1]:
            form, day = edited(right, 0, right.person.last_name_th), right.entitled_from + timedelta(days=days)
            own = right.relation is Relation.SELF
            form = replace(form, service_start_date=day) if own else replace(form, entitled_from=day)
            with suppress(PortalError):
                edits.change(form, actor=self._office(right.agency_id).clerks[turn % 2])

    @rule(turn=TURN, days=st.integers(-40, 0), what=st.sampled_from(("death_date", "adopted_out_date", "nikah_date")))
    def another_fact_is_told(self, turn: int, days: int, what: str) -> None:
        """A relative's death, adoption or marriage is told as a change of the entry."""
        for right in self._pick(turn, sa.not_(Entitlement.voided), sa.not_(_OWN), kind=Entitlement)[:1]:
            form = edited(right, 0, right.person.last_name_th)
            told = replace(form.told, **{what: self._today() + timedelta(days=days)})
            with suppress(PortalError):
                edits.change(replace(form, told=told), actor=self._office(right.agency_id).clerks[turn % 2])

    @rule(turn=TURN)
    def object_to(self, turn: int) -> None:
        """The agency that is left objects, which stops nothing."""
        waiting = (
            ChangeRequest.type == RequestType.TRANSFER_IN,
            ChangeRequest.status == RequestStatus.PENDING_APPROVAL,
        )
        for request in self._pick(turn, *waiting)[:1]:
            for right in self._pick(0, Entitlement.id == request.target_entitlement_id, kind=Entitlement):
                with suppress(PortalError):
                    transfers.object_to(request.id, "ยังไม่พ้น", actor=self._office(right.agency_id).clerks[0])

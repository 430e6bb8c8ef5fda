"""What happened to each household: enrolled, added to, married, divorced, ended, voided, or still on its way."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import cycle

from app.domain.people import (
    DocType,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    RoundError,
    TerminationReason,
)
from app.rules.majority import majority_date
from app.services.demo.nation.calendar import Calendar
from app.services.demo.nation.households import YEAR, Household, Households
from app.services.demo.nation.records import Form, Office, Request, Right

_NOT_CLEAR, _WRONG_NAME, _MISTAKE = (
    "ภาพถ่ายเอกสารไม่ชัด กรุณาแนบใหม่",
    "ชื่อไม่ตรงกับทะเบียนราษฎร",
    "บันทึกผิด เลือกความสัมพันธ์ไม่ถูกต้อง",
)
_ENDS = (
    (TerminationReason.RESIGNED_NO_PENSION, 0.4),
    (TerminationReason.DECEASED, 0.7),
    (TerminationReason.RETIRED_LUMP_SUM, 0.9),
    (TerminationReason.DISMISSED, 0.94),
    (TerminationReason.MOVED_OUT_OF_SCHEME, 1.1),
)
# In turn, so that a small register has every state too.
_STATES = (
    *(state for state in RequestStatus if state is not RequestStatus.EFFECTIVE),
    *[RequestStatus.PENDING_APPROVAL] * 4, *[RequestStatus.DRAFT] * 3, RequestStatus.APPROVED, RequestStatus.RETURNED,
)  # fmt: skip
_DECISIONS = {RequestStatus.RETURNED: _NOT_CLEAR, RequestStatus.REJECTED: _WRONG_NAME}


def _days(count: int) -> timedelta:
    return timedelta(days=count)


class Chronicle:
    """Collects the forms of one group of offices; `registered` counts the people who came into the register."""

    def __init__(self, calendar: Calendar, households: Households, now: datetime) -> None:
        self.cal, self.homes, self.chance, self._now = calendar, households, calendar.chance, now
        self.forms: list[Form] = []
        self.registered = 0
        self._states = cycle(_STATES)

    def family(self, office: Office, elsewhere: Office, kind: PersonnelType | None = None) -> None:
        """A household of `office` with its history; what leads to another agency leads `elsewhere`."""
        home = self.homes.made(office, kind or self.homes.usual_kind(office))
        if kind is None and self.chance.random() < 0.05:
            self._on_the_way(home)
            return
        day = self.cal.enrolment(home.own.start + _days(15))
        self._enrol(home, self.members_on(home, day), day)
        self._later(home, day)
        for fate, likely in (
            (self._ends, 0.04), (self._divorced, 0.02), (self._parent_died, 0.025), (self._voided, 0.012),
            (self._suspended, 0.002), (self._mistake_reported, 0.003), (self._one_more_on_the_way, 0.012),
            (self._colleague, 0.03),
        ):  # fmt: skip
            if self.chance.random() < likely:
                fate(home, elsewhere)
                return

    def members_on(self, home: Household, day: date) -> list[Right]:
        """Whose right a form of that day asks for, the principal's first."""
        found = [home.own]
        marriage = home.spouse.papers[0].issued if home.spouse else None
        found += [wife for wife in (home.spouse, *home.more_wives) if wife and wife.papers[0].issued < day]
        for birth in home.births:
            if birth.child.birth < day - _days(9) and majority_date(birth.child.birth) > max(day, home.own.start):
                found.append(self.homes.child_right(home.own, birth, marriage))
        return found + home.parents

    def _later(self, home: Household, day: date) -> None:
        """Marriages and births after the family was enrolled."""
        marriage = home.spouse.papers[0].issued if home.spouse else None
        events = [(w.papers[0].issued, w) for w in (home.spouse, *home.more_wives) if w and w.papers[0].issued >= day]
        for birth in home.births:
            if birth.child.birth >= day - _days(9):
                events.append((birth.child.birth, self.homes.child_right(home.own, birth, marriage)))
        for event, right in sorted(events, key=lambda found: found[0]):
            at = event + _days(self.chance.randint(10, 60))
            if at <= self.cal.last:
                self._enrol(home, [right], at)

    # --- how requests stand ----------------------------------------------------------------------------------------
    def _form(self, office: Office, day: date, *, is_sent: bool = True) -> Form:
        form = Form(office, self.cal.at_work(day), is_sent)
        self.forms.append(form)
        return form

    def _ask(self, form: Form, right: Right, status: RequestStatus, kind: RequestType, home: Household) -> Request:
        request = Request(kind, status, form, right, len(form.requests))
        request.inputs = form.office.version + sum(known.version for known in home.rights)
        form.requests.append(request)
        return request

    def _carried(self, form: Form, rights: Iterable[Right], kind: RequestType, home: Household) -> Request:
        """Requests of one form, approved one after the other and carried by the next round; gives the last."""
        decided = self.cal.decided_after(form.at)
        for place, right in enumerate(rights):
            request = self._ask(form, right, RequestStatus.EFFECTIVE, kind, home)
            request.decided_at = decided + timedelta(seconds=place)
            request.slot = self.cal.round_after(request.decided_at)
        return request

    def _enrol(self, home: Household, rights: list[Right], day: date) -> None:
        form = self._form(home.office, day)
        self._carried(form, rights, RequestType.CERTIFY_NEW, home)
        for request in form.requests:
            assert request.slot is not None
            request.right.request = request
            if request.right.person.since is None:
                request.right.person.since = request.slot.at
                self.registered += 1
        home.rights += rights

    def _on_the_way(self, home: Household) -> None:
        """A family that has asked and is not in the register yet."""
        status = next(self._states)
        day = self.cal.last - _days(self.chance.randint(0, 20)) if status in _DECISIONS else self.cal.today - _days(3)
        if status in (RequestStatus.DRAFT, RequestStatus.PENDING_APPROVAL):
            day = self.cal.today - _days(self.chance.randint(2, 25))
        members = [right for right in self.members_on(home, day) if right.start <= day]
        if status is RequestStatus.ROUND_ERROR:
            self._fails(home, members)
            return
        form = self._form(home.office, day, is_sent=status is not RequestStatus.DRAFT)
        for place, right in enumerate(members):
            request = self._ask(form, right, status, RequestType.CERTIFY_NEW, home)
            if status in _DECISIONS:
                request.decided_at, request.because = self.cal.decided_after(form.at), _DECISIONS[status]
            elif status is RequestStatus.APPROVED:
                request.decided_at = max(self._now - timedelta(seconds=100 - place), self.cal.latest_instant)
                request.slot = self.cal.coming

    def _fails(self, home: Household, members: list[Right]) -> None:
        """Approved relatives of a principal who was rejected: the round has nothing that they could lean on."""
        form = self._form(home.office, self.cal.last - _days(self.chance.randint(1, 60)))
        decided = self.cal.decided_after(form.at)
        for place, right in enumerate(members):
            is_own = right.relation is Relation.SELF
            status = RequestStatus.REJECTED if is_own else RequestStatus.ROUND_ERROR
            request = self._ask(form, right, status, RequestType.CERTIFY_NEW, home)
            # The relatives were approved while the principal still waited.
            request.decided_at = decided + (_days(2) if is_own else timedelta(seconds=place))
            if is_own:
                request.because = _WRONG_NAME
            else:
                request.slot, request.error = self.cal.round_after(decided), RoundError.PRINCIPAL_NOT_EFFECTIVE

    # --- fates -----------------------------------------------------------------------------------------------------
    def _end(self, home: Household, right: Right, on: date, because: TerminationReason) -> None:
        """Report the end of a right; a principal's takes the family's along, with the same last day (spec 3.8)."""
        form = self._form(home.office, min(on + _days(self.chance.randint(1, 12)), self.cal.last))
        request = self._carried(form, [right], RequestType.TERMINATE, home)
        request.reason = because.value
        touched = [right]
        if right is home.own:
            touched += [other for other in home.rights if other is not right and other.is_open_on(on)]
        for ended in touched:
            ended.ended_on, ended.ended_in, ended.version = on, request.slot, ended.version + 1
            ended.ended_because = because if ended is right else TerminationReason.PRINCIPAL_ENDED
            ended.ended_by = request
        if because is TerminationReason.DECEASED:
            right.person.death = on - _days(1)  # covered through the day of death

    def _end_day(self, rights: Iterable[Right]) -> date | None:
        """A day for an end after all of this has begun and was carried; None where no such day has passed."""
        begun = max(max(right.start, right.request.form.at.date()) for right in rights if right.request)
        first, last = begun + _days(20), self.cal.last - _days(14)
        return self.cal.some_day(first, last) if first <= last else None

    def _ends(self, home: Household, elsewhere: Office) -> None:
        on = self._end_day(home.rights)
        if on is None:
            return
        roll, kind = self.chance.random(), home.own.personnel_type
        because = next(reason for reason, up_to in _ENDS if roll < up_to)
        if kind is PersonnelType.PENSIONER:
            because = TerminationReason.DECEASED
        elif kind is PersonnelType.POLITICAL_EXECUTIVE:
            because = TerminationReason.TERM_ENDED
        self._end(home, home.own, on, because)
        if because is TerminationReason.RESIGNED_NO_PENSION and self.chance.random() < 0.5:
            self._comes_back(home, elsewhere, on)

    def _comes_back(self, home: Household, office: Office, after: date) -> None:
        """A new appointment at another agency: a second spell, and the family is certified anew."""
        start = after + _days(self.chance.randint(30, 300))
        day = start + _days(self.chance.randint(3, 15))
        if day > self.cal.last:
            return
        head = home.own.person
        kind = self.homes.usual_kind(office)
        kind = PersonnelType.PERMANENT_EMPLOYEE if kind is PersonnelType.PENSIONER else kind
        again = Household(office, self.homes.own_right(office, head, kind, start), births=home.births)
        if home.spouse is not None:
            paper = home.spouse.papers[0]
            again.spouse = self.homes.spouse_right(again.own, home.spouse.person, paper.issued, paper.doc_type)
        self._enrol(again, self.members_on(again, day), day)

    def _divorced(self, home: Household, _elsewhere: Office) -> None:
        if home.spouse is None or home.spouse.request is None or home.more_wives:
            return
        on = self._end_day([home.spouse])
        if on is None or any(birth.child.birth > on for birth in home.births):
            return
        self._end(home, home.spouse, on, TerminationReason.DIVORCED)
        again = on + _days(self.chance.randint(100, 500))
        if again > self.cal.last - _days(40) or self.chance.random() < 0.5:
            return
        old = home.spouse.person
        partner = self.homes.people.one(old.birth + _days(self.chance.randint(-900, 900)), old.sex, own_surname=True)
        right = self.homes.spouse_right(home.own, partner, again, DocType.MARRIAGE_CERT_TH)
        self._enrol(home, [right], again + _days(10))

    def _parent_died(self, home: Household, _elsewhere: Office) -> None:
        enrolled = [parent for parent in home.parents if parent.request]
        on = self._end_day(enrolled[:1]) if enrolled else None
        if on is not None:
            self._end(home, enrolled[0], on, TerminationReason.DECEASED)

    def _voided(self, home: Household, _elsewhere: Office) -> None:
        """A relative was recorded in error, and half of them are certified again as they should be."""
        right = home.rights[-1]
        if right is home.own or right.request is None:
            return
        day = right.request.form.at.date() + _days(self.chance.randint(10, 200))
        if day > self.cal.last - _days(20):
            return
        form = self._form(home.office, day)
        request = self._carried(form, [right], RequestType.CORRECTION, home)
        request.reason, right.voided_by, right.version = _MISTAKE, request, right.version + 1
        if self.chance.random() < 0.5 and (right.until is None or right.until > day + _days(30)):
            self._enrol(home, [self._the_same_again(right)], day + _days(12))

    def _the_same_again(self, right: Right) -> Right:
        return Right(
            right.person, right.principal, right.relation, right.office, right.sub_inscl, right.start, right.until,
            right.typed, birth_order=right.birth_order, delivery=right.delivery, seq_in_delivery=right.seq_in_delivery,
            legitimate_from=right.legitimate_from, basis=right.basis, married_on=right.married_on,
            by_nikah=right.by_nikah, standby_since=right.standby_since,
            papers=tuple(self.homes.paper(paper.doc_type, paper.issued) for paper in right.papers),
        )  # fmt: skip

    def _mistake_reported(self, home: Household, _elsewhere: Office) -> None:
        if len(home.rights) > 1:
            form = self._form(home.office, self.cal.today - _days(self.chance.randint(2, 9)))
            request = self._ask(
                form, home.rights[-1], RequestStatus.PENDING_APPROVAL, RequestType.CORRECTION, home
            )  # fmt: skip
            request.reason = _MISTAKE

    def _suspended(self, home: Household, _elsewhere: Office) -> None:
        day = self.cal.last - _days(self.chance.randint(10, 60))
        touched = [right for right in home.rights if right.start < day and right.is_open_on(self.cal.today)]
        if home.own not in touched or any(right.stands_after(day) for right in home.rights if right not in touched):
            return
        form = self._form(home.office, day + _days(self.chance.randint(1, 5)))
        request = self._carried(form, [home.own], RequestType.SUSPEND, home)
        for right in touched:
            right.ended_on, right.ended_in, right.ended_by = day, request.slot, request
            right.suspended, right.version = True, right.version + 1

    def _one_more_on_the_way(self, home: Household, _elsewhere: Office) -> None:
        if home.parents or home.own.person.birth < self.cal.today - _days(60 * YEAR):
            return
        mother = self.homes.add_mother(home)
        is_draft = self.chance.random() < 0.3
        form = self._form(home.office, self.cal.today - _days(self.chance.randint(2, 12)), is_sent=not is_draft)
        status = RequestStatus.DRAFT if is_draft else RequestStatus.PENDING_APPROVAL
        self._ask(form, mother, status, RequestType.CERTIFY_NEW, home)

    def _colleague(self, home: Household, elsewhere: Office) -> None:
        """The spouse is an official too, at another agency: the own right comes first, the one as spouse stands by."""
        spouse = home.spouse
        oldest = self.cal.today - _days(58 * YEAR)
        if spouse is None or spouse.request is None or spouse.person.birth < oldest or home.more_wives:
            return
        start = self.homes.working_life(spouse.person)
        day = max(start + _days(20), spouse.request.form.at.date() + _days(30))
        if day > self.cal.last or start < home.own.person.birth:
            return
        kind = PersonnelType.PERMANENT_EMPLOYEE
        other = Household(elsewhere, self.homes.own_right(elsewhere, spouse.person, kind, start), births=home.births)
        other.spouse = self.homes.spouse_right(
            other.own, home.own.person, spouse.papers[0].issued, spouse.papers[0].doc_type
        )  # fmt: skip
        spouse.standby_since = max(spouse.start, start)
        other.spouse.standby_since = other.spouse.start
        self._enrol(other, self.members_on(other, day), day)

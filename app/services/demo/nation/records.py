"""What the made-up nation consists of, before it becomes rows: people, their rights, the papers and requests behind them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.people import (
    AgencyType,
    DocType,
    PersonnelType,
    Relation,
    RequestStatus,
    RequestType,
    RoundError,
    Sex,
    TerminationReason,
)


@dataclass(frozen=True)
class Officer:
    """Who acts at an office."""

    id: int
    name: str


@dataclass(frozen=True)
class Office:
    """An agency with its two officers."""

    id: int
    code: str
    kind: AgencyType
    province: str
    since: date
    version: int
    clerk: Officer
    registrar: Officer


@dataclass(frozen=True)
class Slot:
    """A round that was: its id and its instant, which is also when it took effect; `told` is it as the tables keep it."""

    id: int
    at: datetime
    told: str


@dataclass(slots=True, eq=False)
class Resident:
    """Somebody made up; `id` and `since` are known once he is registered."""

    national_id: str
    title: str
    first_name: str
    last_name: str
    birth: date
    sex: Sex
    sort_key: str
    death: date | None = None
    id: int = 0
    since: datetime | None = None


@dataclass(slots=True, eq=False)
class Paper:
    """A document that was declared with its number and date, without a file."""

    doc_type: DocType
    doc_no: str
    issued: date
    id: int = 0


@dataclass(slots=True, eq=False)
class Right:
    """A right that was asked for, and what became of it; `until` is the law's own end, `ended_on` an earlier one."""

    person: Resident
    principal: Resident
    relation: Relation
    office: Office
    sub_inscl: str
    start: date
    until: date | None = None
    typed: date | None = None
    personnel_type: PersonnelType | None = None
    service_start: date | None = None
    birth_order: int | None = None
    delivery: str | None = None
    seq_in_delivery: int | None = None
    legitimate_from: date | None = None
    basis: str | None = None
    standby_since: date | None = None
    papers: tuple[Paper, ...] = ()
    married_on: date | None = None
    by_nikah: bool = False
    request: "Request | None" = None
    id: int = 0
    version: int = 1
    ended_on: date | None = None
    ended_because: TerminationReason | None = None
    ended_in: Slot | None = None
    voided_by: "Request | None" = None
    suspended: bool = False
    ended_by: "Request | None" = None

    @property
    def last(self) -> date | None:
        """The first day without the right, None while no end is known."""
        return self.ended_on or self.until

    def is_open_on(self, day: date) -> bool:
        """Whether it stands, is not over by `day` and had begun."""
        return self.start <= day and self.stands_after(day)

    def stands_after(self, day: date) -> bool:
        """Whether it is no error and not over by `day`, begun or not."""
        return self.voided_by is None and (self.last is None or day < self.last)


@dataclass(slots=True, eq=False)
class Request:
    """One request about one right, in whatever state."""

    type: RequestType
    status: RequestStatus
    form: "Form"
    right: Right
    position: int
    decided_at: datetime | None = None
    because: str | None = None
    slot: Slot | None = None
    error: RoundError | None = None
    reason: str | None = None
    inputs: int = 1
    id: int = 0
    number: str = ""
    decided_told: str | None = None


@dataclass(slots=True, eq=False)
class Form:
    """What a clerk sent in one go; a form that was never sent holds drafts."""

    office: Office
    at: datetime
    is_sent: bool = True
    number: str = ""
    told: str = ""
    requests: list[Request] = field(default_factory=list)

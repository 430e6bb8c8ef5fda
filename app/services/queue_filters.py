"""Which waiting requests a registrar looks for, and in which order he goes through them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.domain import names
from app.domain.approval_menus import TYPES_OF, ApprovalMenu
from app.domain.clock import BANGKOK
from app.domain.people import Relation, RequestStatus, RequestType
from app.models.change_request import ChangeRequest, Proposal
from app.models.dialects import contains

NOBODY = "nobody"


class QueueOrder(StrEnum):
    """The orders of the queue; a form stays in one piece in those by time."""

    OLDEST = "oldest"
    NEWEST = "newest"
    NAME = "name"
    NAME_BACK = "name-back"


@dataclass(frozen=True)
class QueueFilters:
    """Which requests are wanted; both days are Bangkok days and inclusive, `name` is matched word by word.

    With a `menu` only what that one decides. Without a `status` those that wait for a decision; with one of LATER_STATUSES
    those that had theirs. `assignee` is the id of an officer who has them, or NOBODY; `submission_no` the number of a form.
    """

    type: RequestType | None = None
    recorder_id: int | None = None
    submitted_from: date | None = None
    submitted_until: date | None = None
    relation: Relation | None = None
    name: str = ""
    status: RequestStatus | None = None
    menu: ApprovalMenu | None = None
    assignee: str = ""
    submission_no: str = ""

    @property
    def are_waiting(self) -> bool:
        """Whether it looks for what can still be decided."""
        return self.status is None


# Where a request stands after its decision, as far as a registrar looks for it again.
LATER_STATUSES = (
    RequestStatus.APPROVED,
    RequestStatus.EFFECTIVE,
    RequestStatus.ROUND_ERROR,
    RequestStatus.RETURNED,
    RequestStatus.REJECTED,
)


@dataclass(frozen=True)
class _Key:
    """One column of an order: in SQL, and of a request at hand."""

    column: Any
    of: Callable[[ChangeRequest], Any]


_FORM = (
    _Key(ChangeRequest.submitted_at, lambda request: request.submitted_at),
    _Key(ChangeRequest.submission_no, lambda request: request.submission_no),
)
_INSIDE = (_Key(ChangeRequest.position, lambda r: r.position), _Key(ChangeRequest.id, lambda r: r.id))
# Read backwards, a family still begins with its principal.
_INSIDE_BACK = (_Key(-ChangeRequest.position, lambda r: -r.position), _Key(-ChangeRequest.id, lambda r: -r.id))
_NAME = (_Key(Proposal.sort_key, lambda request: request.proposal.sort_key),)
_KEYS = {
    QueueOrder.OLDEST: (*_FORM, *_INSIDE),
    QueueOrder.NEWEST: (*_FORM, *_INSIDE_BACK),
    QueueOrder.NAME: (*_NAME, *_FORM, *_INSIDE),
    QueueOrder.NAME_BACK: (*_NAME, *_FORM, *_INSIDE),
}
_BACKWARDS = {QueueOrder.NEWEST, QueueOrder.NAME_BACK}


def conditions(filters: QueueFilters) -> list[Any]:
    """SQL conditions on ChangeRequest joined with its Proposal, as the filters want it."""
    exact = (
        (ChangeRequest.type, filters.type),
        (ChangeRequest.recorded_by_id, filters.recorder_id),
        (Proposal.relation, filters.relation),
    )
    found: list[Any] = [ChangeRequest.status == (filters.status or RequestStatus.PENDING_APPROVAL)]
    found += [column == value for column, value in exact if value is not None]
    if filters.assignee:
        whose = ChangeRequest.assigned_to_id
        found.append(whose.is_(None) if filters.assignee == NOBODY else whose == int(filters.assignee))
    if filters.submission_no:
        found.append(ChangeRequest.submission_no == filters.submission_no)
    if filters.menu is not None:
        found.append(ChangeRequest.type.in_(TYPES_OF[filters.menu]))
    if filters.submitted_from is not None:
        found.append(ChangeRequest.submitted_at >= _begin_of(filters.submitted_from))
    if filters.submitted_until is not None:
        found.append(ChangeRequest.submitted_at < _begin_of(filters.submitted_until + timedelta(days=1)))
    first = Proposal.title_th + Proposal.first_name_th
    parts = (first, Proposal.middle_name_th, Proposal.last_name_th)
    found += [sa.or_(*(contains(part, word) for part in parts)) for word in names.tidy(filters.name).split()]
    return found


def order_by(order: QueueOrder) -> list[Any]:
    """The order in SQL."""
    return _sorted(order, backwards=order in _BACKWARDS)


def neighbour(request: ChangeRequest, filters: QueueFilters, order: QueueOrder, *, before: bool) -> sa.Select[Any]:
    """Selects the id of the waiting request next to this one, before or after it."""
    keys = _KEYS[order]
    here = sa.tuple_(*(sa.literal(key.of(request), key.column.type) for key in keys))
    place = sa.tuple_(*(key.column for key in keys))
    backwards = before != (order in _BACKWARDS)
    query = sa.select(ChangeRequest.id).join(ChangeRequest.proposal).where(*conditions(filters)).limit(1)
    return query.where(place < here if backwards else place > here).order_by(*_sorted(order, backwards=backwards))


def _sorted(order: QueueOrder, *, backwards: bool) -> list[Any]:
    return [key.column.desc() if backwards else key.column for key in _KEYS[order]]


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), BANGKOK)

"""งานที่ค้างและงานที่ส่งกลับ: requests that somebody still has to do something about, since when, and why they came back.

Plain Core, which the session's scope listener does not cover: the query names its scope here.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Scope
from app.domain.clock import bangkok_day
from app.domain.people import RequestStatus
from app.models import ChangeRequest, PortalUser, ProcessingRound, Proposal
from app.models.scoping import in_scope
from app.reports.cells import Kind
from app.reports.report import Field, Filters, Moment, Report, labelled, with_agency

# Drafts are their writer's own; what has taken effect or was given up waits for nobody.
WAITING = (
    RequestStatus.PENDING_APPROVAL, RequestStatus.RETURNED, RequestStatus.APPROVED, RequestStatus.ROUND_ERROR,
)  # fmt: skip
_request, _proposal = ChangeRequest.__table__.alias("request"), Proposal.__table__.alias("proposal")
_recorder, _round = PortalUser.__table__.alias("recorder"), ProcessingRound.__table__.alias("round")


def _query(filters: Filters, scope: Scope, _moment: Moment) -> sa.Select[Any]:
    source, columns = with_agency(
        _request.join(_proposal, _proposal.c.request_id == _request.c.id)
        .outerjoin(_recorder, _recorder.c.id == _request.c.recorded_by_id)
        .outerjoin(_round, _round.c.id == _request.c.round_id),
        _request.c.agency_id,
    )
    asked_at = sa.func.coalesce(_request.c.submitted_at, _request.c.recorded_at, type_=_request.c.recorded_at.type)
    for field in FIELDS:
        found = _request.c.get(field.name)
        columns.setdefault(field.name, _proposal.c.get(field.name) if found is None else found)
    columns |= {
        "first_name": _proposal.c.first_name_th,
        "last_name": _proposal.c.last_name_th,
        "title": _proposal.c.title_th,
        "recorded_by": _recorder.c.username,
        "submitted_at": asked_at,
        "waiting_days": asked_at,
        "round_at": _round.c.scheduled_at,
        "sort_key": _proposal.c.sort_key,
        "id": _request.c.id,
    }
    wanted = WAITING if filters.request_status is None else [filters.request_status]
    conditions = [in_scope(_request.c.agency_id, scope), _request.c.status.in_(wanted)]
    if filters.agency_id is not None:
        conditions.append(_request.c.agency_id == filters.agency_id)
    return sa.select(*labelled(columns)).select_from(source).where(*conditions)


def _days_since(asked_at: datetime, today: date) -> int:
    return (today - bangkok_day(asked_at)).days


FIELDS = (
    Field("request_no", Kind.ID, 26),
    Field("type", Kind.TEXT, 22),
    Field("status", Kind.TEXT, 22),
    Field("national_id", Kind.ID, 19),
    Field("title", Kind.TEXT, 10),
    Field("first_name", Kind.TEXT, 18),
    Field("last_name", Kind.TEXT, 20),
    Field("relation", Kind.TEXT, 12),
    Field("agency_name", Kind.TEXT, 30),
    Field("province_name", Kind.TEXT, 16),
    Field("recorded_by", Kind.TEXT, 16),
    Field("submitted_at", Kind.INSTANT, 18),
    Field("waiting_days", Kind.NUMBER, 10, shown=_days_since),
    Field("round_at", Kind.INSTANT, 18),
    Field("decision_reason", Kind.TEXT, 36),
    Field("round_error", Kind.TEXT, 30),
)
REPORT = Report(
    "pending",
    FIELDS,
    filters=("agency_id", "request_status"),
    orders=("submitted_at", "sort_key", "status", "agency_name"),
    query=_query,
    at_first=frozenset(field.name for field in FIELDS) - {"province_name", "round_error", "round_at"},
)

"""The frozen, hashed copy of what is submitted: what the registrar sees, and what his decision is compared with."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import Conflict
from app.domain.people import RequestStatus, RequestType
from app.models.change_request import ChangeRequest, Proposal, RequestRevision
from app.rules.decision import OK
from app.rules.told import TOLD_FIELDS
from app.services import evidence_links, facts
from app.services.family_forms import PERSON_FIELDS, RIGHT_FIELDS

DATES = ("entitled_from", "entitled_until")
# Only where there is something: copies that were frozen before these columns came must keep their hash.
_WHERE_TOLD = ("seq_in_delivery", "standby_since", "legitimate_from", "legitimacy_basis", "delivery_id", "termination_reason",
               "event_date", *TOLD_FIELDS)  # fmt: skip
_FROZEN = (
    "national_id", "principal_national_id", *PERSON_FIELDS, *(n for n in RIGHT_FIELDS if n not in _WHERE_TOLD), *DATES,
)  # fmt: skip


def freeze(session: Session, requests: Sequence[ChangeRequest], *, actor: Actor, now: datetime) -> None:
    """Turn drafts into pending requests, each with the frozen copy of its revision; raises Conflict('STALE')."""
    evidence = _evidence(session, requests)
    for request in requests:
        copy = _whole(request, evidence.get(request.id, []))
        session.add(
            RequestRevision(
                request_id=request.id, revision=request.revision, agency_id=request.agency_id, frozen=copy,
                sha256=digest(copy), submitted_by_id=actor.user_id, submitted_at=now,
            )
        )  # fmt: skip
    session.flush()
    evidence_links.mark_submitted(session, requests, now)
    # One statement for many: of rows with a version the ORM would update each by itself.
    for some in facts.batches([request.id for request in requests]):
        sent = sa.update(ChangeRequest).where(ChangeRequest.id.in_(some), ChangeRequest.status == RequestStatus.DRAFT)
        values = {"status": RequestStatus.PENDING_APPROVAL, "submitted_at": now, "law_code": OK}
        values |= {"version": ChangeRequest.version + 1}
        done = session.execute(sent.values(values), execution_options={"synchronize_session": "evaluate"})
        if done.rowcount != len(some):
            raise Conflict("STALE")


def current_copy(session: Session, request: ChangeRequest) -> dict[str, Any]:
    """The frozen copy as it would be made now; a decision compares its hash with the submitted one (decisions 1)."""
    return _whole(request, _evidence(session, [request]).get(request.id, []))


def current_copies(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, dict[str, Any]]:
    """As `current_copy`, for many at once, by request id."""
    evidence = _evidence(session, requests)
    return {request.id: _whole(request, evidence.get(request.id, [])) for request in requests}


def frozen_copy(proposal: Proposal, evidence: list[str]) -> dict[str, Any]:
    """The proposal as plain JSON: what the registrar sees and what the hash covers."""
    copy: dict[str, Any] = {name: _plain(getattr(proposal, name)) for name in _FROZEN}
    told = {name: _plain(value) for name in _WHERE_TOLD if (value := getattr(proposal, name)) is not None}
    return copy | told | {"evidence": evidence}


def _whole(request: ChangeRequest, evidence: list[str]) -> dict[str, Any]:
    """The frozen copy with what is asked of which right, where it is about one that stands."""
    copy = frozen_copy(request.proposal, evidence)
    if request.type in (RequestType.CERTIFY_NEW, RequestType.CORRECTION):
        return copy
    return copy | {"type": request.type, "target": request.target_entitlement_id, "text": request.reason or ""}


def digest(copy: dict[str, Any]) -> str:
    """sha256 of the canonical JSON of a frozen copy."""
    return hashlib.sha256(json.dumps(copy, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _evidence(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, list[str]]:
    """A report of an error brings no documents."""
    return evidence_links.described(session, [r for r in requests if r.type is not RequestType.CORRECTION])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

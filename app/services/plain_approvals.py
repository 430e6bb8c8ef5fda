"""Approves together what is plain: requests that nobody changed, that leave no doubt and that the law accepts as they stand.

One transaction for many costs a tenth of one for each, and officers at other desks wait less. What is the same for all is
written by one statement: the ORM would update each row with a version by itself. Whatever needs a word - a
refusal, a doubt, an exception to four-eyes, a row that somebody else holds - is left to the verb that takes one alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.domain.actor import Actor
from app.domain.approval_menus import power_for
from app.domain.errors import PortalError
from app.domain.people import CONTINUING_TYPES, Relation, RequestStatus, RequestType
from app.models.change_request import ChangeRequest, RequestEditor, RequestRevision
from app.models.dialects import lock_rows
from app.rules import certification
from app.rules.certification import Judgement
from app.services import frozen_copies, request_flags
from app.services.audit import record_many
from app.services.clock import business_now
from app.services.judging import judge_all
from app.services.round_inputs import inputs_version
from app.services.round_plan import seat
from app.services.transaction import transaction

TOGETHER = 100


class Witness(Protocol):
    """Work that decides many: it holds its place and notes what was decided, in the very transaction of the decisions."""

    def hold(self, session: Session) -> None:
        """Before anything is written; raises where this work is no longer to go on."""

    def approved(self, session: Session, rounds: Mapping[int, datetime]) -> None:
        """After it was written: the instant of the round of each approved request."""

    def refused(self, session: Session, request_ids: Sequence[int], outcome: RequestStatus) -> None:
        """After it was written: requests that were returned or rejected, with those that went along."""


def approve_plain(
    request_ids: Sequence[int], *, actor: Actor, seen_versions: Mapping[int, int], witness: Witness | None = None
) -> dict[int, tuple[str, datetime]]:
    """Approve those of these requests that are plain; gives each one's number and the instant of its round, by id.

    All of them or, where the database refuses one, none: the caller takes the others alone.
    """
    if len(request_ids) < 2:
        return {}
    try:
        with transaction(actor) as session:
            if witness:
                witness.hold(session)
            plain = _plain(session, request_ids, actor, seen_versions)
            done = _write(session, plain, actor) if plain else {}
            if witness and done:
                witness.approved(session, {request_id: round_at for request_id, (_no, round_at) in done.items()})
            return done
    except PortalError:
        return {}


def _plain(
    session: Session, request_ids: Sequence[int], actor: Actor, seen_versions: Mapping[int, int]
) -> list[tuple[ChangeRequest, Judgement]]:
    requests = _unchanged(session, request_ids, seen_versions, actor)
    mine = sa.select(RequestEditor.request_id).where(
        RequestEditor.request_id.in_([r.id for r in requests]), RequestEditor.user_id == actor.user_id
    )
    spoken_for = set(session.scalars(mine)) | set(request_flags.of_requests(session, [r.id for r in requests]))
    requests = [request for request in requests if request.id not in spoken_for]
    judged = judge_all(session, requests, business_now(session))
    hashes = _hashes(session, requests)
    copies = frozen_copies.current_copies(session, requests)
    found = []
    for request in requests:
        judgement = judged[request.id]
        if frozen_copies.digest(copies[request.id]) != hashes.get(request.id):
            continue
        dated = judgement.has_dates_of(request.proposal.entitled_from, request.proposal.entitled_until)
        if dated and not judgement.refusals and not judgement.doubts:
            found.append((request, judgement))
    return found


def _unchanged(
    session: Session, request_ids: Sequence[int], seen_versions: Mapping[int, int], actor: Actor
) -> list[ChangeRequest]:
    query = (
        sa.select(ChangeRequest)
        .where(ChangeRequest.id.in_(request_ids), ChangeRequest.status == RequestStatus.PENDING_APPROVAL)
        .where(ChangeRequest.type != RequestType.CORRECTION)
        .options(selectinload(ChangeRequest.proposal))
        .order_by(ChangeRequest.id)
    )
    requests = session.scalars(lock_rows(query, session)).all()
    mine = [request for request in requests if power_for(request.type) in actor.powers and not _leans(request)]
    return [request for request in mine if request.version == seen_versions.get(request.id)]


def _leans(request: ChangeRequest) -> bool:
    """Whether it is one of a family that moves, whose principal goes first."""
    return request.type in CONTINUING_TYPES and request.proposal.relation is not Relation.SELF


def _hashes(session: Session, requests: Sequence[ChangeRequest]) -> dict[int, str]:
    """The hash of what was submitted last, by request id."""
    query = (
        sa.select(RequestRevision.request_id, RequestRevision.sha256)
        .join(ChangeRequest, ChangeRequest.id == RequestRevision.request_id)
        .where(
            RequestRevision.request_id.in_([r.id for r in requests]), RequestRevision.revision == ChangeRequest.revision
        )
    )
    return {request_id: sha256 for request_id, sha256 in session.execute(query)}


def _write(
    session: Session, plain: Sequence[tuple[ChangeRequest, Judgement]], actor: Actor
) -> dict[int, tuple[str, datetime]]:
    ids = [request.id for request, _ in plain]
    inputs = inputs_version(session, ids)
    round_, decided_at = seat(session)
    decided = {"decided_by_id": actor.user_id, "decided_at": decided_at}
    same = decided | {"round_id": round_.id, "rules_version": certification.RULES_VERSION}
    rows = [
        {"request": request.id, "inputs": inputs[request.id], "holds": judged.holds_until, "law": judged.code}
        for request, judged in plain
    ]
    session.connection().execute(_APPROVE.values(same), rows)
    session.connection().execute(_TELL_REVISION.values(decided), {"ids": ids})
    for verb, some in groupby(sorted(plain, key=_verb), key=_verb):
        told = [
            (request.id, request.agency_id, {"revision": request.revision, "round": round_.id, "self_approved": False})
            for request, _ in some
        ]
        record_many(session, actor, verb, "change_request", told)
    return {request.id: (request.request_no, round_.scheduled_at) for request, _ in plain}


def _verb(plain: tuple[ChangeRequest, Judgement]) -> str:
    return power_for(plain[0].type).value


_requests, _revisions = ChangeRequest.__table__, RequestRevision.__table__
# The rows are held since they were looked at (`_unchanged`), so the version that was seen is still theirs.
_APPROVE = (
    sa.update(_requests)
    .where(_requests.c.id == sa.bindparam("request"))
    .values(
        status=RequestStatus.APPROVED, self_approved=False, inputs_version=sa.bindparam("inputs"),
        holds_until=sa.bindparam("holds"), law_code=sa.bindparam("law"), version=_requests.c.version + 1,
    )
)  # fmt: skip
_TELL_REVISION = (
    sa.update(_revisions)
    .where(_revisions.c.request_id == _requests.c.id, _revisions.c.revision == _requests.c.revision)
    .where(_revisions.c.request_id.in_(sa.bindparam("ids", expanding=True)))
    .values(outcome=RequestStatus.APPROVED, reason=None)
)

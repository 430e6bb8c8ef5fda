"""Doubts that the law leaves in a submitted request: written at submission, ticked off with a note before approval."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.errors import Refused
from app.models.change_request import ChangeRequest, RequestFlag
from app.rules.decision import Clause

CITATION = "spec 3.9"


def write(session: Session, doubts: Mapping[int, Sequence[Clause]], requests: Sequence[ChangeRequest]) -> None:
    """Note the doubts of each submitted revision, by request id; a clause without flag is no doubt."""
    session.add_all(
        RequestFlag(
            request_id=request.id, revision=request.revision, agency_id=request.agency_id, clause=clause.code,
            flag=clause.flag,
        )
        for request in requests
        for clause in dict.fromkeys(doubts.get(request.id, ()))
        if clause.flag is not None
    )  # fmt: skip
    session.flush()


def of_requests(session: Session, request_ids: Sequence[int]) -> dict[int, list[RequestFlag]]:
    """The doubts of the present revision of each request, in order of their clauses; without any it is left out."""
    query = (
        sa.select(RequestFlag)
        .join(ChangeRequest, ChangeRequest.id == RequestFlag.request_id)
        .where(RequestFlag.request_id.in_(request_ids), RequestFlag.revision == ChangeRequest.revision)
        .order_by(RequestFlag.request_id, RequestFlag.clause)
    )
    found: dict[int, list[RequestFlag]] = {}
    for flag in session.scalars(query):
        found.setdefault(flag.request_id, []).append(flag)
    return found


def tick_off(
    session: Session, request: ChangeRequest, doubts: Sequence[Clause], note: str, seen: Collection[str], *, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Write the registrar's note at every doubt that the law leaves now, also at those that came up after the submission.

    `seen` are the codes of the clauses that the page told him of. A doubt of the submission that is gone needs no word.
    Raises Refused('FLAGS_OPEN') with the clauses where there are doubts and no note, Refused('OTHER_DOUBTS') with those
    that he has not been told of.
    """
    codes = list(dict.fromkeys(clause.code for clause in doubts))
    if codes and not note:
        raise Refused("FLAGS_OPEN", citation=CITATION, request_no=request.request_no, clauses=tuple(codes))
    if unseen := tuple(code for code in codes if code not in seen):
        raise Refused("OTHER_DOUBTS", citation=CITATION, request_no=request.request_no, clauses=unseen)
    written = {flag.clause for flag in of_requests(session, [request.id]).get(request.id, [])}
    write(session, {request.id: [clause for clause in doubts if clause.code not in written]}, [request])
    for flag in of_requests(session, [request.id]).get(request.id, []):
        if flag.clause in codes:
            flag.note, flag.noted_by_id, flag.noted_at = note, actor.user_id, now

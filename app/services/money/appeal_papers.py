"""Further receipts and other files of appeals; fixed once sent (app/services/money/papers.py)."""

from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.appeals import AppealStatus
from app.domain.errors import WrongState
from app.domain.powers import Power
from app.models.appeal import Appeal, AppealPaper
from app.services.audit import record as audit
from app.services.money.appeals import own
from app.services.money.papers import Papers


def _unsent(session: Session, appeal_id: int) -> Appeal:
    appeal = own(session, appeal_id)
    if appeal.status is not AppealStatus.DRAFT:
        raise WrongState("APPEAL_STATE", appeal_no=appeal.appeal_no, status=appeal.status)
    return appeal


def _note(session: Session, actor: Actor, appeal: Appeal, is_new: bool) -> None:
    verb = "attach_appeal_paper" if is_new else "remove_appeal_paper"
    audit(session, actor, verb, "appeal", appeal.id, agency_id=appeal.agency_id)


_PAPERS = Papers(AppealPaper, "appeal_id", "appeal_paper", Power.RECORD_CLAIM, _unsent, _note)
attach, remove, open_ = _PAPERS.attach, _PAPERS.remove, _PAPERS.open_

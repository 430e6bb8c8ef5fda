"""บัญชีธนาคารของหน่วยงาน: where a run's money goes; one officer of the NHSO proposes an account, another confirms it (spec 5.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.domain.actor import Actor
from app.domain.bank_accounts import BANKS, AgencyAccountState, parse_account_no
from app.domain.errors import BadInput, Conflict, InvalidForm, NotAllowed, NotFound, PortalError, WrongState
from app.domain.names import tidy
from app.domain.powers import Power
from app.models.agency import Agency
from app.models.agency_account import AgencyAccount
from app.models.dialects import lock_rows
from app.rules.citations import REGISTER_CLAIMS
from app.services.audit import record
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.officers import officer_names
from app.services.transaction import reading, transaction

NAME_LENGTH, PAGE = 200, 50
S = AgencyAccountState
_account = AgencyAccount.__table__


@dataclass(frozen=True)
class AccountsPage:
    """What waits for a second officer, and one page of what counts now or counted, the newest first; names by account id."""

    waiting: Sequence[AgencyAccount]
    rows: Sequence[AgencyAccount]
    names: Mapping[int | None, str]
    page: int
    has_more: bool


def propose(agency_code: str, bank_code: str, account_no: str, account_name: str, *, actor: Actor) -> int:
    """Propose the account of an agency; returns its id.

    Raises InvalidForm with every fault at its field, Conflict('ACCOUNT_WAITS') while another change of it waits.
    """
    actor.require(Power.PAY_CLAIM)
    with transaction(actor) as session:
        now, errors = business_now(session), list[PortalError]()
        agency = session.scalars(sa.select(Agency).where(Agency.dla_code == agency_code.strip())).one_or_none()
        name, number = tidy(account_name), ""
        if agency is None:
            errors.append(BadInput("NO_SUCH_AGENCY", field="agency"))
        if bank_code not in BANKS:
            errors.append(BadInput("REQUIRED", field="bank_code"))
        try:
            number = parse_account_no(account_no, field="account_no")
        except BadInput as fault:
            errors.append(fault)
        if not name or len(name) > NAME_LENGTH:
            fault = BadInput("TOO_LONG", field="account_name", longest=NAME_LENGTH)
            errors.append(fault if name else BadInput("REQUIRED", field="account_name"))
        if errors or agency is None:
            raise InvalidForm(errors)
        waits = sa.select(AgencyAccount.id).where(
            AgencyAccount.agency_id == agency.id, AgencyAccount.state == S.PROPOSED
        )
        if session.scalars(waits).first() is not None:
            raise Conflict("ACCOUNT_WAITS", agency=agency.name_th)
        assert actor.user_id is not None
        row = AgencyAccount(
            agency_id=agency.id, bank_code=bank_code, account_no=number, account_name=name, proposed_by_id=actor.user_id,
            proposed_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        record(session, actor, "propose_account", "agency_account", row.id, agency_id=agency.id)
        return row.id


def decide(account_id: int, confirms: bool, *, actor: Actor) -> None:
    """Confirm a proposed account, or refuse it; who proposed it may only take it back.

    Raises NotFound('ACCOUNT_NOT_FOUND'), NotAllowed('ACCOUNT_OWN'), WrongState('ACCOUNT_DECIDED').
    """
    actor.require(Power.PAY_CLAIM)
    with transaction(actor) as session:
        query = lock_rows(sa.select(AgencyAccount).where(AgencyAccount.id == account_id), session)
        row = session.scalars(query).one_or_none() if 0 < account_id <= LARGEST_ID else None
        if row is None:
            raise NotFound("ACCOUNT_NOT_FOUND")
        if row.state is not S.PROPOSED:
            raise WrongState("ACCOUNT_DECIDED")
        if confirms and row.proposed_by_id == actor.user_id:
            raise NotAllowed("ACCOUNT_OWN", citation=REGISTER_CLAIMS.text)
        row.state = S.CONFIRMED if confirms else S.REFUSED
        row.decided_by_id, row.decided_at = actor.user_id, business_now(session)
        word = "confirm_account" if confirms else "refuse_account"
        record(session, actor, word, "agency_account", row.id, agency_id=row.agency_id)


def listed(agency_code: str, page: int, *, actor: Actor) -> AccountsPage:
    """The accounts, of one agency or of all."""
    actor.require(Power.PAY_CLAIM)
    query = sa.select(AgencyAccount).options(joinedload(AgencyAccount.agency)).order_by(AgencyAccount.id.desc())
    if agency_code.strip():
        of = sa.select(Agency.id).where(Agency.dla_code == agency_code.strip())
        query = query.where(AgencyAccount.agency_id.in_(of))
    with reading(actor.scope) as session:
        waiting = session.scalars(query.where(AgencyAccount.state == S.PROPOSED).limit(PAGE)).all()
        decided = query.where(AgencyAccount.state != S.PROPOSED)
        found = session.scalars(decided.offset((page - 1) * PAGE).limit(PAGE + 1)).all()
        people = {user for row in [*waiting, *found] for user in (row.proposed_by_id, row.decided_by_id)}
        names = officer_names(session, people)
        session.expunge_all()
    return AccountsPage(waiting, found[:PAGE], names, page, len(found) > PAGE)


def newest() -> sa.Subquery:
    """The account that counts for each agency: `agency_id` and the account's `id`."""
    highest = sa.func.max(_account.c.id).label("id")
    query = sa.select(_account.c.agency_id, highest).where(_account.c.state == S.CONFIRMED)
    return query.group_by(_account.c.agency_id).subquery("newest_account")


def in_force(session: Session, agency_ids: Sequence[int]) -> Mapping[int, Any]:
    """The account of each of these agencies that has one, by the agency's id."""
    last = newest()
    query = sa.select(_account).join(last, last.c.id == _account.c.id)
    wanted = set(agency_ids)
    return {row.agency_id: row for row in session.execute(query) if row.agency_id in wanted}

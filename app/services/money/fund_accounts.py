"""The accounts of the fund to which refunds go: one officer of the NHSO proposes, another confirms, from a day on (spec 5.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain import names
from app.domain.actor import Actor
from app.domain.clock import bangkok_day
from app.domain.errors import BadInput, Conflict, InvalidForm, NotAllowed, NotFound, PortalError, Refused
from app.domain.powers import Power
from app.domain.refunds import AccountDecision
from app.domain.thai_calendar import to_arabic_digits
from app.models.dialects import lock_rows
from app.models.refund import FundAccount
from app.rules.citations import REGISTER_REFUNDS
from app.services.audit import record as audit
from app.services.clock import business_now
from app.services.evidence import LARGEST_ID
from app.services.officers import officer_names
from app.services.transaction import reading, transaction

LENGTHS = {"bank": 120, "account_name": 200, "account_no": 40}
KEPT = 200  # rows of history that the page shows
_Q = FundAccount


@dataclass(frozen=True)
class AccountForm:
    """A new account, or one that takes the place of another from the day on, or, with `is_end`, only that one's end."""

    bank: str
    account_name: str
    account_no: str
    valid_from: date | None
    replaces_id: int | None = None
    is_end: bool = False


@dataclass(frozen=True)
class AccountDesk:
    """What is in force, what will be, what waits for a second officer, and everything that ever was decided."""

    standing: Sequence[FundAccount]
    coming: Sequence[FundAccount]
    proposed: Sequence[FundAccount]
    history: Sequence[FundAccount]
    people: Mapping[int | None, str]  # the officers who proposed and decided, by account id


def propose(form: AccountForm, *, actor: Actor) -> int:
    """Propose a change of the accounts; returns its id.

    Raises InvalidForm, NotFound('ACCOUNT_NOT_FOUND'), Conflict('ACCOUNT_THERE').
    """
    actor.require(Power.MANAGE_FUND_ACCOUNTS)
    with transaction(actor) as session:
        now = business_now(session)
        old = _one(session, form.replaces_id) if form.replaces_id is not None else None
        source = old if form.is_end and old is not None else form
        values = {name: names.tidy(getattr(source, name)) for name in LENGTHS}
        _check(session, values, form, bangkok_day(now))
        row = FundAccount(
            **values, valid_from=form.valid_from, replaces_id=form.replaces_id, is_end=form.is_end,
            proposed_by_id=actor.user_id, proposed_by=actor.name, proposed_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit(session, actor, "propose_fund_account", "fund_account", row.id)
        return row.id


def decide(account_id: int, accepts: bool, *, actor: Actor) -> None:
    """Confirm or refuse what somebody else proposed.

    Raises NotAllowed('OWN_PROPOSAL'), Refused('ACCOUNT_DAY_PASSED'), Conflict('ACCOUNT_DECIDED'), NotFound.
    """
    actor.require(Power.MANAGE_FUND_ACCOUNTS)
    with transaction(actor) as session:
        now = business_now(session)
        row = _one(session, account_id)
        if row.decision is not AccountDecision.PROPOSED:
            raise Conflict("ACCOUNT_DECIDED")
        if actor.user_id is None or (accepts and actor.user_id == row.proposed_by_id):
            raise NotAllowed("OWN_PROPOSAL", citation=REGISTER_REFUNDS.text)
        if accepts and row.valid_from < bangkok_day(now):
            raise Refused("ACCOUNT_DAY_PASSED", citation=REGISTER_REFUNDS.text, valid_from=row.valid_from)
        row.decision = AccountDecision.CONFIRMED if accepts else AccountDecision.REFUSED
        row.decided_by_id, row.decided_by, row.decided_at = actor.user_id, actor.name, now
        session.flush()
        audit(session, actor, "confirm_fund_account" if accepts else "refuse_fund_account", "fund_account", row.id)


def desk(*, actor: Actor) -> AccountDesk:
    """Everything for the page of the accounts, the newest of the history first."""
    actor.require(Power.MANAGE_FUND_ACCOUNTS)
    with reading(actor.scope) as session:
        today = bangkok_day(business_now(session))
        rows = session.scalars(sa.select(_Q).order_by(_Q.id.desc()).limit(KEPT)).all()
        standing = session.scalars(_standing(today)).all()
        people = officer_names(
            session, {key for row in (*rows, *standing) for key in (row.proposed_by_id, row.decided_by_id)}
        )
        session.expunge_all()
    ahead = [row for row in rows if row.decision is AccountDecision.CONFIRMED and row.valid_from > today]
    proposed = [row for row in rows if row.decision is AccountDecision.PROPOSED]
    return AccountDesk(standing, ahead, proposed, rows, people)


def offered(*, actor: Actor) -> Sequence[FundAccount]:
    """The accounts in force today, for the form and the instructions."""
    with reading(actor.scope) as session:
        rows = session.scalars(_standing(bangkok_day(business_now(session)))).all()
        session.expunge_all()
    return rows


def in_force(session: Session, account_id: int | None, day: date) -> FundAccount | None:
    """This account if it is in force on the day."""
    return session.scalars(_standing(day).where(account_id == _Q.id)).one_or_none() if account_id else None


def _standing(day: date) -> sa.Select[tuple[FundAccount]]:
    after = sa.orm.aliased(FundAccount)
    replaced = sa.select(after.replaces_id).where(
        after.decision == AccountDecision.CONFIRMED, after.valid_from <= day, after.replaces_id.is_not(None)
    )
    return (
        sa.select(_Q)
        .where(
            _Q.decision == AccountDecision.CONFIRMED, _Q.valid_from <= day, sa.not_(_Q.is_end), _Q.id.not_in(replaced)
        )
        .order_by(_Q.bank, _Q.id)
    )  # fmt: skip


def _one(session: Session, account_id: int) -> FundAccount:
    query = lock_rows(sa.select(_Q).where(_Q.id == account_id), session)
    found = session.scalars(query).one_or_none() if 0 < account_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("ACCOUNT_NOT_FOUND")
    return found


def _check(session: Session, values: dict[str, str], form: AccountForm, today: date) -> None:
    errors: list[PortalError] = [BadInput("REQUIRED", field=name) for name, value in values.items() if not value]
    errors += [
        BadInput("TOO_LONG", field=name, longest=most) for name, most in LENGTHS.items() if len(values[name]) > most
    ]
    digits = _digits(values["account_no"])
    if values["account_no"] and not 8 <= len(digits) <= 20:
        errors.append(BadInput("ACCOUNT_NUMBER", field="account_no"))
    if form.valid_from is None:
        errors.append(BadInput("REQUIRED", field="valid_from"))
    elif form.valid_from < today:
        errors.append(BadInput("DATE_IN_PAST", field="valid_from", date=form.valid_from))
    if errors:
        raise InvalidForm(errors)
    live = sa.select(_Q).where(_Q.decision != AccountDecision.REFUSED, sa.not_(_Q.is_end), _Q.id != form.replaces_id)
    standing = {row.id for row in session.scalars(_standing(today))}
    for row in session.scalars(live) if not form.is_end else ():
        is_live = row.id in standing or row.decision is AccountDecision.PROPOSED or row.valid_from > today
        if is_live and _digits(row.account_no) == digits:
            raise Conflict("ACCOUNT_THERE", field="account_no")


def _digits(number: str) -> str:
    return "".join(letter for letter in to_arabic_digits(number) if letter.isdecimal())

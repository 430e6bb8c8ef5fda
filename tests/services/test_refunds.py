"""Refunds: from the clerk to the money that came back, what the ledger says, and what nobody can do, not even by SQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.claims import ClaimStatus
from app.domain.errors import Conflict, InvalidForm, NotAllowed, NotFound, PortalError, Refused, WrongState
from app.domain.ledger import EntryKind
from app.domain.refunds import RefundMethod, RefundStatus, RefundVerb
from app.domain.roles import ROLES
from app.models.database import db
from app.models.refund import RefundRequest
from app.rules.refund_statuses import TABLE
from app.services import invariants
from app.services.clock import business_now
from app.services.money import claim_desk, fund_accounts, ledger, refund_desk, refund_receipts, refunds
from app.services.money.claim_rows import own
from app.services.money.fund_accounts import AccountForm
from app.services.money.refunds import RefundForm
from app.services.transaction import transaction
from tests.services.claim_counter import Counter, code_of, open_counter, standing
from tests.services.rights_register import KEY, TODAY, days

S, V = RefundStatus, RefundVerb
OFFICERS = [verb for verb in V if verb is not V.SET_OFF]  # that is the job's of a payment run: test_set_offs.py


class Desk:
    """The verbs in short, against paid claims of 900 baht; an account of the fund is in force."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.clerk, self.finance = counter, counter.clerk, counter.finance
        self.colleague = replace(counter.clerk, user_id=counter.other_clerk.user_id)
        self.reason = refunds.reasons(actor=counter.clerk)[0][0]
        self.account = self.open_account("020028048278")

    def open_account(self, number: str, **values) -> int:
        form = AccountForm("ธ.ก.ส.", "กองทุน", number, TODAY)
        account = fund_accounts.propose(replace(form, **values), actor=self.finance[0])
        fund_accounts.decide(account, True, actor=self.finance[1])
        return account

    def form(self, **values) -> RefundForm:
        return replace(RefundForm(100_00, self.reason, RefundMethod.TRANSFER, self.account), **values)

    def record(self, claim_id: int | None = None, **values) -> int:
        claim_id = claim_id or self.counter.brought_to(ClaimStatus.PAID)
        return refunds.record(claim_id, self.form(**values), actor=self.clerk)

    def again(self, refund_id: int, **values) -> int:
        return refunds.record(
            0, self.form(**values), actor=self.clerk, refund_id=refund_id, seen_version=of(refund_id, "version")
        )

    def do(self, refund_id: int, verb: RefundVerb, actor=None) -> None:
        seen = of(refund_id, "version")
        match verb:
            case V.RECORD:
                refunds.record(0, self.form(), actor=actor or self.clerk, refund_id=refund_id, seen_version=seen)
            case V.CONFIRM:
                refunds.confirm(refund_id, seen, actor=actor or self.finance[0])
            case V.PRINT:
                refunds.note_print(refund_id, seen, actor=actor or self.clerk)
            case V.CANCEL:
                refunds.cancel(refund_id, seen, actor=actor or self.clerk)
            case V.ANNUL:
                refund_receipts.annul(refund_id, seen, "ขอแก้จำนวน", actor=actor or self.finance[0])
            case V.RECEIVE:
                refund_receipts.receive(refund_id, seen, TODAY, "KTB-9", actor=actor or self.finance[1])

    def brought_to(self, status: RefundStatus, **values) -> int:
        refund_id = self.record(**values)
        for verb in {
            S.AWAITING_CONFIRMATION: (), S.CONFIRMED: (V.CONFIRM,), S.PRINTED: (V.CONFIRM, V.PRINT),
            S.CANCELLED_BY_AGENCY: (V.CANCEL,), S.CANCELLED_BY_NHSO: (V.CONFIRM, V.PRINT, V.ANNUL),
            S.MONEY_RECEIVED: (V.CONFIRM, V.PRINT, V.RECEIVE),
        }[status]:  # fmt: skip
            self.do(refund_id, verb)
        return refund_id


@pytest.fixture
def desk(sqlite_database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


@pytest.fixture
def any_desk(database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


def of(refund_id: int, column: str):
    table = RefundRequest.__table__
    with db.engine.connect() as connection:
        return connection.execute(sa.select(table.c[column]).where(table.c.id == refund_id)).scalar_one()


def due(claim_id: int) -> int:
    with db.engine.connect() as connection:
        query = "SELECT debit, credit, satang FROM ledger_entry WHERE claim_id = :id"
        rows = connection.execute(sa.text(query), {"id": claim_id}).all()
    return sum(satang * ((debit == "REFUND_DUE") - (credit == "REFUND_DUE")) for debit, credit, satang in rows)


def sound() -> None:
    with db.engine.connect() as connection:
        found = [one.invariant.code for one in invariants.findings(connection) if one.count]
    assert [code for code in found if code.startswith(("LEDGER", "CLAIM", "REFUND", "FUND"))] == []


def test_part_by_part_until_all_is_back(any_desk):
    desk = any_desk
    claim_id = desk.counter.brought_to(ClaimStatus.PAID)
    first = desk.record(claim_id, amount=300_00)
    assert due(claim_id) == 0  # nothing is expected before somebody else confirmed it
    desk.do(first, V.CONFIRM, desk.colleague)
    assert due(claim_id) == 300_00
    desk.do(first, V.PRINT)
    desk.do(first, V.PRINT)
    assert (of(first, "status"), of(first, "prints")) == (S.PRINTED, 2)
    desk.do(first, V.RECEIVE)
    assert (due(claim_id), standing(claim_id)) == (0, (0, 600_00))
    second = desk.record(claim_id, amount=600_00, method=RefundMethod.CHEQUE, account_id=None)
    assert code_of(lambda: desk.record(claim_id, amount=1)) == "REFUND_OVER_PAID"
    desk.do(second, V.CONFIRM)
    sound()
    desk.do(second, V.PRINT)
    desk.do(second, V.RECEIVE)
    assert standing(claim_id) == (0, 0)
    rows, left = refund_desk.of_claim(claim_id, actor=desk.clerk)
    assert ([row.id for row in rows], left) == ([first, second], 0)
    assert claim_desk.open_claim(claim_id, actor=desk.clerk, hash_key=KEY).standing.refund_due == 0
    sound()


def test_every_act_in_every_state_leads_where_the_table_says(desk):
    claim_id = desk.counter.brought_to(ClaimStatus.PAID)
    for status in S:
        for verb in OFFICERS:
            refund_id, line = desk.brought_to(status, claim_id=claim_id, amount=10_00), TABLE.line(status, verb)
            if line is None:
                with pytest.raises(WrongState) as refusal:
                    desk.do(refund_id, verb)
                locked = status is S.PRINTED and verb in (V.RECORD, V.CANCEL)
                assert refusal.value.code == ("REFUND_PRINTED" if locked else "REFUND_STATE")
                assert of(refund_id, "status") is status
            else:
                desk.do(refund_id, verb)
                assert of(refund_id, "status") is line.to
            if of(refund_id, "status") in (S.AWAITING_CONFIRMATION, S.CONFIRMED):
                desk.do(refund_id, V.CANCEL)
            elif of(refund_id, "status") is S.PRINTED:
                desk.do(refund_id, V.ANNUL)
    sound()


def test_each_act_asks_for_its_power_and_for_another_pair_of_eyes(desk):
    by_role = {name: replace(desk.clerk, user_id=99, powers=role.powers) for name, role in ROLES.items()}
    refund_id = desk.record()
    for verb in OFFICERS:
        for name, actor in by_role.items():
            powers = {line.power for line in TABLE if line.verb is verb}
            if not powers & ROLES[name].powers:
                with pytest.raises(NotAllowed):
                    desk.do(refund_id, verb, actor)
    writer = replace(desk.finance[0], user_id=desk.clerk.user_id)
    with pytest.raises(NotAllowed, match="OWN_REFUND"):
        desk.do(refund_id, V.CONFIRM, desk.clerk)
    with pytest.raises(NotAllowed, match="OWN_REFUND"):
        desk.do(refund_id, V.CONFIRM, replace(desk.finance[0], user_id=None))
    desk.do(refund_id, V.CONFIRM)
    desk.do(refund_id, V.PRINT)
    with pytest.raises(NotAllowed, match="OWN_REFUND"):
        desk.do(refund_id, V.RECEIVE, writer)


def test_what_was_confirmed_is_confirmed_anew_once_it_was_changed(desk):
    claim_id = desk.counter.brought_to(ClaimStatus.PAID)
    other, refund_id = desk.record(claim_id, amount=50_00), desk.record(claim_id)
    for one in (refund_id, other):
        desk.do(one, V.CONFIRM)
    desk.again(refund_id, amount=70_00)
    assert (of(refund_id, "status"), of(refund_id, "amount"), due(claim_id)) == (S.AWAITING_CONFIRMATION, 70_00, 50_00)
    assert of(refund_id, "confirmed_by_id") is None
    desk.do(refund_id, V.CONFIRM)
    assert due(claim_id) == 120_00
    desk.do(refund_id, V.PRINT)
    desk.do(refund_id, V.ANNUL)
    assert (due(claim_id), of(refund_id, "note")) == (50_00, "ขอแก้จำนวน")
    sound()


def test_no_form_is_printed_for_an_account_that_has_ended(desk):
    waits, printed = (desk.brought_to(status) for status in (S.CONFIRMED, S.PRINTED))
    end = AccountForm("", "", "", TODAY, replaces_id=desk.account, is_end=True)
    fund_accounts.decide(fund_accounts.propose(end, actor=desk.finance[0]), True, actor=desk.finance[1])
    assert code_of(lambda: desk.do(waits, V.PRINT)) == "ACCOUNT_ENDED"
    desk.do(printed, V.PRINT)  # what went out is printed again as it is
    desk.again(waits, method=RefundMethod.CHEQUE, account_id=None)
    desk.do(waits, V.CONFIRM)
    desk.do(waits, V.PRINT)


def test_what_is_not_a_refund(desk):
    claim_id = desk.counter.brought_to(ClaimStatus.PAID)
    for values, code in (
        ({"amount": None}, "REQUIRED"), ({"reason_id": None}, "REQUIRED"), ({"reason_id": 999}, "REQUIRED"),
        ({"method": None}, "REQUIRED"), ({"account_id": None}, "REQUIRED"), ({"account_id": 999}, "REQUIRED"),
        ({"amount": 0}, "AMOUNT_NOT_POSITIVE"), ({"amount": -1}, "AMOUNT_NOT_POSITIVE"),
        ({"amount": 900_01}, "REFUND_OVER_PAID"), ({"sent_on": days(1)}, "DATE_IN_FUTURE"),
        ({"sent_on": days(-400)}, "RECEIVED_BEFORE_PAID"),
        ({"words": "ก" * 1001}, "TOO_LONG"), ({"sent_no": "1" * 61}, "TOO_LONG"),
    ):  # fmt: skip
        with pytest.raises(InvalidForm) as refusal:  # at its field, before the database refuses it
            desk.record(claim_id, **values)
        assert [error.code for error in refusal.value.errors] == [code], values


def test_of_a_paid_claim_of_the_own_agency_only(desk):
    approved, paid = (desk.counter.brought_to(status) for status in (ClaimStatus.APPROVED, ClaimStatus.PAID))
    with pytest.raises(Refused, match="NOT_REFUNDABLE"):
        desk.record(approved)
    with pytest.raises(NotFound):
        refunds.record(paid, desk.form(), actor=desk.counter.other_clerk)
    refund_id = desk.record(paid)
    for act in (refunds.confirm, refunds.cancel, refunds.note_print):
        with pytest.raises(NotFound):
            act(refund_id, of(refund_id, "version"), actor=desk.counter.other_clerk)
        with pytest.raises((Conflict, NotAllowed)):
            act(refund_id, of(refund_id, "version") + 1, actor=desk.clerk)
    with pytest.raises(NotFound):
        refund_desk.open_refund(refund_id, actor=desk.counter.other_clerk, hash_key=KEY)
    assert refund_desk.open_refund(refund_id, actor=desk.clerk, hash_key=KEY).room == 800_00
    desk.do(refund_id, V.CONFIRM)
    desk.do(refund_id, V.PRINT)
    seen = of(refund_id, "version")
    for values, code in (
        ((None, "1"), "REQUIRED"), ((TODAY, " "), "REQUIRED"), ((TODAY, "1" * 61), "TOO_LONG"),
        ((TODAY + timedelta(days=1), "1"), "DATE_IN_FUTURE"), ((days(-1), "1"), "RECEIVED_BEFORE_PAID"),
    ):  # fmt: skip
        assert code_of(lambda: refund_receipts.receive(refund_id, seen, *values, actor=desk.finance[1])) == code  # noqa: B023
    for note, code in ((" ", "REQUIRED"), ("ก" * 1001, "TOO_LONG")):
        assert code_of(lambda: refund_receipts.annul(refund_id, seen, note, actor=desk.finance[1])) == code  # noqa: B023


def test_the_database_holds_the_locks_by_itself(any_desk):
    desk = any_desk
    claim_id = desk.counter.brought_to(ClaimStatus.PAID)
    printed, waits = desk.brought_to(S.PRINTED, claim_id=claim_id), desk.record(claim_id)
    entry = of(printed, "entry_id")
    over = desk.brought_to(S.CANCELLED_BY_AGENCY, claim_id=claim_id)
    user = desk.clerk.user_id
    same = ", ".join(one.name for one in RefundRequest.__table__.c if one.name not in ("id", "refund_no", "amount"))
    for statement in (
        f"UPDATE refund_request SET amount = 1 WHERE id = {printed}",
        f"UPDATE refund_request SET status = 'CONFIRMED' WHERE id = {printed}",
        f"UPDATE refund_request SET status = 'CANCELLED_BY_AGENCY' WHERE id = {printed}",
        f"UPDATE refund_request SET status = 'AWAITING_CONFIRMATION' WHERE id = {over}",
        f"UPDATE refund_request SET status = 'CANCELLED_BY_NHSO', note = 'x', cancelled_at = recorded_at WHERE id = {waits}",
        f"UPDATE refund_request SET status = 'PRINTED', prints = 1, printed_at = recorded_at, entry_id = {entry},"
        f" confirmed_at = recorded_at WHERE id = {waits}",
        f"UPDATE refund_request SET amount = 80001 WHERE id = {waits}",
        f"UPDATE refund_request SET amount = 0 WHERE id = {waits}",
        f"UPDATE refund_request SET confirmed_by_id = {user} WHERE id = {waits}",
        f"UPDATE refund_request SET received_by_id = {user} WHERE id = {printed}",
        f"UPDATE refund_request SET status = 'CONFIRMED' WHERE id = {waits}",
        f"UPDATE refund_request SET account_id = NULL WHERE id = {waits}",
        f"INSERT INTO refund_request (refund_no, amount, {same}) SELECT 'RF-X', 70001, {same} FROM refund_request"
        f" WHERE id = {waits}",
        f"DELETE FROM refund_request WHERE id = {waits}",
        "UPDATE fund_account SET account_no = '1'",
        "UPDATE fund_account SET decision = 'REFUSED'",
        "DELETE FROM fund_account",
    ):
        with pytest.raises(IntegrityError), db.writer.begin() as connection:
            connection.execute(sa.text(statement))
    with pytest.raises(PortalError, match="LEDGER_OVERDRAWN"):
        _receive_twice(desk, printed, claim_id)
    sound()


def _receive_twice(desk: Desk, refund_id: int, claim_id: int) -> None:
    desk.do(refund_id, V.RECEIVE)
    with transaction(desk.finance[0]) as session:
        ledger.post(
            session, own(session, claim_id), EntryKind.REFUND_RECEIVED, 1, actor=desk.finance[0],
            now=business_now(session),
        )  # fmt: skip

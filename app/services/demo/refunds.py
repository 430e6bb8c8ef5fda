"""Demo refunds, one in each state that matters, and two made-up accounts of the fund, through the officers' own verbs."""

from collections.abc import Sequence
from datetime import date

from app.domain.actor import NATION, Actor
from app.domain.refunds import RefundMethod
from app.models.refund import RefundRequest
from app.services.money import fund_accounts, refund_receipts, refunds
from app.services.money.fund_accounts import AccountForm
from app.services.money.refunds import RefundForm
from app.services.transaction import reading

PAYEE = "กองทุนสวัสดิการรักษาพยาบาลข้าราชการองค์กรปกครองส่วนท้องถิ่น (อปท.)"
# No real accounts: these numbers are the portal's own invention.
ACCOUNTS = (("ธ.ก.ส. (ตัวอย่าง)", "99-001-1-00001-1"), ("กรุงไทย (ตัวอย่าง)", "990-1-00002-2"))


def seed(claims: Sequence[int], clerk: Actor, first: Actor, second: Actor, today: date) -> None:
    """Of three paid claims: a refund whose money is there, a printed one, and a part that waits to be confirmed."""
    for bank, number in ACCOUNTS:
        proposed = fund_accounts.propose(AccountForm(bank, PAYEE, number, today), actor=first)
        fund_accounts.decide(proposed, True, actor=second)
    account = fund_accounts.offered(actor=clerk)[0].id
    twice, above, *_rest = (key for key, _name in refunds.reasons(actor=clerk))
    received, printed, waits = claims
    done = refunds.record(
        received, RefundForm(1_840_00, twice, RefundMethod.TRANSFER, account, "", today, "T-0001"), actor=clerk
    )
    _printed(done, clerk, second)
    refund_receipts.receive(done, _version(done), today, "RCV-0001", actor=first)
    cheque = RefundForm(2_260_50, above, RefundMethod.CHEQUE, None, "ค่าห้องเกินอัตราที่เบิกได้", today, "CHQ-77001")
    _printed(refunds.record(printed, cheque, actor=clerk), clerk, second)
    refunds.record(waits, RefundForm(160_00, above, RefundMethod.TRANSFER, account), actor=clerk)


def _printed(refund_id: int, clerk: Actor, confirmer: Actor) -> None:
    refunds.confirm(refund_id, _version(refund_id), actor=confirmer)
    refunds.note_print(refund_id, _version(refund_id), actor=clerk)


def _version(refund_id: int) -> int:
    with reading(NATION) as session:
        return session.get_one(RefundRequest, refund_id).version

"""Random acts of clerks and of the NHSO's finance on claims, appeals, refunds and runs, with receipts in collision and kills.

Nobody knows beforehand what is allowed: an act goes through or is refused in words. After each one the rules of money hold.
"""

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from app.domain.actor import Actor
from app.domain.appeals import AppealKind, AppealStatus
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, PatientType
from app.domain.errors import NotFound, PortalError
from app.domain.payment_runs import RunStatus
from app.domain.refunds import RefundMethod, RefundVerb
from app.models.database import db
from app.rules import appeal_statuses, claim_statuses, refund_statuses
from app.rules.refund_statuses import STANDING
from app.services import invariants
from app.services.invariant_money import MONEY
from app.services.money import appeal_review, appeals, bills, claim_review, claims, refunds, run_plans, runs
from app.services.money.held_receipts import FurtherReceipt
from tests.services import test_appeals, test_refunds
from tests.services.claim_counter import Counter
from tests.services.rights_register import KEY, TODAY, days
from tests.services.struck import Struck, struck_at
from tests.services.test_bills import cut
from tests.services.test_payment_runs import rows, work

RULES = [one.code for one in MONEY if one.code != "CLAIM_RIGHT_GONE"]  # the right comes and goes here
TABLES = {
    "receipt_claim": claim_statuses.TABLE,
    "appeal": appeal_statuses.TABLE,
    "refund_request": refund_statuses.TABLE,
}
HELD_TWICE = (
    "SELECT issuer_key, receipt_key, total FROM claimed_receipt WHERE held GROUP BY 1, 2, 3 HAVING count(*) > 1"
)
ONE_SIGNATURE = (
    "SELECT id FROM receipt_claim WHERE status IN ('APPROVED', 'PAID') AND approved > 10000000"
    " AND (signed_by_id IS NULL OR signed_by_id = decided_by_id)"
)
BIG = 150_000_00  # needs two signatures


class RandomMoney:
    """One sequence; each act takes any row, mostly one of the newest that are in a fitting state."""

    def __init__(self, counter: Counter, seed: int, *, kills: float = 0.0) -> None:
        self.counter, self.dice, self.kills = counter, Random(seed), kills
        self.appeals, self.refunds = test_appeals.Desk(counter), test_refunds.Desk(counter)
        self.clerks, self.finance = [counter.clerk, self.refunds.colleague], counter.finance
        self.is_cut = False
        self.told: Tally[str] = Tally()
        self.struck = 0
        acts: dict[Callable[[], None], int] = {
            self.claim: 3, self.send: 6, self.cancel: 1, self.decide: 8, self.recall: 2, self.pay: 2, self.appeal: 5,
            self.send_appeal: 6, self.cancel_appeal: 1, self.decide_appeal: 7, self.recall_appeal: 3, self.pay_appeal: 2,
            self.refund: 3, self.refund_on: 6, self.make_run: 3, self.release_run: 3, self.leave_run: 2, self.cancel_run: 1,
            self.begin_again: 1, self.change_right: 1, self.draft_refund: 1,
        }  # fmt: skip
        self.acts = [act for act, weight in acts.items() for _ in range(weight)]

    def step(self) -> None:
        """One act, and what must hold after it."""
        if self.is_cut and self.dice.random() < 0.3:
            self.change_right()
        before = {table: dict(rows(f"SELECT id, status FROM {table}")) for table in TABLES}
        act = self.dice.choice(self.acts)
        try:
            if self.dice.random() < self.kills:
                with struck_at(self.dice.randrange(1, 25)):
                    act()
            else:
                act()
            self.told[act.__name__] += 1
        except Struck:
            self.struck += 1
        except PortalError:
            self.told["refused"] += 1
            return
        self.check(before, act.__name__)

    def check(self, before: dict[str, dict[int, str]], what: str) -> None:
        """The ledger balances, nothing is paid twice or beyond its receipts, and states move by their tables."""
        with db.engine.connect() as connection:
            broken = [code for code in RULES for found in invariants.findings(connection, only=code) if found.count]
        assert (broken, rows(HELD_TWICE), rows(ONE_SIGNATURE)) == ([], [], []), what
        for table, of in TABLES.items():
            ways = {(line.of, line.to) for line in of}
            for id_, status in rows(f"SELECT id, status FROM {table}"):
                was = before[table].get(id_)
                assert was == status or (was, status) in ways or what in ("release_run", "begin_again"), (
                    what,
                    was,
                    status,
                )

    # The counter

    def claim(self) -> None:
        total = BIG if self.dice.random() < 0.25 else 1_000_00
        form = self.counter.form(
            receipt_no=self.dice.choice(["A-1", "A-2", "B-1", f"R-{self.dice.randrange(10**6)}"]), total=total,
            claimable=self.dice.choice([total, total * 9 // 10, total // 2]), hospital=self.dice.choice(["10001", "10002"]),
        )  # fmt: skip
        claim_id = claims.record(form, actor=self.clerk, hash_key=KEY)
        self.counter.attach(claim_id)

    def send(self) -> None:
        claims.submit(
            *self.some("receipt_claim", ClaimStatus.DRAFT, ClaimStatus.RETURNED), actor=self.clerk, hash_key=KEY
        )

    def cancel(self) -> None:
        claims.cancel(*self.some("receipt_claim"), actor=self.clerk)

    def appeal(self) -> None:
        claim_id, _version = self.some("receipt_claim", ClaimStatus.APPROVED, ClaimStatus.PAID)
        further = [self.further() for _ in range(self.dice.choice([0, 0, 1, 1, 2]))]
        form = self.appeals.form(additional=self.dice.choice([50_00, 100_00, 300_00, 60_000_00]), further=further)
        if self.dice.random() < 0.25:
            kind, hospital = self.dice.choice(list(PatientType)), self.dice.choice(["10001", "10002"])
            form = self.appeals.form(
                kind=AppealKind.DETAILS, hospital=hospital, patient_type=kind, compensation=None, additional=None
            )
        self.appeals.attach(appeals.record(claim_id, form, actor=self.clerk))

    def further(self) -> FurtherReceipt:
        number = self.dice.choice(["A-1", "A-2", "B-1", "B-2", "C-9"])
        return FurtherReceipt(
            self.dice.choice(["10001", "10002"]), number, self.dice.choice([300_00, 1_000_00, 120_000_00])
        )

    def send_appeal(self) -> None:
        appeals.submit(*self.some("appeal", AppealStatus.DRAFT), actor=self.clerk)

    def cancel_appeal(self) -> None:
        appeals.cancel(*self.some("appeal"), actor=self.clerk)

    def refund(self) -> None:
        method = self.dice.choice([RefundMethod.SET_OFF, RefundMethod.SET_OFF, RefundMethod.TRANSFER])
        account = None if method is RefundMethod.SET_OFF else self.refunds.account
        reason, _name = self.dice.choice(refunds.reasons(actor=self.clerk))
        amount = self.dice.choice([100_00, 450_00, 900_00, 1_000_00, 10_000_00])
        form = self.refunds.form(amount=amount, method=method, account_id=account, reason_id=reason)
        refunds.record(self.some("receipt_claim", ClaimStatus.PAID)[0], form, actor=self.clerk)

    def draft_refund(self) -> None:
        bills.draft(self.some("receipt_claim", ClaimStatus.PAID)[0], actor=self.clerk)

    def refund_on(self) -> None:
        R = RefundVerb
        verb = self.dice.choice([R.CONFIRM, R.CONFIRM, R.CONFIRM, R.RECORD, R.PRINT, R.CANCEL, R.ANNUL, R.RECEIVE])
        people = {R.CONFIRM: [*self.clerks, *self.finance], R.ANNUL: self.finance, R.RECEIVE: self.finance}
        refund_id, _version = self.some("refund_request", *STANDING)
        self.refunds.do(refund_id, verb, actor=self.dice.choice(people.get(verb, self.clerks)))

    # The NHSO's finance

    def decide(self) -> None:
        verb = self.dice.choice([ClaimVerb.APPROVE] * 6 + [ClaimVerb.RETURN, ClaimVerb.DENY])
        amount = self.dice.choice([None, None, 500_00, 90_000_00, 110_000_00]) if verb is ClaimVerb.APPROVE else None
        reason = self.dice.choice([None, ClaimReason.AMOUNT_WRONG, ClaimReason.NOT_ENTITLED, ClaimReason.DUPLICATE])
        some = self.some("receipt_claim", ClaimStatus.SUBMITTED)
        claim_review.decide(claim_review.Decision(*some, verb, amount, reason), actor=self.officer)

    def recall(self) -> None:
        some = self.some("receipt_claim", ClaimStatus.APPROVED, ClaimStatus.DENIED)
        claim_review.recall(*some, "ทบทวน", actor=self.officer)

    def pay(self) -> None:
        claim_review.pay(*self.some("receipt_claim", ClaimStatus.APPROVED), TODAY, "K-1", actor=self.officer)
        assert not self.is_cut, "paid while its right is gone"

    def decide_appeal(self) -> None:
        passes = self.dice.random() < 0.85
        appeal_review.decide(*self.some("appeal", AppealStatus.SUBMITTED), passes, "ไม่ครบ", actor=self.officer)

    def recall_appeal(self) -> None:
        appeal_review.recall(*self.some("appeal", AppealStatus.PASSED), "ทบทวน", actor=self.officer)

    def pay_appeal(self) -> None:
        appeal_review.pay(*self.some("appeal", AppealStatus.PASSED), TODAY, "K-2", actor=self.officer)
        assert not self.is_cut, "paid while its right is gone"

    def make_run(self) -> None:
        officer = self.officer
        plan = run_plans.preview(TODAY, "", actor=officer)
        run_plans.make(TODAY, "", (plan.count, plan.satang), actor=officer)

    def release_run(self) -> None:
        runs.release(*self.some("payment_run", RunStatus.PREPARED), actor=self.officer)
        if self.dice.random() < 0.3:
            self.change_right()
        work()

    def leave_run(self) -> None:
        runs.leave_mine(*self.some("payment_run", RunStatus.PREPARED), actor=self.officer)

    def cancel_run(self) -> None:
        runs.cancel(*self.some("payment_run", RunStatus.PREPARED), actor=self.officer)

    def begin_again(self) -> None:
        work()

    def change_right(self) -> None:
        """The right of the day ends before it, or that end was an error; it is mostly there."""
        if self.is_cut or self.dice.random() < 0.5:
            self.is_cut = not self.is_cut
            cut(self.counter, days(-20) if self.is_cut else None)

    # Who, and which

    @property
    def clerk(self) -> Actor:
        return self.dice.choice(self.clerks)

    @property
    def officer(self) -> Actor:
        return self.dice.choice(self.finance)

    def some(self, table: str, *states: Any) -> tuple[int, int]:
        """Id and version of a row, mostly of one in these states."""
        known: Sequence[Any] = rows(f"SELECT id, version, status FROM {table} ORDER BY id")
        fitting = [one for one in known if one[2] in states] if states and self.dice.random() < 0.85 else known
        if not known:
            raise NotFound(table)
        found = self.dice.choice((fitting or known)[-6:])
        return found[0], found[1]

"""A year of a province's money, month by month, by the officers' own verbs, beside an oracle that only adds and takes off.

Every verb may be struck dead at any of its statements and is then done anew: the oracle hears of it once it is through. After
each step the claim that was touched stands in the ledger as the oracle says; after each month every rule of money holds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, TypeVar

from app.domain.actor import NATION
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb
from app.domain.refunds import RefundMethod, RefundVerb
from app.models.database import db
from app.services import invariants
from app.services.money import claim_review, claims, ledger, run_plans, run_release, runs, set_offs
from app.services.transaction import reading
from tests.services import test_appeals, test_refunds
from tests.services.claim_copies import copied
from tests.services.claim_counter import Counter, value, version
from tests.services.rights_register import KEY, TODAY, days
from tests.services.struck import Struck, struck_at
from tests.services.test_payment_runs import rows, seen

S, V, R = ClaimStatus, ClaimVerb, RefundVerb
Answer = TypeVar("Answer")
BIG = 250_000_00  # needs two signatures


@dataclass
class Case:
    """What the oracle knows of a claim: satang that were granted, paid, are expected back and came back."""

    claim_id: int
    claimable: int
    total: int
    status: ClaimStatus = S.SUBMITTED
    granted: int = 0
    more: list[int] = field(default_factory=list)  # of passed appeals that wait for their money
    paid: int = 0
    payments: int = 0
    due: int = 0
    back: int = 0
    refunds: int = 0  # of all that were not given up

    @property
    def owed(self) -> int:
        """Granted and not yet paid."""
        return (self.granted if self.status is S.APPROVED else 0) + sum(self.more)


@dataclass
class Waiting:
    """A refund that waits to be kept back."""

    refund_id: int
    case: Case
    left: int


class Year:
    """The desk of one agency and the NHSO's finance: the first decides, the second signs and gathers, the third pays."""

    def __init__(self, counter: Counter, seed: int, *, kills: float) -> None:
        self.counter, self.chance, self.kills = counter, Random(seed), kills
        self.appeals, self.refunds = test_appeals.Desk(counter), test_refunds.Desk(counter)
        self.cases: list[Case] = []
        self.to_keep_back: list[Waiting] = []
        self.killed = self.steps = 0
        self.done: dict[str, int] = {}

    def month(self, claims_of_it: int, copies: int = 0) -> None:
        """New claims to their decision, appeals and refunds of earlier ones, then a run; everything is looked at.

        `copies` of them are written as approved by SQL, so that runs are as large as a province's.
        """
        for _ in range(claims_of_it):
            self.claim()
        if copies:
            self.copy(copies)
        paid = [case for case in self.cases if case.status is S.PAID]
        for case in self.chance.sample(paid, min(len(paid) // 12, claims_of_it)):
            self.appeal(case) if self.chance.random() < 0.5 else self.refund(case)
        self.run()
        self.look_at_all()

    def claim(self) -> None:
        """A receipt, sent and decided on one of its ways."""
        chance = self.chance
        total = BIG if chance.random() < 0.03 else chance.randint(1, 50_000_00)
        claimable = chance.randint(max(total * 2 // 3, 1), total)
        form = {"total": total, "claimable": claimable, "served_on": days(-chance.randint(2, 300))}
        form["receipt_on"] = form["served_on"]
        claim_id = self.do("record", lambda: self.counter.record(**form))
        self.do("attach", lambda: self.counter.attach(claim_id))
        self.do("send", lambda: self.counter.send(claim_id))
        case = Case(claim_id, claimable, total)
        self.cases.append(case)
        way = chance.random()
        if way < 0.08:
            self.decide(case, V.RETURN, reason=ClaimReason.AMOUNT_WRONG)
            case.status = S.RETURNED
            self.compare(case)
            case.claimable = max(case.claimable - 1, 1)
            mended = replace(self.counter.form(**form), claimable=case.claimable)
            again = {"actor": self.counter.clerk, "hash_key": KEY, "claim_id": claim_id}
            self.do("mend", lambda: claims.record(mended, seen_version=version(claim_id), **again))
            self.do("send", lambda: self.counter.send(claim_id))
            case.status = S.SUBMITTED
        elif way < 0.14:
            self.decide(case, V.DENY, reason=ClaimReason.AMOUNT_WRONG)
            case.status = S.DENIED
        elif way < 0.16:
            case.status = S.SUBMITTED  # waits over the month
            self.compare(case)
            return
        if case.status is S.SUBMITTED:
            self.approve(case)
        self.compare(case)

    def copy(self, count: int) -> None:
        """Approved claims like one that went through all verbs."""
        origin = self.counter.brought_to(S.APPROVED)
        for number in (origin, *copied(origin, count)):
            self.cases.append(Case(number, 900_00, 1_000_00, S.APPROVED, granted=900_00))

    def approve(self, case: Case) -> None:
        """In full or in part, by one or two signatures; now and then taken back and given anew."""
        part = self.chance.random() < 0.15 and case.claimable > 1
        amount = self.chance.randint(1, case.claimable - 1) if part else None
        values: dict[str, Any] = {"amount": amount, "reason": ClaimReason.NOT_CLAIMABLE} if part else {}
        self.decide(case, V.APPROVE, **values)
        if value("status", case.claim_id) is S.SUBMITTED:
            self.compare(case)  # signed once: nothing is owed
            self.decide(case, V.APPROVE, by=1, **values)
        case.status, case.granted = S.APPROVED, amount or case.claimable
        self.compare(case)
        if self.chance.random() < 0.05:
            note, officer = "ตรวจอีกครั้ง", self.counter.finance[0]
            self.do("recall", lambda: claim_review.recall(case.claim_id, version(case.claim_id), note, actor=officer))
            case.status, case.granted = S.SUBMITTED, 0
            self.compare(case)
            self.approve(case)

    def decide(self, case: Case, verb: ClaimVerb, by: int = 0, **values: Any) -> None:
        self.do(verb.value.lower(), lambda: self.counter.decide(case.claim_id, verb, by, **values))

    def appeal(self, case: Case) -> None:
        """For more of a paid claim, where its receipt has more; it passes or not, and now and then that is taken back."""
        room = case.total - case.granted - sum(case.more) - (case.paid - case.granted)
        if room <= 0:
            return
        more, desk = self.chance.randint(1, room), self.appeals
        appeal_id = self.do("appeal", lambda: desk.sent(case.claim_id, additional=more), whole=True)
        passes = self.chance.random() < 0.8
        self.do("pass", lambda: desk.decide(appeal_id, passes, "" if passes else "ไม่มีเหตุ"))
        if passes and test_appeals.of(appeal_id, "status") is test_appeals.S.SUBMITTED:
            self.do("pass", lambda: desk.decide(appeal_id, by=1))
        if passes:
            case.more.append(more)
        self.compare(case)
        if passes and self.chance.random() < 0.15:
            self.do("recall appeal", lambda: desk.recall(appeal_id))
            case.more.remove(more)
            self.compare(case)

    def refund(self, case: Case) -> None:
        """Of a paid claim: a part or all, by transfer, cheque or from the next transfer, and one of its ends."""
        room = case.paid - case.refunds
        if room <= 0:
            return
        amount, way, desk = self.chance.randint(1, room), self.chance.choice(list(RefundMethod)), self.refunds
        account = desk.account if way is RefundMethod.TRANSFER else None
        refund_id = self.do("refund", lambda: desk.record(case.claim_id, amount=amount, method=way, account_id=account))
        self.compare(case)
        if self.chance.random() < 0.1:
            self.do("cancel", lambda: desk.do(refund_id, R.CANCEL))
            return
        case.refunds += amount
        self.do("confirm", lambda: desk.do(refund_id, R.CONFIRM, self.chance.choice([desk.colleague, desk.finance[0]])))
        case.due += amount
        self.compare(case)
        if way is RefundMethod.SET_OFF:
            self.to_keep_back.append(Waiting(refund_id, case, amount))
            return
        self.do("print", lambda: desk.do(refund_id, R.PRINT))
        end = self.chance.random()
        if end < 0.15:
            self.do("annul", lambda: desk.do(refund_id, R.ANNUL))
            case.due, case.refunds = case.due - amount, case.refunds - amount
        elif end < 0.8:
            self.do("receive", lambda: desk.do(refund_id, R.RECEIVE))
            case.due, case.back = case.due - amount, case.back + amount
        self.compare(case)

    def run(self) -> None:
        """What is approved is gathered, released by the third officer, and paid by a job that is struck again and again."""
        finance, due = self.counter.finance, [case for case in self.cases if case.owed]
        found = run_plans.preview(TODAY, "", actor=finance[1])
        assert (found.count, found.satang) == (
            sum((case.status is S.APPROVED) + len(case.more) for case in due), sum(case.owed for case in due),
        )  # fmt: skip
        if not found.count:
            return
        run_id = self.do("make", lambda: run_plans.make(TODAY, "", (found.count, found.satang), actor=finance[1]))
        self.do("release", lambda: runs.release(run_id, seen(run_id), actor=finance[2]))
        told = {"run_id": run_id, "officer_id": finance[2].user_id, "officer": "n3"}
        self.do("pay", lambda: run_release.run(told, _Lease()), within=60, strikes=6, kills=1.0)
        kept = self.keep_back(found.satang)
        for case in due:
            if case.status is S.APPROVED:
                case.status, case.paid, case.payments = S.PAID, case.paid + case.granted, case.payments + 1
            case.paid, case.payments = case.paid + sum(case.more), case.payments + len(case.more)
            case.more.clear()
            self.compare(case)
        booked = "SELECT satang, set_off, line_count FROM transfer_statement WHERE run_id = :id"
        assert rows(booked, id=run_id) == [(found.satang, kept, found.count)]

    def keep_back(self, satang: int) -> int:
        """What the oracle takes off a transfer, the oldest confirmation first."""
        kept = 0
        for waiting in self.to_keep_back:
            share = min(waiting.left, satang - kept)
            waiting.left -= share
            waiting.case.due, waiting.case.back, kept = (
                waiting.case.due - share,
                waiting.case.back + share,
                kept + share,
            )
            self.compare(waiting.case) if not waiting.case.owed else None
        self.to_keep_back = [one for one in self.to_keep_back if one.left]
        return kept

    def do(
        self, name: str, act: Callable[[], Answer], *, whole: bool = False, within: int = 30, strikes: int = 1,
        kills: float | None = None,
    ) -> Answer:  # fmt: skip
        """The act, struck before it goes through once; `whole` where it is several verbs and cannot be begun again."""
        self.steps += 1
        self.done[name] = self.done.get(name, 0) + 1
        for _ in range(strikes):
            if not whole and self.chance.random() < (self.kills if kills is None else kills):
                try:
                    with struck_at(self.chance.randint(1, within)):
                        return act()
                except Struck:
                    self.killed += 1
        return act()

    def compare(self, case: Case) -> None:
        """The claim stands in the ledger, and in the register, as the oracle says."""
        with reading(NATION) as session:
            entries = ledger.of_claim(session, case.claim_id)
            found = ledger.standing(entries)
        back = sum(one.satang for one in entries if one.kind.value in ("REFUND_RECEIVED", "REFUND_SET_OFF"))
        payments = sum(one.kind.value == "PAYMENT" for one in entries)
        assert (found.owed, found.paid + back, found.refund_due, back, payments) == (
            case.owed, case.paid, case.due, case.back, case.payments,
        )  # fmt: skip
        assert value("status", case.claim_id) is case.status

    def look_at_all(self) -> None:
        """Every rule of money holds, the accounts balance, and nothing is paid twice or lost."""
        with db.engine.connect() as connection:
            broken = [one.invariant.code for one in invariants.findings(connection) if one.count]
        assert [code for code in broken if code.startswith(("LEDGER", "CLAIM", "REFUND", "RUN"))] == []
        sums = dict(rows("SELECT account, sum(s) FROM (SELECT debit account, sum(satang) s FROM ledger_entry GROUP BY 1 UNION ALL"
                         " SELECT credit, -sum(satang) FROM ledger_entry GROUP BY 1) x GROUP BY 1"))  # fmt: skip
        assert sum(sums.values()) == 0
        assert int(sums.get("OWED", 0)) == -sum(case.owed for case in self.cases)
        assert int(sums.get("BANK", 0)) == sum(case.back - case.paid for case in self.cases)
        assert int(sums.get("REFUND_DUE", 0)) == sum(case.due for case in self.cases)
        for case in self.cases:
            assert case.payments <= 1 + self.done.get("appeal", 0)
        paid = rows("SELECT count(*) FROM receipt_claim WHERE status = 'PAID'")
        assert paid == [(sum(case.status is S.PAID for case in self.cases),)]
        waits = rows(
            "SELECT count(*) FROM refund_request WHERE method = 'SET_OFF' AND status IN ('CONFIRMED', 'PRINTED')"
        )
        assert waits == [(len(self.to_keep_back),)]
        assert set_offs.of_statement(0, actor=self.counter.clerk) == []


class _Lease:
    """Whoever runs the job again is the only one who does."""

    def guard(self, _session: Any, **_changes: Any) -> None: ...

    def progress(self, _done: int, _total: int | None) -> None: ...

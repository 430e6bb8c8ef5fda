"""Receipts: every worked case, each clause with a case that needs it; and the table of a claim's states."""

from datetime import date

import pytest

from app.domain.claims import ClaimStatus, ClaimVerb, PatientType
from app.domain.powers import Power
from app.domain.roles import ROLES
from app.rules import receipts
from app.rules.cases import receipt
from app.rules.claim_statuses import TABLE
from app.rules.receipts import CLAUSES, ReceiptFacts, faults, is_same_patient
from tests.rules.case_files import answers_shuffled, differences, families_of

S, V = ClaimStatus, ClaimVerb


def test_every_worked_case():
    assert differences(receipt.TOPIC) == []
    assert answers_shuffled(receipt.TOPIC, 7)


def test_each_clause_has_a_case():
    told = " ".join(row["expected_faults"] for row in families_of(receipt.TOPIC)[0])
    elsewhere = {receipts.NAME_DIFFERS.code, receipts.RECEIPT_AGES.code}
    assert [clause.code for clause in CLAUSES if clause.code not in told and clause.code not in elsewhere] == []


def test_all_that_is_wrong_is_told_at_once():
    facts = ReceiptFacts(
        date(2026, 11, 22), PatientType.IP, date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1), 5, 4,
        birth_date=date(2026, 12, 2), death_date=date(2026, 11, 1),
    )  # fmt: skip
    assert {fault.code for fault in faults(facts)} == {
        "SERVICE_IN_FUTURE", "SERVICE_BEFORE_BIRTH", "SERVICE_AFTER_DEATH", "DISCHARGE_BEFORE_ADMISSION",
        "RECEIPT_IN_FUTURE", "CLAIMABLE_OVER_TOTAL",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("นายสมชาย ใจดี", True), ("สมชาย  ใจดี", True), ("นาย สมชายใจดี", True), ("สมชาย ใจดีมาก", False),
        ("พ.ต.สมชาย ใจดี", True), ("ว่าที่ ร.ต. ดร.สมชาย ใจดี", True), ("จ.ส.อ. สมชาย ใจดี", True), ("ร้อยเอกสมชาย ใจดี", True),
        ("พิมพ์สมชาย ใจดี", False), ("พ.ต.สมหญิง ใจดี", False), ("สมหญิง ใจดี", False), ("", False), ("นาย", False),
    ],
)  # fmt: skip
def test_the_name_on_the_receipt(written, same):
    assert is_same_patient(written, "นาย", "นายสมชาย ใจดี", ["ร้อยเอก"]) is same


# From each state, what leads where; whatever is not named here is refused.
WAYS = {
    (None, V.RECORD): S.DRAFT, (S.DRAFT, V.RECORD): S.DRAFT, (S.RETURNED, V.RECORD): S.RETURNED,
    (S.DRAFT, V.SUBMIT): S.SUBMITTED, (S.RETURNED, V.SUBMIT): S.SUBMITTED,
    (S.DRAFT, V.CANCEL): S.CANCELLED, (S.RETURNED, V.CANCEL): S.CANCELLED, (S.SUBMITTED, V.CANCEL): S.CANCELLED,
    (S.DRAFT, V.ALLOW_LATE): S.DRAFT, (S.RETURNED, V.ALLOW_LATE): S.RETURNED,
    (S.SUBMITTED, V.RETURN): S.RETURNED, (S.SUBMITTED, V.DENY): S.DENIED,
    (S.SUBMITTED, V.SIGN): S.SUBMITTED, (S.SUBMITTED, V.APPROVE): S.APPROVED,
    (S.DENIED, V.RECALL): S.SUBMITTED, (S.APPROVED, V.RECALL): S.SUBMITTED, (S.APPROVED, V.PAY): S.PAID,
}  # fmt: skip


def test_the_table_of_states_leads_there_and_nowhere_else():
    for of in (None, *S):
        for verb in V:
            found = TABLE.line(of, verb)
            assert (found.to if found else None) == WAYS.get((of, verb)), (of, verb)
    assert all(line.source.text for line in TABLE)
    assert len({(line.of, line.verb) for line in TABLE}) == len(TABLE)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_just_its_part(role):
    powers = ROLES[role].powers
    clerk = {V.RECORD, V.SUBMIT, V.CANCEL} if role == "finance_clerk" else set()
    decider = {V.ALLOW_LATE, V.RETURN, V.DENY, V.SIGN, V.APPROVE, V.RECALL, V.PAY} if role == "nhso_finance" else set()
    assert {verb for of in S for verb in TABLE.verbs(of, powers)} == clerk | decider
    assert not {Power.RECORD_CLAIM, Power.DECIDE_CLAIM} <= powers


def test_how_many_days_are_left_is_told_with_the_warning():
    bought = date(2026, 1, 1)
    facts = ReceiptFacts(date(2026, 12, 20), PatientType.OP, bought, None, bought, 5, 5)
    last = receipts.in_force(receipts.DAYS_TO_CLAIM, bought)
    found = receipts.warning(facts)
    assert found is not None and found.facts == {"days_left": last - (facts.today - bought).days}


def test_without_a_day_the_newest_figure_bounds_a_receipt():
    assert receipts.largest(None) == receipts.largest(date(2026, 11, 22)) > 0


def test_the_very_day_and_the_least_amount_are_no_faults():
    day = date(2026, 11, 22)
    facts = ReceiptFacts(day, PatientType.IP, day, day, day, 1, 1, birth_date=day, death_date=day)
    assert faults(facts) == ()


@pytest.mark.parametrize(
    ("written", "title", "titles", "same"),
    [
        ("พ.ต.ท.สมชาย ใจดี", "นาย", [], True),  # not a major with letters left over
        ("ทันตแพทย์หญิงสมชาย ใจดี", "ทันตแพทย์หญิง", [], True),  # a title of which only the register knows
        ("ทันตแพทย์หญิงสมชาย ใจดี", "นาย", [], False),
        ("ว่าที่ ร้อยเอก สมชาย ใจดี", "นาย", ["ว่าที่ ร้อยเอก"], True),
        ("ร้อยเอก สมชาย ใจดี", "นาย", ["ว่าที่ ร้อยเอก"], False),
        ("คุณหญิง ดร. สมชาย ใจดี", "นาย", [], True),
        ("คุณหญิง ดร. พญ. สมชาย ใจดี", "นาย", [], False),  # three titles and no more
    ],
)
def test_titles_before_the_name(written, title, titles, same):
    assert is_same_patient(written, title, f"{title}สมชาย ใจดี", titles) is same


def test_a_receipt_that_is_too_old_stays_so_where_nobody_allowed_it():
    bought = date(2025, 1, 1)
    facts = ReceiptFacts(date(2026, 11, 22), PatientType.OP, bought, None, bought, 5, 5)
    assert [fault.code for fault in faults(facts)] == ["RECEIPT_TOO_OLD"]

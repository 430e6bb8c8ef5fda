"""Demo claims in every state and an appeal, through the officers' own verbs; made-up hospitals and receipts."""

import io
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.appeals import AppealKind, Compensation
from app.domain.claims import ClaimReason, ClaimVerb, PaperKind, PatientType
from app.domain.clock import bangkok_day
from app.domain.people import HospitalType
from app.models.appeal import Appeal
from app.models.claim import ReceiptClaim
from app.models.hospital import Hospital
from app.models.job import Job
from app.models.payment_run import PaymentRun
from app.services import jobs
from app.services.clock import business_now
from app.services.code_tables import add_row
from app.services.demo import refunds as demo_refunds
from app.services.demo import world
from app.services.demo.accounts import EXAMPLE_ID, TAO, TOWN
from app.services.evidence import Shelf
from app.services.money import (
    agency_accounts,
    appeal_papers,
    appeals,
    claim_papers,
    claim_review,
    claims,
    run_plans,
    runs,
)
from app.services.money.appeals import AppealForm
from app.services.money.claim_review import Decision
from app.services.money.claims import ClaimForm
from app.services.money.held_receipts import FurtherReceipt
from app.services.transaction import reading

HOSPITALS = (
    ("99011", "โรงพยาบาลตัวอย่าง", "11"),
    ("99012", "โรงพยาบาลตัวอย่างแห่งที่สอง", "11"),
    ("99090", "โรงพยาบาลตัวอย่างภาคใต้", "90"),
)
_NAME, _KEY = "สมชาย ตัวอย่างดี", "demo"
_SAMPLE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 595]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 62>>stream
BT /F 18 Tf 60 500 Td (SAMPLE RECEIPT NUMBER) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
startxref
0
%%EOF
"""  # noqa: E501


def seed(uploads: Path) -> None:
    """Hospitals, and one claim or more in each state for the official whom the README names."""
    _hospitals()
    clerk = world.officer("finance1", TOWN)
    first, second, payer = (world.officer(name) for name in ("nhso_finance1", "nhso_finance2", "nhso_finance3"))
    shelf, today = Shelf(uploads), bangkok_day(business_now())

    def sent(number: int, total: int, *, days: int = 20, claimable: int | None = None) -> int:
        claim_id = _recorded(number, total, claimable or total, today - timedelta(days=days), clerk)
        paper = io.BytesIO(_SAMPLE.replace(b"NUMBER", b"%08d" % number))
        claim_papers.attach(claim_id, PaperKind.RECEIPT, paper, "ใบเสร็จ.pdf", actor=clerk, shelf=shelf)
        claims.submit(claim_id, _version(claim_id), actor=clerk, hash_key=_KEY)
        return claim_id

    _recorded(101, 450_00, 450_00, today - timedelta(days=3), clerk)
    _recorded(102, 1_250_50, 1_250_50, today - timedelta(days=320), clerk)
    for number, total in ((103, 820_00), (104, 3_400_00), (105, 15_750_25)):
        sent(number, total)
    large = sent(106, 182_500_00, days=40, claimable=165_000_00)
    claim_review.decide(Decision(large, _version(large), ClaimVerb.APPROVE), actor=first)
    _decide(sent(107, 990_00), ClaimVerb.RETURN, ClaimReason.PAPERS_MISSING, "ภาพใบเสร็จไม่ชัด โปรดแนบใหม่", first)
    _decide(sent(108, 600_00), ClaimVerb.DENY, ClaimReason.OTHER_SCHEME, "", second)
    paid = sent(110, 5_320_75, days=60, claimable=5_000_00)
    _decide(paid, ClaimVerb.APPROVE, None, "", first)
    claim_review.pay(paid, _version(paid), today, "KTB-0001", actor=payer)
    _appeal(paid, 200_00, clerk, shelf)
    _decide(sent(112, 1_860_00, days=30), ClaimVerb.APPROVE, None, "", second)
    _decide(sent(113, 4_275_50, days=25, claimable=4_000_00), ClaimVerb.APPROVE, None, "", first)
    _accounts(first, second)
    _run(today, second, payer)
    _decide(sent(109, 2_150_00), ClaimVerb.APPROVE, None, "", second)
    given_up = sent(111, 75_00)
    claims.cancel(given_up, _version(given_up), actor=clerk)
    too_much = [sent(number, total, days=50) for number, total in ((115, 1_840_00), (116, 7_260_50), (117, 960_00))]
    for claim_id in too_much:
        _decide(claim_id, ClaimVerb.APPROVE, None, "", first)
        claim_review.pay(claim_id, _version(claim_id), today, "KTB-0002", actor=payer)
    demo_refunds.seed(too_much, clerk, first, second, today)


def _hospitals() -> None:
    for code, name, province in HOSPITALS:
        row = {
            "code": code, "name_th": name, "province_code": province, "hospital_type": HospitalType.STATE,
            "valid_from": date(2000, 1, 1), "valid_until": None,
        }  # fmt: skip
        if not _is_there(code):
            add_row(Hospital, row, actor=world.BUILDER)


def _accounts(first: Actor, second: Actor) -> None:
    """Made-up bank accounts of both agencies, each proposed by one officer and confirmed by another."""
    for code, number, name in (
        (TOWN, "9900000001", "เทศบาลเมืองตัวอย่าง"),
        (TAO, "9900000002", "องค์การบริหารส่วนตำบลตัวอย่าง"),
    ):
        agency_accounts.decide(agency_accounts.propose(code, "006", number, name, actor=first), True, actor=second)


def _run(today: date, maker: Actor, payer: Actor) -> None:
    """A payment run that is paid out already, with its statement and notice."""
    seen = run_plans.preview(today, "", actor=maker)
    run_id = run_plans.make(today, "", (seen.count, seen.satang), actor=maker)
    with reading(NATION) as session:
        version = session.get_one(PaymentRun, run_id).version
    runs.release(run_id, version, actor=payer)
    with reading(NATION) as session:
        job_id, attempt = session.execute(
            sa.select(Job.id, Job.attempt).where(Job.key == f"{runs.KIND}:{run_id}")
        ).one()
    jobs.run(job_id, attempt)


def _appeal(claim_id: int, additional: int, clerk: Actor, shelf: Shelf) -> None:
    further = (FurtherReceipt(HOSPITALS[0][1], "68-00199", 340_00),)
    reason, _name = appeals.reasons(actor=clerk)[0]
    form = AppealForm(AppealKind.AMOUNT, reason, "", "", None, Compensation.MEDICINE, additional, further)
    appeal_id = appeals.record(claim_id, form, actor=clerk)
    paper = io.BytesIO(_SAMPLE.replace(b"NUMBER", b"further"))
    appeal_papers.attach(appeal_id, paper, "ใบเสร็จเพิ่มเติม.pdf", actor=clerk, shelf=shelf)
    with reading(NATION) as session:
        version = session.get_one(Appeal, appeal_id).version
    appeals.submit(appeal_id, version, actor=clerk)


def _recorded(number: int, total: int, claimable: int, day: date, clerk: Actor) -> int:
    form = ClaimForm(
        EXAMPLE_ID, PatientType.OP, day, f"68-{number:05d}", day, total, claimable, HOSPITALS[number % 2][0], _NAME
    )
    return claims.record(form, actor=clerk, hash_key=_KEY)


def _decide(claim_id: int, verb: ClaimVerb, reason: ClaimReason | None, note: str, actor: Actor) -> None:
    claim_review.decide(Decision(claim_id, _version(claim_id), verb, reason=reason, note=note), actor=actor)


def _is_there(code: str) -> bool:
    with reading(NATION) as session:
        return session.scalar(sa.select(Hospital.id).where(Hospital.code == code)) is not None


def _version(claim_id: int) -> int:
    with reading(NATION) as session:
        return session.get_one(ReceiptClaim, claim_id).version

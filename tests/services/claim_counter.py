"""A counter for receipt claims: two agencies with finance clerks, three officers of the NHSO, a hospital and a patient."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actor import NATION, Actor
from app.domain.bank_accounts import AgencyAccountState
from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, PaperKind, PatientType
from app.domain.clock import real_now
from app.domain.errors import InvalidForm, PortalError
from app.domain.people import HospitalType, Relation
from app.domain.roles import powers_of
from app.models import Agency, Hospital, PortalUser
from app.models.agency_account import AgencyAccount
from app.models.claim import ReceiptClaim
from app.models.database import db
from app.services.evidence import Shelf
from app.services.money import claim_papers, claim_review, claims, ledger
from app.services.money.claim_review import Decision, Outcome
from app.services.money.claims import ClaimForm
from app.services.transaction import reading
from tests.services.conftest import _user, nid
from tests.services.rights_register import KEY, TODAY, agency, days, right
from tests.services.test_evidence import PDF

PATIENT, CHILD = nid(8001), nid(8002)
NAME = "สมชายผู้ลับ ใจดีนามสกุลลับ"


@dataclass
class Counter:
    """Who works there, and the verbs in short."""

    clerk: Actor
    other_clerk: Actor
    finance: list[Actor]
    shelf: Shelf
    serial: int = 0
    entitlements: dict[str, int] = field(default_factory=dict)

    def form(self, **values: Any) -> ClaimForm:
        """A good claim under a receipt number of its own."""
        self.serial += 1
        given = ClaimForm(
            PATIENT, PatientType.OP, days(-10), f"R-{self.serial}", days(-10), 1_000_00, 900_00, "10001", NAME
        )
        return replace(given, **values)

    def record(self, **values: Any) -> int:
        return claims.record(self.form(**values), actor=self.clerk, hash_key=KEY)

    def attach(self, claim_id: int, kind: PaperKind = PaperKind.RECEIPT, actor: Actor | None = None) -> int:
        content = io.BytesIO(PDF + f"%{claim_id}{kind}".encode() + b"\nstartxref\n0\n%%EOF")
        return claim_papers.attach(claim_id, kind, content, "ใบเสร็จ.pdf", actor=actor or self.clerk, shelf=self.shelf)

    def send(self, claim_id: int) -> int:
        claims.submit(claim_id, version(claim_id), actor=self.clerk, hash_key=KEY)
        return claim_id

    def sent(self, **values: Any) -> int:
        claim_id = self.record(**values)
        self.attach(claim_id)
        return self.send(claim_id)

    def decide(self, claim_id: int, verb: ClaimVerb = ClaimVerb.APPROVE, by: int = 0, **values: Any) -> Outcome:
        decision = Decision(claim_id, version(claim_id), verb, **values)
        return claim_review.decide(decision, actor=self.finance[by])

    def pay(self, claim_id: int, by: int = 2, on: date = TODAY) -> Outcome:
        return claim_review.pay(claim_id, version(claim_id), on, "KTB-1", actor=self.finance[by])

    def brought_to(self, status: ClaimStatus) -> int:
        """A new claim in this state."""
        claim_id = self.record()
        if status is ClaimStatus.CANCELLED:
            claims.cancel(claim_id, version(claim_id), actor=self.clerk)
        if status in (ClaimStatus.DRAFT, ClaimStatus.CANCELLED):
            return claim_id
        self.attach(claim_id)
        self.send(claim_id)
        refusals = {ClaimStatus.RETURNED: ClaimVerb.RETURN, ClaimStatus.DENIED: ClaimVerb.DENY}
        if status in refusals:
            self.decide(claim_id, refusals[status], reason=ClaimReason.AMOUNT_WRONG)
        if status in (ClaimStatus.APPROVED, ClaimStatus.PAID):
            self.decide(claim_id)
        if status is ClaimStatus.PAID:
            self.pay(claim_id)
        return claim_id


def open_counter(folder: Path) -> Counter:
    """Write the people, the hospitals and the patients' rights into the bound database."""
    here, there = agency(), agency("06900101", "อบต.ตัวอย่าง")
    entitlements = {"own": right(PATIENT, agency_id=here, entitled_from=days(-800))}
    child = {"relation": Relation.CHILD, "agency_id": here, "entitled_from": days(-30), "entitled_until": days(-5)}
    entitlements["child"] = right(CHILD, through=PATIENT, **child)
    with Session(db.writer) as session:
        town, tao = session.get_one(Agency, here), session.get_one(Agency, there)
        clerk = _user(session, "f1", "finance_clerk", town)
        other = _user(session, "f2", "finance_clerk", tao)
        finance = [_finance(session, name, town) for name in ("n1", "n2", "n3")]
        for code, name, until in (
            ("10001", "โรงพยาบาลหนึ่ง", None), ("10002", "โรงพยาบาลสอง", None), ("10003", "โรงพยาบาลเก่า", days(-100)),
        ):  # fmt: skip
            session.add(
                Hospital(
                    code=code, name_th=name, province_code="11", hospital_type=HospitalType.STATE,
                    valid_from=date(2000, 1, 1), valid_until=until,
                )
            )  # fmt: skip
        for place, number in ((town, "1112223334"), (tao, "5556667778")):
            account = {
                "agency_id": place.id, "bank_code": "006", "account_no": number, "account_name": f"บัญชี {place.name_th}",
                "state": AgencyAccountState.CONFIRMED, "proposed_by_id": finance[0].user_id, "proposed_at": real_now(),
                "decided_by_id": finance[1].user_id, "decided_at": real_now(),
            }  # fmt: skip
            session.execute(sa.insert(AgencyAccount.__table__).values(account))
        session.commit()
    return Counter(clerk, other, finance, Shelf(folder), entitlements=entitlements)


def _finance(session: Session, name: str, place: Agency) -> Actor:
    user = _user(session, name, "nhso_finance", place)
    session.get_one(PortalUser, user.user_id).agency_id = None
    powers = powers_of(("nhso_finance",))
    return Actor(name, NATION, powers, user_id=user.user_id, roles=("nhso_finance",))


def version(claim_id: int) -> int:
    return int(value("version", claim_id))


def value(column: str, claim_id: int) -> Any:
    table = ReceiptClaim.__table__
    with db.engine.connect() as connection:
        return connection.execute(sa.select(table.c[column]).where(table.c.id == claim_id)).scalar_one()


def standing(claim_id: int) -> tuple[int, int]:
    """What the ledger says of a claim: owed, paid."""
    with reading(NATION) as session:
        found = ledger.standing(ledger.of_claim(session, claim_id))
    return found.owed, found.paid


def code_of(act: Callable[[], object]) -> str:
    """The code of the refusal; of a form's, that of its first field."""
    with pytest.raises(PortalError) as refusal:
        act()
    error = refusal.value
    return error.errors[0].code if isinstance(error, InvalidForm) else error.code

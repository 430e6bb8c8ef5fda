"""The neighbour's claims for the scope walk, and where they could be seen or touched."""

import io
from typing import Any

import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.claims import ClaimVerb, PaperKind, PatientType
from app.domain.clock import bangkok_day
from app.domain.people import HospitalType
from app.domain.roles import powers_of
from app.models import Hospital
from app.models.database import db
from app.services.clock import business_now
from app.services.code_tables import add_row
from app.services.money import claim_papers, claim_review, claims
from app.services.money.claim_review import Decision
from app.services.money.claims import ClaimForm
from app.views.evidence import shelf
from tests.services.test_evidence import PDF
from tests.views.offices import ADMINISTRATOR
from tests.views.scope_visits import MANY, REPORTS, Ids, Visit, at, with_

BY = "finance_b"


def _paper(_ids: Ids) -> dict[str, Any]:
    return {"kind": "OTHER", "file": (io.BytesIO(PDF + b"1"), "ก.pdf")}


CLAIMS: dict[tuple[str, str], Visit] = {
    ("ClaimsView.list", "GET"): Visit(BY, at("/claims/list/")),
    ("ClaimsView.show", "GET"): Visit(BY, at("/claims/show/{}", "claim")),
    ("ClaimsView.export", "POST"): Visit(BY, at("/claims/export")),
    ("LedgerView.list", "GET"): Visit(BY, at("/ledger/list/")),
    ("ClaimFormView.one", "GET"): Visit(BY, at("/claim-forms/{}", "draft_claim")),
    ("ClaimPapersView.show", "GET"): Visit(BY, at("/claim-papers/{}", "claim_paper"), marker="%PDF-"),
    ("ClaimDeedsView.attach", "POST"): Visit(BY, at("/claim-deeds/{}/papers", "draft_claim"), _paper, changes=True),
    ("ClaimDeedsView.cancel", "POST"): Visit(
        BY, at("/claim-deeds/{}/cancel", "ready_claim"), with_(version="ready_claim_version", confirmed="yes"), changes=True
    ),
}  # fmt: skip

# Beside the visits of tests/views/test_scope_walk.py itself.
ELSEWHERE = MANY | REPORTS | CLAIMS


def bring(birds: Any, number: str, name: str, clerk: Actor) -> None:
    """An approved claim, one that is ready to be sent, and a draft, all of the canary."""
    row = {
        "code": "10001", "name_th": "โรงพยาบาลหนึ่ง", "province_code": "11", "hospital_type": HospitalType.STATE,
        "valid_from": bangkok_day(business_now()).replace(year=2000, day=1), "valid_until": None,
    }  # fmt: skip
    add_row(Hospital, row, actor=ADMINISTRATOR)
    today, ids = bangkok_day(business_now()), birds.ids
    for place, key in enumerate(("claim", "ready_claim", "draft_claim")):
        form = ClaimForm(number, PatientType.OP, today, f"R{place}", today, 500, 400, "10001", name)
        ids[key] = claims.record(form, actor=clerk, hash_key="k")
        if key != "draft_claim":
            content = io.BytesIO(PDF + key.encode())
            ids[f"{key}_paper"] = claim_papers.attach(
                ids[key], PaperKind.RECEIPT, content, "ก.pdf", actor=clerk, shelf=shelf()
            )
    claims.submit(ids["claim"], _version(ids["claim"]), actor=clerk, hash_key="k")
    nhso = Actor("nhso", NATION, powers_of(("nhso_finance",)))
    claim_review.decide(Decision(ids["claim"], _version(ids["claim"]), ClaimVerb.APPROVE), actor=nhso)
    ids["ready_claim_version"] = str(_version(ids["ready_claim"]))


def _version(claim_id: int) -> int:
    with db.engine.connect() as connection:
        return int(
            connection.execute(
                sa.text("SELECT version FROM receipt_claim WHERE id = :id"), {"id": claim_id}
            ).scalar_one()
        )

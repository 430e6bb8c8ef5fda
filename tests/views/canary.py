"""A neighbour agency full of canaries: whoever outside its scope is shown one byte of it has found a leak."""

import hashlib
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.people import DocType, PersonnelType, Relation, Sex
from app.domain.roles import powers_of
from app.models.database import db
from app.services import approvals, change_requests, evidence
from app.services.clock import business_now, set_clock
from app.services.family_forms import FamilyForm
from app.services.round_plan import next_round
from app.services.rounds import run_due
from app.services.transaction import reading
from app.views.evidence import shelf
from tests.services.conftest import nid, official, relative
from tests.views.claim_walk import bring
from tests.views.offices import ADMINISTRATOR, TAO, TOWN, Portal

CANARY = "ขมิ้นเหลืองอ่อน"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
# What the acts of the walk change besides the rows themselves: who came and looked, and numbers handed out.
_UNWATCHED = {"user_session", "audit_event", "running_number", "form_token"}


@dataclass
class Aviary:
    """The portal with the canaries, and what each of them is called."""

    portal: Portal
    clerk: Actor
    registrar: Actor
    ids: dict[str, Any] = field(default_factory=dict)

    def canaries(self) -> list[bytes]:
        """Every byte string that belongs to the neighbour alone."""
        numbers = [nid(serial) for serial in range(7000, 7012)]
        words = [CANARY, *numbers, *self.ids.get("numbers", [])]
        return [word.encode() for word in words]

    def seen_in(self, body: bytes) -> list[bytes]:
        """The canaries in an answer, looked for in opened archives too."""
        if body[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                body = b"\n".join(archive.read(name) for name in archive.namelist())
        return [canary for canary in self.canaries() if canary in body]


def actor(portal: Portal, username: str, role: str, agency: str) -> Actor:
    """The account as an actor for the verbs."""
    agency_id = portal.agencies[agency]
    scope = Scope(ScopeKind.AGENCY, agency_id)
    return Actor(username, scope, powers_of((role,)), user_id=portal.ids[username], roles=(role,), agency_id=agency_id)


def person(serial: int, **values: Any) -> Any:
    """An official of the TAO who is a canary."""
    return official(nid(serial), first_name_th=CANARY, personnel_type=PersonnelType.PERMANENT_EMPLOYEE, **values)


def build(portal: Portal) -> Aviary:
    """Fill the TAO: an effective family, requests in each state, evidence, a file; the town stays empty."""
    portal.account("clerk_b", "personnel_clerk", TAO)
    portal.account("registrar_b", "registrar", TAO)
    portal.account("clerk_a", "personnel_clerk", TOWN)
    portal.account("registrar_a", "registrar", TOWN)
    birds = Aviary(
        portal, actor(portal, "clerk_b", "personnel_clerk", TAO), actor(portal, "registrar_b", "registrar", TAO)
    )
    with portal.app.app_context():
        _effective_family(birds)
        _requests_in_each_state(birds)
        _evidence(birds)
        portal.account("money_b", "finance_clerk", TAO)
        bring(birds, nid(7000), f"{CANARY} ใจดี", actor(portal, "money_b", "finance_clerk", TAO))
    with reading(birds.clerk.scope) as session:
        rows = session.execute(sa.text("SELECT request_no, submission_no FROM change_request"))
        claims = session.scalars(sa.text("SELECT claim_no FROM receipt_claim"))
        birds.ids["numbers"] = sorted({*claims, *(text for row in rows for text in row)})
    return birds


def _effective_family(birds: Aviary) -> None:
    child = relative(Relation.CHILD, nid(7001), first_name_th=CANARY, birth_date=date(2018, 1, 1), sex=Sex.M)
    sent = change_requests.record(FamilyForm((person(7000), child)), actor=birds.clerk, submit=True)
    _approve(birds, sent.request_ids)
    with reading(birds.clerk.scope) as session:
        due = next_round(session).scheduled_at
    set_clock(due + timedelta(seconds=1), actor=ADMINISTRATOR, production=False)
    assert list(run_due())
    with reading(birds.clerk.scope) as session:
        row = session.execute(sa.text("SELECT id, person_id FROM entitlement WHERE relation = 'SELF'")).one()
        birds.ids["entitlement"], birds.ids["person"] = row
        birds.ids["round"] = session.scalar(sa.text("SELECT id FROM processing_round WHERE effective_count > 0"))
    assert business_now() >= due


def _approve(birds: Aviary, ids: tuple[int, ...]) -> None:
    outcomes = approvals.approve(ids, actor=birds.registrar, seen_versions=birds_versions(ids))
    assert [outcome.error for outcome in outcomes] == [None] * len(ids)


def birds_versions(ids: tuple[int, ...]) -> dict[int, int]:
    """The versions of these requests now."""
    with db.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, version FROM change_request"))
        return {id_: version for id_, version in rows if id_ in ids}


def _requests_in_each_state(birds: Aviary) -> None:
    draft = change_requests.record(FamilyForm((person(7002),)), actor=birds.clerk)
    birds.ids |= {"draft": draft.request_ids[0], "draft_number": draft.submission_no}
    for name, serial in (("pending", 7003), ("pending_too", 7004), ("returned", 7005), ("to_take", 7006)):
        sent = change_requests.record(FamilyForm((person(serial),)), actor=birds.clerk, submit=True)
        birds.ids |= {name: sent.request_ids[0], f"{name}_number": sent.submission_no}
    returned = [birds.ids["returned"]]
    approvals.return_(returned, "แก้", actor=birds.registrar, seen_versions=birds_versions(tuple(returned)))


def _evidence(birds: Aviary) -> None:
    content = io.BytesIO(PNG)
    birds.ids["evidence"] = evidence.store(
        content, f"{CANARY}.png", DocType.BIRTH_CERT, doc_no=None, issue_date=None, actor=birds.clerk, shelf=shelf()
    )


def digest() -> str:
    """One hash over everything that people own: it changes when anything was written."""
    found = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in sorted(sa.inspect(connection).get_table_names()):
            if table in _UNWATCHED or table.startswith("alembic"):
                continue
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).all()
            found.update(repr((table, sorted(map(repr, rows)))).encode())
    return found.hexdigest()

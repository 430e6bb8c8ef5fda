"""What was sent to the NHSO stays to be seen: frozen copies, papers that were taken off, amounts in the audit."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.claims import ClaimReason, ClaimStatus, ClaimVerb, PaperKind
from app.models.database import db
from app.services import evidence_sweeps
from app.services.evidence import path_of
from app.services.money import appeal_papers, appeals, claim_desk, claim_papers, claims
from tests.services.claim_counter import Counter, code_of, open_counter, value, version
from tests.services.rights_register import KEY
from tests.services.test_appeals import Desk
from tests.services.test_evidence import PDF


@pytest.fixture
def counter(sqlite_database, tmp_path) -> Counter:
    return open_counter(tmp_path)


def rows(query: str, **values: object) -> list[tuple]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def desk_of(counter: Counter, claim_id: int) -> claim_desk.ClaimDesk:
    return claim_desk.open_claim(claim_id, actor=counter.finance[0], hash_key=KEY)


def test_a_forged_receipt_that_came_back_stays_to_be_seen(counter):
    claim_id = counter.sent(receipt_no="F-1", total=9_000_00, claimable=9_000_00)
    forged = desk_of(counter, claim_id).attached[0]
    counter.decide(claim_id, ClaimVerb.RETURN, reason=ClaimReason.PAPERS_MISSING)
    claim_papers.remove(forged.id, actor=counter.clerk)
    form = counter.form(receipt_no="F-2", total=500_00, claimable=500_00)
    claims.record(form, actor=counter.clerk, hash_key=KEY, claim_id=claim_id, seen_version=version(claim_id))
    assert code_of(lambda: counter.send(claim_id)) == "PAPER_MISSING"
    other = claim_papers.attach(
        claim_id, PaperKind.RECEIPT, io.BytesIO(PDF + b"other"), "ใบจริง.pdf", actor=counter.clerk, shelf=counter.shelf
    )
    counter.send(claim_id)
    desk = desk_of(counter, claim_id)
    assert ([one.id for one in desk.attached], [one.id for one in desk.withdrawn]) == ([other], [forged.id])
    assert claim_papers.open_(forged.id, actor=counter.finance[0], shelf=counter.shelf).content.startswith(b"%PDF")
    first, second = [step for step in desk.steps if step.frozen]
    assert (first.frozen["receipt_no"], first.frozen["total"]) == ("F-1", 9_000_00)
    assert [one["sha256"] for one in first.frozen["papers"]] == [forged.sha256]
    assert (second.frozen["receipt_no"], second.frozen["total"]) == ("F-2", 500_00)
    for step in (first, second):
        text = json.dumps(step.frozen, ensure_ascii=False, sort_keys=True)
        assert step.sha256 == hashlib.sha256(text.encode()).hexdigest()
    told = [
        json.loads(detail)
        for (detail,) in rows("SELECT detail FROM audit_event WHERE verb = 'submit_claim' ORDER BY id")
    ]
    assert [one["amount"] for one in told] == [9_000_00, 500_00] and told[0]["sha256"] == first.sha256
    for table, where in (("claim_paper", f"id = {forged.id}"), ("claim_step", "1 = 1")):
        for statement in (f"DELETE FROM {table} WHERE {where}", f"UPDATE {table} SET sha256 = 'x' WHERE {where}"):
            with pytest.raises(IntegrityError), db.writer.begin() as connection:
                connection.execute(sa.text(statement))


def test_what_was_never_sent_goes_with_the_sweep_and_what_was_sent_stays(counter, monkeypatch):
    never, sent = counter.record(), counter.sent()
    slip = counter.attach(never)
    digest = rows("SELECT sha256 FROM claim_paper WHERE id = :id", id=slip)[0][0]
    claim_papers.remove(slip, actor=counter.clerk)
    assert counter.attach(never) == slip  # taken off by mistake: the same file comes back
    assert [one.id for one in desk_of(counter, never).attached] == [slip]
    claim_papers.remove(slip, actor=counter.clerk)
    counter.decide(sent, ClaimVerb.RETURN, reason=ClaimReason.PAPERS_MISSING)
    kept = desk_of(counter, sent).attached[0].id
    claim_papers.remove(kept, actor=counter.clerk)
    evidence_sweeps.sweep(counter.shelf.folder)
    assert {slip, kept} <= {row[0] for row in rows("SELECT id FROM claim_paper")}  # thirty days have not passed
    monkeypatch.setattr(evidence_sweeps, "KEPT", timedelta(days=-1))
    monkeypatch.setattr(evidence_sweeps, "GRACE", timedelta(minutes=-10))
    evidence_sweeps.sweep(counter.shelf.folder)
    left = {row[0] for row in rows("SELECT id FROM claim_paper")}
    assert slip not in left and kept in left
    assert not path_of(counter.shelf.folder, digest).exists()


def test_a_strangers_paper_is_taken_off_an_appeal_before_it_is_sent(counter):
    desk = Desk(counter)
    appeal_id = appeals.record(desk.claim(), desk.form(), actor=desk.clerk)
    paper = desk.attach(appeal_id)
    assert code_of(lambda: appeal_papers.remove(paper, actor=counter.other_clerk)) == "EVIDENCE_NOT_FOUND"
    appeal_papers.remove(paper, actor=desk.clerk)
    assert code_of(lambda: appeals.submit(appeal_id, 1, actor=desk.clerk)) == "FURTHER_PAPER_MISSING"
    desk.attach(appeal_id)
    appeals.submit(appeal_id, 1, actor=desk.clerk)
    assert code_of(lambda: appeal_papers.remove(paper, actor=desk.clerk)) == "APPEAL_STATE"


def test_the_audit_holds_amounts_and_the_ledger_each_kinds_accounts(counter):
    claim_id = counter.brought_to(ClaimStatus.PAID)
    query = "SELECT verb, detail FROM audit_event WHERE object_id = :id AND verb IN ('approve_claim', 'pay_claim')"
    told = {verb: json.loads(detail) for verb, detail in rows(query, id=str(claim_id))}
    assert told["approve_claim"]["amount"] == value("approved", claim_id) == 900_00
    assert (told["pay_claim"]["amount"], told["pay_claim"]["transfer_no"]) == (900_00, "KTB-1")
    entry = (
        "INSERT INTO ledger_entry (claim_id, agency_id, kind, debit, credit, satang, posted_at) SELECT claim_id, agency_id,"
        " 'PAYMENT', 'BENEFITS', 'BANK', 1, posted_at FROM ledger_entry LIMIT 1"
    )
    with pytest.raises(IntegrityError, match="LEDGER_ACCOUNTS"), db.writer.begin() as connection:
        connection.execute(sa.text(entry))

"""The crossing behind imports: narrow, and never without its row in the audit of reads."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION
from app.models import ChangeRequest
from app.services import roster_imports
from app.services.crossings.rights_lookup import ReadAuditFailed
from app.services.transaction import reading
from tests.services.carried_families import in_effect
from tests.services.conftest import official as member
from tests.services.rights_register import lose_the_audit_of_reads, reads
from tests.services.roster_workbooks import dependent, nid, official, workbook


def test_a_refusal_names_the_other_agency_and_nobody_there(people):
    in_effect(
        member(nid(9), personnel_type="PERMANENT_EMPLOYEE", first_name_th="ลับมาก"),
        clerk=people.other_clerk, registrar=people.other_registrar,
    )  # fmt: skip
    (row,) = roster_imports.preview(workbook([official(9, ประเภทบุคลากร="ลูกจ้างประจำ")]), actor=people.clerk).rows
    assert row.facts == {"agency": "อบต.ตัวอย่าง", "since": date(2015, 10, 1)}
    assert row.heading == "เลขประจำตัวประชาชน" and "ลับมาก" not in str(row)


def test_the_matching_is_audited_once_with_its_counts(people):
    content = workbook([official(1)], [dependent()])
    roster_imports.import_roster(content, "a.xlsx", actor=people.clerk)
    (row,) = reads()
    assert (row.purpose, row.actor_name, row.answer) == ("ROSTER_MATCHING", "c1", "2 people, 0 held, 0 asked")
    roster_imports.preview(workbook([official(1), official(2)]), actor=people.clerk)
    assert [row.answer for row in reads()][1:] == ["2 people, 0 held, 1 asked"]


def test_what_cannot_be_audited_is_not_brought_in(people):
    lose_the_audit_of_reads()
    with pytest.raises(ReadAuditFailed):
        roster_imports.import_roster(workbook([official(1)]), "a.xlsx", actor=people.clerk)
    with reading(NATION) as session:
        assert session.scalars(sa.select(ChangeRequest)).first() is None

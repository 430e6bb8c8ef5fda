"""Lists of other offices: agencies of the Department, hospitals of the NHSO; all or nothing, twice as good as once."""

from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.actor import NATION, Actor
from app.domain.errors import BadInput, NotAllowed
from app.domain.people import HospitalType
from app.domain.powers import Power
from app.models import Agency, Hospital
from app.models.database import db
from app.services import agency_lists, hospital_lists, open_tables

ADMIN = Actor("admin", NATION, frozenset({Power.MANAGE_AGENCIES}))
DAY = date(2026, 10, 1)
FIRST = (
    "รหัส อปท.,ชื่อ อปท.,โทรศัพท์\n2110101,องค์การบริหารส่วนจังหวัดสมุทรปราการ,02 111 2222\n"
    "6110604,องค์การบริหารส่วนตำบลบางเสาธง,\n6110605,ศีรษะจรเข้น้อย,\n6110606,องค์การบริหารส่วนตำบลบางบ่อ,\n"
    "1100001,กรุงเทพมหานคร,\n1200001,เมืองพัทยา,\n"
)


def agencies():
    with db.engine.connect() as connection:
        query = "SELECT a.dla_code, a.name_th, a.agency_type, a.valid_from, a.valid_until, s.dla_code, a.id, a.version"
        query += " FROM agency a LEFT JOIN agency s ON s.id = a.successor_agency_id ORDER BY a.id"
        return [tuple(map(str, row)) for row in connection.execute(sa.text(query))]


def load(text, **values):
    data = text if isinstance(text, bytes) else text.encode()
    return agency_lists.load(data, actor=ADMIN, **({"day": DAY} | values))


def verbs(plan):
    return [(change.line, change.verb, change.code) for change in plan.changes]


def test_the_departments_list_is_followed_through_upgrades_mergers_and_closures(database):
    open_tables.seed_open_tables()
    looked = load(FIRST, dry_run=True)
    assert [verb for _line, verb, _code in verbs(looked)] == ["add"] * 4 and looked.outside == 2
    assert agencies() == []
    plan = load(FIRST.encode("cp874"))
    assert verbs(plan) == verbs(looked) == [(n + 2, "add", code) for n, code in
                                            enumerate(("02110101", "06110604", "06110605", "06110606"))]  # fmt: skip
    before = agencies()
    assert before[2][1] == "องค์การบริหารส่วนตำบลศีรษะจรเข้น้อย"
    assert verbs(load(FIRST)) == [] and load(FIRST).unchanged == 4
    assert agencies() == before
    # The TAO of Bang Sao Thong has become a subdistrict municipality; Bang Bo was merged into it.
    second = FIRST.replace("6110604,องค์การบริหารส่วนตำบลบางเสาธง", "5110603,เทศบาลตำบลบางเสาธง")
    second = second.replace(",โทรศัพท์\n", ",โทรศัพท์,ถึงวันที่,ยุบรวมกับ\n").replace("บางบ่อ,\n", "บางบ่อ,,1/10/2570,5110603\n")
    assert verbs(load(second, dry_run=True)) == [
        (3, "change", "05110603"),
        (5, "change", "06110606"),
        (5, "change", "06110606"),
    ]
    load(second)
    after = agencies()
    assert after[1][:4] == ("05110603", "เทศบาลตำบลบางเสาธง", "SUBDISTRICT_MUNICIPALITY", "2026-10-01")
    assert after[1][6] == before[1][6] and int(after[1][7]) == int(before[1][7]) + 1
    assert after[3][4:6] == ("2027-10-01", "05110603")
    assert verbs(load(second)) == []
    # What the file does not name is told, and closed only when asked.
    without = "\n".join(line for line in second.split("\n") if "ศีรษะ" not in line)
    assert load(without).missing == 1
    plan = load(without, close_missing=True, day=date(2027, 10, 1))
    assert not plan.faults, [(f.line, f.error) for f in plan.faults]
    assert verbs(plan) == [(0, "close", "06110605")]
    assert agencies()[2][4] == "2027-10-01"
    with db.engine.connect() as connection:
        told = connection.execute(sa.text("SELECT verb FROM audit_event ORDER BY id")).scalars().all()
    assert told.count("create_agency") == 4 and told.count("load_list") == 3 and told.count("change_agency") == 4


def test_one_bad_line_stops_the_whole_file_and_every_bad_line_is_named(sqlite_database):
    open_tables.seed_open_tables()
    plan = load(
        "code,name\n6110604,บางเสาธง\n6110604,บางเสาธง\n61106,สั้น\n9110604,ไม่มีประเภท\n6990101,ไม่มีจังหวัด\n6110607,\n"
    )
    assert [(fault.line, fault.error.code) for fault in plan.faults] == [
        (3, "LISTED_TWICE"), (4, "AGENCY_CODE_SHAPE"), (5, "AGENCY_TYPE_UNKNOWN"), (6, "PROVINCE_NOT_FOUND"), (7, "REQUIRED"),
    ]  # fmt: skip
    assert agencies() == []
    with pytest.raises(BadInput, match="COLUMN_MISSING"):
        load("code\n6110604\n")
    with pytest.raises(BadInput, match="FILE_UNREADABLE"):
        load(b"\x81\x00\xff")
    with pytest.raises(NotAllowed):
        agency_lists.load(b"", actor=Actor("clerk", NATION), day=DAY)
    with pytest.raises(NotAllowed):
        hospital_lists.load(b"", actor=Actor("clerk", NATION), day=DAY)


def test_hospitals_come_from_a_list(database):
    open_tables.seed_open_tables()
    text = (
        "hcode;ชื่อหน่วยบริการ;จังหวัด;ประเภท\n99011;โรงพยาบาลตัวอย่าง;สมุทรปราการ;รัฐ\n"
        "99012;โรงพยาบาลเอกชนตัวอย่าง;จ.เชียงใหม่;เอกชน\n99013;ศูนย์บริการตัวอย่าง;90;ท้องถิ่น\n"
    ).encode()

    def run(data=text, **values):
        return hospital_lists.load(data, actor=ADMIN, day=DAY, **values)

    assert len(run(dry_run=True).changes) == 3
    run()
    assert run().changes == [] and run().unchanged == 3
    renamed = text.replace("โรงพยาบาลตัวอย่าง;".encode(), "โรงพยาบาลใหม่;".encode())
    assert [change.what for change in run(renamed).changes] == [{"name_th": ("โรงพยาบาลตัวอย่าง", "โรงพยาบาลใหม่")}]
    bad = "code,name,province,type\n1234,ก,11,\n99014,ข,ไม่มี,\n99015,ค,11,ไม่รู้\n".encode()
    assert [fault.error.code for fault in run(bad).faults] == [
        "HOSPITAL_CODE_SHAPE", "PROVINCE_NOT_FOUND", "HOSPITAL_TYPE_UNKNOWN",
    ]  # fmt: skip
    with db.engine.connect() as connection:
        found = connection.execute(sa.select(Hospital.__table__).order_by(Hospital.code)).mappings().all()
        assert connection.scalar(sa.select(sa.func.count()).select_from(Agency)) == 0
    assert [(row["code"], row["province_code"], row["hospital_type"]) for row in found] == [
        ("99011", "11", HospitalType.STATE), ("99012", "50", HospitalType.PRIVATE), ("99013", "90", HospitalType.LOCAL),
    ]  # fmt: skip

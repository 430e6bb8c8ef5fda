"""Suspensions from before they had a day begin on the day of the upgrade, or with a right that is still to come."""

from datetime import date, timedelta

import sqlalchemy as sa

from app.domain.clock import bangkok_day, real_now
from app.models.database import db
from app.services import releases

BEFORE = "d2a6f4c81b35"


def test_a_suspension_without_a_day_gets_one(tmp_path):
    db.bind(f"sqlite:///{tmp_path}/register.db", f"sqlite:///{tmp_path}/reads.db")
    try:
        releases.upgrade(BEFORE, branch="register")
        today = bangkok_day(real_now())
        later = today + timedelta(days=90)
        rights = ((1, date(2015, 1, 1), None), (2, later, None), (3, date(2015, 1, 1), date(2016, 1, 1)))
        with db.writer.begin() as connection:
            # Today's triggers know tables of later revisions; the release of that day had none of them.
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS entitlement_ends_anew")
            connection.exec_driver_sql("INSERT INTO province (code, name_th) VALUES ('11', 'สมุทรปราการ')")
            connection.exec_driver_sql(_AGENCY)
            for number, start, until in rights:
                values = {"id": number, "nid": f"{number:013d}", "start": start, "until": until, "at": real_now()}
                connection.execute(_PERSON, values)
                connection.execute(_REQUEST, values)
                connection.execute(_RIGHT, values)
        db.dispose()
        releases.upgrade()
        with db.engine.connect() as connection:
            found = connection.execute(
                sa.text("SELECT entitled_until, until_before_end, suspended FROM entitlement ORDER BY id")
            )
            days = [tuple(map(str, row)) for row in found]
        utc_today = real_now().date()
        assert days == [
            (str(utc_today), "None", "1"), (str(later + timedelta(days=1)), "None", "1"), ("2016-01-01", "None", "1"),
        ]  # fmt: skip
    finally:
        db.dispose()


_AGENCY = """
    INSERT INTO agency (id, dla_code, name_th, agency_type, province_code, has_entitlement_rights, valid_from, version)
    VALUES (1, '04110101', 'เทศบาลเมือง', 'TOWN_MUNICIPALITY', '11', TRUE, '2000-01-01', 1)"""
_DATES = [sa.bindparam(name, type_=sa.Date) for name in ("start", "until")]
_PERSON = sa.text("""
    INSERT INTO person (id, national_id, title_th, first_name_th, middle_name_th, last_name_th, birth_date_precision, sex,
        nationality_code, sort_key, registry_status, created_at, version)
    VALUES (:id, :nid, '', 'ก', '', 'ข', 'DAY', 'M', '099', 'ก', 'NEVER', :at, 1)""")
_REQUEST = sa.text("""
    INSERT INTO change_request (id, request_no, submission_no, type, status, revision, position, agency_id, recorded_at,
        effective_at, self_approved, sort_key, version)
    VALUES (:id, 'CR' || :id, 'SB1', 'CERTIFY_NEW', 'EFFECTIVE', 1, 0, 1, :at, :at, FALSE, '', 1)""")
_RIGHT = sa.text("""
    INSERT INTO entitlement (id, person_id, principal_id, request_id, agency_id, relation, personnel_type, entitled_from,
        entitled_until, sub_inscl, registered_at, effective_at, voided, suspended, version)
    VALUES (:id, :id, :id, :id, 1, 'SELF', 'MUNICIPAL_OFFICER', :start, :until, 'L1', :at, :at, FALSE, TRUE, 1)
    """).bindparams(*_DATES)

"""Files and screens show what is known and no more: half-known birth dates, and the order of rights where others are known."""

import csv
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.people import BirthPrecision, Relation
from app.models import Entitlement, OtherSchemeRight, Person
from app.models.database import db
from app.reports.cells import KnownPart, known_of
from app.reports.report import Asked
from app.rules.priority import PriorityFlag, Use
from app.rules.schemes import EntitlementRank, Scheme
from app.services import jobs, my_jobs, register_reports
from app.services.scheme_columns import STANDS_BY
from tests.reports.test_reports import WORDS, lines, office  # noqa: F401 - a fixture

WORDS |= {f"{type(code).__name__}.{code.value}": code.value for kind in (Scheme, Use, PriorityFlag) for code in kind}
WORDS |= {STANDS_BY: "stands by"}
BORN = date(1987, 6, 1)


def person_of(name):
    with db.engine.connect() as connection:
        return connection.execute(
            sa.select(Person.__table__.c.id).where(Person.__table__.c.first_name_th == name)
        ).scalar()


def know(name, precision):
    table = Person.__table__
    with db.writer.begin() as connection:
        values = {"birth_date": BORN, "birth_date_precision": precision}
        connection.execute(sa.update(table).where(table.c.first_name_th == name).values(values))


def column(rows, title):
    """The cells under a title by first name, below whatever lines of heading there are."""
    place = next(place for place, row in enumerate(rows) if "first_name" in row)
    names = rows[place]
    return {
        row[names.index("first_name")]: row[names.index(title)] for row in rows[place + 1 :] if len(row) == len(names)
    }


@pytest.mark.parametrize(("precision", "words"), [(BirthPrecision.MONTH, "06/2530"), (BirthPrecision.YEAR, "2530")])
def test_of_a_birth_date_only_what_the_registry_knows_is_shown(office, precision, words):  # noqa: F811
    know("แม่", precision)
    clerk = office.officer("personnel_clerk")
    shown = {row["first_name"]: row["birth_date"] for row in office.rows(clerk, "dependents")}
    assert str(shown["แม่"]) == words and isinstance(shown["ลูกโต"], date)
    for report in ("dependents", "entitled"):
        path, _name = office.file(clerk, Asked(report))
        assert column(lines(path), "birth_date")["แม่"] == words
        path, _name = office.file(clerk, Asked(report), "csv")
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert column(rows[:-7], "birth_date")["แม่"] == words
    with office.acting(clerk):
        job = register_reports.request_export(
            register_reports.RegisterFilters(), actor=clerk, words=WORDS, described=""
        )
    assert jobs.run(job, 1)
    path, _name = my_jobs.hand_out(job, actor=clerk, folder=office.folder)
    assert column(lines(path), "birth_date")["แม่"] == words


def test_what_is_known_of_a_day():
    assert known_of(BORN, BirthPrecision.DAY) == BORN and known_of(None, BirthPrecision.YEAR) is None
    assert known_of(BORN, BirthPrecision.YEAR) == KnownPart(1987)


def test_the_register_report_tells_the_order_of_all_rights_where_others_are_known(office):  # noqa: F811
    clerk = office.officer("personnel_clerk")
    assert "schemes" not in office.rows(clerk, "entitled")[0]
    with db.writer.begin() as connection:
        insert = sa.insert(OtherSchemeRight.__table__)
        values = {"rank": EntitlementRank.PRIMARY, "via_principal": "", "since": date(2020, 1, 1), "source": "DECLARED"}
        for name, scheme, counts in (
            ("แม่", Scheme.CSMBS, True),
            ("สมชาย", Scheme.SSO, True),
            ("ลูกโต", Scheme.CSMBS, False),
        ):
            seen = office.build.round.run_at
            about = {
                "person_id": person_of(name),
                "scheme": scheme,
                "recorded_at": seen,
                "verified_at": seen if counts else None,
            }
            connection.execute(insert.values(values | about))
    told = {
        row["first_name"]: row["schemes"] for row in office.rows(clerk, "entitled", columns=("first_name", "schemes"))
    }
    assert told["แม่"] == "1. CSMBS: FULL · stands by: LGO"
    assert told["สมชาย"] == "1. LGO: FULL · 2. SSO: PRIVATE_PROVIDERS"
    assert told["ลูกโต"] == "1. LGO: FULL"  # what nobody confirmed does not count
    assert {told[name] for name in ("ลาออก", "รอ")} == {""}
    path, _name = office.file(clerk, Asked("entitled", ("first_name", "schemes")))
    assert column(lines(path), "schemes")["แม่"] == told["แม่"]
    table = Entitlement.__table__
    with db.writer.begin() as connection:
        change = sa.update(table).where(table.c.person_id == person_of("ลูกโต"), table.c.relation == Relation.CHILD)
        connection.execute(change.values(declared_scheme=Scheme.PRIVATE_TEACHER))
    again = {
        row["first_name"]: row["schemes"] for row in office.rows(clerk, "entitled", columns=("first_name", "schemes"))
    }
    assert again["ลูกโต"] == "1. PRIVATE_TEACHER: FULL · 2. LGO: ABOVE_100K_PER_YEAR"

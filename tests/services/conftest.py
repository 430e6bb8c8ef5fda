"""Two agencies with a clerk and a registrar each, ready for the verbs."""

from dataclasses import dataclass
from datetime import date

import pytest
import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import Role
from sqlalchemy.orm import Session

from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.people import AgencyType, PersonnelType, Relation, Sex, ToFollow
from app.domain.roles import powers_of
from app.models import Agency, PortalUser, Province
from app.models.database import db
from app.rules.told import Told
from app.services.family_forms import FamilyForm, Member


@dataclass(frozen=True)
class People:
    """The actors of a test, by what they do."""

    clerk: Actor
    registrar: Actor
    other_clerk: Actor
    other_registrar: Actor


def _user(session: Session, name: str, role: str, agency: Agency) -> Actor:
    found = session.execute(sa.select(Role).where(Role.name == role)).scalar_one_or_none() or Role(name=role)
    user = PortalUser(
        username=name, first_name=name, last_name="ทดสอบ", email=f"{name}@example.invalid", active=True,
        agency_id=agency.id, roles=[found],
    )  # fmt: skip
    session.add(user)
    session.flush()
    return Actor(
        name=name, scope=Scope(ScopeKind.AGENCY, agency.id), powers=powers_of((role,)), user_id=user.id,
        roles=(role,), agency_id=agency.id,
    )  # fmt: skip


@pytest.fixture
def people(database) -> People:
    with Session(db.writer) as session:
        for code, name in (("11", "สมุทรปราการ"), ("90", "สงขลา")):
            if session.get(Province, code) is None:
                session.add(Province(code=code, name_th=name))
        session.flush()
        town = Agency(
            dla_code="04110101", name_th="เทศบาลเมืองตัวอย่าง", agency_type=AgencyType.TOWN_MUNICIPALITY,
            province_code="11", valid_from=date(2000, 1, 1),
        )  # fmt: skip
        tao = Agency(
            dla_code="06900101", name_th="อบต.ตัวอย่าง", agency_type=AgencyType.TAO, province_code="90",
            valid_from=date(2000, 1, 1),
        )  # fmt: skip
        session.add_all([town, tao])
        session.flush()
        people = People(
            _user(session, "c1", "personnel_clerk", town), _user(session, "r1", "registrar", town),
            _user(session, "c2", "personnel_clerk", tao), _user(session, "r2", "registrar", tao),
        )  # fmt: skip
        session.commit()
    return people


@pytest.fixture
def second_registrar(people) -> Actor:
    """Another registrar in the first agency."""
    with Session(db.writer) as session:
        actor = _user(session, "r3", "registrar", session.get_one(Agency, people.registrar.agency_id))
        session.commit()
    return actor


def official(national_id: str = "1990101000016", **values) -> Member:
    """A municipal officer with everything that a submission needs."""
    given = {
        "relation": Relation.SELF, "title_th": "นาย", "first_name_th": "สมชาย", "last_name_th": "ใจดี",
        "birth_date": date(1985, 5, 4), "sex": Sex.M, "personnel_type": PersonnelType.MUNICIPAL_OFFICER,
        "service_start_date": date(2015, 10, 1),
    }  # fmt: skip
    return Member(national_id=national_id, **(given | values))


def relative(relation: Relation, national_id: str, **values) -> Member:
    """A family member with everything that a submission needs."""
    given = {
        "title_th": "",
        "first_name_th": "สมศรี",
        "last_name_th": "ใจดี",
        "birth_date": date(1955 if relation in (Relation.MOTHER, Relation.FATHER) else 2015, 1, 2),
        "sex": Sex.M if relation is Relation.FATHER else Sex.F,
        "told": Told(to_follow=ToFollow.FACTS),  # as a list takes them over; tests of the law tell facts instead
    }
    return Member(relation=relation, national_id=national_id, **(given | values))


def family(*members: Member, **values) -> FamilyForm:
    """A form of these members."""
    return FamilyForm(members=members, **values)


def nid(serial: int, category: int = 1) -> str:
    """A valid national ID of office 9901, which does not exist."""
    from app.domain.national_id import check_digit

    first = f"{category}9901{serial:07d}"
    return first + str(check_digit(first))

"""Saved views: an officer's own filters and columns, bounded in number, deaf to national IDs (issue 3)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.domain import national_id
from app.domain.actor import Actor, Scope, ScopeKind
from app.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from app.domain.powers import Power
from app.models import AuditEvent, PortalUser, SavedView
from app.models.database import db
from app.services import saved_views
from tests.builders import national_id as valid_id
from tests.reports.register_builder import RegisterBuilder

BORN_IN_MARCH = {"filters": {"birth_month": 3, "born_from": "1985-03-01"}, "agency": ""}


@pytest.fixture
def officer(database) -> Iterator[Any]:
    """Makes accounts that may see the register; without an agency they are of a province."""
    build = RegisterBuilder()
    agency = build.agency("ทม.หนึ่ง", "40", 7)

    def make(name: str, *, province: bool = False) -> Actor:
        user = PortalUser(username=name, first_name=name, last_name="ก", email=f"{name}@example.invalid", active=True)
        scope = Scope(ScopeKind.PROVINCE, "40") if province else Scope(ScopeKind.AGENCY, agency.id)
        where = {} if province else {"agency_id": agency.id}
        return Actor(name, scope, frozenset({Power.VIEW_REGISTER}), user_id=build.keep(user).id, **where)

    yield make
    build.session.close()


def names(actor: Actor) -> list[str]:
    return [view.name for view in saved_views.desk("register", actor=actor).views]


def test_a_view_is_kept_found_replaced_and_forgotten(officer):
    somsri = officer("somsri")
    view_id = saved_views.save("register", "  เกิด  มีนา ", BORN_IN_MARCH, ["status"], actor=somsri)
    found = saved_views.find(view_id, "register", actor=somsri)
    assert (found.name, found.query, found.columns) == ("เกิด มีนา", BORN_IN_MARCH, ["status"])
    again = saved_views.save("register", "เกิด มีนา", {"filters": {}, "agency": ""}, actor=somsri)
    assert again == view_id and saved_views.find(view_id, "register", actor=somsri).columns is None
    assert names(somsri) == ["เกิด มีนา"]
    saved_views.forget(view_id, "register", actor=somsri)
    assert names(somsri) == []
    with db.engine.connect() as connection:
        verbs = connection.execute(sa.select(AuditEvent.__table__.c.verb)).scalars().all()
    assert verbs == ["save_view", "save_view", "forget_view"]


def test_somebody_elses_view_does_not_exist_and_officers_without_an_agency_keep_views_too(officer):
    somsri, colleague, province = officer("somsri"), officer("colleague"), officer("province", province=True)
    mine = saved_views.save("register", "ของฉัน", BORN_IN_MARCH, actor=somsri)
    theirs = saved_views.save("register", "ของฉัน", BORN_IN_MARCH, actor=province)
    assert mine != theirs and names(somsri) == names(province) == ["ของฉัน"] and names(colleague) == []
    for other, view_id in ((colleague, mine), (province, mine), (somsri, theirs), (somsri, 0), (somsri, 2**40)):
        for verb in (saved_views.find, saved_views.forget):
            with pytest.raises(NotFound):
                verb(view_id, "register", actor=other)
    assert names(somsri) == ["ของฉัน"]


def test_the_number_of_rows_is_remembered_beside_the_columns(officer):
    somsri, colleague = officer("somsri"), officer("colleague")
    saved_views.choose_rows("register", 100, actor=somsri)
    assert (saved_views.desk("register", actor=somsri).columns, saved_views.desk("register", actor=somsri).rows) == (
        None,
        100,
    )
    saved_views.choose_columns("register", ["status"], actor=somsri)
    saved_views.choose_rows("register", 50, actor=somsri)
    desk = saved_views.desk("register", actor=somsri)
    assert (desk.columns, desk.rows, desk.views) == (["status"], 50, [])
    assert saved_views.desk("register", actor=colleague).rows == 25
    for odd in (0, 26, 1_000_000):
        with pytest.raises(BadInput):
            saved_views.choose_rows("register", odd, actor=somsri)
    with pytest.raises(NotAllowed):
        saved_views.choose_rows("register", 50, actor=replace(somsri, powers=frozenset()))


def test_columns_are_remembered_for_each_officer_and_are_no_view(officer):
    somsri, colleague = officer("somsri"), officer("colleague")
    saved_views.choose_columns("register", ["status"], actor=somsri)
    saved_views.choose_columns("register", ["status", "agency"], actor=somsri)
    desk = saved_views.desk("register", actor=somsri)
    assert (desk.columns, desk.views) == (["status", "agency"], [])
    assert saved_views.desk("register", actor=colleague).columns is None
    (row,) = rows()
    with pytest.raises(NotFound):
        saved_views.forget(row.id, "register", actor=somsri)
    saved_views.choose_columns("register", None, actor=somsri)
    assert saved_views.desk("register", actor=somsri).columns is None


def test_no_national_id_is_kept_in_a_view_however_it_is_written(officer):
    somsri, number = officer("somsri"), valid_id(7)
    thai = number.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    for text in (number, national_id.display(number), thai, f"บัตร {number}"):
        for name, query in ((text, BORN_IN_MARCH), ("ชื่อ", {"filters": {"name": text}, "agency": ""})):
            with pytest.raises(BadInput) as refusal:
                saved_views.save("register", name, query, actor=somsri)
            assert refusal.value.code == "VIEW_HOLDS_ID" and number not in repr(refusal.value)
    assert rows() == []
    saved_views.save("register", "ปี 2530", BORN_IN_MARCH, actor=somsri)
    assert number not in json.dumps([row.query for row in rows()])


def test_names_have_bounds_and_nobody_keeps_more_than_his_share(officer):
    somsri = officer("somsri")
    for name in ("", "  ", "ก" * (saved_views.NAME_LENGTH + 1)):
        with pytest.raises(BadInput):
            saved_views.save("register", name, BORN_IN_MARCH, actor=somsri)
    saved_views.choose_columns("register", ["status"], actor=somsri)
    for number in range(saved_views.MOST):
        saved_views.save("register", f"ตัวกรอง {number}", BORN_IN_MARCH, actor=somsri)
    with pytest.raises(Conflict) as refusal:
        saved_views.save("register", "เกิน", BORN_IN_MARCH, actor=somsri)
    assert refusal.value.code == "VIEWS_FULL"
    saved_views.save("register", "ตัวกรอง 0", BORN_IN_MARCH, actor=somsri)
    assert len(names(somsri)) == saved_views.MOST


def test_who_may_not_see_the_screen_keeps_nothing_for_it(officer):
    nobody = replace(officer("nobody"), powers=frozenset())
    for verb, given in (
        (saved_views.desk, ("register",)),
        (saved_views.find, (1, "register")),
        (saved_views.save, ("register", "ก", BORN_IN_MARCH)),
        (saved_views.choose_columns, ("register", ["status"])),
        (saved_views.forget, (1, "register")),
    ):
        with pytest.raises(NotAllowed):
            verb(*given, actor=nobody)
    assert rows() == []


def rows() -> list[Any]:
    with db.engine.connect() as connection:
        return list(connection.execute(sa.select(SavedView.__table__)))

"""The house's own commands as somebody at the console meets them."""

import json
import re
from datetime import datetime, timedelta

import pytest

import config
from app import create_app
from app.domain.clock import real_now
from app.domain.roles import ROLES
from tests.conftest import KINDS
from tests.databases import MIGRATED, Filling
from tests.views.offices import Browser, rows, write

HOUR = timedelta(hours=1)
TOWN = ("04510101", "เทศบาลเมืองลำพูน", "--type", "TOWN_MUNICIPALITY")


@pytest.fixture(params=KINDS)
def run(shared_app, new_database, request, tmp_path, monkeypatch):
    """Runs a command on a released portal; returns its result."""
    runner = shared_app.test_cli_runner()
    released = Filling("released_alone", lambda: runner.invoke(args=["release"], catch_exceptions=False), on=MIGRATED)
    new_database(request.param, released).bind()
    (tmp_path / "instance").mkdir()
    monkeypatch.setitem(shared_app.config, "INSTANCE", str(tmp_path / "instance"))
    shared_app.appbuilder.sm.limiter.reset()

    def run(*words):
        return runner.invoke(args=list(words))

    run.app = shared_app
    return run


def since(run, text):
    """How far the business clock has gone past an instant; it is kept in whole seconds."""
    shown = re.search(r"business +(\S+)", run("clock", "show").output)[1]
    gone = datetime.fromisoformat(shown) - datetime.fromisoformat(text)
    assert gone >= timedelta(seconds=-1)
    return gone


def test_release_fills_code_tables_and_roles_and_may_run_again(run):
    first = run("release").output
    assert "province 77" in first and "nhso_region 13" in first and f"roles {len(ROLES)}" in first
    assert run("release").output == first
    assert rows("SELECT count(*) FROM ab_role") == [(len(ROLES),)]
    grants = rows(
        "SELECT r.name, p.name, v.name FROM ab_permission_view_role x JOIN ab_role r ON r.id = x.role_id "
        "JOIN ab_permission_view pv ON pv.id = x.permission_view_id JOIN ab_permission p ON p.id = pv.permission_id "
        "JOIN ab_view_menu v ON v.id = pv.view_menu_id"
    )
    assert ("nhso_admin", "can_edit", "manage_accounts") in grants
    assert ("auditor", "menu_access", "audit_trail") in grants
    assert not [grant for grant in grants if grant[0] == "personnel_clerk" and grant[2] == "manage_accounts"]


def test_release_keeps_what_people_changed_in_code_tables(run):
    write("UPDATE title SET name_th = 'คุณ' WHERE name_th = 'นาย'")
    run("release")
    assert rows("SELECT count(*) FROM title WHERE name_th = 'คุณ'") == [(1,)]
    assert rows("SELECT count(*) FROM title WHERE name_th = 'นาย'") == [(0,)]


def test_release_takes_back_a_permission_that_somebody_slipped_in(run):
    before = rows("SELECT count(*) FROM ab_permission_view_role")
    write(
        "INSERT INTO ab_permission_view_role (id, permission_view_id, role_id) "
        "SELECT 99999, min(pv.id), min(r.id) FROM ab_permission_view pv, ab_role r WHERE r.name = 'public_enquirer'"
    )
    run("release")
    assert rows("SELECT count(*) FROM ab_permission_view_role") == before


def test_agencies_are_added_and_listed(run):
    assert run("agencies", "add", *TOWN, "--from", "1/10/2556").exit_code == 0
    assert json.loads(run("agencies", "list", "--json").output) == [
        {"code": "04510101", "type": "TOWN_MUNICIPALITY", "name": "เทศบาลเมืองลำพูน", "province": "ลำพูน"}
    ]
    assert "04510101  TOWN_MUNICIPALITY  เทศบาลเมืองลำพูน  ลำพูน" in run("agencies", "list").output
    assert json.loads(run("agencies", "list", "--json", "--type", "TAO").output) == []


@pytest.mark.parametrize(
    "words, code",
    [
        (("06510101", "เทศบาลเมืองลำพูน", "--type", "TOWN_MUNICIPALITY"), "AGENCY_CODE_TYPE"),
        (("0451010", "เทศบาลเมืองลำพูน", "--type", "TOWN_MUNICIPALITY"), "AGENCY_CODE_SHAPE"),
        (("04100101", "เทศบาลเมืองลำพูน", "--type", "TOWN_MUNICIPALITY"), "AGENCY_EXCLUDED"),
        ((*TOWN, "--from", "31/2/2560"), "no day"),
        (("04510101", "x", "--type", "KINGDOM"), "KINGDOM"),
    ],
)
def test_a_wrong_agency_is_refused_in_one_line(run, words, code):
    result = run("agencies", "add", *words)
    assert result.exit_code != 0 and code in result.output and "Traceback" not in result.output
    assert rows("SELECT count(*) FROM agency") == [(0,)]


def test_the_first_administrator_comes_by_a_link_and_makes_the_first_agency(run):
    output = run("admin", "invite", "Somsri@nhso.example").output
    link = re.search(r"http://\S+?(/password/set\?link=\S+)", output)[1]
    browser = Browser(run.app.test_client())
    secret = re.search(r'name="link"[^>]*value="([^"]+)"', browser.get(link).text)[1]
    word = {"new_password": "Marigold-2570", "again": "Marigold-2570"}
    browser.post("/password/set", {"link": secret} | word)
    browser.log_in("somsri", "Marigold-2570")
    form = {
        "dla_code": TOWN[0],
        "name_th": TOWN[1],
        "agency_type": TOWN[3],
        "province": "51",
        "valid_from": "1/10/2556",
    }
    assert browser.post("/agencies/add", form).status_code == 302
    again = run("admin", "invite", "somsri")
    assert again.exit_code == 1 and "USERNAME_TAKEN" in again.output


def test_a_lost_password_is_replaced_and_must_be_changed(run):
    run("admin", "invite", "somsri")
    word = run("admin", "password", "somsri").output.rpartition(": ")[2].strip()
    browser = Browser(run.app.test_client())
    browser.log_in("somsri", word)
    assert browser.get("/agencies/list/").headers["Location"] == "/password/own"
    assert run("admin", "password", "nobody").exit_code == 1


@pytest.mark.parametrize("text", ["2026-11-21T10:59:30", "21/11/2569 10.59.30", "21 พ.ย. 2569 10:59:30 น."])
def test_the_clock_is_set_in_either_era(run, text):
    assert run("clock", "set", *text.split()).exit_code == 0
    assert since(run, "2026-11-21T10:59:30+07:00") < HOUR


def test_an_empty_instance_may_start_in_the_past(run):
    assert run("clock", "set", "2013-08-01T09:30").exit_code == 0
    assert since(run, "2013-08-01T09:30+07:00") < HOUR
    assert "1 ส.ค. 2556" in run("clock", "show").output


@pytest.mark.parametrize("text", ["yesterday", "31/2/2569 10.00", "21/11/2569 25.00", "10.59"])
def test_a_clock_refuses_what_is_no_instant(run, text):
    result = run("clock", "set", *text.split())
    assert result.exit_code == 1 and "INVALID_INSTANT" in result.output


def test_a_year_of_the_buddhist_era_written_the_iso_way_does_not_move_the_clock(run):
    result = run("clock", "set", "2569-11-22 15:00")
    assert result.exit_code == 1 and "YEAR_LOOKS_BE" in result.output and "2026" in result.output
    assert since(run, real_now().isoformat()) < HOUR


def test_in_production_the_clock_stands(sqlite_database, tmp_path):
    production = {"PORTAL_ENV": "production", "SECRET_KEY": "x" * 40, "BASE_URL": "https://portal.example.go.th"}
    here = {"INSTANCE": str(tmp_path / "instance"), "SCANNER_WAIVER": "test"}
    here |= {"DATABASE_URL": sqlite_database.url, "READS_DATABASE_URL": sqlite_database.reads_url}
    app = create_app(config.load_config(production | here))
    result = app.test_cli_runner().invoke(args=["clock", "set", "2026-11-21T10:59:30"])
    assert result.exit_code == 1 and "CLOCK_IN_PRODUCTION" in result.output
    shown = app.test_cli_runner().invoke(args=["clock", "show"]).output
    assert f"real     {real_now().astimezone().year}" in shown

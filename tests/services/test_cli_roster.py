"""`flask roster check`: the verdict as JSON and as a Thai table, exit codes, nothing saved, nothing else needed."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

import config
from app import create_app
from app.models.database import db
from app.services import releases
from tests.services.carried_families import in_effect
from tests.services.conftest import nid
from tests.services.conftest import official as member
from tests.services.rights_register import agency
from tests.services.roster_workbooks import EXPECTED, SAMPLE, dependent, official, workbook

ROOT = Path(__file__).resolve().parents[2]
TOWN, TAO = "04110101", "06900101"


@pytest.fixture
def check(people, database, tmp_path):
    """Run the command in this process on the test's databases; no Redis runs beside it."""
    env = {
        "INSTANCE": str(tmp_path / "instance"),
        "DATABASE_URL": database.url,
        "READS_DATABASE_URL": database.reads_url,
    }
    runner = create_app(config.load_config(env)).test_cli_runner()
    file = tmp_path / "รายชื่อ.xlsx"

    def check(content, *arguments, code=TOWN):
        file.write_bytes(content)
        return runner.invoke(args=["roster", "check", str(file), "--agency", code, *arguments])

    return check


def test_the_sample_gives_the_expected_json_and_saves_nothing(check):
    done = check(SAMPLE.read_bytes(), "--json")
    assert done.exit_code == 0 and json.loads(done.stdout) == EXPECTED
    with db.engine.connect() as connection:
        for table in ("change_request", "roster_import", "evidence_document", "audit_event", "running_number"):
            assert connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_at_an_agency_of_another_type_the_law_has_its_own_key(check):
    found = json.loads(check(SAMPLE.read_bytes(), "--json", code=TAO).stdout)
    assert {finding["code"] for finding in found.pop("law")} == {"TYPE_AGENCY_MISMATCH"}
    assert found == EXPECTED


def test_people_read_a_thai_table(check):
    done = check(SAMPLE.read_bytes())
    assert done.exit_code == 0
    assert "รับได้: บุคลากร 308 คน บุคคลในครอบครัว 697 คน" in done.stdout and "ไม่รับ: 21 แถว" in done.stdout
    assert "  บุคลากร  34  นามสกุล: ไม่ได้กรอก (REQUIRED)" in done.stdout.splitlines()
    assert "9901" not in done.stdout


def test_a_family_leans_on_the_register_of_its_own_agency(check, people):
    in_effect(member(nid(1)), clerk=people.clerk, registrar=people.registrar)
    content = workbook([official(2)], [dependent(501, 1)])
    assert json.loads(check(content, "--json").stdout) == {"principals_ok": 1, "family_ok": 1, "errors": []}
    refused = json.loads(check(content, "--json", code=TAO).stdout)
    assert refused["family_ok"] == 0 and refused["errors"][0]["code"] == "HOLDER_NOT_FOUND"


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"%PDF-1.7", TOWN, "ROSTER_UNREADABLE: ไม่ใช่ไฟล์ .xlsx ที่อ่านได้"),
        (b"", TOWN, "ROSTER_UNREADABLE"),
        (b"PK\x03\x04" + bytes(10_000_000), TOWN, "ROSTER_TOO_LARGE: ใหญ่เกินไป"),
        (SAMPLE.read_bytes(), "99999999", "AGENCY_NOT_FOUND: ไม่มีหน่วยงานรหัสนี้"),
        (SAMPLE.read_bytes(), "", "AGENCY_NOT_FOUND"),
        (SAMPLE.read_bytes(), "'; --", "AGENCY_NOT_FOUND"),
    ],
)
def test_what_cannot_be_judged_ends_with_2_and_says_why(check, content, code, words):
    done = check(content, "--json", code=code)
    assert done.exit_code == 2 and words in done.stderr and done.stdout == ""
    assert "Traceback" not in done.stderr


def test_the_real_command_needs_only_the_instance(tmp_path):
    environment = {"PATH": os.environ["PATH"], "INSTANCE": str(tmp_path / "instance")}
    settings = config.load_config(environment)
    db.bind(settings["DATABASE_URL"], settings["READS_DATABASE_URL"])
    releases.upgrade()
    agency(TOWN)
    db.dispose()
    command = [ROOT / ".venv/bin/flask", "roster", "check", SAMPLE, "--agency", TOWN, "--json"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == EXPECTED
    missing = subprocess.run(
        [*command[:3], "nowhere.xlsx", *command[4:]], env=environment, cwd=ROOT, capture_output=True
    )
    assert missing.returncode == 2 and b"nowhere.xlsx" in missing.stderr

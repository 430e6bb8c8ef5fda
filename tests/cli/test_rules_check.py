"""`flask rules check` as legal staff meet it: what it prints, how it exits, what it refuses."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import COMMANDS
from app.cli.cases import rules
from app.rules.cases.registry import TOPICS

DATA = Path(__file__).parents[1] / "data"
CASES, OWN = DATA / "cases", DATA / "cases_own"
FILES = [next(file for folder in (CASES, OWN) if (file := folder / f"{name}.csv").exists()) for name in sorted(TOPICS)]


def check(*files: Path) -> Result:
    return CliRunner().invoke(rules, ["check", *map(str, files)])


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text, encoding)
    return file


def test_it_is_a_command_of_the_portal():
    assert rules in COMMANDS


def test_all_cases_pass_and_are_counted():
    done = check(*FILES)
    rows = {file.name: len(list(csv.DictReader(file.read_text("utf-8").splitlines(keepends=True)))) for file in FILES}
    assert done.output.splitlines() == [
        *(f"{name}: {count}/{count} checked, 0 failed" for name, count in rows.items()),
        f"{sum(rows.values())} passed, 0 failed",
    ]
    assert done.exit_code == 0


def test_a_row_that_differs_is_shown_with_both_answers(tmp_path):
    text = "case_id,kind,input,expected,note\nA,fiscal_year_be,2018-10-01,2561,\nB,thai_digits,12,๑๒,\nC,thai_digits,12,,\n"
    done = check(written(tmp_path, "thai_format_cases.csv", text))
    assert done.output.splitlines() == [
        "thai_format_cases.csv row 2:",
        "  expected: expected 2561, actual 2562",
        "thai_format_cases.csv row 4:",
        "  expected: expected (blank), actual ๑๒",
        "thai_format_cases.csv: 3/3 checked, 2 failed",
        "1 passed, 2 failed",
    ]
    assert done.exit_code == 1


def test_a_cell_that_should_be_blank_is_shown(tmp_path):
    headings = "input,normalized,expected_valid,expected_error,computed_check_digit,weighted_sum_mod_11,person_category"
    rows = ["1990100001017,,Y,REQUIRED,,,", '"   ",,N,LENGTH,,,']
    done = check(written(tmp_path, "national_id_cases.csv", "\n".join([headings, *rows])))
    assert "  expected_error: expected REQUIRED, actual (blank)" in done.output
    assert "  expected_error: expected LENGTH, actual REQUIRED" in done.output
    assert done.output.endswith("0 passed, 2 failed\n")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("tax_cases.csv", "a,b\n1,2\n", "unknown topic; the topics are child_cases.csv, kin_cases.csv"),
        ("thai_format_cases.xlsx", "a,b\n1,2\n", "unknown topic"),
        ("thai_format_cases.csv", "kind,input,expected,mood\nthai_digits,1,๑,x\n", "unknown columns: mood"),
        (
            "thai_format_cases.csv",
            "kind,input,expected\nroman_digits,1,I\n",
            "row 2: kind does not know 'roman_digits'",
        ),
        ("thai_format_cases.csv", "kind,input,expected\nbahttext,ten,สิบ\n", "row 2: input does not know 'ten'"),
        ("thai_format_cases.csv", "", "the file is empty"),
        (
            "thai_format_cases.csv",
            'kind,input,expected\nthai_digits,"1,๑\n',
            "the file is no CSV: unexpected end of data",
        ),
        ("thai_format_cases.csv", "kind,input,expected\nthai_digits,1,๑\n\nthai_digits,2,๒\n", "row 3 has 0 cells"),
    ],
)
def test_what_cannot_be_judged_is_a_clear_error(tmp_path, name, text, says):
    done = check(written(tmp_path, name, text))
    assert says in done.stderr and done.stderr.startswith(f"{name}: ")
    assert done.stdout == "0 passed, 0 failed\n"
    assert done.exit_code == 2


def test_a_file_that_is_not_there_or_not_unicode_is_a_clear_error(tmp_path):
    assert check(tmp_path / "thai_format_cases.csv").exit_code == 2
    assert "there is no such file" in check(tmp_path / "thai_format_cases.csv").stderr
    (tmp_path / "kin_cases.csv").mkdir()
    assert "cannot be opened: Is a directory" in check(tmp_path / "kin_cases.csv").stderr
    foreign = written(tmp_path, "thai_format_cases.csv", "kind,input,expected\nthai_digits,1,๑\n", "cp874")
    assert "the file is not UTF-8; save it as" in check(foreign).stderr
    wide = written(tmp_path, "thai_format_cases.csv", "kind,input,expected\nthai_digits,1,๑\n", "utf-16")
    assert "the file is not UTF-8" in check(wide).stderr


def test_one_bad_file_does_not_hide_the_others(tmp_path):
    bad = written(tmp_path, "tax_cases.csv", "a\n1\n")
    done = check(bad, FILES[0])
    assert done.stdout.endswith(" passed, 0 failed\n") and "/" in done.stdout
    assert (done.exit_code, "tax_cases.csv" in done.stderr) == (2, True)
    wrong = written(tmp_path, "thai_format_cases.csv", "kind,input,expected\nthai_digits,1,1\n")
    assert check(bad, wrong).exit_code == 1


def test_stories_never_look_like_a_pass():
    stories = CASES / "lifecycle_cases.csv"
    alone = check(stories)
    assert alone.output.splitlines() == [
        "lifecycle_cases.csv: 0/25 checked, its stories are for people to read",
        "0 passed, 0 failed",
    ]
    assert alone.exit_code == 2
    assert check(stories, FILES[0]).exit_code == 0


def test_a_spreadsheets_habits_are_forgiven(tmp_path):
    text = "\ufeffkind,input,expected\r\nthai_digits, 12 , ๑๒\r\n\r\n\r\n"
    file = tmp_path / "thai_format_cases.csv"
    file.write_bytes(text.encode())
    assert check(file).output.splitlines()[-1] == "1 passed, 0 failed"


def test_files_must_be_named():
    assert check().exit_code == 2


def test_a_blank_that_is_right_in_one_row_is_named_where_it_is_wrong(tmp_path):
    line = dict(csv.DictReader((OWN / "child_cases.csv").read_text("utf-8").splitlines()).__next__())
    rows = [line, line | {"family_id": "another", "legitimacy": "FROM_DATE", "legitimate_to_father_from": ""}]
    assert line["legitimate_to_father_from"] == "", "the first row has a blank that nobody reads"
    text = "\n".join([",".join(line), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)])
    done = check(written(tmp_path, "child_cases.csv", text))
    assert "row 3: legitimate_to_father_from does not know ''" in done.stderr

"""The runner of worked cases: it checks every row and every cell, reads no ids, and says what it cannot judge."""

from datetime import date
from random import Random

import pytest

from app.domain.errors import BadInput
from app.rules.cases import table
from app.rules.cases.registry import STORIES, TOPICS
from app.rules.cases.runner import CaseFileError, Difference, judge
from app.rules.cases.topic import Topic, UnknownCell, codes_in, required_day_in, row_by_row
from app.rules.schemes import Scheme
from tests.rules.case_files import families_of
from tests.rules.judged import FILES, FOLDERS, NAMES, lines_of, verdict

every_file = pytest.mark.parametrize("file", FILES, ids=NAMES)


@every_file
def test_every_case_is_answered_as_expected(file):
    found = verdict(file)
    assert found.differences == ()
    assert found.total == found.passed == len(lines_of(file)) - 1 > 0


def test_every_topic_has_cases_and_every_file_a_topic():
    assert {file.stem for file in FILES} == set(TOPICS)
    assert {file.stem for folder in FOLDERS for file in folder.glob("*.csv")} == set(TOPICS) | STORIES


@every_file
def test_shuffled_columns_and_other_ids_change_nothing(file):
    headings, *rows = lines_of(file)
    order = Random(7).sample(range(len(headings)), len(headings))
    renamed = [["NEW", *row[1:]] if headings[0] == "case_id" else row for row in rows]
    assert (
        judge(TOPICS[file.stem], [[cells[place] for place in order] for cells in [headings, *renamed]]).differences
        == ()
    )


@every_file
def test_columns_for_people_may_be_missing(file):
    headings, *rows = lines_of(file)
    topic = TOPICS[file.stem]
    kept = [place for place, heading in enumerate(headings) if heading in (*topic.inputs, *topic.expected)]
    assert judge(topic, [[cells[place] for place in kept] for cells in [headings, *rows]]).passed == len(rows)


@every_file
def test_a_wrong_expectation_is_found_in_any_row_and_any_column(file):
    headings, *rows = lines_of(file)
    topic = TOPICS[file.stem]
    for column in topic.expected:
        place = headings.index(column)
        wrong = [[*cells[:place], '{"wrong": 1}', *cells[place + 1 :]] for cells in rows]
        if column in ("expected_round_at", "expected_effective_at"):
            wrong = [[*cells[:place], "2000-01-01T00:00:00+07:00", *cells[place + 1 :]] for cells in rows]
        found = judge(topic, [headings, *wrong])
        assert (found.failed, found.passed) == (len(rows), 0)
        assert {difference.column for difference in found.differences} == {column}
        assert [difference.row_no for difference in found.differences] == list(range(2, len(rows) + 2))


def echo(**more) -> Topic:
    """A topic that answers the input with a bang."""
    return Topic("echo", ("said",), ("heard",), row_by_row(lambda row: {"heard": row["said"] + "!"}), **more)


def test_a_difference_names_its_row_as_a_spreadsheet_does():
    found = judge(echo(), [["case_id", "said", "heard"], ["A", "hey", "hey!"], ["B", "ho", "hey!"]])
    assert found.differences == (Difference(3, "heard", "hey!", "ho!"),)
    assert (found.total, found.passed, found.failed) == (2, 1, 1)


def test_two_wrong_cells_are_one_failed_row():
    both = Topic("both", ("a",), ("b", "c"), row_by_row(lambda row: {"b": "1", "c": "2"}))
    found = judge(both, [["a", "b", "c"], ["x", "2", "1"]])
    assert (len(found.differences), found.failed, found.passed) == (2, 1, 0)


def test_the_rules_see_the_inputs_only():
    seen = []

    def decide(rows):
        seen.extend(rows)
        return [{"heard": ""} for _ in rows]

    judge(
        Topic("t", ("said",), ("heard",), decide),
        [["heard", "note", "source", "case_id", "said"], ["", "n", "s", "1", "x"]],
    )
    assert seen == [{"said": "x"}]


def test_cells_are_read_without_the_spaces_around_them_but_where_these_count():
    lines = [[" said ", "heard"], [" hey ", " hey!\xa0"]]
    assert judge(echo(), lines).differences == ()
    assert judge(echo(verbatim=frozenset({"said"})), lines).differences == (Difference(2, "heard", "hey!", " hey !"),)


def test_a_blank_must_be_blank_unless_the_topic_leaves_it_open():
    lines = [["said", "heard"], ["hey", ""]]
    assert judge(echo(), lines).differences == (Difference(2, "heard", "", "hey!"),)
    assert judge(echo(open_when_blank=frozenset({"heard"})), lines).differences == ()
    assert judge(echo(open_when_blank=frozenset({"heard"})), [lines[0], ["hey", "ho"]]).failed == 1


def test_cells_are_compared_by_what_they_mean():
    numbers = echo(compared_as={"heard": lambda text: len(text.rstrip("!"))})
    assert judge(numbers, [["said", "heard"], ["hey", "you"]]).differences == ()
    with pytest.raises(CaseFileError, match="row 3: heard cannot be read: 'x'"):
        judge(
            echo(compared_as={"heard": lambda text: int(text.rstrip("!"))}), [["said", "heard"], ["1", "1"], ["1", "x"]]
        )


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "the file is empty"),
        ([["said", "heard"]], "there are no rows below the headings"),
        ([["said", "heard", "felt", "touched"], ["a", "b", "c", "d"]], "^unknown columns: felt, touched$"),
        ([["said"], ["a"]], "^missing columns: heard$"),
        ([["said", "heard", "said"], ["a", "a!", "b"]], "^columns that stand twice: said$"),
        ([["said", "heard", ""], ["a", "a!", ""]], r"unknown columns: \(blank\)"),
        ([["heard", "smelt"], ["a", "b"]], "missing columns: said; unknown columns: smelt"),
        ([["said", "heard"], ["a", "a!"], ["b"]], "row 3 has 1 cells, the headings are 2"),
        ([["said", "heard"], ["a", "a!", "b"]], "row 2 has 3 cells, the headings are 2"),
        ([["said", "heard"], ["a", "a!"], ["", " "]], "row 3 is blank"),
    ],
)
def test_what_cannot_be_judged_is_said(lines, says):
    with pytest.raises(CaseFileError, match=says):
        judge(echo(), lines)


def test_many_missing_columns_are_named_in_order():
    wide = Topic("wide", tuple("gcaebfd"), ("x",), lambda rows: [])
    with pytest.raises(CaseFileError, match="^missing columns: a, b, c, d, e, f, g$"):
        judge(wide, [["x"], ["1"]])


def test_codes_of_a_cell_may_stand_apart_and_a_needed_day_may_not_be_blank():
    assert codes_in({"codes": " LGO ; SSO;NONE ; ;"}, "codes", Scheme) == {Scheme.LGO, Scheme.SSO}
    assert required_day_in({"day": "2018-10-01"}, "day") == date(2018, 10, 1)
    with pytest.raises(UnknownCell):
        required_day_in({"day": ""}, "day")
    with pytest.raises(UnknownCell, match="day does not know '2561-10-01'; in the Common Era that is the year 2018"):
        required_day_in({"day": "2561-10-01"}, "day")


def test_a_parent_is_a_mother_or_a_father():
    topic = TOPICS["parent_cases"]
    (row, *_) = families_of(topic)[0]
    with pytest.raises(UnknownCell) as error:
        topic.decide([{**row, "relation": "SPOUSE"}])
    assert (error.value.column, error.value.value) == ("relation", "SPOUSE")


def test_columns_for_people_are_never_unknown():
    lines = [["said", "heard", "case_id", "source", "note", "said_weekday", "mood"], ["a", "a!", "", "", "", "", ""]]
    assert judge(echo(ignored=frozenset({"mood"})), lines).passed == 1
    with pytest.raises(CaseFileError, match="unknown columns: mood"):
        judge(echo(), lines)


def test_a_code_that_no_rule_knows_is_an_error_with_its_row():
    strict = Topic("t", ("code",), ("x",), row_by_row(lambda row: {"x": "".join(codes_in(row, "code", Scheme))}))
    with pytest.raises(CaseFileError, match="^row 3: code does not know 'NOBODY'$"):
        judge(strict, [["code", "x"], ["LGO", "LGO"], ["NOBODY", ""]])


@pytest.mark.parametrize(
    "error",
    [ValueError("no such thing"), OverflowError("far"), BadInput("INVALID_DATE"), UnknownCell("said", "elsewhere")],
)
def test_a_row_that_cannot_be_decided_is_an_error(error):
    def decide(rows):
        raise error

    with pytest.raises(CaseFileError, match="row"):
        judge(Topic("t", ("said",), ("heard",), decide), [["said", "heard"], ["a", "b"]])


def test_a_topic_that_answers_too_few_rows_is_no_pass():
    with pytest.raises(ValueError, match="zip"):
        judge(Topic("t", ("said",), ("heard",), lambda rows: []), [["said", "heard"], ["a", "b"]])


def test_a_table_is_compared_by_its_key():
    topic = table.table_topic(
        "t", ("id", "no"), [{"id": "a", "no": "1", "x": "y", "z": "w"}, {"id": "a", "no": "2", "x": "q", "z": ""}]
    )
    assert (topic.inputs, topic.expected) == (("id", "no"), ("x", "z"))
    assert judge(topic, [["no", "z", "x", "id"], ["2", "", "q", "a"], ["1", "w", "y", "a"]]).passed == 2
    with pytest.raises(CaseFileError, match="row 2: no does not know '3'"):
        judge(topic, [["id", "no", "x", "z"], ["a", "3", "", ""]])


@pytest.mark.parametrize(
    ("expected", "passes"),
    [
        ('{"date": "1988-02-29", "precision": "DAY"}', True),
        ('{"precision": "DAY", "lifelong": false, "flags": [], "year": null, "date": "1988-02-29"}', True),
        ('{"date": "1988-02-29"}', True),
        ('{"date": "1988-02-29", "precision": "MONTH"}', False),
        ('{"date": "1988-02-28", "precision": "DAY"}', False),
        ('{"year": 1988, "precision": "DAY"}', False),
        ('{"precision": "DAY"}', False),
        ("{}", False),
    ],
)
def test_an_object_is_compared_by_what_it_says(expected, passes):
    found = judge(
        TOPICS["smartcard_parse_cases"], [["field", "raw", "expected_json"], ["birth_date", "25310229", expected]]
    )
    assert bool(found.passed) == passes


def test_flags_of_an_object_have_no_order():
    meaning = TOPICS["smartcard_parse_cases"].compared_as["expected_json"]
    assert meaning('{"flags": ["B", "A"]}') == meaning('{"flags": ["A", "B"]}') != meaning('{"flags": ["A"]}')


@pytest.mark.parametrize(
    ("topic", "row", "says"),
    [
        ("priority_cases", ["LGO", "", "", "", ""], "row 2: entitlements does not know 'LGO'"),
        ("priority_cases", ["LGO:TERTIARY", "", "", "", ""], "entitlements does not know"),
        ("priority_cases", ["LGO:SECONDARY@yesterday(a)", "", "", "", ""], "entitlements does not know"),
        ("priority_cases", ["LGO:PRIMARY", "ARMY", "", "", ""], "election does not know 'ARMY'"),
        ("round_cases", ["2018-10-01T10:00:00", "", "1", "", ""], "decided_at does not know"),
        ("round_cases", ["2018-10-01T10:00:00+07:00", "noon", "1", "", ""], "round_actually_run_at does not know"),
        ("smartcard_parse_cases", ["shoe_size", "42", "{}"], "field does not know 'shoe_size'"),
        ("smartcard_parse_cases", ["name_th", "hex:zz", "{}"], "raw does not know 'hex:zz'"),
        ("smartcard_parse_cases", ["name_th", "漢字", "{}"], "raw does not know"),
        ("smartcard_parse_cases", ["apdu", "61 0D", "{}"], "raw does not know"),
        ("smartcard_parse_cases", ["apdu", '["61 0D"]', "{}"], "raw does not know"),
        ("smartcard_parse_cases", ["apdu", '{"sent": 61}', "{}"], "raw does not know"),
        ("smartcard_parse_cases", ["birth_date", "25310229", "[]"], "expected_json cannot be read"),
        ("smartcard_parse_cases", ["birth_date", "25310229", "29 Feb"], "expected_json cannot be read"),
    ],
)
def test_a_cell_that_its_topic_does_not_know_is_an_error(topic, row, says):
    headings = [*TOPICS[topic].inputs, *TOPICS[topic].expected]
    with pytest.raises(CaseFileError, match=says):
        judge(TOPICS[topic], [headings, row])


def test_one_person_twice_is_an_error_that_names_the_row():
    """Told twice a child would take two places; two of one day without a number may be twins."""
    child, kin = TOPICS["child_cases"], TOPICS["kin_cases"]
    headings, rows = [*child.inputs, *child.expected], [row for file in families_of(child) for row in file]
    cells = [[row[name] for name in headings] for row in rows]
    with pytest.raises(
        CaseFileError, match=rf"^row {len(rows) + 2}: seq_in_delivery .* has this child of delivery A already$"
    ):
        judge(child, [headings, *cells, cells[0]])
    place = headings.index("seq_in_delivery")
    padded = [*cells[0][:place], f"0{cells[0][place]}", *cells[0][place + 1 :]]
    with pytest.raises(CaseFileError, match="has this child of delivery A already"):
        judge(child, [headings, *cells, padded])
    (row, *_), *_ = families_of(kin)
    for twice in ("CHILD@2015-03-01#2; CHILD@2015-03-01#2", "MOTHER@1960-01-01;MOTHER@1960-01-01"):
        with pytest.raises(UnknownCell, match="; one person stands there twice$"):
            kin.decide([row | {"other_relatives": twice}])
    assert kin.decide([row | {"other_relatives": "CHILD@2015-03-01; CHILD@2015-03-01"}])


def test_a_year_of_the_buddhist_era_is_told_with_the_one_that_is_meant():
    assert required_day_in({"day": "2399-12-31"}, "day") == date(2399, 12, 31)
    for year, meant in ((2400, 1857), (2561, 2018)):
        with pytest.raises(UnknownCell, match=f"in the Common Era that is the year {meant}"):
            required_day_in({"day": f"{year}-01-01"}, "day")


def test_rights_may_end_with_a_semicolon_and_their_order_is_free():
    headings = ["entitlements", "election", "expected_order", "expected_not_used", "expected_flags"]
    cells = ["CSMBS:PRIMARY;LGO:SECONDARY(b);  LGO:SECONDARY(a) ; ", "", "CSMBS:FULL", "LGO(b);LGO(a)", ""]
    assert judge(TOPICS["priority_cases"], [headings, cells]).differences == ()


def test_a_principal_is_no_relative_of_himself():
    row = dict(families_of(TOPICS["kin_cases"])[0][0])
    with pytest.raises(UnknownCell, match="relation does not know 'SELF'"):
        TOPICS["kin_cases"].decide([row | {"relation": "SELF"}])
    assert TOPICS["kin_cases"].decide([row | {"other_relatives": " ; "}]) == TOPICS["kin_cases"].decide([row])

"""`flask demo verify` finds each broken rule: every one is broken by plain SQL, behind the verbs' and the triggers' backs."""

import pytest
import sqlalchemy as sa

from app.domain.actor import robot
from app.domain.roles import ROLES
from app.models.database import db
from app.models.triggers import EXCLUSIONS, RULES, SQLITE_RULES
from app.services import invariants, open_tables, permissions
from app.services.demo.nation import load
from app.services.invariant_money import MONEY
from app.services.invariant_moves import MOVES
from app.services.invariant_sql import ALL

SELF = "(SELECT MIN(id) FROM entitlement WHERE relation = 'SELF' AND entitled_until IS NULL AND NOT voided)"
FAMILY = "(SELECT MIN(d.id) FROM entitlement d WHERE d.relation = '{}' AND NOT d.voided AND d.entitled_until IS NULL)"
SPOUSE, MOTHER = FAMILY.format("SPOUSE"), FAMILY.format("MOTHER")
CHILD = "(SELECT MIN(id) FROM entitlement WHERE relation = 'CHILD' AND NOT voided)"
EFFECTIVE = (
    "(SELECT MIN(r.id) FROM change_request r JOIN entitlement e ON e.request_id = r.id WHERE r.type = 'CERTIFY_NEW')"
)
COPY = (
    "INSERT INTO entitlement (person_id, principal_id, request_id, agency_id, relation, personnel_type, entitled_from,"
    " entitled_until, sub_inscl, service_start_date, delivery_id, registered_at, effective_at, voided, suspended, version)"
    " SELECT {person}, principal_id, {request}, agency_id, relation, personnel_type, entitled_from, {until}, sub_inscl,"
    " service_start_date, {delivery}, registered_at, effective_at, voided, suspended, 1 FROM entitlement WHERE id = {of}"
)
SPARE = "(SELECT MIN(id) + {} FROM change_request WHERE status = 'CANCELLED')"  # a request that no right came from


def another(of, place=0, person="person_id", until="entitled_until", delivery="delivery_id"):
    spare = (
        f"(SELECT id FROM change_request WHERE id NOT IN (SELECT request_id FROM entitlement) LIMIT 1 OFFSET {place})"
    )
    return COPY.format(of=of, person=person, request=spare, until=until, delivery=delivery)


SOMEBODY = "(SELECT MAX(id) - {} FROM person)"
BREAKS = {
    "OWN_RIGHTS_OVERLAP": [another(SELF)],
    "SAME_RIGHTS_OVERLAP": [another(SPOUSE)],
    "DEPENDENT_WITHOUT_PRINCIPAL": [
        f"UPDATE entitlement SET entitled_from = '1970-01-01' WHERE id = {SPOUSE}",
    ],
    "RIGHT_OF_THE_DEAD": [
        f"UPDATE person SET death_date = '2020-01-01' WHERE id = (SELECT person_id FROM entitlement WHERE id = {SELF})"
    ],
    "TWO_PARENTS_OF_ONE_KIND": [another(MOTHER, person=SOMEBODY.format(0))],
    "TWO_SPOUSES": [another(SPOUSE, person=SOMEBODY.format(0))],
    "FIVE_SPOUSES": [another(SPOUSE, n, person=SOMEBODY.format(n)) for n in range(4)],
    "CHILD_OUTSIDE_QUOTA": [
        another(CHILD, n, person=SOMEBODY.format(n), delivery=f"'X{n}'") for n in range(3)
    ] + [
        "UPDATE person SET birth_date = '1999-01-01' WHERE id IN "
        f"({SOMEBODY.format(0)}, {SOMEBODY.format(1)}, {SOMEBODY.format(2)})",
    ],
    "SECOND_EXECUTIVE": [
        "UPDATE entitlement SET personnel_type = 'POLITICAL_EXECUTIVE' WHERE relation = 'SELF' AND agency_id ="
        f" (SELECT agency_id FROM entitlement WHERE id = {SELF})",
    ],
    "VOIDED_WITHOUT_REQUEST": [
        f"UPDATE entitlement SET voided = TRUE, voided_at = effective_at WHERE id = {SPOUSE}",
    ],
    "ENDED_WITHOUT_REASON": [f"UPDATE entitlement SET termination_reason = 'OTHER' WHERE id = {SELF}"],
    "OWN_START_IS_NOT_SERVICE": [f"UPDATE entitlement SET service_start_date = '2001-02-03' WHERE id = {SELF}"],
    "RIGHT_BEFORE_BIRTH": [
        f"UPDATE person SET birth_date = '2026-11-01' WHERE id = (SELECT person_id FROM entitlement WHERE id = {SELF})",
    ],
    "RIGHT_AFTER_DEATH": [
        f"UPDATE person SET death_date = '2020-01-01' WHERE id = (SELECT person_id FROM entitlement WHERE id = {SELF})",
    ],
    "CHILD_BEYOND_MAJORITY": [f"UPDATE entitlement SET entitled_until = NULL WHERE id = {CHILD}"],
    "PARENT_YOUNGER_THAN_CHILD": [
        f"UPDATE person SET birth_date = '2000-01-01' WHERE id = (SELECT person_id FROM entitlement WHERE id = {MOTHER})",
    ],
    "FAMILY_LEFT_UNSEEN": [  # what another end of the person was taken back from excuses nothing
        another(SPOUSE),
        "UPDATE change_request SET type = 'RESTORE', effective_at = '2999-01-01 00:00:00', target_entitlement_id ="
        " (SELECT MAX(id) FROM entitlement) WHERE id = (SELECT MAX(id) FROM change_request WHERE status = 'EFFECTIVE')",
        f"UPDATE entitlement SET effective_at = '2000-01-01 00:00:00' WHERE id = {SPOUSE}",
        f"UPDATE change_request SET type = 'TRANSFER_IN', target_entitlement_id = {SELF}"
        f" WHERE id = (SELECT request_id FROM entitlement WHERE id = {SELF})",
        "UPDATE entitlement SET ended_by_request_id ="
        f" (SELECT request_id FROM entitlement WHERE id = {SELF}) WHERE id = {SPOUSE}",
    ],
    "OUTSIDE_AGENCY_PERIOD": ["UPDATE agency SET valid_until = '2000-01-02'"],
    "TYPE_AGENCY_MISMATCH": [
        "UPDATE entitlement SET personnel_type = 'PAO_OFFICIAL' WHERE relation = 'SELF' AND agency_id IN"
        " (SELECT id FROM agency WHERE agency_type = 'TAO')",
    ],
    "SUB_SCHEME": [f"UPDATE entitlement SET sub_inscl = 'L9' WHERE id = {SPOUSE}"],
    "APPROVED_IN_DONE_ROUND": [
        "UPDATE change_request SET round_id = (SELECT MIN(id) FROM processing_round) WHERE status = 'APPROVED'",
    ],
    "EFFECTIVE_WITHOUT_RIGHT": [f"UPDATE entitlement SET request_id = {SPARE.format(0)} WHERE id = {SELF}"],
    "RIGHT_WITHOUT_EFFECTIVE_REQUEST": [f"UPDATE change_request SET status = 'CANCELLED' WHERE id = {EFFECTIVE}"],
    "RIGHT_IS_NOT_AS_PROPOSED": [f"UPDATE proposal SET entitled_from = '1999-09-09' WHERE request_id = {EFFECTIVE}"],
    "EDITOR_DECIDED": [f"UPDATE change_request SET decided_by_id = recorded_by_id WHERE id = {EFFECTIVE}"],
    "DECIDED_WITHOUT_OFFICER": [f"UPDATE change_request SET decided_by_id = NULL WHERE id = {EFFECTIVE}"],
    "EFFECTIVE_AT_ANOTHER_TIME": [f"UPDATE change_request SET effective_at = decided_at WHERE id = {EFFECTIVE}"],
    "REQUEST_WITHOUT_PROPOSAL": [f"DELETE FROM proposal WHERE request_id = {EFFECTIVE}"],
    "SENT_WITHOUT_FROZEN_COPY": [f"DELETE FROM request_revision WHERE request_id = {EFFECTIVE}"],
    "NUMBER_BEYOND_COUNTER": ["UPDATE running_number SET last = 0 WHERE series LIKE 'CR%'"],
    "ROUND_COUNTS": ["UPDATE processing_round SET effective_count = effective_count + 1 WHERE effective_count > 0"],
    "ROUND_OUT_OF_ORDER": [
        "UPDATE processing_round SET status = 'PLANNED' WHERE id = (SELECT MIN(id) FROM processing_round)",
    ],
    "NATIONAL_ID": [
        "UPDATE person SET national_id = '1990100000000' WHERE id = (SELECT MIN(id) FROM person)",
    ],
    "PROPOSED_NATIONAL_ID": [
        f"UPDATE proposal SET national_id = '19901x0000000', principal_national_id = '19901x0000000'"
        f" WHERE request_id = {EFFECTIVE}",
    ],
    "PRINCIPAL_CATEGORY": [
        "UPDATE person SET national_id = '6990199999990' WHERE id ="
        f" (SELECT person_id FROM entitlement WHERE id = {SELF})",
    ],
    "RIGHT_OUTLASTS_AGENCY": [
        f"UPDATE agency SET valid_until = (SELECT entitled_from FROM entitlement WHERE id = {SELF})"
        f" WHERE id = (SELECT agency_id FROM entitlement WHERE id = {SELF})",
    ],
    "PERSON_OF_NOTHING": [
        "INSERT INTO person (national_id, title_th, first_name_th, middle_name_th, last_name_th, birth_date_precision, sex,"
        " nationality_code, sort_key, registry_status, created_at, version) SELECT '1990100000014', '', 'ก', '', 'ข', 'DAY',"
        " 'M', '099', 'ก', 'NEVER', created_at, 1 FROM person LIMIT 1",
    ],
    "SENT_EVIDENCE_UNMARKED": ["UPDATE evidence_document SET submitted_at = NULL"],
    "END_LAYERS": [
        "INSERT INTO replaced_end (entitlement_id, request_id, ended_by_request_id, suspended)"
        f" VALUES ({SPOUSE}, 999999, 999998, FALSE)"
    ],
    "FROZEN_COPY": ["UPDATE request_revision SET sha256 = 'x' WHERE revision = 1"],
}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request, new_database):
    """A small nation, on a connection whose triggers are gone until the end of the transaction."""
    urls = new_database(request.param)
    db.bind(urls.url, urls.reads_url)
    open_tables.seed_open_tables()
    permissions.sync_roles({name: set() for name in ROLES}, actor=robot("release"))
    load.load(700, 3, production=False, tell=lambda _count: None)
    with db.writer.connect() as connection:
        if request.param == "sqlite":
            connection.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
            for name, *_rest in (*RULES, *SQLITE_RULES):
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            for name, _timing, table, *_rest in RULES:
                connection.execute(sa.text(f"DROP TRIGGER {name} ON {table}"))
            for name in EXCLUSIONS:
                connection.execute(sa.text(f"ALTER TABLE entitlement DROP CONSTRAINT {name}"))
        yield connection
        connection.rollback()


def test_every_broken_rule_is_found_and_a_sound_register_has_none(register):
    assert set(BREAKS) == {invariant.code for invariant in (*ALL, *MOVES, invariants.LAYERS, invariants.FROZEN)}
    assert {found.invariant.code: found.count for found in invariants.findings(register)} == dict.fromkeys(
        [*(invariant.code for invariant in (*ALL, *MOVES, *MONEY, invariants.LAYERS, invariants.FROZEN))], 0
    )
    unseen = []
    for code, statements in BREAKS.items():
        point = register.begin_nested()
        changed = [register.execute(sa.text(statement)).rowcount for statement in statements]
        assert all(changed), f"{code} is not broken"
        (found,) = [one for one in invariants.findings(register, only=code)]
        if not (found.count and found.examples):
            unseen.append(code)
        point.rollback()
    assert unseen == []


def test_an_end_that_is_gone_is_not_excused_by_one_taken_back_in_another_family(register):
    ends = "FROM change_request WHERE type = 'TERMINATE' AND status = 'EFFECTIVE'"
    for statement in (
        "UPDATE entitlement SET entitled_until = NULL"
        f" WHERE id = (SELECT target_entitlement_id {ends} ORDER BY id LIMIT 1)",
        f"UPDATE change_request SET type = 'RESTORE' WHERE id = (SELECT id {ends} ORDER BY id DESC LIMIT 1)",
    ):
        assert register.execute(sa.text(statement)).rowcount == 1
    (found,) = invariants.findings(register, only="EFFECTIVE_WITHOUT_RIGHT")
    assert found.count == 1


def test_a_second_wife_whose_nikah_certificate_is_to_follow_is_no_break(register):
    register.execute(sa.text(another(SPOUSE, person=SOMEBODY.format(0))))
    owed = "UPDATE entitlement SET to_follow = 'PAPERS', marriage_paper = '{}' WHERE id = (SELECT MAX(id) FROM entitlement)"
    for paper, count in (("MARRIAGE_CERT_TH", 1), ("NIKAH_CERT_TH", 0)):
        register.execute(sa.text(owed.format(paper)))
        (found,) = invariants.findings(register, only="TWO_SPOUSES")
        assert found.count == count

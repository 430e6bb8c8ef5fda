"""The statements of a round, set-based and the same on SQLite and PostgreSQL; `round_claim` holds one chunk's requests.

A claimed request is of one of four steps: END (a right stops, is voided or restored: round_end_sql), EDIT (a right is
changed in place), OWN (a principal's right starts), DEPENDENT (a family member's right starts). What starts may go on from a
right that stands, its target (round_move_sql). `error` stays NULL as long as nothing speaks against it; nothing ever clears
it again.
"""

import sqlalchemy as sa

from app.models.base import UtcInstant
from app.models.chunking import numbers
from app.models.columns import EntitlementColumns, PersonColumns, ToldColumns
from app.services.round_inputs import inputs_of

END, EDIT, OWN, DEPENDENT = "END", "EDIT", "OWN", "DEPENDENT"
CLAIM_TABLE = "round_claim"

claim = sa.table(
    CLAIM_TABLE,
    *(
        sa.column(name)
        for name in (
            "request_id",
            "step",
            "family",
            "person",
            "must_judge",
            "error",
            "conflict_request_id",
            "type",
            "succession_id",
        )
    ),
)


def overlap(one: str, other: str) -> str:
    """Half-open periods share a day."""
    return (
        f"({one}.entitled_until IS NULL OR {other}.entitled_from < {one}.entitled_until)"
        f" AND ({other}.entitled_until IS NULL OR {one}.entitled_from < {other}.entitled_until)"
    )


CLAIM_TABLE_ANEW = (
    sa.text(f"DROP TABLE IF EXISTS {CLAIM_TABLE}"),
    sa.text(f"""
    CREATE TEMPORARY TABLE {CLAIM_TABLE} (
        request_id BIGINT PRIMARY KEY, agency_id BIGINT, step VARCHAR(10), family VARCHAR(13), person VARCHAR(13),
        relation VARCHAR(40), entitled_from DATE, entitled_until DATE, decided_at TIMESTAMP WITH TIME ZONE,
        target_id BIGINT, type VARCHAR(40), stop_on DATE, reason VARCHAR(40), target_version INTEGER, submission_no VARCHAR(40),
        must_judge BOOLEAN, error VARCHAR(40), conflict_request_id BIGINT, succession_id INTEGER,
        rules_version VARCHAR(40), inputs_version BIGINT, holds_until DATE)"""),
    sa.text(f"CREATE INDEX ix_round_claim_person ON {CLAIM_TABLE} (person, family)"),
    sa.text(f"CREATE INDEX ix_round_claim_family ON {CLAIM_TABLE} (family, relation)"),
    sa.text(f"CREATE INDEX ix_round_claim_target ON {CLAIM_TABLE} (target_id)"),
)  # fmt: skip


def _claim(dialect: str) -> sa.TextClause:
    """Nothing but the ids of the chunk may lead to its rows: hence the empty sums."""
    return sa.text(f"""
    INSERT INTO {CLAIM_TABLE}
    SELECT r.id, r.agency_id,
        CASE WHEN r.type IN ('CORRECTION', 'TERMINATE', 'SUSPEND', 'RESTORE') THEN 'END' WHEN r.type = 'CERTIFY_EDIT' THEN 'EDIT'
            WHEN p.relation = 'SELF' THEN 'OWN' ELSE 'DEPENDENT' END,
        COALESCE(p.principal_national_id, ''), COALESCE(p.national_id, ''), p.relation, p.entitled_from, p.entitled_until,
        r.decided_at, r.target_entitlement_id, r.type,
        CASE WHEN r.type IN ('TERMINATE', 'SUSPEND') THEN p.entitled_until ELSE p.entitled_from END,
        CASE WHEN r.type = 'TRANSFER_IN' THEN 'TRANSFERRED_LGO' ELSE p.termination_reason END, r.target_version,
        r.submission_no, FALSE, NULL, NULL, r.succession_id, r.rules_version, r.inputs_version, r.holds_until
    FROM change_request r LEFT JOIN proposal p ON p.request_id = r.id
    WHERE r.id IN ({numbers("ids", dialect)}) AND r.round_id + 0 = :round AND r.status || '' = 'APPROVED'""")


CLAIM = {dialect: _claim(dialect) for dialect in ("sqlite", "postgresql")}

REFUSE_UNKNOWN = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = :error
    WHERE type NOT IN ('CERTIFY_NEW', 'CERTIFY_EDIT', 'CORRECTION', 'TERMINATE', 'SUSPEND', 'RESTORE', 'TRANSFER_IN',
        'PENSION', 'REINSTATE')""")

# --- starts -----------------------------------------------------------------------------------------------------------
# What a move or a change takes the place of does not stand in its way, nor what goes on from a right that is changed.
_NOT_TARGET = f"(({CLAIM_TABLE}.target_id IS NULL) OR e.id <> {CLAIM_TABLE}.target_id)"
# What was decided under today's law on inputs that have not moved, and holds today, need not be judged again.
MARK_CHANGED = sa.text(f"""
    WITH {inputs_of(CLAIM_TABLE)}
    UPDATE {CLAIM_TABLE} SET must_judge = TRUE
    WHERE step <> 'END' AND request_id NOT IN (
        SELECT a.request_id FROM {CLAIM_TABLE} a JOIN inputs i ON i.request_id = a.request_id
        WHERE a.rules_version = :rules AND a.inputs_version = i.version
            AND (a.holds_until IS NULL OR a.holds_until > :day))""").bindparams(sa.bindparam("day", type_=sa.Date))
# Spouses and children of one principal who were decided apart may shut each other out: neither rests on rights yet.
MARK_SIBLINGS = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET must_judge = TRUE
    WHERE step = 'DEPENDENT' AND relation IN ('SPOUSE', 'CHILD') AND EXISTS (
        SELECT 1 FROM {CLAIM_TABLE} other WHERE other.family = {CLAIM_TABLE}.family AND other.step = 'DEPENDENT'
            AND other.relation = {CLAIM_TABLE}.relation AND other.decided_at <> {CLAIM_TABLE}.decided_at)""")
MARK_ALL = sa.text(f"UPDATE {CLAIM_TABLE} SET must_judge = TRUE WHERE step <> 'END'")
NO_PRINCIPAL = f"""NOT EXISTS (
        SELECT 1 FROM person p JOIN entitlement e ON e.person_id = p.id
        WHERE p.national_id = {CLAIM_TABLE}.family AND e.relation = 'SELF' AND NOT e.voided
            AND e.agency_id = {CLAIM_TABLE}.agency_id AND e.entitled_from <= {CLAIM_TABLE}.entitled_from
            AND (e.entitled_until IS NULL OR {CLAIM_TABLE}.entitled_from < e.entitled_until))"""
REFUSE_WITHOUT_PRINCIPAL = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'PRINCIPAL_NOT_EFFECTIVE'
    WHERE step = 'DEPENDENT' AND error IS NULL AND {NO_PRINCIPAL}""")
REFUSE_OWN_OVERLAP = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'OWN_RIGHT_OVERLAP'
    WHERE step = 'OWN' AND error IS NULL AND EXISTS (
        SELECT 1 FROM person p JOIN entitlement e ON e.person_id = p.id
        WHERE p.national_id = {CLAIM_TABLE}.person AND e.relation = 'SELF' AND NOT e.voided
            AND {_NOT_TARGET} AND {overlap("e", CLAIM_TABLE)})""")
REFUSE_SAME_OVERLAP = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'SAME_RIGHT_OVERLAP'
    WHERE step = :step AND error IS NULL AND EXISTS (
        SELECT 1 FROM person p JOIN entitlement e ON e.person_id = p.id JOIN person q ON q.id = e.principal_id
        WHERE p.national_id = {CLAIM_TABLE}.person AND q.national_id = {CLAIM_TABLE}.family
            AND e.relation = {CLAIM_TABLE}.relation AND NOT e.voided
            AND {_NOT_TARGET} AND {overlap("e", CLAIM_TABLE)}
            AND NOT ({CLAIM_TABLE}.step = 'EDIT' AND EXISTS (SELECT 1 FROM entitlement t WHERE t.id = {CLAIM_TABLE}.target_id
                AND t.ended_by_request_id IS NOT NULL AND t.entitled_until <= e.entitled_from)))""")
RIVALS = sa.text(f"""
    SELECT b.request_id, a.request_id FROM {CLAIM_TABLE} a JOIN {CLAIM_TABLE} b
        ON b.person = a.person AND b.family = a.family AND b.relation = a.relation
    WHERE a.step = :step AND b.step = :step AND a.error IS NULL AND b.error IS NULL
        AND (a.decided_at, a.request_id) < (b.decided_at, b.request_id) AND {overlap("a", "b")}
    ORDER BY b.decided_at, b.request_id, a.decided_at, a.request_id""")
REFUSE_ALL = sa.text(f"UPDATE {CLAIM_TABLE} SET error = :error WHERE error IS NULL")
REFUSE = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = :error, conflict_request_id = :rival WHERE request_id = :request""")
STARTING = sa.text(f"""
    SELECT request_id FROM {CLAIM_TABLE} WHERE step = :step AND error IS NULL ORDER BY decided_at, request_id""")

_person = ", ".join(PersonColumns.__annotations__)
_mended = ", ".join(f"{name} = p.{name}" for name in PersonColumns.__annotations__)
_first = ", ".join(f"first.{name}" for name in PersonColumns.__annotations__)
_columns = (*EntitlementColumns.__annotations__, *ToldColumns.__annotations__)
_right = ", ".join(_columns)
_proposed = ", ".join(f"p.{name}" for name in _columns)
_ONLY = "(CAST(:only AS BIGINT) IS NULL OR c.request_id = :only)"
# Persons who are known stay as they are; of several new claims the first decided one describes the person.
ADD_PERSONS = sa.text(f"""
    INSERT INTO person (national_id, {_person}, registry_status, created_at, version)
    SELECT first.national_id, {_first}, 'NEVER', :run_at, 1
    FROM (SELECT p.*, ROW_NUMBER() OVER (PARTITION BY p.national_id ORDER BY c.decided_at, c.request_id) AS place
        FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
        WHERE c.step = :step AND c.error IS NULL AND {_ONLY}
            AND NOT EXISTS (SELECT 1 FROM person known WHERE known.national_id = p.national_id)) first
    WHERE first.place = 1""").bindparams(sa.bindparam("run_at", type_=UtcInstant))
# Whoever holds no right any more (all voided as recorded in error) is registered anew, as the first request has him.
MEND_PERSONS = sa.text(f"""
    UPDATE person SET {_mended}, version = person.version + 1
    FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
    WHERE c.person = person.national_id AND c.step = :step AND c.error IS NULL AND {_ONLY}
        AND NOT EXISTS (SELECT 1 FROM entitlement e WHERE e.person_id = person.id AND NOT e.voided)
        AND NOT EXISTS (SELECT 1 FROM {CLAIM_TABLE} earlier WHERE earlier.person = c.person AND earlier.error IS NULL
            AND earlier.step = c.step AND (earlier.decided_at, earlier.request_id) < (c.decided_at, c.request_id))""")
# Of rights of one round the one that was decided first is the older one (decisions 5).
ADD_RIGHTS = sa.text(f"""
    INSERT INTO entitlement (person_id, principal_id, request_id, agency_id, {_right},
        registered_at, effective_at, voided, suspended, version)
    SELECT n.id, h.id, c.request_id, c.agency_id, {_proposed}, :run_at, :run_at, FALSE, FALSE, 1
    FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
        JOIN person n ON n.national_id = p.national_id JOIN person h ON h.national_id = p.principal_national_id
    WHERE c.step = :step AND c.error IS NULL AND {_ONLY}
    ORDER BY c.decided_at, c.request_id""").bindparams(sa.bindparam("run_at", type_=UtcInstant))

# --- decisions --------------------------------------------------------------------------------------------------------
DECIDE = sa.text(f"""
    UPDATE change_request SET status = CASE WHEN c.error IS NULL THEN 'EFFECTIVE' ELSE 'ROUND_ERROR' END,
        effective_at = CASE WHEN c.error IS NULL THEN :run_at END, round_error = c.error,
        conflict_request_id = c.conflict_request_id, version = change_request.version + 1
    FROM {CLAIM_TABLE} c
    WHERE c.request_id = change_request.id AND change_request.status = 'APPROVED'
    """).bindparams(sa.bindparam("run_at", type_=UtcInstant))
OUTCOMES = sa.text(f"SELECT error, COUNT(*) FROM {CLAIM_TABLE} GROUP BY error ORDER BY error")
AUDIT = sa.text(f"""
    INSERT INTO audit_event (at, actor_name, verb, object_type, object_id, agency_id, detail)
    SELECT :at, :actor, :verb, 'change_request', CAST(c.request_id AS VARCHAR(40)), c.agency_id, :detail
    FROM {CLAIM_TABLE} c WHERE COALESCE(c.error, '') = :error ORDER BY c.request_id
    """).bindparams(sa.bindparam("at", type_=UtcInstant), sa.bindparam("detail", type_=sa.JSON))

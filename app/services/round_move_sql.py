"""The statements of a round by which a right goes on from one that stands - transfer, pension, return - or is changed."""

import sqlalchemy as sa

from app.models.base import UtcInstant
from app.models.columns import PersonColumns
from app.rules.principals import TYPES
from app.rules.told import TOLD_FIELDS
from app.services.round_sql import CLAIM_TABLE

_AT = sa.bindparam("run_at", type_=UtcInstant)
_ONLY = "(CAST(:only AS BIGINT) IS NULL OR c.request_id = :only)"

# The right must still be what the request went out from.
REFUSE_CHANGED_SOURCE = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'TARGET_CHANGED'
    WHERE type IN ('TRANSFER_IN', 'PENSION', 'REINSTATE') AND error IS NULL AND NOT EXISTS (
        SELECT 1 FROM entitlement e WHERE e.id = {CLAIM_TABLE}.target_id AND NOT e.voided
            AND (e.entitled_from < {CLAIM_TABLE}.stop_on OR (e.entitled_from = {CLAIM_TABLE}.stop_on
                AND (e.relation <> 'SELF' OR {CLAIM_TABLE}.succession_id IS NOT NULL)))
            AND CASE {CLAIM_TABLE}.type
                WHEN 'TRANSFER_IN' THEN e.agency_id <> {CLAIM_TABLE}.agency_id
                    AND (e.termination_reason IS NULL OR e.relation <> 'SELF' OR {CLAIM_TABLE}.succession_id IS NOT NULL)
                    AND (e.entitled_until IS NULL OR e.entitled_until > {CLAIM_TABLE}.stop_on)
                WHEN 'PENSION' THEN e.agency_id = {CLAIM_TABLE}.agency_id
                    AND (e.entitled_until IS NULL OR e.entitled_until >= {CLAIM_TABLE}.stop_on)
                ELSE e.agency_id = {CLAIM_TABLE}.agency_id AND e.suspended AND e.suspended_until IS NULL
                    AND e.entitled_until <= {CLAIM_TABLE}.stop_on END)""")
# A death that the agency which is left has reported, and that the new registrar has not been told of, or that was approved there
# since: a move cancels reports, and would carry the dead over. One that was approved first stands against the move by itself.
_DEATH_TOLD = f"""{CLAIM_TABLE}.type = 'TRANSFER_IN' AND {CLAIM_TABLE}.succession_id IS NULL
        AND EXISTS (SELECT 1 FROM change_request r JOIN proposal p ON p.request_id = r.id
            WHERE r.target_entitlement_id = {CLAIM_TABLE}.target_id AND r.type = 'TERMINATE'
                AND p.termination_reason = 'DECEASED' AND (
                    (r.status = 'APPROVED' AND (r.decided_at, r.id) > ({CLAIM_TABLE}.decided_at, {CLAIM_TABLE}.request_id))
                    OR (r.status IN ('PENDING_APPROVAL', 'RETURNED') AND NOT EXISTS (
                        SELECT 1 FROM request_flag f JOIN change_request m ON m.id = f.request_id AND m.revision = f.revision
                        WHERE f.request_id = {CLAIM_TABLE}.request_id AND f.clause = 'DEATH_TOLD_THERE'
                            AND f.note IS NOT NULL))))"""
REFUSE_DEATH_TOLD = sa.text(f"UPDATE {CLAIM_TABLE} SET error = :error WHERE error IS NULL AND {_DEATH_TOLD}")
NOTE_DEATH_TOLD = sa.text(f"""
    UPDATE change_request SET law_code = :law
    WHERE id IN (SELECT request_id FROM {CLAIM_TABLE} WHERE error = :error AND {_DEATH_TOLD})""")
# Nobody of the family is left behind unseen: each was decided on in the same form and lost against nothing of this round, or
# was excluded with a reason.
REFUSE_FAMILY_LEFT = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'FAMILY_CHANGED'
    WHERE type IN ('TRANSFER_IN', 'PENSION') AND relation = 'SELF' AND error IS NULL AND EXISTS (
        SELECT 1 FROM entitlement own JOIN entitlement d ON d.principal_id = own.person_id AND d.agency_id = own.agency_id
        WHERE own.id = {CLAIM_TABLE}.target_id AND d.relation <> 'SELF' AND NOT d.voided
            AND (d.entitled_until IS NULL OR d.entitled_until > {CLAIM_TABLE}.stop_on)
            AND NOT EXISTS (SELECT 1 FROM transfer_exclusion x
                WHERE x.request_id = {CLAIM_TABLE}.request_id AND x.entitlement_id = d.id)
            AND NOT EXISTS (SELECT 1 FROM change_request r
                WHERE r.target_entitlement_id = d.id AND r.submission_no = {CLAIM_TABLE}.submission_no
                    AND r.status IN ('APPROVED', 'EFFECTIVE', 'REJECTED')
                    AND NOT EXISTS (SELECT 1 FROM {CLAIM_TABLE} k WHERE k.request_id = r.id AND k.error IS NOT NULL)))""")
# Nor is anybody left behind by a return to duty who is still suspended: whose part of the form waits again, or lost, cannot
# follow alone.
REFUSE_RETURN_LEFT = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'FAMILY_CHANGED'
    WHERE type = 'REINSTATE' AND relation = 'SELF' AND error IS NULL AND EXISTS (
        SELECT 1 FROM change_request r JOIN proposal p ON p.request_id = r.id JOIN entitlement d ON d.id = r.target_entitlement_id
        WHERE r.submission_no = {CLAIM_TABLE}.submission_no AND r.type = 'REINSTATE' AND p.relation <> 'SELF'
            AND p.principal_national_id = {CLAIM_TABLE}.family
            AND NOT d.voided AND d.suspended AND d.suspended_until IS NULL
            AND (r.status NOT IN ('APPROVED', 'EFFECTIVE', 'REJECTED', 'CANCELLED')
                OR EXISTS (SELECT 1 FROM {CLAIM_TABLE} k WHERE k.request_id = r.id AND k.error IS NOT NULL)))""")
# Who was found able to follow is not asked about again once the principal has gone: a second answer would leave him behind.
HELD = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET must_judge = FALSE
    WHERE step = 'DEPENDENT' AND type IN ('TRANSFER_IN', 'PENSION', 'REINSTATE') AND must_judge AND error IS NULL""")
# A family goes on with its principal's request or not at all: his old right, which it still leans on, is none of the new kind.
REFUSE_WITHOUT_LEADER = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'PRINCIPAL_NOT_EFFECTIVE'
    WHERE step = 'DEPENDENT' AND type IN ('TRANSFER_IN', 'PENSION', 'REINSTATE') AND error IS NULL
        AND NOT EXISTS (SELECT 1 FROM {CLAIM_TABLE} o WHERE o.submission_no = {CLAIM_TABLE}.submission_no
            AND o.family = {CLAIM_TABLE}.family AND o.type = {CLAIM_TABLE}.type AND o.step = 'OWN' AND o.error IS NULL)
        AND NOT EXISTS (SELECT 1 FROM change_request r JOIN proposal p ON p.request_id = r.id
            WHERE r.submission_no = {CLAIM_TABLE}.submission_no AND r.type = {CLAIM_TABLE}.type
                AND p.relation = 'SELF' AND p.national_id = {CLAIM_TABLE}.family AND r.status = 'EFFECTIVE')""")
# Also of who was suspended on this very day: he is suspended no more.
CUT_SOURCE = sa.text(f"""
    UPDATE entitlement SET until_before_end = entitlement.entitled_until, entitled_until = c.stop_on,
        termination_reason = CASE WHEN c.type = 'TRANSFER_IN' THEN c.reason END, suspended = FALSE, suspended_until = NULL,
        ended_effective_at = :run_at, ended_by_request_id = c.request_id, version = entitlement.version + 1
    FROM {CLAIM_TABLE} c
    WHERE c.target_id = entitlement.id AND c.type IN ('TRANSFER_IN', 'PENSION') AND c.step = :step AND c.error IS NULL
        AND {_ONLY} AND entitlement.entitled_from < c.stop_on
        AND (entitlement.entitled_until IS NULL OR entitlement.entitled_until > c.stop_on OR (entitlement.suspended
            AND entitlement.suspended_until IS NULL AND entitlement.entitled_until = c.stop_on))""").bindparams(_AT)
# A right of the family that began with or after the move goes on from its first day: nothing of the old one is left.
VOID_SOURCE = sa.text(f"""
    UPDATE entitlement SET voided = TRUE, voided_at = :run_at, voided_by_request_id = c.request_id,
        version = entitlement.version + 1
    FROM {CLAIM_TABLE} c
    WHERE c.target_id = entitlement.id AND c.type IN ('TRANSFER_IN', 'PENSION') AND c.step = :step AND c.error IS NULL
        AND {_ONLY} AND entitlement.entitled_from >= c.stop_on""").bindparams(_AT)
# Rights that go on from one that an end was known of. Of the principal's that comes along at an agency's successor, and to who is
# back: he ends as he would have ended, had he not been suspended; a pension takes its place, and bars a move.
KNOWN_ENDS = sa.text(f"""
    SELECT n.id, t.id, CASE WHEN c.type = 'REINSTATE' OR c.succession_id IS NOT NULL THEN TRUE ELSE FALSE END
    FROM {CLAIM_TABLE} c JOIN entitlement n ON n.request_id = c.request_id JOIN entitlement t ON t.id = c.target_id
    WHERE c.type IN ('TRANSFER_IN', 'PENSION', 'REINSTATE') AND c.step = :step AND c.error IS NULL AND {_ONLY}
        AND n.entitled_until IS NOT NULL AND (
            (t.ended_by_request_id IS NOT NULL AND t.ended_by_request_id <> c.request_id)
            OR EXISTS (SELECT 1 FROM replaced_end x WHERE x.entitlement_id = t.id))""").columns(
    sa.column("new", sa.Integer), sa.column("old", sa.Integer), sa.column("whole", sa.Boolean)
)
# What was promised is due as it was: a right that goes on renews no promise.
_DAY_SENT = {
    "sqlite": "date(r.submitted_at, '+7 hours')",
    "postgresql": "CAST(timezone('Asia/Bangkok', r.submitted_at) AS DATE)",
}
KEEP_PROMISE = {
    dialect: sa.text(f"""
    UPDATE entitlement SET promised_on = COALESCE(t.promised_on, {day})
    FROM {CLAIM_TABLE} c JOIN entitlement t ON t.id = c.target_id JOIN change_request r ON r.id = t.request_id
    WHERE entitlement.request_id = c.request_id AND c.type IN ('TRANSFER_IN', 'PENSION', 'REINSTATE') AND c.step = :step
        AND c.error IS NULL AND {_ONLY} AND entitlement.to_follow IS NOT NULL""")
    for dialect, day in _DAY_SENT.items()
}
# The suspended right stays as it was; from this day on it is suspended no more.
CLOSE_SUSPENDED = sa.text(f"""
    UPDATE entitlement SET suspended_until = c.stop_on, version = entitlement.version + 1
    FROM {CLAIM_TABLE} c
    WHERE c.target_id = entitlement.id AND c.type = 'REINSTATE' AND c.step = :step AND c.error IS NULL AND {_ONLY}""")
# The same evidence proves the right that goes on (spec 5.2).
CARRY_EVIDENCE = sa.text(f"""
    INSERT INTO evidence_link (request_id, evidence_id, agency_id)
    SELECT DISTINCT c.request_id, l.evidence_id, c.agency_id
    FROM {CLAIM_TABLE} c JOIN entitlement e ON e.id = c.target_id JOIN evidence_link l ON l.request_id = e.request_id
        OR l.request_id IN (SELECT r.id FROM change_request r
            WHERE r.target_entitlement_id = e.id AND r.type = 'CERTIFY_EDIT' AND r.status = 'EFFECTIVE')
    WHERE c.type IN ('TRANSFER_IN', 'PENSION', 'REINSTATE') AND c.step = :step AND c.error IS NULL AND {_ONLY}
        AND l.fault IS NULL AND NOT EXISTS (
            SELECT 1 FROM evidence_link k WHERE k.request_id = c.request_id AND k.evidence_id = l.evidence_id)""")

# --- changes in place -----------------------------------------------------------------------------------------------------
REFUSE_STALE_EDIT = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'TARGET_CHANGED'
    WHERE step = 'EDIT' AND error IS NULL AND NOT EXISTS (
        SELECT 1 FROM entitlement e JOIN person n ON n.id = e.person_id
        WHERE e.id = {CLAIM_TABLE}.target_id AND e.version + n.version = {CLAIM_TABLE}.target_version)""")
_CHANGED = (
    "personnel_type", "service_start_date", "entitled_from", "birth_order", "delivery_id", "seq_in_delivery",
    "legitimate_from", "legitimacy_basis", *TOLD_FIELDS,
)  # fmt: skip
_rights = ", ".join(f"{name} = p.{name}" for name in _CHANGED)
_person = ", ".join(f"{name} = p.{name}" for name in PersonColumns.__annotations__)
# An end that was approved stays, unless the law now ends the right before it.
_KEEPS_END = """entitlement.ended_by_request_id IS NOT NULL
            AND (p.entitled_until IS NULL OR p.entitled_until > entitlement.entitled_until)"""
CHANGE_RIGHTS = sa.text(f"""
    UPDATE entitlement SET {_rights},
        entitled_until = CASE WHEN {_KEEPS_END} THEN entitlement.entitled_until ELSE p.entitled_until END,
        version = entitlement.version + 1
    FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
    WHERE c.target_id = entitlement.id AND c.step = 'EDIT' AND c.error IS NULL AND {_ONLY}""")
# Whose right has an end beside that of the law: the new one lies beneath it.
ENDED_EDITED = sa.text(f"""
    SELECT c.target_id, p.entitled_until FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
        JOIN entitlement e ON e.id = c.target_id AND e.ended_by_request_id IS NOT NULL
    WHERE c.step = 'EDIT' AND c.error IS NULL AND {_ONLY}""").columns(
    sa.column("target_id", sa.Integer), sa.column("entitled_until", sa.Date)
)
CHANGE_PERSONS = sa.text(f"""
    UPDATE person SET {_person}, version = person.version + 1
    FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
    WHERE p.national_id = person.national_id AND c.step = 'EDIT' AND c.error IS NULL AND {_ONLY}""")
SAME_PERSON = sa.text(f"""
    SELECT b.request_id, a.request_id FROM {CLAIM_TABLE} a JOIN {CLAIM_TABLE} b ON b.person = a.person
    WHERE a.step = 'EDIT' AND b.step = 'EDIT' AND a.error IS NULL AND b.error IS NULL
        AND (a.decided_at, a.request_id) < (b.decided_at, b.request_id)
    ORDER BY b.decided_at, b.request_id, a.decided_at, a.request_id""")
# A change of this very round is news for whoever starts in it: the person's own rights and those of his families.
MARK_EDITED = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET must_judge = TRUE
    WHERE step IN ('OWN', 'DEPENDENT') AND EXISTS (
        SELECT 1 FROM {CLAIM_TABLE} e WHERE e.step = 'EDIT' AND e.error IS NULL
            AND (e.person = {CLAIM_TABLE}.person OR e.person = {CLAIM_TABLE}.family OR e.family = {CLAIM_TABLE}.family))""")
EDITS = sa.text(f"""
    SELECT request_id FROM {CLAIM_TABLE} WHERE step = 'EDIT' AND error IS NULL ORDER BY decided_at, request_id""")
OWN_EDITS = sa.text(f"SELECT request_id FROM {CLAIM_TABLE} WHERE step = 'EDIT' AND relation = 'SELF' AND error IS NULL")

# A family's right never begins before the own right that it leans on, nor outlasts it.
_LEANS_ON_OTHER = """EXISTS (
        SELECT 1 FROM entitlement o WHERE o.person_id = own.person_id AND o.relation = 'SELF' AND NOT o.voided
            AND o.agency_id = own.agency_id AND o.entitled_from <= entitlement.entitled_from
            AND (o.entitled_until IS NULL OR entitlement.entitled_from < o.entitled_until))"""
CLIP_STARTS = sa.text(f"""
    UPDATE entitlement SET entitled_from = own.entitled_from, version = entitlement.version + 1
    FROM {CLAIM_TABLE} c JOIN entitlement own ON own.id = c.target_id
    WHERE c.step = 'EDIT' AND c.relation = 'SELF' AND c.error IS NULL AND {_ONLY}
        AND entitlement.principal_id = own.person_id AND entitlement.agency_id = own.agency_id
        AND entitlement.relation <> 'SELF' AND NOT entitlement.voided AND entitlement.entitled_from < own.entitled_from
        AND (entitlement.entitled_until IS NULL OR entitlement.entitled_until > own.entitled_from)
        AND NOT {_LEANS_ON_OTHER}""")
# Before the change: the own rights that are to begin sooner, whose families may have lost days with them.
STARTS_SOONER = sa.text(f"""
    SELECT own.person_id, own.agency_id, own.entitled_from, p.entitled_from
    FROM {CLAIM_TABLE} c JOIN entitlement own ON own.id = c.target_id JOIN proposal p ON p.request_id = c.request_id
    WHERE c.step = 'EDIT' AND c.relation = 'SELF' AND c.error IS NULL AND {_ONLY}
        AND p.entitled_from < own.entitled_from""").columns(
    sa.column("person_id", sa.Integer), sa.column("agency_id", sa.Integer), sa.column("was", sa.Date),
    sa.column("starts", sa.Date),
)  # fmt: skip
START_SOONER = sa.text("""
    UPDATE entitlement SET entitled_from = :from_on, version = version + 1 WHERE id = :right""").bindparams(
    sa.bindparam("from_on", type_=sa.Date)
)
_codes = " ".join(f"WHEN '{row.personnel_type}' THEN '{row.family_code}'" for row in TYPES)
# The code of the service that the right leans on, which may have changed since the request was sent: a pension, an office.
TAKE_CODE = sa.text(f"""
    UPDATE entitlement SET sub_inscl = CASE own.personnel_type {_codes} ELSE entitlement.sub_inscl END
    FROM {CLAIM_TABLE} c JOIN person p ON p.national_id = c.family
        JOIN entitlement own ON own.person_id = p.id AND own.agency_id = c.agency_id AND own.relation = 'SELF'
            AND NOT own.voided
    WHERE entitlement.request_id = c.request_id AND c.step = 'DEPENDENT' AND c.error IS NULL AND {_ONLY}
        AND own.entitled_from <= entitlement.entitled_from
        AND (own.entitled_until IS NULL OR own.entitled_until > entitlement.entitled_from)
        AND entitlement.sub_inscl <> CASE own.personnel_type {_codes} ELSE entitlement.sub_inscl END""")
CLIP_ENDS = sa.text(f"""
    UPDATE entitlement SET until_before_end = entitlement.entitled_until, entitled_until = own.entitled_until,
        termination_reason = CASE WHEN own.suspended OR own.ended_by_request_id IS NULL THEN NULL ELSE 'PRINCIPAL_ENDED' END,
        suspended = own.suspended, suspended_until = own.suspended_until, ended_effective_at = own.ended_effective_at,
        ended_by_request_id = own.ended_by_request_id, version = entitlement.version + 1
    FROM {CLAIM_TABLE} c JOIN person p ON p.national_id = c.family
        JOIN entitlement own ON own.person_id = p.id AND own.agency_id = c.agency_id AND own.relation = 'SELF'
            AND NOT own.voided
    WHERE entitlement.request_id = c.request_id AND c.step = 'DEPENDENT' AND c.error IS NULL AND {_ONLY}
        AND own.entitled_from <= entitlement.entitled_from AND own.entitled_until > entitlement.entitled_from
        AND (entitlement.entitled_until IS NULL OR entitlement.entitled_until > own.entitled_until)""")
# Who does not come back with the official is suspended no more either: the right has ended for good.
LEFT_SUSPENDED = sa.text(f"""
    UPDATE entitlement SET suspended_until = CASE WHEN entitlement.until_before_end < c.stop_on
            THEN entitlement.until_before_end ELSE c.stop_on END, version = entitlement.version + 1
    FROM {CLAIM_TABLE} c JOIN entitlement own ON own.id = c.target_id
    WHERE c.type = 'REINSTATE' AND c.relation = 'SELF' AND c.error IS NULL
        AND entitlement.principal_id = own.person_id AND entitlement.agency_id = own.agency_id
        AND entitlement.relation <> 'SELF' AND NOT entitlement.voided AND entitlement.suspended
        AND entitlement.suspended_until IS NULL AND entitlement.ended_by_request_id = own.ended_by_request_id""")

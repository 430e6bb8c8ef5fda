"""The statements of a round that stop rights, void them or take an end back, on the claimed chunk (spec 2.6, 3.8)."""

import sqlalchemy as sa

from app.models.base import UtcInstant
from app.services.round_person_sql import AWAY_UNTIL, IS_AWAY, TAKEN
from app.services.round_sql import CLAIM_TABLE

_AT = sa.bindparam("run_at", type_=UtcInstant)
_MINE = f"step = 'END' AND {CLAIM_TABLE}.error IS NULL"

REFUSE_CHANGED_TARGET = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'TARGET_CHANGED'
    WHERE step IN ('END', 'EDIT') AND error IS NULL AND NOT EXISTS (
        SELECT 1 FROM entitlement e
        WHERE e.id = {CLAIM_TABLE}.target_id AND NOT e.voided AND e.agency_id = {CLAIM_TABLE}.agency_id)""")
# An end must find a right that lasts longer, or whose end had no reason yet; a suspended one may end for good, before what is
# known to close its suspension. Of what goes on elsewhere by a move only a death from before it is told here.
REFUSE_ENDED = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'TARGET_CHANGED'
    WHERE {_MINE} AND type IN ('TERMINATE', 'SUSPEND') AND NOT EXISTS (
        SELECT 1 FROM entitlement e WHERE e.id = {CLAIM_TABLE}.target_id AND e.entitled_from < {CLAIM_TABLE}.stop_on
            AND (COALESCE(e.termination_reason, '') <> 'TRANSFERRED_LGO' OR {CLAIM_TABLE}.reason = 'DECEASED')
            AND NOT ({CLAIM_TABLE}.type = 'SUSPEND' AND e.suspended) AND (
            e.entitled_until IS NULL OR e.entitled_until > {CLAIM_TABLE}.stop_on
            OR (e.entitled_until = {CLAIM_TABLE}.stop_on
                AND COALESCE(e.termination_reason, 'TRANSFERRED_LGO') = 'TRANSFERRED_LGO')
            OR (e.suspended AND (e.suspended_until IS NULL OR e.suspended_until > {CLAIM_TABLE}.stop_on
                OR (e.suspended_until = {CLAIM_TABLE}.stop_on
                    AND (e.until_before_end IS NULL OR e.until_before_end <> e.entitled_until))))))""")
# A suspension from which somebody is back stands as long as the return does.
REFUSE_NOT_ENDED = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'TARGET_CHANGED'
    WHERE {_MINE} AND type = 'RESTORE' AND NOT EXISTS (
        SELECT 1 FROM entitlement e JOIN change_request r ON r.id = {TAKEN.format("e")}
        WHERE e.id = {CLAIM_TABLE}.target_id AND (r.type <> 'SUSPEND' OR e.suspended_until IS NULL))""")
# A family's right comes back only as long as the principal's is there to lean on.
REFUSE_ALONE = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'PRINCIPAL_NOT_EFFECTIVE'
    WHERE {_MINE} AND type = 'RESTORE' AND relation <> 'SELF' AND NOT EXISTS (
        SELECT 1 FROM entitlement t JOIN entitlement o ON o.person_id = t.principal_id AND o.agency_id = t.agency_id
        WHERE t.id = {CLAIM_TABLE}.target_id AND o.relation = 'SELF' AND NOT o.voided
            AND o.entitled_from <= t.entitled_from AND (o.entitled_until IS NULL OR o.entitled_until > t.entitled_from))""")
# What has begun since the wrong end may stand in the way of the right that comes back, also of one that is suspended again.
REFUSE_TAKEN = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = CASE WHEN relation = 'SELF' THEN 'OWN_RIGHT_OVERLAP' ELSE 'SAME_RIGHT_OVERLAP' END
    WHERE {_MINE} AND type = 'RESTORE' AND EXISTS (
        SELECT 1 FROM entitlement t JOIN entitlement back ON back.ended_by_request_id = {TAKEN.format("t")}
            JOIN entitlement e ON e.person_id = back.person_id AND e.id <> back.id AND NOT e.voided AND (
                (e.relation = 'SELF' AND back.relation = 'SELF')
                OR (e.principal_id = back.principal_id AND e.relation = back.relation))
        WHERE t.id = {CLAIM_TABLE}.target_id AND NOT back.voided
            AND (e.entitled_until IS NULL OR e.entitled_until > back.entitled_from)
            AND (back.until_before_end IS NULL OR e.entitled_from < back.until_before_end
                OR (back.suspended AND back.suspended_until IS NOT NULL)))""")
RESTORED = sa.text(f"SELECT request_id, target_id FROM {CLAIM_TABLE} WHERE {_MINE} AND type = 'RESTORE'")
# An own right cannot vanish under the family that leans on it; what was voided a statement earlier no longer leans.
REFUSE_LEANED_ON = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = 'DEPENDENTS_REMAIN'
    WHERE {_MINE} AND type = 'CORRECTION' AND relation = 'SELF' AND EXISTS (
        SELECT 1 FROM entitlement e JOIN entitlement d ON d.principal_id = e.person_id AND d.agency_id = e.agency_id
        WHERE e.id = {CLAIM_TABLE}.target_id AND d.relation <> 'SELF' AND NOT d.voided
            AND d.entitled_from >= e.entitled_from
            AND (e.entitled_until IS NULL OR d.entitled_from < e.entitled_until))""")
# Of everything that wants to change one right, the first decided wins.
SAME_TARGET = sa.text(f"""
    SELECT b.request_id, a.request_id FROM {CLAIM_TABLE} a JOIN {CLAIM_TABLE} b ON b.target_id = a.target_id
    WHERE a.error IS NULL AND b.error IS NULL AND (a.decided_at, a.request_id) < (b.decided_at, b.request_id)
    ORDER BY b.decided_at, b.request_id, a.decided_at, a.request_id""")
_OF_STEP = "c.target_id = entitlement.id AND c.step = 'END' AND c.error IS NULL AND (c.relation = 'SELF') = :own"
VOID = sa.text(f"""
    UPDATE entitlement SET voided = TRUE, voided_at = :run_at, voided_by_request_id = c.request_id,
        version = entitlement.version + 1
    FROM {CLAIM_TABLE} c WHERE {_OF_STEP} AND c.type = 'CORRECTION'""").bindparams(_AT)
STOP = sa.text(f"""
    UPDATE entitlement SET until_before_end = entitlement.entitled_until,
        entitled_until = CASE WHEN entitlement.entitled_until < c.stop_on THEN entitlement.entitled_until ELSE c.stop_on END,
        termination_reason = CASE WHEN c.type = 'SUSPEND' THEN entitlement.termination_reason ELSE c.reason END,
        suspended = CASE WHEN c.type = 'SUSPEND' OR ({IS_AWAY}) THEN TRUE ELSE FALSE END,
        suspended_until = {AWAY_UNTIL},
        ended_effective_at = :run_at, ended_by_request_id = c.request_id, version = entitlement.version + 1
    FROM {CLAIM_TABLE} c WHERE {_OF_STEP} AND c.type IN ('TERMINATE', 'SUSPEND')""").bindparams(_AT)

# What went on from the right by a pension or a return to duty, from the end on: it never begins, nor what went on from that. A
# death reaches it as it does every right of the dead. The official's end of the very day on which a pension begins is the end of
# his service, which the pension follows.
_NEXT = f"""
    UPDATE entitlement SET voided = TRUE, voided_at = :run_at, voided_by_request_id = c.request_id,
        version = entitlement.version + 1
    FROM {CLAIM_TABLE} c JOIN {{before}} JOIN change_request k ON k.target_entitlement_id = {{source}}
    WHERE c.type = 'TERMINATE' AND c.reason <> 'DECEASED' AND c.error IS NULL AND k.type IN ('PENSION', 'REINSTATE')
        AND k.status = 'EFFECTIVE' AND entitlement.request_id = k.id AND NOT entitlement.voided
        AND (entitlement.entitled_from > c.stop_on OR (entitlement.entitled_from = c.stop_on
            AND (entitlement.relation <> 'SELF' OR k.type <> 'PENSION')))
        AND COALESCE(entitlement.termination_reason, '') <> 'TRANSFERRED_LGO'"""
VOID_NEXT = sa.text(_NEXT.format(before="entitlement t ON t.id = c.target_id", source="t.id")).bindparams(_AT)
VOID_AFTER_NEXT = sa.text(
    _NEXT.format(before="entitlement v ON v.voided_by_request_id = c.request_id", source="v.id")
).bindparams(_AT)

# --- what goes with a principal -----------------------------------------------------------------------------------------
_FAMILY = f"""
    FROM {CLAIM_TABLE} c JOIN entitlement own ON own.id = c.target_id
    WHERE c.type IN ({{types}}) AND c.relation = 'SELF' AND c.error IS NULL
        AND entitlement.principal_id = own.person_id AND entitlement.agency_id = own.agency_id
        AND entitlement.relation <> 'SELF' AND NOT entitlement.voided AND entitlement.entitled_from >= own.entitled_from
        AND (entitlement.entitled_until IS NULL OR entitlement.entitled_until > c.stop_on{{also}})
        AND NOT EXISTS (SELECT 1 FROM entitlement o WHERE o.person_id = own.person_id AND o.relation = 'SELF' AND NOT o.voided
            AND o.agency_id = own.agency_id AND o.id <> own.id AND o.entitled_from <= entitlement.entitled_from
            AND (o.entitled_until IS NULL OR entitlement.entitled_from < o.entitled_until))"""
_AWAY_SINCE = (
    " OR (entitlement.suspended AND entitlement.suspended_until IS NULL AND entitlement.entitled_until = c.stop_on)"
)
_STOPS = _FAMILY.format(types="'TERMINATE', 'SUSPEND'", also="")
_LEAVES = _FAMILY.format(types="'TRANSFER_IN', 'PENSION'", also=_AWAY_SINCE)


def _cascade(family: str) -> sa.TextClause:
    return sa.text(f"""
    UPDATE entitlement SET until_before_end = entitlement.entitled_until, entitled_until = c.stop_on,
        termination_reason = CASE WHEN c.type = 'SUSPEND' THEN entitlement.termination_reason ELSE 'PRINCIPAL_ENDED' END,
        suspended = CASE WHEN c.type = 'SUSPEND' THEN TRUE ELSE FALSE END, suspended_until = NULL,
        ended_effective_at = :run_at, ended_by_request_id = c.request_id, version = entitlement.version + 1
    {family} AND entitlement.entitled_from < c.stop_on""").bindparams(_AT)


def _void_later(family: str) -> sa.TextClause:
    return sa.text(f"""
    UPDATE entitlement SET voided = TRUE, voided_at = :run_at, voided_by_request_id = c.request_id,
        version = entitlement.version + 1
    {family} AND entitlement.entitled_from >= c.stop_on""").bindparams(_AT)


CASCADE, VOID_LATER = _cascade(_STOPS), _void_later(_STOPS)
# Whose suspension ends for good takes the suspended family along, also who was to end for himself on a later day.
CASCADE_SUSPENDED = sa.text(f"""
    UPDATE entitlement SET suspended_until = CASE WHEN entitlement.suspended_until IS NULL
                AND entitlement.until_before_end < c.stop_on
            THEN entitlement.until_before_end ELSE c.stop_on END, termination_reason = 'PRINCIPAL_ENDED',
        ended_effective_at = :run_at, ended_by_request_id = c.request_id, until_before_end = entitlement.entitled_until,
        version = entitlement.version + 1
    FROM {CLAIM_TABLE} c JOIN entitlement own ON own.id = c.target_id
    WHERE c.type = 'TERMINATE' AND c.relation = 'SELF' AND c.error IS NULL AND own.suspended
        AND entitlement.principal_id = own.person_id AND entitlement.agency_id = own.agency_id
        AND entitlement.relation <> 'SELF' AND NOT entitlement.voided
        AND entitlement.suspended AND (entitlement.suspended_until IS NULL OR entitlement.suspended_until > c.stop_on)
        AND entitlement.entitled_until = own.entitled_until""").bindparams(_AT)
LEAVE_BEHIND, VOID_LEFT = _cascade(_LEAVES), _void_later(_LEAVES)

ANY_TARGET = sa.text(f"SELECT 1 FROM {CLAIM_TABLE} WHERE target_id IS NOT NULL LIMIT 1")
# Requests that have lost their ground: a principal's end cancels what his family waits for, an end what would change the
# right, a move what the agency that is left had open, a death what is about entries that never begin.
_GROUNDLESS = f"""
    SELECT r.id FROM change_request r JOIN proposal q ON q.request_id = r.id
        JOIN {CLAIM_TABLE} c ON c.family = q.principal_national_id JOIN entitlement t ON t.id = c.target_id
    WHERE c.error IS NULL AND r.id <> c.request_id AND r.status IN ('PENDING_APPROVAL', 'RETURNED')
        AND r.agency_id = t.agency_id AND (
            (c.type IN ('TERMINATE', 'TRANSFER_IN') AND c.relation = 'SELF' AND r.type <> 'TRANSFER_IN')
            OR (c.type IN ('TERMINATE', 'TRANSFER_IN') AND r.target_entitlement_id = c.target_id))
    UNION SELECT r.id FROM {CLAIM_TABLE} c JOIN proposal q ON q.national_id = c.person OR q.principal_national_id = c.person
        JOIN change_request r ON r.id = q.request_id
    WHERE c.type = 'TERMINATE' AND c.reason = 'DECEASED' AND c.error IS NULL AND r.id <> c.request_id
        AND r.status IN ('PENDING_APPROVAL', 'RETURNED')
        AND (r.type IN ('CERTIFY_NEW', 'TRANSFER_IN', 'PENSION', 'REINSTATE')
            OR (r.type = 'TERMINATE' AND q.termination_reason = 'DECEASED' AND q.national_id = c.person))
    UNION SELECT r.id FROM {CLAIM_TABLE} c JOIN entitlement t ON t.voided_by_request_id = c.request_id
        JOIN change_request r ON r.target_entitlement_id = t.id
    WHERE c.type = 'TERMINATE' AND c.error IS NULL AND r.status IN ('PENDING_APPROVAL', 'RETURNED')"""
AUDIT_GROUNDLESS = sa.text(f"""
    INSERT INTO audit_event (at, actor_name, verb, object_type, object_id, agency_id, detail)
    SELECT :at, :actor, 'cancel_in_round', 'change_request', CAST(r.id AS VARCHAR(40)), r.agency_id, :detail
    FROM change_request r WHERE r.id IN ({_GROUNDLESS}) ORDER BY r.id
    """).bindparams(sa.bindparam("at", type_=UtcInstant), sa.bindparam("detail", type_=sa.JSON))
CANCEL_GROUNDLESS = sa.text(f"""
    UPDATE change_request SET status = 'CANCELLED', version = version + 1, decision_reason = CASE WHEN EXISTS (
            SELECT 1 FROM {CLAIM_TABLE} c JOIN proposal q ON q.principal_national_id = c.family
                JOIN entitlement t ON t.id = c.target_id AND t.agency_id = change_request.agency_id
            WHERE q.request_id = change_request.id AND c.type = 'TRANSFER_IN' AND c.error IS NULL)
        THEN 'TRANSFERRED_LGO' ELSE 'PRINCIPAL_ENDED' END
    WHERE id IN ({_GROUNDLESS})""")

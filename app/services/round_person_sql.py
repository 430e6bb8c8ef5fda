"""The statements of a round about facts of a person, which hold at every agency where he has rights (spec 2.6, 3, 3.8).

A death that one agency reports ends his rights everywhere, and those of the families that lean on them; a birth date that
is mended cuts what rests on it elsewhere and lengthens nothing. The other agencies are told.
"""

import sqlalchemy as sa

from app.models.base import UtcInstant
from app.services.round_sql import CLAIM_TABLE

_AT = sa.bindparam("run_at", type_=UtcInstant)
_ONLY = "(CAST(:only AS BIGINT) IS NULL OR c.request_id = :only)"
_DEATH = "c.type = 'TERMINATE' AND c.reason = 'DECEASED' AND c.error IS NULL"

# --- deaths -------------------------------------------------------------------------------------------------------------
DEATHS = sa.text(f"""
    UPDATE person SET death_date = d.day, version = person.version + 1
    FROM (SELECT p.national_id, MIN(p.event_date) AS day FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
        WHERE {_DEATH} GROUP BY p.national_id) d
    WHERE person.national_id = d.national_id AND (person.death_date IS NULL OR person.death_date > d.day)""")
# What lost against the death itself; another end of the same right merely came second.
_LOST_TO_DEATH = f"""error = 'CONFLICT' AND type NOT IN ('TERMINATE', 'SUSPEND', 'RESTORE', 'CORRECTION')
        AND conflict_request_id IN (SELECT c.request_id FROM {CLAIM_TABLE} c WHERE {_DEATH})"""
NOTE_DEATH = sa.text(f"""
    UPDATE change_request SET law_code = :law
    WHERE id IN (SELECT request_id FROM {CLAIM_TABLE} WHERE {_LOST_TO_DEATH})""")
REFUSE_DEAD = sa.text(f"""
    UPDATE {CLAIM_TABLE} SET error = :error, conflict_request_id = NULL WHERE {_LOST_TO_DEATH}""")
_IS_AWAY = "entitlement.suspended AND entitlement.suspended_until IS NULL AND entitlement.entitled_until <= c.stop_on"
_AWAY_UNTIL = f"""CASE WHEN NOT ({_IS_AWAY}) THEN NULL WHEN entitlement.until_before_end < c.stop_on
            THEN entitlement.until_before_end ELSE c.stop_on END"""


def _stop(whose: str, reason: str) -> sa.TextClause:
    """End these rights with the death; one that was suspended before stays away until then."""
    return sa.text(f"""
    UPDATE entitlement SET until_before_end = entitlement.entitled_until,
        entitled_until = CASE WHEN {_IS_AWAY} THEN entitlement.entitled_until ELSE c.stop_on END,
        suspended_until = {_AWAY_UNTIL}, suspended = CASE WHEN {_IS_AWAY} THEN TRUE ELSE FALSE END,
        termination_reason = '{reason}', ended_effective_at = :run_at, ended_by_request_id = c.request_id,
        version = entitlement.version + 1
    {whose} AND entitlement.entitled_from < c.stop_on AND (entitlement.entitled_until IS NULL
        OR entitlement.entitled_until > c.stop_on OR ({_IS_AWAY}))""").bindparams(_AT)


def _void(whose: str) -> sa.TextClause:
    """Void these rights that were to begin after the death."""
    return sa.text(f"""
    UPDATE entitlement SET voided = TRUE, voided_at = :run_at, voided_by_request_id = c.request_id,
        version = entitlement.version + 1
    {whose} AND entitlement.entitled_from >= c.stop_on""").bindparams(_AT)


# Of several agencies that report one death in one round the earliest day speaks for the rights elsewhere, else the statement
# would take any of them.
_FIRST_TO_SAY = f"""{_DEATH} AND NOT EXISTS (SELECT 1 FROM {CLAIM_TABLE} d WHERE d.person = c.person
        AND {_DEATH.replace("c.", "d.")}
        AND (d.stop_on < c.stop_on OR (d.stop_on = c.stop_on AND d.request_id < c.request_id)))"""
_HIS_OTHERS = f"""
    FROM {CLAIM_TABLE} c JOIN person n ON n.national_id = c.person
    WHERE {_FIRST_TO_SAY} AND entitlement.person_id = n.id AND entitlement.id <> c.target_id AND NOT entitlement.voided"""
STOP_OTHERS = _stop(_HIS_OTHERS, "DECEASED")
VOID_OTHERS = _void(_HIS_OTHERS)
# Whoever leans on an own right of the dead that has ended so: at his other agencies.
_LEAN_ON_HIM = f"""
    FROM {CLAIM_TABLE} c JOIN person n ON n.national_id = c.person JOIN entitlement own ON own.person_id = n.id
        AND own.relation = 'SELF' AND own.id <> c.target_id
        AND (own.ended_by_request_id = c.request_id OR own.voided_by_request_id = c.request_id)
    WHERE {_FIRST_TO_SAY} AND entitlement.principal_id = n.id AND entitlement.relation <> 'SELF' AND NOT entitlement.voided
        AND entitlement.agency_id = own.agency_id AND entitlement.entitled_from >= own.entitled_from"""
CASCADE_OTHERS = _stop(_LEAN_ON_HIM, "PRINCIPAL_ENDED")
VOID_LEANING_OTHERS = _void(_LEAN_ON_HIM)
_TELL = """
    INSERT INTO agency_notice (agency_id, kind, person_id, request_id, from_agency_id, told_at)
    SELECT DISTINCT e.agency_id, '{kind}', {person}, c.request_id, c.agency_id, :run_at
    {whom} AND e.agency_id <> c.agency_id
    ON CONFLICT DO NOTHING"""
TELL_DEATHS = sa.text(
    _TELL.format(
        kind="DEATH",
        person="n.id",
        whom=f"""FROM {CLAIM_TABLE} c JOIN person n ON n.national_id = c.person
        JOIN entitlement e ON e.person_id = n.id OR e.principal_id = n.id
    WHERE {_DEATH} AND (e.ended_by_request_id = c.request_id OR e.voided_by_request_id = c.request_id)""",
    )
).bindparams(_AT)

# --- ends that are taken back -------------------------------------------------------------------------------------------
# The requests whose ends are taken back: of a death also those that reported it at his other agencies.
_TAKEN_BACK = f"""
    {CLAIM_TABLE} c JOIN entitlement t ON t.id = c.target_id
    WHERE c.type = 'RESTORE' AND c.error IS NULL"""
# A suspension that cuts a right shorter leaves its reason, and is no report of the death.
_BY_ITS_DEATH = """{0}.termination_reason = 'DECEASED' AND NOT EXISTS (
            SELECT 1 FROM change_request q WHERE q.id = {0}.ended_by_request_id AND q.type = 'SUSPEND')"""
TAKEN_BACK = sa.text(f"""
    SELECT t.ended_by_request_id FROM {_TAKEN_BACK}
    UNION SELECT o.ended_by_request_id FROM {CLAIM_TABLE} c JOIN entitlement t ON t.id = c.target_id
        JOIN entitlement d ON d.ended_by_request_id = t.ended_by_request_id AND {_BY_ITS_DEATH.format("d")}
        JOIN entitlement o ON o.person_id = d.person_id AND {_BY_ITS_DEATH.format("o")} AND NOT o.voided
    WHERE c.type = 'RESTORE' AND c.error IS NULL AND NOT d.voided AND o.ended_by_request_id IS NOT NULL
    UNION SELECT x.ended_by_request_id FROM {CLAIM_TABLE} c JOIN entitlement t ON t.id = c.target_id
        JOIN entitlement d ON d.ended_by_request_id = t.ended_by_request_id AND {_BY_ITS_DEATH.format("d")}
        JOIN entitlement o ON o.person_id = d.person_id JOIN replaced_end x ON x.entitlement_id = o.id
    WHERE c.type = 'RESTORE' AND c.error IS NULL AND NOT d.voided AND {_BY_ITS_DEATH.format("x")}""")
_ids = sa.bindparam("ids", expanding=True)
TELL_LIVING = sa.text(
    _TELL.format(
        kind="DEATH_TAKEN_BACK",
        person="d.person_id",
        whom=f"""FROM {CLAIM_TABLE} c JOIN entitlement t ON t.id = c.target_id
        JOIN entitlement d ON d.ended_by_request_id = t.ended_by_request_id AND {_BY_ITS_DEATH.format("d")}
        JOIN entitlement e ON (e.person_id = d.person_id OR e.principal_id = d.person_id)
            AND (e.ended_by_request_id IN :ids OR EXISTS (SELECT 1 FROM replaced_end x
                WHERE x.entitlement_id = e.id AND x.ended_by_request_id IN :ids))
    WHERE c.type = 'RESTORE' AND c.error IS NULL""",
    )
).bindparams(_AT, _ids)
TOUCHED = sa.text("""
    SELECT id FROM entitlement WHERE ended_by_request_id IN :ids OR voided_by_request_id IN :ids
    UNION SELECT entitlement_id FROM replaced_end WHERE suspended AND ended_by_request_id IN :ids""").bindparams(_ids)
UNDO_DEATHS = sa.text(f"""
    UPDATE person SET death_date = NULL, version = version + 1
    WHERE death_date IS NOT NULL AND id IN (SELECT e.person_id FROM entitlement e
        WHERE e.ended_by_request_id IN :ids AND {_BY_ITS_DEATH.format("e")} AND NOT e.voided)""").bindparams(_ids)
UNDO_VOIDS = sa.text("""
    UPDATE entitlement SET voided = FALSE, voided_at = NULL, voided_by_request_id = NULL, version = version + 1
    WHERE voided_by_request_id IN :ids""").bindparams(_ids)
UNDO_ENDS = sa.text("""
    UPDATE entitlement SET entitled_until = until_before_end, until_before_end = NULL, termination_reason = NULL,
        suspended = FALSE, suspended_until = NULL, ended_effective_at = NULL, ended_by_request_id = NULL, version = version + 1
    WHERE NOT voided AND ended_by_request_id IN :ids""").bindparams(_ids)
# The end that stood before comes back with its reason; who was suspended only until that end, or had come back, still was.
BRING_BACK = sa.text("""
    UPDATE entitlement SET termination_reason = x.termination_reason, ended_by_request_id = x.ended_by_request_id,
        ended_effective_at = x.ended_effective_at, until_before_end = x.until_before_end, suspended = x.suspended,
        suspended_until = CASE WHEN x.suspended THEN (
            SELECT MIN(CASE WHEN r.type = 'TERMINATE' THEN p.entitled_until ELSE p.entitled_from END)
            FROM change_request r JOIN proposal p ON p.request_id = r.id
            WHERE (r.id = x.ended_by_request_id AND r.type = 'TERMINATE')
                OR (r.target_entitlement_id = x.entitlement_id AND r.type = 'REINSTATE' AND r.status = 'EFFECTIVE')) END
    FROM replaced_end x
    WHERE x.entitlement_id = entitlement.id AND x.request_id IN :ids AND x.ended_by_request_id NOT IN :ids
        AND entitlement.ended_by_request_id IS NULL AND NOT entitlement.voided""").bindparams(_ids)
# Who was suspended by what is gone, and ended for good meanwhile, had the right until that end.
NEVER_AWAY = sa.text("""
    UPDATE entitlement SET entitled_until = CASE WHEN x.until_before_end < entitlement.suspended_until
            THEN x.until_before_end ELSE entitlement.suspended_until END,
        suspended = FALSE, suspended_until = NULL, version = entitlement.version + 1
    FROM replaced_end x
    WHERE x.entitlement_id = entitlement.id AND x.request_id = entitlement.ended_by_request_id AND x.suspended
        AND x.ended_by_request_id IN :ids AND entitlement.ended_by_request_id NOT IN :ids
        AND entitlement.suspended AND entitlement.suspended_until IS NOT NULL AND NOT entitlement.voided""").bindparams(
    _ids
)
# A later end no longer takes the place of one that is gone, but of what that one had taken the place of; a suspension, which
# keeps the reason of the end that it came before, then keeps that one's.
REACH_FARTHER = sa.text("""
    UPDATE entitlement SET until_before_end = x.until_before_end,
        termination_reason = CASE WHEN EXISTS (SELECT 1 FROM change_request q WHERE q.id = x.request_id AND q.type = 'SUSPEND')
            THEN (SELECT below.termination_reason FROM replaced_end below
                WHERE below.entitlement_id = x.entitlement_id AND below.request_id = x.ended_by_request_id)
            ELSE entitlement.termination_reason END
    FROM replaced_end x
    WHERE x.entitlement_id = entitlement.id AND x.request_id = entitlement.ended_by_request_id
        AND x.ended_by_request_id IN :ids""").bindparams(_ids)
FALL_BACK = sa.text("""
    UPDATE replaced_end SET termination_reason = below.termination_reason, ended_by_request_id = below.ended_by_request_id,
        ended_effective_at = below.ended_effective_at, until_before_end = below.until_before_end, suspended = below.suspended
    FROM replaced_end below
    WHERE below.entitlement_id = replaced_end.entitlement_id AND below.request_id = replaced_end.ended_by_request_id
        AND replaced_end.ended_by_request_id IN :ids AND replaced_end.request_id NOT IN :ids""").bindparams(_ids)
FORGET_REPLACED = sa.text(
    "DELETE FROM replaced_end WHERE request_id IN :ids OR ended_by_request_id IN :ids"
).bindparams(_ids)
# A family's right comes back no longer than the principal's, and ends by what ends his.
RESTORED_WITHIN = sa.text("""
    UPDATE entitlement SET until_before_end = entitlement.entitled_until, entitled_until = own.entitled_until,
        termination_reason = CASE WHEN own.suspended THEN NULL ELSE 'PRINCIPAL_ENDED' END, suspended = own.suspended,
        suspended_until = own.suspended_until, ended_effective_at = own.ended_effective_at,
        ended_by_request_id = own.ended_by_request_id, version = entitlement.version + 1
    FROM entitlement own
    WHERE entitlement.id IN :ids AND NOT entitlement.voided AND entitlement.relation <> 'SELF'
        AND own.person_id = entitlement.principal_id AND own.agency_id = entitlement.agency_id AND own.relation = 'SELF'
        AND NOT own.voided AND own.entitled_from <= entitlement.entitled_from AND own.entitled_until > entitlement.entitled_from
        AND (entitlement.entitled_until IS NULL OR entitlement.entitled_until > own.entitled_until)""").bindparams(_ids)

# --- a person's particulars ---------------------------------------------------------------------------------------------
_DAY = "COALESCE(CAST({0} AS VARCHAR(10)), '')"
_OTHER_BIRTH = f"{_DAY.format('n.birth_date')} <> {_DAY.format('p.birth_date')}"
_EDITED = f"""FROM {CLAIM_TABLE} c JOIN proposal p ON p.request_id = c.request_id
        JOIN person n ON n.national_id = c.person JOIN entitlement e ON e.person_id = n.id AND NOT e.voided
    WHERE c.step = 'EDIT' AND c.error IS NULL AND {_ONLY} AND e.id <> c.target_id"""
# Before the persons are changed: who keeps rights of them elsewhere, and which rights rest on another birth date.
TELL_CHANGED = sa.text(
    _TELL.format(
        kind="PERSON_CHANGED",
        person="n.id",
        whom=f"""{_EDITED} AND (e.entitled_until IS NULL OR e.entitled_until > :day)
        AND ({_OTHER_BIRTH} OR n.sex <> p.sex OR n.first_name_th <> p.first_name_th
            OR n.middle_name_th <> p.middle_name_th OR n.last_name_th <> p.last_name_th)""",
    )
).bindparams(_AT, sa.bindparam("day", type_=sa.Date))
BORN_OTHERWISE = sa.text(f"""
    SELECT e.id, c.request_id, e.relation, e.entitled_from, e.entitled_until, e.incompetent_from, p.birth_date
    {_EDITED} AND {_OTHER_BIRTH} AND p.birth_date IS NOT NULL ORDER BY e.id""").columns(
    sa.column("id", sa.Integer), sa.column("request_id", sa.Integer), sa.column("relation", sa.String),
    sa.column("entitled_from", sa.Date), sa.column("entitled_until", sa.Date), sa.column("incompetent_from", sa.Date),
    sa.column("birth_date", sa.Date),
)  # fmt: skip
_PERIOD = (sa.bindparam("from_on", type_=sa.Date), sa.bindparam("until_on", type_=sa.Date))
CUT_BY_BIRTH = sa.text("""
    UPDATE entitlement SET entitled_from = :from_on, entitled_until = :until_on, version = version + 1
    WHERE id = :right""").bindparams(*_PERIOD)
VOID_BY_BIRTH = sa.text("""
    UPDATE entitlement SET voided = TRUE, voided_at = :run_at, voided_by_request_id = :request, version = version + 1
    WHERE id = :right""").bindparams(_AT)

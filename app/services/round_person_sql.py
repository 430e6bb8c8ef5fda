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
# Who is suspended on the day of the end stays so until then, also where an end or a return to come was to close it later.
IS_AWAY = """entitlement.suspended AND entitlement.entitled_until <= c.stop_on
        AND (entitlement.suspended_until IS NULL OR entitlement.suspended_until > c.stop_on
            OR (entitlement.suspended_until = c.stop_on
                AND (entitlement.until_before_end IS NULL OR entitlement.until_before_end <> entitlement.entitled_until)))"""
_CLOSES = "COALESCE(entitlement.suspended_until, entitlement.until_before_end)"
AWAY_UNTIL = f"CASE WHEN NOT ({IS_AWAY}) THEN NULL WHEN {_CLOSES} < c.stop_on THEN {_CLOSES} ELSE c.stop_on END"


def _stop(whose: str, reason: str) -> sa.TextClause:
    """End these rights with the death; one that was suspended before stays away until then."""
    return sa.text(f"""
    UPDATE entitlement SET until_before_end = entitlement.entitled_until,
        entitled_until = CASE WHEN {IS_AWAY} THEN entitlement.entitled_until ELSE c.stop_on END,
        suspended_until = {AWAY_UNTIL}, suspended = CASE WHEN {IS_AWAY} THEN TRUE ELSE FALSE END,
        termination_reason = '{reason}', ended_effective_at = :run_at, ended_by_request_id = c.request_id,
        version = entitlement.version + 1
    {whose} AND entitlement.entitled_from < c.stop_on AND (entitlement.entitled_until IS NULL
        OR entitlement.entitled_until > c.stop_on OR ({IS_AWAY}))""").bindparams(_AT)


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
# The request whose end is taken back: the last one, but of a relative whom the official's suspension or end took along the end
# of his own that lies beneath, since what came with the official is taken back with him.
_OF_ITS_OWN = """(SELECT x.ended_by_request_id FROM replaced_end x JOIN change_request q ON q.id = {0}.ended_by_request_id
            JOIN change_request own ON own.id = x.ended_by_request_id AND own.type <> 'SUSPEND'
        WHERE x.entitlement_id = {0}.id AND {0}.relation <> 'SELF'
            AND (q.type = 'SUSPEND' OR {0}.termination_reason = 'PRINCIPAL_ENDED')
            AND COALESCE(x.termination_reason, 'PRINCIPAL_ENDED') <> 'PRINCIPAL_ENDED'
        ORDER BY x.ended_effective_at DESC, x.ended_by_request_id DESC LIMIT 1)"""
TAKEN = f"COALESCE({_OF_ITS_OWN}, {{0}}.ended_by_request_id)"
_TARGETS = f"{CLAIM_TABLE} c JOIN entitlement t ON t.id = c.target_id AND c.type = 'RESTORE' AND c.error IS NULL"
_A_DEATH = "r.type = 'TERMINATE' AND p.termination_reason = 'DECEASED'"
# Of a death also the requests that reported it at his other agencies, of a move or pension those that left nothing of a
# relative's right, so that nobody could ask for it.
_TAKEN_BACK = f"""
    SELECT {{of}}{TAKEN.format("t")} FROM {{targets}}
    UNION SELECT {{of}}other.id FROM {{targets}}
        JOIN change_request r ON r.id = {TAKEN.format("t")} JOIN proposal p ON p.request_id = r.id AND {_A_DEATH}
        JOIN proposal o ON o.national_id = p.national_id AND o.termination_reason = 'DECEASED'
        JOIN change_request other ON other.id = o.request_id AND other.type = 'TERMINATE' AND other.status = 'EFFECTIVE'
    UNION SELECT {{of}}k.id FROM {{targets}}
        JOIN change_request r ON r.id = {TAKEN.format("t")} AND r.type IN ('TRANSFER_IN', 'PENSION')
        JOIN change_request k ON k.submission_no = r.submission_no AND k.type = r.type
        JOIN entitlement v ON v.id = k.target_entitlement_id AND v.voided_by_request_id = k.id
    WHERE t.relation = 'SELF'"""
TAKEN_BACK = sa.text(_TAKEN_BACK.format(of="", targets=_TARGETS))
# The same of rights that are asked about, each with its own.
_ASKED = "(SELECT * FROM entitlement WHERE id IN :rights) t"
TAKEN_WITH = sa.text(_TAKEN_BACK.format(of="t.id, ", targets=_ASKED)).bindparams(sa.bindparam("rights", expanding=True))
_ids = sa.bindparam("ids", expanding=True)
TELL_LIVING = sa.text(
    _TELL.format(
        kind="DEATH_TAKEN_BACK",
        person="d.id",
        whom=f"""FROM {_TARGETS} JOIN change_request r ON r.id = {TAKEN.format("t")}
        JOIN proposal p ON p.request_id = r.id AND {_A_DEATH} JOIN person d ON d.national_id = p.national_id
        JOIN entitlement e ON (e.person_id = d.id OR e.principal_id = d.id)
            AND (e.ended_by_request_id IN :ids OR EXISTS (SELECT 1 FROM replaced_end x
                WHERE x.entitlement_id = e.id AND x.ended_by_request_id IN :ids))
    WHERE NOT e.voided""",
    )
).bindparams(_AT, _ids)
# Whoever had reported an end that went along in a move is told that the new agency takes it back.
TELL_ENDS_BACK = sa.text(
    _TELL.format(
        kind="END_TAKEN_BACK",
        person="n.id",
        whom=f"""FROM {_TARGETS} JOIN person n ON n.id = t.person_id
        JOIN change_request e ON e.id = {TAKEN.format("t")} AND e.type = 'TERMINATE'
        JOIN proposal p ON p.request_id = e.id AND p.termination_reason <> 'DECEASED'
    WHERE e.status = 'EFFECTIVE'""",
    )
).bindparams(_AT)
TOUCHED = sa.text("""
    SELECT id FROM entitlement WHERE ended_by_request_id IN :ids OR voided_by_request_id IN :ids
    UNION SELECT entitlement_id FROM replaced_end WHERE ended_by_request_id IN :ids""").bindparams(_ids)
UNDO_DEATHS = sa.text(f"""
    UPDATE person SET death_date = NULL, version = version + 1
    WHERE death_date IS NOT NULL AND national_id IN (SELECT p.national_id FROM proposal p
        JOIN change_request r ON r.id = p.request_id WHERE r.id IN :ids AND {_A_DEATH})""").bindparams(_ids)
UNDO_VOIDS = sa.text("""
    UPDATE entitlement SET voided = FALSE, voided_at = NULL, voided_by_request_id = NULL, version = version + 1
    WHERE voided_by_request_id IN :ids""").bindparams(_ids)
# Who is suspended is so until he serves again, and his family with him: what to look at when an own right was added or voided,
# begins on another day or stands again; of a relative's return that was recorded in error the right which it came from.
AWAY = sa.text(f"""
    SELECT d.id FROM {CLAIM_TABLE} c JOIN person n ON n.national_id = c.person
        JOIN entitlement d ON d.principal_id = n.id AND d.suspended AND NOT d.voided
    WHERE c.type = :type AND c.error IS NULL AND (c.type <> 'CERTIFY_NEW' OR (c.relation = 'SELF' AND n.created_at < :run_at))
    UNION SELECT r.target_entitlement_id FROM {CLAIM_TABLE} c JOIN entitlement v ON v.id = c.target_id
        JOIN change_request r ON r.id = v.request_id AND r.type = 'REINSTATE'
    WHERE c.type = 'CORRECTION' AND :type = 'CORRECTION' AND c.error IS NULL""").bindparams(_AT)

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
CUT_BY_BIRTH = sa.text("""
    UPDATE entitlement SET entitled_from = :from_on WHERE id = :right""").bindparams(
    sa.bindparam("from_on", type_=sa.Date)
)
VOID_BY_BIRTH = sa.text("""
    UPDATE entitlement SET voided = TRUE, voided_at = :run_at, voided_by_request_id = :request, version = version + 1
    WHERE id = :right""").bindparams(_AT)

"""What must hold in every register at every moment, as SQL that finds where it does not: the rows it gives are broken.

Each selects one column that names the broken thing (a request number, an id), never a national ID, on both databases alike.
"""

from dataclasses import dataclass

from app.domain.people import AgencyType, Relation
from app.rules.principals import AGENCY_TYPES_OF, TYPES
from app.services.invariant_children import OUTSIDE_QUOTA


@dataclass(frozen=True)
class Invariant:
    """`code` names it, `says` is the sentence that is broken, `finds` the statement that lists where."""

    code: str
    says: str
    finds: str


_SHARE_A_DAY = (
    "(a.entitled_until IS NULL OR b.entitled_from < a.entitled_until)"
    " AND (b.entitled_until IS NULL OR a.entitled_from < b.entitled_until)"
)
_PAIR = "entitlement a JOIN entitlement b ON b.{on} = a.{on} AND b.id > a.id AND NOT a.voided AND NOT b.voided"
_DIGIT = "CAST(SUBSTR({of}, {place}, 1) AS INTEGER)"


def _bad_number(column: str) -> str:
    """Thirteen digits, a category that is allotted, and the check digit of spec 2.2."""
    weighted = " + ".join(f"{14 - n} * {_DIGIT.format(of=column, place=n)}" for n in range(1, 13))
    check = f"((11 - ({weighted}) % 11) % 10) <> {_DIGIT.format(of=column, place=13)}"
    shape = " OR ".join(f"SUBSTR({column}, {n}, 1) NOT BETWEEN '0' AND '9'" for n in range(1, 14))
    return f"CASE WHEN LENGTH({column}) <> 13 OR {shape} THEN TRUE WHEN SUBSTR({column}, 1, 1) = '9' THEN TRUE ELSE {check} END"


def _misplaced() -> str:
    """A personnel type at an agency of a type that has none of it."""
    wrong = [
        f"e.personnel_type = '{kind}' AND g.agency_type NOT IN ({_listed(types)})"
        for kind, types in AGENCY_TYPES_OF.items()
        if len(types) < len(AgencyType)
    ]
    return " OR ".join(f"({condition})" for condition in wrong)


def _listed(words: object) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))  # type: ignore[call-overload]


def _codes(relation: str) -> str:
    """The NHSO code that a right must carry, by the personnel type of the own right `o`."""
    cases = " ".join(f"WHEN '{row.personnel_type}' THEN '{getattr(row, relation)}'" for row in TYPES)
    return f"CASE o.personnel_type {cases} END"


RIGHTS = (
    Invariant(
        "OWN_RIGHTS_OVERLAP", "a person has one own right at a time",
        f"SELECT a.id FROM {_PAIR.format(on='person_id')} WHERE a.relation = 'SELF' AND b.relation = 'SELF' AND {_SHARE_A_DAY}",
    ),
    Invariant(
        "SAME_RIGHTS_OVERLAP", "the same right through the same principal stands once at a time",
        f"SELECT a.id FROM {_PAIR.format(on='person_id')} WHERE a.principal_id = b.principal_id AND a.relation = b.relation"
        f" AND {_SHARE_A_DAY}",
    ),
    Invariant(
        "DEPENDENT_WITHOUT_PRINCIPAL", "a dependent's right lies within an own right of the principal at the same agency",
        """SELECT d.id FROM entitlement d WHERE d.relation <> 'SELF' AND NOT d.voided AND NOT EXISTS (
            SELECT 1 FROM entitlement o WHERE o.person_id = d.principal_id AND o.relation = 'SELF' AND NOT o.voided
                AND o.agency_id = d.agency_id AND o.entitled_from <= d.entitled_from AND (o.entitled_until IS NULL
                OR (d.entitled_until IS NOT NULL AND d.entitled_until <= o.entitled_until)))""",
    ),
    Invariant(
        "TWO_PARENTS_OF_ONE_KIND", "a principal has one father and one mother at a time",
        f"SELECT a.id FROM {_PAIR.format(on='principal_id')} WHERE a.relation IN ('FATHER', 'MOTHER')"
        f" AND b.relation = a.relation AND a.person_id <> b.person_id AND {_SHARE_A_DAY}",
    ),
    Invariant(
        "TWO_SPOUSES", "a second spouse needs a nikah certificate, filed or to follow (spec 3.3)",
        f"SELECT b.id FROM {_PAIR.format(on='principal_id')} WHERE a.relation = 'SPOUSE' AND b.relation = 'SPOUSE'"
        f" AND a.person_id <> b.person_id AND {_SHARE_A_DAY} AND NOT EXISTS ("
        "SELECT 1 FROM evidence_link l JOIN evidence_document v ON v.id = l.evidence_id"
        " WHERE l.request_id IN (a.request_id, b.request_id) AND v.doc_type = 'NIKAH_CERT_TH') AND NOT"
        " ((a.to_follow IS NOT NULL AND a.marriage_paper = 'NIKAH_CERT_TH')"
        " OR (b.to_follow IS NOT NULL AND b.marriage_paper = 'NIKAH_CERT_TH'))",
    ),
    Invariant(
        "FIVE_SPOUSES", "never more than four spouses at a time (spec 3.3)",
        f"SELECT a.id FROM {_PAIR.format(on='principal_id')} WHERE a.relation = 'SPOUSE' AND b.relation = 'SPOUSE'"
        f" AND a.person_id <> b.person_id AND {_SHARE_A_DAY} GROUP BY a.id HAVING COUNT(DISTINCT b.person_id) > 3",
    ),
    Invariant(
        "CHILD_OUTSIDE_QUOTA", "children have rights in birth order up to the third delivery's, but for elders told late (3.5)",
        OUTSIDE_QUOTA,
    ),
    Invariant(
        "SECOND_EXECUTIVE", "an agency has one chief executive at a time (spec 2.4)",
        f"SELECT b.id FROM entitlement a JOIN entitlement b ON b.agency_id = a.agency_id AND b.id > a.id"
        " AND NOT a.voided AND NOT b.voided AND a.personnel_type = 'POLITICAL_EXECUTIVE'"
        f" AND b.personnel_type = 'POLITICAL_EXECUTIVE' WHERE {_SHARE_A_DAY}",
    ),
    Invariant(
        "VOIDED_WITHOUT_REQUEST", "a right is voided by a correction, or where another request left nothing of its days",
        """SELECT e.id FROM entitlement e LEFT JOIN change_request r ON r.id = e.voided_by_request_id
        WHERE e.voided AND (r.id IS NULL OR r.status <> 'EFFECTIVE' OR NOT (
            (r.type = 'CORRECTION' AND r.target_entitlement_id = e.id)
            OR (r.type IN ('TERMINATE', 'SUSPEND', 'TRANSFER_IN', 'PENSION', 'CERTIFY_EDIT') AND e.relation <> 'SELF')
            OR r.succession_id IS NOT NULL OR (r.type = 'TERMINATE' AND (EXISTS (SELECT 1 FROM proposal q
                WHERE q.request_id = r.id AND q.termination_reason = 'DECEASED') OR EXISTS (SELECT 1 FROM change_request k
                WHERE k.id = e.request_id AND k.type IN ('PENSION', 'REINSTATE'))))))""",
    ),
    Invariant(
        "ENDED_WITHOUT_REASON", "an end that a round brought has a day and a reason",
        """SELECT id FROM entitlement WHERE (ended_effective_at IS NOT NULL OR termination_reason IS NOT NULL)
            AND (entitled_until IS NULL OR (termination_reason IS NULL AND NOT suspended AND NOT EXISTS (
                SELECT 1 FROM change_request r WHERE r.id = ended_by_request_id AND r.type IN ('PENSION', 'SUSPEND'))))""",
    ),
)  # fmt: skip
DATES = (
    Invariant(
        "OWN_START_IS_NOT_SERVICE", "a principal's right starts with the service (spec 3.8)",
        "SELECT id FROM entitlement WHERE relation = 'SELF' AND NOT voided AND entitled_from <> service_start_date",
    ),
    Invariant(
        "RIGHT_BEFORE_BIRTH", "no right begins before its holder's birth",
        """SELECT e.id FROM entitlement e JOIN person p ON p.id = e.person_id
        WHERE NOT e.voided AND e.entitled_from < p.birth_date""",
    ),
    Invariant(
        "RIGHT_AFTER_DEATH", "whose death ended a right begins none after it (spec 3)",
        """SELECT e.id FROM entitlement e JOIN person p ON p.id = e.person_id WHERE NOT e.voided
            AND p.death_date IS NOT NULL AND e.entitled_from > p.death_date""",
    ),
    Invariant(
        "RIGHT_OF_THE_DEAD", "nobody who has died keeps a right without end, at any agency (spec 2.6)",
        """SELECT e.id FROM entitlement e JOIN person p ON p.id = e.person_id WHERE NOT e.voided
            AND p.death_date IS NOT NULL AND e.entitled_until IS NULL""",
    ),
    Invariant(
        "CHILD_BEYOND_MAJORITY", "a child's right ends on the 20th birthday, unless incompetent (spec 3.6, 3.7)",
        """SELECT e.id FROM entitlement e JOIN person p ON p.id = e.person_id
        WHERE e.relation = 'CHILD' AND NOT e.voided AND p.birth_date IS NOT NULL
            AND CAST(REPLACE(CAST(COALESCE(e.entitled_until, '9999-12-31') AS VARCHAR(10)), '-', '') AS INTEGER)
            > CAST(REPLACE(CAST(p.birth_date AS VARCHAR(10)), '-', '') AS INTEGER) + 200000
            + CASE WHEN SUBSTR(CAST(p.birth_date AS VARCHAR(10)), 6, 5) = '02-29' THEN 72 ELSE 0 END
            AND (e.incompetent_from IS NULL OR e.to_follow IS NULL) AND NOT EXISTS (SELECT 1 FROM evidence_link l
                JOIN evidence_document v ON v.id = l.evidence_id JOIN change_request r ON r.id = l.request_id
                WHERE v.doc_type = 'COURT_ORDER_INCOMPETENT' AND (r.id = e.request_id
                    OR (r.target_entitlement_id = e.id AND r.type = 'CERTIFY_EDIT' AND r.status = 'EFFECTIVE')))""",
    ),
    Invariant(
        "PARENT_YOUNGER_THAN_CHILD", "parents are older than their children",
        """SELECT e.id FROM entitlement e JOIN person p ON p.id = e.person_id JOIN person h ON h.id = e.principal_id
        WHERE NOT e.voided AND ((e.relation IN ('FATHER', 'MOTHER') AND p.birth_date >= h.birth_date)
            OR (e.relation = 'CHILD' AND p.birth_date <= h.birth_date))""",
    ),
    Invariant(
        "OUTSIDE_AGENCY_PERIOD", "a right is certified by an agency that exists while it lasts (spec 2.3)",
        """SELECT e.id FROM entitlement e JOIN agency g ON g.id = e.agency_id WHERE NOT e.voided
            AND (g.valid_until <= e.entitled_from OR e.entitled_until <= g.valid_from)
            AND NOT EXISTS (SELECT 1 FROM succession s WHERE s.agency_id = g.id AND s.state = 'APPROVED')""",
    ),
    Invariant(
        "TYPE_AGENCY_MISMATCH", "the personnel type fits the type of the agency (spec 2.4)",
        # What has ended stays as it was called when the agency was of another type.
        f"""SELECT e.id FROM entitlement e JOIN agency g ON g.id = e.agency_id
        WHERE NOT e.voided AND e.ended_by_request_id IS NULL AND ({_misplaced()}) AND NOT EXISTS (SELECT 1 FROM succession s
            WHERE s.agency_id = g.id AND s.new_code = g.dla_code AND s.state = 'APPROVED')""",
    ),
    Invariant(
        "SUB_SCHEME", "the NHSO code follows the principal's personnel type (spec 2.4)",
        f"""SELECT e.id FROM entitlement e JOIN entitlement o ON o.person_id = e.principal_id AND o.relation = 'SELF'
            AND o.agency_id = e.agency_id AND NOT o.voided AND o.entitled_from <= e.entitled_from
            AND (o.entitled_until IS NULL OR e.entitled_from < o.entitled_until)
        WHERE NOT e.voided AND e.sub_inscl <> CASE WHEN e.relation = '{Relation.SELF}' THEN {_codes("own_code")}
            ELSE {_codes("family_code")} END""",
    ),
)  # fmt: skip
REQUESTS = (
    Invariant(
        "APPROVED_IN_DONE_ROUND", "a finished round holds no approval (decisions 4)",
        """SELECT r.request_no FROM change_request r LEFT JOIN processing_round o ON o.id = r.round_id
        WHERE r.status = 'APPROVED' AND (o.id IS NULL OR o.status = 'DONE')""",
    ),
    Invariant(
        "EFFECTIVE_WITHOUT_RIGHT", "what took effect left a right, ended one or voided one",
        """SELECT r.request_no FROM change_request r LEFT JOIN entitlement e ON e.request_id = r.id
            LEFT JOIN entitlement t ON t.id = r.target_entitlement_id
        WHERE r.status = 'EFFECTIVE' AND CASE
            WHEN r.type = 'CORRECTION' THEN t.id IS NULL OR NOT t.voided
            WHEN r.type IN ('TERMINATE', 'SUSPEND') THEN t.id IS NULL OR (t.entitled_until IS NULL AND NOT EXISTS (
                SELECT 1 FROM entitlement o JOIN change_request b ON b.target_entitlement_id = o.id
                WHERE (o.principal_id IN (t.principal_id, t.person_id) OR o.person_id = t.person_id)
                    AND b.type = 'RESTORE' AND b.status = 'EFFECTIVE' AND b.id > r.id))
            WHEN r.type IN ('RESTORE', 'CERTIFY_EDIT') THEN t.id IS NULL
            ELSE e.id IS NULL END""",
    ),
    Invariant(
        "RIGHT_WITHOUT_EFFECTIVE_REQUEST", "a right comes from a request that took effect in the same round",
        """SELECT e.id FROM entitlement e JOIN change_request r ON r.id = e.request_id
        WHERE r.status <> 'EFFECTIVE' OR r.effective_at <> e.effective_at OR r.agency_id <> e.agency_id""",
    ),
    Invariant(
        "RIGHT_IS_NOT_AS_PROPOSED", "a right begins as its request proposed, for the same person and principal",
        """SELECT e.id FROM entitlement e JOIN proposal q ON q.request_id = e.request_id
            JOIN person p ON p.id = e.person_id JOIN person h ON h.id = e.principal_id
        WHERE q.national_id <> p.national_id OR q.principal_national_id <> h.national_id OR q.relation <> e.relation
            OR (q.entitled_from <> e.entitled_from AND NOT EXISTS (SELECT 1 FROM change_request c
                    JOIN proposal a ON a.request_id = c.id
                WHERE c.type = 'CERTIFY_EDIT' AND c.status = 'EFFECTIVE'
                    AND (a.national_id = q.national_id OR a.national_id = q.principal_national_id)))""",
    ),
    Invariant(
        "EDITOR_DECIDED", "nobody decides what he recorded or changed (decisions 6)",
        """SELECT r.request_no FROM change_request r JOIN request_editor e ON e.request_id = r.id
            AND e.user_id = r.decided_by_id AND e.revision <= r.revision
        WHERE NOT r.self_approved AND r.status NOT IN ('DRAFT', 'PENDING_APPROVAL', 'CANCELLED')""",
    ),
    Invariant(
        "DECIDED_WITHOUT_OFFICER", "a decision has an officer, an instant, and comes after the submission",
        """SELECT request_no FROM change_request WHERE status IN ('APPROVED', 'EFFECTIVE', 'ROUND_ERROR', 'RETURNED',
            'REJECTED') AND (decided_at IS NULL OR decided_by_id IS NULL OR submitted_at IS NULL OR decided_at < submitted_at)""",
    ),
    Invariant(
        "EFFECTIVE_AT_ANOTHER_TIME", "a request takes effect when its round ran, after its decision",
        """SELECT r.request_no FROM change_request r LEFT JOIN processing_round o ON o.id = r.round_id
        WHERE r.status = 'EFFECTIVE' AND (o.id IS NULL OR o.run_at IS NULL OR r.effective_at <> o.run_at
            OR r.decided_at > r.effective_at)""",
    ),
    Invariant(
        "REQUEST_WITHOUT_PROPOSAL", "every request proposes something",
        """SELECT r.request_no FROM change_request r LEFT JOIN proposal q ON q.request_id = r.id
        WHERE q.request_id IS NULL OR q.agency_id <> r.agency_id""",
    ),
    Invariant(
        "SENT_WITHOUT_FROZEN_COPY", "what was submitted has its frozen copy (decisions 1)",
        """SELECT r.request_no FROM change_request r LEFT JOIN request_revision v ON v.request_id = r.id
            AND v.revision = r.revision
        WHERE r.status NOT IN ('DRAFT', 'CANCELLED') AND v.request_id IS NULL""",
    ),
    Invariant(
        "NUMBER_BEYOND_COUNTER", "no request has a number that could be given out again",
        """SELECT r.request_no FROM change_request r LEFT JOIN running_number n ON n.series = SUBSTR(r.request_no, 1, 15)
        WHERE LENGTH(r.request_no) = 22 AND (n.series IS NULL OR n.last < CAST(SUBSTR(r.request_no, 17) AS INTEGER))""",
    ),
    Invariant(
        "ROUND_COUNTS", "a finished round tells how many requests it carried and refused",
        """SELECT o.id FROM processing_round o LEFT JOIN (
                SELECT round_id, SUM(CASE WHEN status = 'EFFECTIVE' THEN 1 ELSE 0 END) AS effective,
                    SUM(CASE WHEN status = 'ROUND_ERROR' THEN 1 ELSE 0 END) AS errors
                FROM change_request WHERE round_id IS NOT NULL GROUP BY round_id) c ON c.round_id = o.id
        WHERE o.status = 'DONE' AND o.effective_count <> COALESCE(c.effective, 0)""",
    ),
    Invariant(
        "ROUND_OUT_OF_ORDER", "no round is left behind when a later one has run",
        """SELECT o.id FROM processing_round o WHERE o.status <> 'DONE' AND EXISTS (
            SELECT 1 FROM processing_round l WHERE l.scheduled_at > o.scheduled_at AND l.status <> 'PLANNED')""",
    ),
)  # fmt: skip
AGENCIES = (
    Invariant(
        "RIGHT_OUTLASTS_AGENCY", "no right at an agency outlasts it, but while a succession carries it over (spec 2.3)",
        """SELECT e.id FROM entitlement e JOIN agency a ON a.id = e.agency_id
        WHERE NOT e.voided AND a.valid_until IS NOT NULL AND (e.entitled_until IS NULL OR e.entitled_until > a.valid_until)
            AND NOT EXISTS (SELECT 1 FROM succession s WHERE s.agency_id = a.id AND s.state = 'APPROVED')
            AND NOT EXISTS (SELECT 1 FROM change_request r WHERE r.target_entitlement_id = e.id
                AND r.status IN ('DRAFT', 'PENDING_APPROVAL', 'RETURNED', 'APPROVED'))""",
    ),
)  # fmt: skip
PEOPLE = (
    Invariant("NATIONAL_ID", "every number is valid (spec 2.2)", f"SELECT id FROM person WHERE {_bad_number('national_id')}"),
    Invariant(
        "PROPOSED_NATIONAL_ID", "every number asked for is valid (spec 2.2)",
        f"SELECT request_id FROM proposal WHERE {_bad_number('national_id')}",
    ),
    Invariant(
        "PRINCIPAL_CATEGORY", "a principal's number is of category 1 to 5 or 8 (spec 2.2)",
        """SELECT e.id FROM entitlement e JOIN person p ON p.id = e.person_id
        WHERE e.relation = 'SELF' AND NOT e.voided AND SUBSTR(p.national_id, 1, 1) NOT IN ('1', '2', '3', '4', '5', '8')""",
    ),
    Invariant(
        "PERSON_OF_NOTHING", "whoever is registered has or had a right",
        "SELECT p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM entitlement e WHERE e.person_id = p.id)",
    ),
    Invariant(
        "SENT_EVIDENCE_UNMARKED", "documents of a submitted request are marked as kept for good",
        """SELECT v.id FROM evidence_document v JOIN evidence_link l ON l.evidence_id = v.id
            JOIN change_request r ON r.id = l.request_id WHERE r.submitted_at IS NOT NULL AND v.submitted_at IS NULL""",
    ),
)  # fmt: skip
ALL = (*RIGHTS, *DATES, *REQUESTS, *AGENCIES, *PEOPLE)

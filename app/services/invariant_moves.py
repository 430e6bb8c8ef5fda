"""What must hold after officials moved, drew a pension or returned, as SQL that finds where it does not (`flask demo verify`)."""

from app.services.invariant_sql import Invariant

MOVES = (
    Invariant(
        "FAMILY_LEFT_UNSEEN",
        "who ended by a move that stands was left out with a reason, refused, has a right since, or had ended in error (5.2)",
        # Who joined only with the round of the move, or after it, is certified by the new agency itself.
        """SELECT d.id FROM change_request r JOIN proposal q ON q.request_id = r.id
            JOIN entitlement d ON d.ended_by_request_id = r.id
        WHERE r.type IN ('TRANSFER_IN', 'PENSION') AND r.status = 'EFFECTIVE' AND q.relation = 'SELF'
            AND d.relation <> 'SELF' AND NOT d.voided AND d.effective_at < r.effective_at
            AND EXISTS (SELECT 1 FROM entitlement s WHERE s.request_id = r.id AND NOT s.voided)
            AND NOT EXISTS (SELECT 1 FROM transfer_exclusion x WHERE x.request_id = r.id AND x.entitlement_id = d.id)
            AND NOT EXISTS (SELECT 1 FROM change_request k JOIN request_revision v ON v.request_id = k.id
                WHERE k.target_entitlement_id = d.id AND k.submission_no = r.submission_no AND v.outcome = 'REJECTED')
            AND NOT EXISTS (SELECT 1 FROM entitlement n WHERE n.person_id = d.person_id AND n.principal_id = d.principal_id
                AND n.relation = d.relation AND NOT n.voided AND n.entitled_from >= d.entitled_until)
            AND NOT EXISTS (SELECT 1 FROM change_request b JOIN entitlement t ON t.id = b.target_entitlement_id
                WHERE t.person_id = d.person_id AND (t.id = d.id OR t.agency_id <> d.agency_id)
                    AND b.type = 'RESTORE' AND b.status = 'EFFECTIVE' AND b.effective_at > r.effective_at)""",
    ),
)  # fmt: skip

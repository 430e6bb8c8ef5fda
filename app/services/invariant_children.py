"""What must never be about a principal's children: the three places, and who keeps a right without one (spec 3.5)."""

OUTSIDE_QUOTA = """
SELECT c.id FROM entitlement c JOIN person k ON k.id = c.person_id
    JOIN entitlement s ON s.principal_id = c.principal_id AND s.relation = 'CHILD' AND NOT s.voided
    JOIN person e ON e.id = s.person_id AND e.birth_date < k.birth_date AND NOT c.voided
WHERE c.relation = 'CHILD' AND COALESCE(s.delivery_id, '-') <> COALESCE(c.delivery_id, '+')
    AND (s.legitimate_from IS NULL OR s.legitimate_from <= c.entitled_from)
    AND COALESCE(e.death_date, s.death_date, '9999-12-31') >= c.entitled_from
    AND (c.entitled_until IS NULL OR c.entitled_until > (
        SELECT MIN(o.entitled_from) FROM entitlement o
        WHERE o.person_id = s.person_id AND o.principal_id = s.principal_id AND NOT o.voided))
    AND (s.legitimate_from IS NULL OR s.legitimate_from <= (
        SELECT MIN(o.entitled_from) FROM entitlement o
        WHERE o.person_id = c.person_id AND o.principal_id = c.principal_id AND NOT o.voided))
    AND NOT (e.national_id IN (
            SELECT q.national_id FROM proposal q JOIN request_flag g ON g.request_id = q.request_id
            WHERE g.clause = 'CHILD_PUSHES_OUT' AND g.note <> '')
        AND EXISTS (
            SELECT 1 FROM proposal q JOIN request_flag g ON g.request_id = q.request_id
                JOIN change_request r ON r.id = q.request_id JOIN person h ON h.national_id = q.principal_national_id
            WHERE g.clause = 'CHILD_PUSHES_OUT' AND g.note <> '' AND q.national_id = e.national_id
                AND (h.id = c.principal_id OR r.type = 'RESTORE')
                AND r.effective_at > (SELECT MIN(o.registered_at) FROM entitlement o
                    WHERE o.person_id = c.person_id AND o.principal_id = c.principal_id AND NOT o.voided)))
    AND NOT (k.national_id IN (
            SELECT q.national_id FROM proposal q JOIN request_flag g ON g.request_id = q.request_id
            WHERE g.clause = 'CHILD_DISPLACED' AND g.note <> '')
        AND EXISTS (
            SELECT 1 FROM proposal q JOIN request_flag g ON g.request_id = q.request_id
                JOIN change_request r ON r.id = q.request_id AND r.type = 'RESTORE'
            WHERE g.clause = 'CHILD_DISPLACED' AND g.note <> '' AND q.national_id = k.national_id
                AND r.effective_at > (SELECT MIN(o.registered_at) FROM entitlement o
                    WHERE o.person_id = s.person_id AND o.principal_id = s.principal_id AND NOT o.voided)))
GROUP BY c.id HAVING COUNT(DISTINCT e.id) >= 3"""
"""Children behind three elders of other births, but for elders who were told of, lawful or told to live only when their right
stood, or came when it was over: what a registrar approved with his note takes nothing from them, also at the agency that they
moved to, and a death that is taken back is so in every family. Nor is it one who came back beside elders of the meantime."""

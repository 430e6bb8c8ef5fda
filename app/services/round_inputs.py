"""`inputs_version`: one number that rises with everything a decision about a request rests on (decisions 5)."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

# Rights are never deleted and versions only rise, so any change around the family raises the sum.
# {asked} has request_id, agency_id, family (the principal's ID) and person (whose right it is). Each right counts once: those of
# the family once for all its requests, then the person's own at other families, then those of who leans on the person.
_VERSIONS = """
    families AS (SELECT DISTINCT f.id AS id, a.family AS family FROM {asked} a JOIN person f ON f.national_id = a.family),
    of_family AS (
        SELECT seen.family AS family, SUM(seen.version) AS version FROM (
            SELECT f.family, e.version FROM families f JOIN entitlement e ON e.principal_id = f.id
            UNION ALL SELECT f.family, e.version
            FROM families f JOIN entitlement e ON e.person_id = f.id WHERE e.principal_id <> f.id
        ) seen GROUP BY seen.family
    ),
    of_person AS (
        SELECT seen.request_id AS request_id, SUM(seen.version) AS version FROM (
            SELECT a.request_id, e.version
            FROM {asked} a JOIN person p ON p.national_id = a.person JOIN entitlement e ON e.person_id = p.id
            LEFT JOIN families f ON f.family = a.family
            WHERE a.person <> a.family AND e.principal_id <> COALESCE(f.id, 0)
            UNION ALL SELECT a.request_id, e.version
            FROM {asked} a JOIN person p ON p.national_id = a.person JOIN entitlement e ON e.principal_id = p.id
            LEFT JOIN families f ON f.family = a.family
            WHERE a.person <> a.family AND e.person_id <> p.id AND e.person_id <> COALESCE(f.id, 0)
        ) seen GROUP BY seen.request_id
    ),
    inputs AS (
        SELECT a.request_id AS request_id, g.version + COALESCE(h.version, 0) + COALESCE(o.version, 0) AS version
        FROM {asked} a JOIN agency g ON g.id = a.agency_id
            LEFT JOIN of_family h ON h.family = a.family LEFT JOIN of_person o ON o.request_id = a.request_id
    )"""


def inputs_of(asked: str) -> str:
    """The common table expressions that give `inputs` (request_id, version) for the rows of the table `asked`."""
    return _VERSIONS.format(asked=asked)


_OF_REQUESTS = sa.text(
    "WITH asked AS (SELECT request_id, agency_id, principal_national_id AS family, national_id AS person"
    f" FROM proposal WHERE request_id IN :ids), {inputs_of('asked')} SELECT request_id, version FROM inputs"
).bindparams(sa.bindparam("ids", expanding=True))


def inputs_version(session: Session, request_ids: Sequence[int]) -> dict[int, int]:
    """The inputs version of each request: the row versions of all rights of its person and principal, and of its agency.

    Counts rights anywhere in the nation; nothing but the sum leaves. At most some thousands of ids at once.
    """
    rows = session.execute(_OF_REQUESTS, {"ids": list(request_ids)})
    return {request_id: int(version) for request_id, version in rows}

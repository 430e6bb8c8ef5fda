"""`inputs_version`: one number that rises with everything a decision about a request rests on (decisions 5)."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

# Rights are never deleted and versions only rise, so any change around the family raises the sum.
# {asked} has request_id, agency_id, family (the principal's ID) and person (whose right it is).
_VERSIONS = """
    versions AS (
        SELECT seen.request_id AS request_id, SUM(seen.version) AS version FROM (
            SELECT a.request_id, e.id, e.version
            FROM {asked} a JOIN person p ON p.national_id = a.family JOIN entitlement e ON e.person_id = p.id
            UNION SELECT a.request_id, e.id, e.version
            FROM {asked} a JOIN person p ON p.national_id = a.family JOIN entitlement e ON e.principal_id = p.id
            UNION SELECT a.request_id, e.id, e.version
            FROM {asked} a JOIN person p ON p.national_id = a.person JOIN entitlement e ON e.person_id = p.id
            WHERE a.person <> a.family
            UNION SELECT a.request_id, e.id, e.version
            FROM {asked} a JOIN person p ON p.national_id = a.person JOIN entitlement e ON e.principal_id = p.id
            WHERE a.person <> a.family
        ) seen GROUP BY seen.request_id
    ),
    inputs AS (
        SELECT a.request_id AS request_id, g.version + COALESCE(v.version, 0) AS version
        FROM {asked} a JOIN agency g ON g.id = a.agency_id LEFT JOIN versions v ON v.request_id = a.request_id
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

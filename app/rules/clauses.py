"""Every clause of the law on persons and families, for those who list, translate or count them."""

from app.rules import (
    birth_order,
    cascade,
    children,
    ends,
    evidence,
    fatherhood,
    impossible,
    incompetence,
    legitimacy,
    lifecycle,
    majority,
    own_right,
    parents,
    principals,
    retirement,
    spouses,
    unlikely,
)
from app.rules.decision import Clause

_OF_TABLES = (
    *(row.clause for row in principals.TABLE),
    *(row.clause for row in parents.TABLE),
    *(row.clause for row in spouses.TABLE),
    *(row.clause for row in legitimacy.TABLE),
    *(row.clause for row in majority.TABLE),
    *(row.clause for row in children.TABLE),
    *(row.clause for row in fatherhood.GROUNDS),
    *(row.clause for row in ends.TABLE),
    *(row.clause for row in evidence.MATRIX),
    *(row.clause for row in impossible.TABLE),
    *(row.clause for row in unlikely.TABLE),
)
_SINGLE = (
    birth_order.PLACE,
    birth_order.MULTIPLE_BIRTH,
    birth_order.REPLACEMENT,
    birth_order.REPLACEMENT_BY_MULTIPLE_BIRTH,
    cascade.FAMILY_FOLLOWS,
    cascade.REQUESTS_LAPSE,
    cascade.STANDBY_PROMOTED,
    children.DISPLACED,
    children.NIKAH_OF_A_CHILD,
    incompetence.UNLIMITED_AGE,
    lifecycle.PENSION,
    lifecycle.REJOIN,
    lifecycle.START,
    lifecycle.SUSPENSION,
    lifecycle.TRANSFER,
    own_right.OWN_RIGHT_FIRST,
    own_right.OWN_RIGHT_TOPPED_UP,
    parents.COVERED_ON_DAY_OF_DEATH,
    retirement.RETIREMENT_BY_AGE,
)
CLAUSES: dict[str, Clause] = {clause.code: clause for clause in (*_OF_TABLES, *_SINGLE)}

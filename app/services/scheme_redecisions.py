"""Orders anew the rights of whom a scheme's file says something else than before, and of nobody for whom nothing can change."""

import sqlalchemy as sa

from app.domain.actor import robot
from app.domain.clock import bangkok_day
from app.domain.people import Relation
from app.models.entitlement import Entitlement
from app.models.other_scheme import OtherSchemeRight, SchemeElection, SchemeFile
from app.rules.priority import leaves_in_use
from app.rules.schemes import EntitlementRank, Scheme
from app.services.clock import business_now
from app.services.leases import Lease
from app.services.scheme_orders import redecide
from app.services.transaction import reading, transaction

PERSONS_AT_ONCE = 500  # others write in between
ROBOT = robot("schemes")
_right, _file = OtherSchemeRight.__table__, SchemeFile.__table__
_spell = Entitlement.__table__
_mine = sa.and_(_spell.c.person_id == _right.c.person_id, sa.not_(_spell.c.voided))
_beside = _right.alias("beside")
# One right in the register, this one beside it, nothing chosen or told: the rules say beforehand that it stays in use.
_NOTHING_CHANGES = sa.and_(
    _right.c.rank == EntitlementRank.PRIMARY,
    sa.select(sa.func.count()).where(_beside.c.person_id == _right.c.person_id).scalar_subquery() == 1,
    sa.not_(sa.exists().where(SchemeElection.__table__.c.person_id == _right.c.person_id)),
    sa.select(sa.func.count()).where(_mine).scalar_subquery() == 1,
    sa.exists().where(
        _mine, _spell.c.standby_since.is_(None), _spell.c.declared_scheme.is_(None),
        sa.case(
            (_spell.c.relation == Relation.SELF, sa.bindparam("own_stays", type_=sa.Boolean)),
            else_=sa.bindparam("family_stays", type_=sa.Boolean),
        ),
    ),
)  # fmt: skip
# Of an earlier file that was never finished nobody has been looked at; what it changed is this one's to order.
_CHANGED = sa.select(_right.c.person_id).where(
    _right.c.changed_file_id.in_(
        sa.select(_file.c.id).where(
            _file.c.scheme == sa.bindparam("scheme"), sa.or_(_file.c.id == sa.bindparam("file"), _file.c.loaded_at.is_(None))
        )
    ),
    _right.c.person_id > sa.bindparam("low"), sa.not_(_NOTHING_CHANGES),
).distinct().order_by(_right.c.person_id).limit(PERSONS_AT_ONCE)  # fmt: skip


def order_anew(file_id: int, scheme: Scheme, lease: Lease) -> None:
    """Order anew whom this file changed, in order of the persons, chunk by chunk; the same again after a kill."""
    done, low = 0, 0
    while True:
        with reading(ROBOT.scope) as session:  # the look takes long where little has changed; nobody waits for it
            today = bangkok_day(business_now(session))
            own, family = (scheme in leaves_in_use(rank, today) for rank in EntitlementRank)
            asked = {"scheme": scheme, "file": file_id, "low": low, "own_stays": own, "family_stays": family}
            some = list(session.execute(_CHANGED, asked).scalars())
        if not some:
            return
        with transaction(ROBOT) as session:
            lease.guard(session)
            redecide(session, some, today, actor=ROBOT)
        done, low = done + len(some), some[-1]
        lease.progress(done, None)

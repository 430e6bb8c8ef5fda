"""The roles of the portal: which powers each has and how far it sees (spec 7); data in git, synced at release."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.actor import ScopeKind
from app.domain.powers import DECIDING, Power


@dataclass(frozen=True)
class Role:
    """What an account with this role may do, and by what its rows are bounded."""

    name: str
    kind: ScopeKind
    powers: frozenset[Power]


def _role(name: str, kind: ScopeKind, *powers: Power) -> Role:
    return Role(name, kind, frozenset(powers))


# A power stands here once it has an endpoint (decisions 18); a role without one exists by name only.
ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role(
            "personnel_clerk", ScopeKind.AGENCY,
            Power.RECORD_REQUEST, Power.SEARCH_TRANSFER, Power.IMPORT_ROSTER, Power.VIEW_REGISTER, Power.EXPORT_REGISTER,
            Power.VIEW_REPORTS, Power.LOOKUP_RIGHT, Power.VIEW_ROUNDS,
        ),
        # Of the register he sees name and status only (spec 7).
        _role(
            "finance_clerk", ScopeKind.AGENCY,
            Power.VIEW_REPORTS, Power.LIST_NAMES, Power.LOOKUP_RIGHT, Power.VIEW_ROUNDS, Power.RECORD_CLAIM, Power.VIEW_CLAIMS,
            Power.RECORD_REFUND, Power.CONFIRM_REFUND,
        ),
        _role(
            "registrar", ScopeKind.AGENCY,
            Power.RECORD_REQUEST, Power.SEARCH_TRANSFER, Power.IMPORT_ROSTER, Power.APPROVE_CERTIFICATION,
            Power.APPROVE_TERMINATION, Power.APPROVE_TRANSFER, Power.VIEW_REGISTER, Power.EXPORT_REGISTER,
            Power.VIEW_REPORTS, Power.LOOKUP_RIGHT, Power.VIEW_ROUNDS, Power.VIEW_AUDIT,
            Power.MANAGE_CARDS, Power.VIEW_CLAIMS,
        ),
        # Sees counts of the province only (spec 7).
        _role("provincial_officer", ScopeKind.PROVINCE, Power.VIEW_REPORTS),
        _role(
            "nhso_region", ScopeKind.REGION,
            Power.VIEW_REGISTER, Power.EXPORT_REGISTER, Power.VIEW_REPORTS, Power.LOOKUP_RIGHT, Power.VIEW_ROUNDS,
            Power.VIEW_AUDIT,
        ),
        _role(
            "nhso_admin", ScopeKind.NATION,
            Power.VIEW_REGISTER, Power.EXPORT_REGISTER, Power.VIEW_REPORTS, Power.LOOKUP_RIGHT, Power.VIEW_ROUNDS,
            Power.MANAGE_AGENCIES, Power.MANAGE_ACCOUNTS, Power.MANAGE_CARDS, Power.VIEW_AUDIT, Power.VIEW_CLAIMS,
            Power.ANNUL_REFUND, Power.MANAGE_FUND_ACCOUNTS,
        ),
        _role(
            "nhso_finance", ScopeKind.NATION,
            Power.VIEW_REGISTER, Power.EXPORT_REGISTER, Power.VIEW_REPORTS, Power.LOOKUP_RIGHT, Power.VIEW_CLAIMS,
            Power.DECIDE_CLAIM, Power.PAY_CLAIM, Power.CONFIRM_REFUND, Power.ANNUL_REFUND, Power.RECEIVE_REFUND,
            Power.MANAGE_FUND_ACCOUNTS, Power.IMPORT_STATEMENTS,
        ),
        _role("hospital_user", ScopeKind.NOTHING),
        _role("data_owner", ScopeKind.NOTHING),
        _role("pao_reviewer", ScopeKind.PROVINCE),
        _role("fund_officer", ScopeKind.AGENCY),
        _role("fund_coach", ScopeKind.NOTHING),
        # Looks at the register and takes nothing but counts home (spec 7).
        _role(
            "auditor", ScopeKind.NATION,
            Power.VIEW_REGISTER, Power.VIEW_REPORTS, Power.VIEW_ROUNDS, Power.VIEW_AUDIT, Power.VIEW_CLAIMS,
        ),
        _role("public_enquirer", ScopeKind.NOTHING),
    )
}  # fmt: skip


DECIDING_ROLES = frozenset(role.name for role in ROLES.values() if role.powers & DECIDING)
"""Whose accounts two administrators open: they decide about rights or money, or say who does."""


class TokenScope(StrEnum):
    """What a hospital's token opens."""

    RIGHTS = "RIGHTS"  # whose right on a day, and the law
    LAW = "LAW"  # the law alone, which knows no person: for those who build and test programs


TOKEN_POWERS = {TokenScope.RIGHTS: frozenset({Power.LOOKUP_RIGHT}), TokenScope.LAW: frozenset[Power]()}


def roles_with(power: Power) -> tuple[str, ...]:
    """The names of the roles that hold `power`."""
    return tuple(role.name for role in ROLES.values() if power in role.powers)


def powers_of(role_names: tuple[str, ...]) -> frozenset[Power]:
    """All powers of the named roles; a name that is no role of ours adds nothing."""
    return frozenset().union(*(ROLES[name].powers for name in role_names if name in ROLES))

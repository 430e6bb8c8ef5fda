"""The registrar's three menus: which requests each decides, and by which power (spec 5.1, 8.1)."""

from enum import StrEnum

from app.domain.people import RequestType
from app.domain.powers import Power


class ApprovalMenu(StrEnum):
    """The menus as the seeds name them."""

    CERTIFICATION = "CERTIFICATION"  # อนุมัติรับรองสิทธิ
    TERMINATION = "TERMINATION"  # อนุมัติผู้หมดสิทธิ
    TRANSFER = "TRANSFER"  # อนุมัติย้ายหน่วยงาน


POWER_OF = {
    ApprovalMenu.CERTIFICATION: Power.APPROVE_CERTIFICATION,
    ApprovalMenu.TERMINATION: Power.APPROVE_TERMINATION,
    ApprovalMenu.TRANSFER: Power.APPROVE_TRANSFER,
}
TYPES_OF = {
    ApprovalMenu.CERTIFICATION: (
        RequestType.CERTIFY_NEW, RequestType.CERTIFY_EDIT, RequestType.PENSION, RequestType.REINSTATE,
        RequestType.CORRECTION, RequestType.RESTORE,
    ),
    ApprovalMenu.TERMINATION: (RequestType.TERMINATE, RequestType.SUSPEND),
    ApprovalMenu.TRANSFER: (RequestType.TRANSFER_IN,),
}  # fmt: skip
_MENU_OF = {kind: menu for menu, kinds in TYPES_OF.items() for kind in kinds}


def menu_of(kind: RequestType) -> ApprovalMenu:
    """The menu that decides requests of a type."""
    return _MENU_OF[kind]


def power_for(kind: RequestType) -> Power:
    """The power that decides requests of a type."""
    return POWER_OF[menu_of(kind)]

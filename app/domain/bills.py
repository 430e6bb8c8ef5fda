"""Words of bills whose right changed after they were sent (spec 5.7)."""

from enum import StrEnum


class BillRisk(StrEnum):
    """Why a bill is looked at anew."""

    LOST = "LOST"  # สิทธิถูกตัดออกภายหลัง: the day of service lies in what was taken away later
    GAINED = "GAINED"  # ได้สิทธิภายหลัง: refused for want of a right that stands now

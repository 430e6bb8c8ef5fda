"""สิทธิและกองทุน: the schemes that a person may belong to, and the rank of a right in them (spec 3.9, 4; seed 001, since 2018)."""

from enum import StrEnum


class Scheme(StrEnum):
    """Who pays for a person's medical care."""

    CSMBS = "CSMBS"  # ข้าราชการ
    CSMBS_PENSION = "CSMBS_PENSION"  # ข้าราชการบำนาญ
    LGO = "LGO"  # อปท.
    LGO_PENSION = "LGO_PENSION"  # อปท.บำนาญ
    BKK = "BKK"  # กทม.
    BKK_PENSION = "BKK_PENSION"  # กทม.บำนาญ
    PATTAYA = "PATTAYA"  # พัทยา
    PATTAYA_PENSION = "PATTAYA_PENSION"  # พัทยาบำนาญ
    STATE_AGENCY = "STATE_AGENCY"  # หน่วยงานรัฐ
    SSO = "SSO"  # ประกันสังคม
    PRIVATE_TEACHER = "PRIVATE_TEACHER"  # ครูเอกชน
    UCS = "UCS"  # บัตรทอง, for those without another state right


class EntitlementRank(StrEnum):
    """Whose service a right comes from (spec 1.1)."""

    PRIMARY = "PRIMARY"  # สิทธิหลัก: one's own
    SECONDARY = "SECONDARY"  # สิทธิรอง: through a member of the family


# สิทธิ อปท. in both forms: what the Royal Decree B.E. 2556 s.5(2) puts behind any other right of a family member.
LGO_GROUP = frozenset({Scheme.LGO, Scheme.LGO_PENSION})

# As the priority tables of seed 001 print them.
NAMES_TH = {
    Scheme.CSMBS: "ข้าราชการ",
    Scheme.CSMBS_PENSION: "ข้าราชการบำนาญ",
    Scheme.LGO: "อปท.",
    Scheme.LGO_PENSION: "อปท.บำนาญ",
    Scheme.BKK: "กทม.",
    Scheme.BKK_PENSION: "กทม.บำนาญ",
    Scheme.PATTAYA: "พัทยา",
    Scheme.PATTAYA_PENSION: "พัทยาบำนาญ",
    Scheme.STATE_AGENCY: "หน่วยงานรัฐ",
    Scheme.SSO: "ประกันสังคม",
    Scheme.PRIVATE_TEACHER: "ครูเอกชน",
    Scheme.UCS: "บัตรทอง",
}

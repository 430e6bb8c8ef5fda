"""สิทธิซ้ำซ้อน: what a rule about two rights of one person says, and on which source (spec 4; seed 001, since 2018)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.period import Period
from app.rules.citations import SCHEME_START, Citation
from app.rules.decision import Clause
from app.rules.schemes import EntitlementRank, Scheme

ALWAYS = Period(date.min)  # the seed names no first day


class Collision(StrEnum):
    """Which ranks meet (seed 001: มีโอกาสเกิดได้ 3 กรณี)."""

    MAIN_MAIN = "main-main"  # สิทธิหลักชนกับสิทธิหลัก
    MAIN_SECONDARY = "main-secondary"  # สิทธิหลักชนกับสิทธิรอง
    SECONDARY_SECONDARY = "secondary-secondary"  # สิทธิรองชนกับสิทธิรอง


class Outcome(StrEnum):
    """What a rule says of the held and the colliding right, in plain English."""

    CHOOSE_EACH_OCTOBER = (
        "The held right first, the other at private providers; or the other alone, if chosen in October."
    )
    CHOOSE_ONE = "The held right, unless the other is chosen; never both."
    IMPOSSIBLE = "Nobody can hold both."
    TOP_UP = "The own right first, the other for the excess in the listed cases."
    ABOVE_CAP = "The own right first, the other above the cap of the year."
    OWN_ONLY = "The own right alone."
    EARLIEST = "The right through the principal who entered the register first, and no other."
    OTHER_FIRST = "The other right; the held one is not used."


@dataclass(frozen=True)
class Source:
    """A legal source: the short code that the rule tables write, and the text that people cite."""

    code: str
    citation: Citation


def _source(code: str, text: str) -> Source:
    return Source(code, Citation(text, SCHEME_START))


CGD_10_1 = _source("CGD s.10 para 1", "ระเบียบกรมบัญชีกลาง ม.10 ว.1")
CGD_10_2 = _source("CGD s.10 para 2", "ระเบียบกรมบัญชีกลาง ม.10 ว.2")
SSA_62_63 = _source("SSA s.62,63", "ระเบียบประกันสังคม ม.62, 63")
MOI_16_1 = _source("MOI cl.16 para 1", "ระเบียบ มท. ข้อ 16 ว.1")
MOI_16_2 = _source("MOI cl.16 para 2", "ระเบียบ มท. ข้อ 16 ว.2")
MOI_DRAFT_16 = _source("draft MOI cl.16", "ร่างระเบียบ มท. ข้อ 16")
# The seed prints one cell of text across MS01 and MS02.
CELL_OF_MS01 = _source("same cell as MS01", "ระเบียบกรมบัญชีกลาง ม.10 ว.2")
DECREE_5_2 = _source(
    "Royal Decree B.E. 2556 s.5(2) over MOI regulation B.E. 2557",
    "พระราชกฤษฎีกา พ.ศ. 2556 มาตรา 5 (2) ซึ่งศักดิ์สูงกว่าระเบียบ มท. พ.ศ. 2557",
)
NHSA_9_10 = _source("NHSA s.9, 10", "พ.ร.บ.หลักประกันสุขภาพแห่งชาติ พ.ศ. 2545 มาตรา 9 และ 10")
NHSO_SLIDES = _source("", "แนวทางการจัดลำดับสิทธิ ของ สปสช. พ.ศ. 2561")


@dataclass(frozen=True)
class PriorityRule:
    """One row of the priority tables; `colliding` None means any scheme outside the LGO group."""

    rule_id: str
    kind: Collision
    held: Scheme
    colliding: Scheme | None
    outcome: Outcome
    rule_text_th: str
    result_text_th: str
    sources: tuple[Source, ...] = (NHSO_SLIDES,)
    overrides: str = ""  # the rule that gives way to this one
    valid: Period = ALWAYS

    @property
    def ranks(self) -> tuple[EntitlementRank, EntitlementRank]:
        """The rank of the held and of the colliding right."""
        main, secondary = EntitlementRank.PRIMARY, EntitlementRank.SECONDARY
        return {
            Collision.MAIN_MAIN: (main, main),
            Collision.MAIN_SECONDARY: (main, secondary),
            Collision.SECONDARY_SECONDARY: (secondary, secondary),
        }[self.kind]

    @property
    def clause(self) -> Clause:
        """The rule as every decision of the register cites its reasons."""
        cited = "; ".join(source.citation.text for source in self.sources)
        return Clause(self.rule_id, self.outcome, Citation(cited, SCHEME_START))

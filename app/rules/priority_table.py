"""สิทธิซ้ำซ้อน: the rules that put two rights of one person in order, as seed 001 (2018) prints them (spec 4.1-4.3).

One row is one pair of schemes; `priority` reads the rows, it knows none by heart. A rule that changes ends its `valid` period and
follows as a new row.
"""

from dataclasses import dataclass, replace
from datetime import date

from app.rules.priority_rule import (
    CELL_OF_MS01,
    CGD_10_1,
    CGD_10_2,
    DECREE_5_2,
    MOI_16_1,
    MOI_16_2,
    MOI_DRAFT_16,
    NHSA_9_10,
    SSA_62_63,
    Collision,
    Outcome,
    PriorityRule,
)
from app.rules.schemes import LGO_GROUP, Scheme


def _lines(*lines: str) -> str:
    """The lines of one cell of the seed, in the way the rule tables write them."""
    return " | ".join(lines)


_MM01 = PriorityRule(
    "MM01", Collision.MAIN_MAIN, Scheme.CSMBS, Scheme.SSO, Outcome.CHOOSE_EACH_OCTOBER,
    _lines(
        "ตามระเบียบของกรมบัญชีกลาง (ม.10 ว.1) ให้เลือกใช้สิทธิใดสิทธิหนึ่ง",
        "1. กรณีเลือกสิทธิข้าราชการ เป็นไปตามระเบียบกรมบัญชีกลาง (เลือกภายในเดือนตุลาคมของทุกปี)",
        "2. กรณีเลือกสิทธิประกันสังคม เป็นไปตามระเบียบประกันสังคม และไม่สามารถเบิกสิทธิข้าราชการ ได้ภายใน 1 ปีงบประมาณ"
        "จนกว่าจะครบวาระการเลือกในปีงบฯถัดไปจึงจะสามารถเลือกใหม่ได้",
        "3. กรณีไม่แสดงความจำนงเลือกสิทธิ จะได้สิทธิข้าราชการอัตโนมัติ",
        "ตามระเบียบประกันสังคม (ม.62,63) ระบุถึงขอบเขตการให้สวัสดิการ ไม่ได้กำหนดให้เลือก",
        "ความหมาย : ถึงแม้เลือกสิทธิข้าราชการและไปเบิกสิทธิข้าราชการในรพ.รัฐ แต่หากไปใช้บริการที่คลินิกเอกชน "
        "หรือรพ.เอกชนตามสิทธิประกันสังคม ก็สามารถใช้ได้",
    ),
    "1. ข้าราชการ + ประกันสังคม",
    (CGD_10_1, SSA_62_63),
)  # fmt: skip

# The seed prints the nine schemes in one cell.
MAIN_MAIN = (
    _MM01,
    replace(_MM01, rule_id="MM02", held=Scheme.CSMBS_PENSION, result_text_th="2. ข้าราชการบำนาญ + ประกันสังคม"),
    replace(_MM01, rule_id="MM03", held=Scheme.LGO, result_text_th="3. อปท. + ประกันสังคม"),
    replace(_MM01, rule_id="MM04", held=Scheme.LGO_PENSION, result_text_th="4. อปท.บำนาญ + ประกันสังคม"),
    replace(_MM01, rule_id="MM05", held=Scheme.BKK, result_text_th="5. กทม. + ประกันสังคม"),
    replace(_MM01, rule_id="MM06", held=Scheme.BKK_PENSION, result_text_th="6. กทม.บำนาญ + ประกันสังคม"),
    replace(_MM01, rule_id="MM07", held=Scheme.PATTAYA, result_text_th="7. พัทยา + ประกันสังคม"),
    replace(_MM01, rule_id="MM08", held=Scheme.PATTAYA_PENSION, result_text_th="8. พัทยาบำนาญ + ประกันสังคม"),
    replace(_MM01, rule_id="MM09", held=Scheme.STATE_AGENCY, result_text_th="9. หน่วยงานรัฐ + ประกันสังคม"),
    PriorityRule(
        "MM10", Collision.MAIN_MAIN, Scheme.CSMBS_PENSION, Scheme.LGO_PENSION, Outcome.IMPOSSIBLE,
        "กรณีมี 2 สิทธิพร้อมกัน ไม่มีจริง",
        "ข้าราชการบำนาญ หรือ อปท.บำนาญ",
    ),
    PriorityRule(
        "MM11", Collision.MAIN_MAIN, Scheme.CSMBS_PENSION, Scheme.LGO, Outcome.CHOOSE_ONE,
        _lines(
            "ตามระเบียบของกรมบัญชีกลาง (ม.10 ว.1) ให้เลือกสิทธิใดสิทธิหนึ่ง",
            "1. กรณีเลือกใช้สิทธิข้าราชการ จะได้สิทธิข้าราชการ เป็นไปตามระเบียบกรมบัญชีกลาง",
            "2. กรณีเลือกใช้สิทธิ อปท.: เป็นไปตามระเบียบของ อปท. และจะไม่สามารถเบิกสิทธิข้าราชการได้",
            "3.กรณีไม่แสดงความจำนงเลือกสิทธิ จะได้สิทธิข้าราชการ",
            "ตามระเบียบ มท.(ข้อ 16 ว.1) ให้เลือกสิทธิใดสิทธิหนึ่ง",
            "1. เลือกสิทธิ อปท. เป็นไปตามระเบียบ มท.",
            "2. เลือกสิทธิข้าราชการ เป็นไปตามระเบียบกรมบัญชีกลาง และไม่สามารถเบิกสิทธิ อปท.ได้",
        ),
        "ข้าราชการบำนาญ",
        (CGD_10_1, MOI_16_1),
    ),
)  # fmt: skip

_MS01 = PriorityRule(
    "MS01", Collision.MAIN_SECONDARY, Scheme.SSO, Scheme.CSMBS, Outcome.TOP_UP,
    _lines(
        "ประกันสังคม รักษา รพ.รัฐ เบิกส่วนต่างเฉพาะกรณี",
        "- เบิกส่วนเกินการคลอดได้ทุกท้อง โดยเบิกส่วนที่เกินจาก 13,000 บาท (เริ่ม 20 ต.ค.58)",
        "- ไต ส่วนเกิน 1,500",
        "- การ เบิก vascular access ซ้ำภายใน 2 ปี",
        "- ทำฟัน ใช้ใบเสร็จ ส่วนเกินจาก 900 บาท /ครั้ง ให้เบิกข้าราชการแต่ไม่เกินเพดานของข้าราชการ",
        "ตามระเบียบกรมบัญชีกลาง (ม.10 ว.2)",
        "คำถาม : ถ้าใช้สิทธิตนเองก่อนแล้วจะสามารถเบิกส่วนที่ขาดจากสิทธิข้าราชการได้หรือไม่ โดยมีแนวปฏิบัติ ดังนี้",
        "1. กรณีเข้ารับบริการปกติตรงกับโรงพยาบาลที่เลือกไว้ แต่มีรายการอุปกรณ์ที่มีส่วนเกินเพดานวงเงินกำหนด จะเบิกส่วนต่างได้หรือไม่"
        " -> ไม่สามารถเบิกเพิ่มส่วนเกินกับกรมบัญชีกลางได้ เพราะอยู่ใน capitation หรือ top up แล้ว",
        "2. กรณีเข้ารับบริการปกติไม่ตรงกับโรงพยาบาลที่เลือกไว้ - เบิกกรมบัญชีกลางได้หรือไม่"
        " -> ไม่สามารถเบิกกรมบัญชีกลางได้ เพราะไม่ปฏิบัติตามระเบียบของการเข้ารับการรักษา",
    ),
    "1.ประกันสังคม 2.ข้าราชการ (เบิกส่วนต่างเฉพาะกรณี)",
    (CGD_10_2,),
)  # fmt: skip

MAIN_SECONDARY = (
    _MS01,
    replace(
        _MS01, rule_id="MS02", colliding=Scheme.LGO, result_text_th="1.ประกันสังคม 2.อปท.(เบิกส่วนต่างเฉพาะกรณี)",
        sources=(CELL_OF_MS01,),
    ),
    PriorityRule(
        "MS03", Collision.MAIN_SECONDARY, Scheme.PRIVATE_TEACHER, Scheme.CSMBS, Outcome.ABOVE_CAP,
        "เบิกส่วนต่างจากกรมบัญชีกลางเมื่อใช้ครูเอกชนครบ 100,000 บ. (เจ้าตัวครูเอกชนต้องเอาหนังสือรับรองจากรร.ว่าใช้ครบ 100,000 บ. "
        "แล้วมาให้ทางกรมบัญชีกลาง ขอเลขอนุมัติเพื่อเบิกจ่ายตรงเฉพาะไต มะเร็ง ที่เหลือใช้ใบเสร็จ) ตามระเบียบกรมบัญชีกลาง (ม.10 ว.2)",
        "1.ครูเอกชน 2.ข้าราชการ (เมื่อเกิน1แสน/ปี)",
        (CGD_10_2,),
    ),
    PriorityRule(
        "MS04", Collision.MAIN_SECONDARY, Scheme.PRIVATE_TEACHER, Scheme.LGO, Outcome.ABOVE_CAP,
        "เบิกส่วนต่างจากอปท.เมื่อใช้ ครูเอกชนครบ 100,000 บ. (เจ้าตัวครูเอกชนต้องเอาหนังสือรับรองจากรร.ว่าใช้ครบ 100,000 "
        "แล้วมาให้ทาง สปสช. เพื่อใช้สิทธิอปท.) ตามระเบียบ มท.(ข้อ 16 ว.2)",
        "1.ครูเอกชน 2.อปท.(เมื่อเกิน1แสน/ปี)",
        (MOI_16_2,),
    ),
    PriorityRule(
        "MS05", Collision.MAIN_SECONDARY, Scheme.CSMBS, Scheme.CSMBS, Outcome.OWN_ONLY,
        "ขอทำเบิกจ่ายตรงได้จากสิทธิหลักของตนเอง -ตามระเบียบกรมบัญชีกลาง (ม.10 ว.2) เช่น พ่อรับราชการ มีลูกรับราชการ",
        "1.ข้าราชการ (ตนเอง)",
        (CGD_10_2,),
    ),
    PriorityRule(
        "MS06", Collision.MAIN_SECONDARY, Scheme.CSMBS, Scheme.LGO, Outcome.OWN_ONLY,
        "ขอทำเบิกจ่ายตรงได้จากสิทธิหลักของตนเอง - ตามร่างระเบียบ มท.(ข้อ 16 ซึ่งจะเหมือนของกรมบัญชีกลาง) "
        "-ตามระเบียบกรมบัญชีกลาง (ม.10 ว.2) เช่น แม่รับราชการ มีลูกเป็น อปท.",
        "1.ข้าราชการ",
        (CGD_10_2, MOI_DRAFT_16),
    ),
    PriorityRule(
        "MS07", Collision.MAIN_SECONDARY, Scheme.LGO, Scheme.LGO, Outcome.OWN_ONLY,
        "ขอทำเบิกจ่ายตรงได้จากสิทธิหลักของตนเอง - ตามร่างระเบียบ มท.(ข้อ 16 ซึ่งจะเหมือนของกรมบัญชีกลาง)",
        "1.อปท. (ตนเอง)",
        (MOI_DRAFT_16,),
    ),
    PriorityRule(
        "MS08", Collision.MAIN_SECONDARY, Scheme.LGO, Scheme.CSMBS, Outcome.OWN_ONLY,
        "ขอทำเบิกจ่ายตรงได้จากสิทธิหลักของตนเอง ตามร่างระเบียบ มท.(ข้อ 16 ซึ่งจะเหมือนของกรมบัญชีกลาง)",
        "1.อปท. (ตนเอง)",
        (MOI_DRAFT_16,),
    ),
)  # fmt: skip

_SS01 = PriorityRule(
    "SS01", Collision.SECONDARY_SECONDARY, Scheme.CSMBS, Scheme.CSMBS, Outcome.EARLIEST,
    "คำถาม : จะให้ใช้สิทธิรองจากใคร เช่น พ่อ แม่รับราชการทั้งคู่ หรือ ลูกรับราชการหลายคน "
    "(ใช้สิทธิรองโดยเลือกจากพ่อหรือแม่ ? หรือ ลูกคนแรก หรือ ... ? )",
    "ให้เลือกผู้ทรงสิทธิที่เกิดในฐานก่อนเพียงคนเดียว",
)  # fmt: skip

# SS02 is kept because the seed prints it; it never decides, since one of its sides is of the LGO group, and there the decree
# stands above the regulation (spec Q16).
SECONDARY_SECONDARY = (
    _SS01,
    replace(_SS01, rule_id="SS02", held=Scheme.CSMBS_PENSION, colliding=Scheme.LGO_PENSION),
    PriorityRule(
        "SS03", Collision.SECONDARY_SECONDARY, Scheme.LGO, None, Outcome.OTHER_FIRST,
        "ข้อสังเกต : ในพระราชกฤษฎีกา ฯ พ.ศ.2556 ของ อปท.มาตรา 5 (2) มีความหมายว่า ถ้าบุคคลในครอบครัว อปท.ที่มีสิทธิอื่น"
        "ไม่ว่าสิทธิหลัก หรือสิทธิรอง ให้ไปใช้สิทธิอื่นก่อน (ระเบียบมหาดไทย พ.ศ.2557 เขียนว่ามีสิทธิตามระเบียบ อปท. แต่ถือว่าเล็กกว่า พรฎ.)",
        "(observation, no result cell)",
        (DECREE_5_2,),
        overrides="SS02",
    ),
)  # fmt: skip

RULES = MAIN_MAIN + MAIN_SECONDARY + SECONDARY_SECONDARY

# Not in the seed's tables.
RESIDUAL = PriorityRule(
    "RESIDUAL", Collision.MAIN_MAIN, Scheme.UCS, None, Outcome.OTHER_FIRST,
    "สิทธิหลักประกันสุขภาพแห่งชาติ (บัตรทอง) เป็นของผู้ที่ไม่มีสิทธิรักษาพยาบาลอื่นจากรัฐ",
    "สิทธิอื่น",
    (NHSA_9_10,),
)  # fmt: skip

_OWN_FUNDS = frozenset({Scheme.SSO, Scheme.PRIVATE_TEACHER})


@dataclass(frozen=True)
class Match:
    """The rule that speaks of a pair; `by_analogy` when it prints other schemes of the same kind."""

    rule: PriorityRule
    by_analogy: bool


def rule_between(kind: Collision, held: Scheme, colliding: Scheme, on: date) -> Match | None:
    """The rule in force on the day for a held right that meets a colliding one, None where the law is silent.

    Main rights are ordered only where the table prints the very pair. A right through the family is ordered in every case:
    a scheme that the table leaves out counts as อปท. if it is of the LGO group, else as ข้าราชการ (spec 4.4 steps 5 and 6).
    """
    wanted = _printed_pair(kind, held, colliding)
    for rule in RULES:
        if rule.kind is kind and (rule.held, rule.colliding) == wanted and rule.valid.contains(on):
            return Match(rule, by_analogy=wanted[1] is not None and wanted != (held, colliding))
    return None


def _printed_pair(kind: Collision, held: Scheme, colliding: Scheme) -> tuple[Scheme, Scheme | None]:
    if kind is Collision.MAIN_MAIN:
        return held, colliding
    if kind is Collision.MAIN_SECONDARY:
        return held if held in _OWN_FUNDS else _side(held), _side(colliding)
    if held in LGO_GROUP and colliding not in LGO_GROUP:
        return Scheme.LGO, None
    return Scheme.CSMBS, Scheme.CSMBS


def _side(scheme: Scheme) -> Scheme:
    return Scheme.LGO if scheme in LGO_GROUP else Scheme.CSMBS

"""priority_rules and priority_topups: do the tables that people read say what the portal applies (spec 4)?"""

from app.domain.money import SATANG_PER_BAHT
from app.rules.cases.table import table_topic
from app.rules.cases.topic import NOTHING, Row, codes_cell, day_cell
from app.rules.priority_rule import Outcome, PriorityRule
from app.rules.priority_table import RULES
from app.rules.priority_topups import TOP_UPS, TopUp
from app.rules.schemes import NAMES_TH, Scheme

_ANY_OTHER = "ANY_OTHER"
_ONLY_HIMSELF = " (เฉพาะตัวเอง)"
_ORDERS = {
    Outcome.CHOOSE_EACH_OCTOBER: "{held} > {colliding}(private providers)",
    Outcome.CHOOSE_ONE: "{held} ({colliding} blocked)",
    Outcome.IMPOSSIBLE: "IMPOSSIBLE: exactly one of the two",
    Outcome.TOP_UP: "{held} > {colliding}(top-up in listed cases)",
    Outcome.ABOVE_CAP: "{held} > {colliding}(above {cap:,}/yr)",
    Outcome.OWN_ONLY: "{held}(own)",
    Outcome.EARLIEST: "earliest registered principal only",
    Outcome.OTHER_FIRST: "other scheme > {held}",
}
_ELECTIONS = {
    Outcome.CHOOSE_EACH_OCTOBER: "choose {held} or {colliding} each October; default {held}; "
    "choosing {colliding} blocks {held} until the next election (one fiscal year)",
    Outcome.CHOOSE_ONE: "choose one; default {held}; choosing {colliding} blocks {held}",
}


def _rule_cells(rule: PriorityRule) -> Row:
    top_ups = [row for row in TOP_UPS if rule.rule_id in row.rule_ids]
    words = {"held": rule.held, "colliding": rule.colliding, "cap": sum(_first_baht(row) or 0 for row in top_ups)}
    overridden_by = next((f"; BUT see {other.rule_id}" for other in RULES if other.overrides == rule.rule_id), NOTHING)
    return {
        "rule_id": rule.rule_id,
        "kind": rule.kind,
        "held_scheme": rule.held,
        "held_scheme_th": NAMES_TH[rule.held] + (_ONLY_HIMSELF if rule.held is Scheme.PRIVATE_TEACHER else NOTHING),
        "held_role": rule.ranks[0],
        "colliding_scheme": rule.colliding or _ANY_OTHER,
        "colliding_scheme_th": NAMES_TH[rule.colliding] if rule.colliding else _ANY_OTHER,
        "colliding_role": rule.ranks[1],
        "rule_text_th": rule.rule_text_th,
        "result_text_th": rule.result_text_th,
        "resolved_order": _ORDERS[rule.outcome].format(**words) + overridden_by,
        "election": _ELECTIONS.get(rule.outcome, NOTHING).format(**words),
        "topup_rule_ids": codes_cell(row.topup_id for row in top_ups),
        "legal_ref": "; ".join(source.code for source in rule.sources),
    }


def _top_up_cells(row: TopUp) -> Row:
    base = _first_baht(row)
    return {
        "topup_id": row.topup_id,
        "applies_to": codes_cell(row.rule_ids),
        "case": row.case,
        "condition_th": row.condition_th,
        "base_amount_thb": NOTHING if base is None else str(base),
        "unit": row.unit,
        "effective_from": day_cell(row.since),
        "claimable": row.claim,
    }


def _first_baht(row: TopUp) -> int | None:
    """What the seed prints: the first of the dated amounts."""
    return row.amounts[0].satang // SATANG_PER_BAHT if row.amounts else None


RULES_TOPIC = table_topic("priority_rules", ("rule_id",), map(_rule_cells, RULES))
TOP_UPS_TOPIC = table_topic("priority_topups", ("topup_id",), map(_top_up_cells, TOP_UPS))

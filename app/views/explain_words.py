"""The law in words that are read to a person: verdicts, clauses with their basis, schemes and uses, what is tried."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.people import EntitlementState
from app.rules.decision import Clause, Need
from app.rules.incompetence import IN_CARE_DECLARED
from app.rules.papers import Paper, kind_of
from app.rules.priority import PriorityFlag, Use
from app.rules.trial import Event
from app.views.labels import label

USES: dict[Use, Any] = {
    Use.FULL: _l("used first, for everything"),
    Use.PRIVATE_PROVIDERS: _l("at private clinics and hospitals"),
    Use.TOP_UP_LIST: _l("tops up the items on the list"),
    Use.ABOVE_100K_PER_YEAR: _l("above 100,000 baht a year"),
}
FLAGS: dict[PriorityFlag, Any] = {
    PriorityFlag.IMPOSSIBLE_PAIR: _l("Nobody can hold these rights together: one of the records is wrong."),
    PriorityFlag.UNRESOLVED_MAIN_MAIN: _l("No rule orders these own rights; the NHSO decides."),
    PriorityFlag.SECONDARY_WITH_SSO_ELECTION: _l(
        "Social security was chosen; whether the right through the family tops it up is for the registrar."
    ),
}
EVENTS: dict[Event, Any] = {
    Event.DIES: _l("dies"),
    Event.MARRIES: _l("marries (registered)"),
    Event.DIVORCES: _l("is divorced"),
    Event.ADOPTED_OUT: _l("is adopted by somebody else"),
    Event.DECLARED_INCOMPETENT: _l("is declared incompetent by a court and cared for"),
    Event.INCOMPETENCE_LIFTED: _l("has the court's order of incompetence lifted"),
    Event.BECOMES_OFFICIAL: _l("becomes a civil servant"),
    Event.BECOMES_INSURED: _l("joins social security"),
    Event.LEAVES_SERVICE: _l("leaves the service"),
    Event.SUSPENDED: _l("is suspended from duty"),
}


_FACTS: dict[str, Any] = {
    "marriage_date": _l("the date of the marriage"),
    "birth_date": _l("the date of birth"),
    "principal_sex": _l("the principal's sex"),
    "kinship": _l("the kind of kinship"),
    IN_CARE_DECLARED: _l("the declaration that the principal cares for the child"),
}


def says(clause: Clause) -> str:
    """What the clause says, in the reader's language."""
    return _(clause.says)


def state_words(state: EntitlementState | None) -> Any:
    """The state of a right, or that there is none."""
    return label(state) if state is not None else _("No right")


def need_words(need: Need) -> str:
    """What is missing: one of these papers or facts."""
    return _(" or ").join(_name(one) for one in need.any_of)


def _name(code: str) -> str:
    if code in Paper.__members__:
        return str(label(kind_of(Paper(code)).doc_type))
    return str(_FACTS.get(code, code))


def words() -> dict[str, Any]:
    """What the templates of explanations share."""
    return {
        "says": says, "state_words": state_words, "need_words": need_words, "uses": USES, "flags": FLAGS, "events": EVENTS,
    }  # fmt: skip

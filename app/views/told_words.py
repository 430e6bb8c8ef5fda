"""Which facts of which relation the form asks for, in the order of the paper form, and what each is called."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from app.domain.people import Relation

MALE, NIKAH = "male", "nikah"

FATHER, MOTHER, SPOUSE, CHILD = Relation.FATHER, Relation.MOTHER, Relation.SPOUSE, Relation.CHILD
FAMILY = (FATHER, MOTHER, SPOUSE, CHILD)


@dataclass(frozen=True)
class Ask:
    """One fact: for which relations, under which label; `only` for whom within them, `rare` behind "more".

    `only` is MALE for what a child of a man needs, NIKAH for what a marriage by nikah needs.
    """

    name: str
    relations: tuple[Relation, ...]
    width: str = "w-4"
    labels: tuple[tuple[Relation, Any], ...] = ()
    only: str = ""
    rare: bool = False

    def label_for(self, relation: Relation | None) -> Any:
        """What the fact is called at this relation; None for its plain name."""
        return next((words for of, words in self.labels if of is relation), None)


_PARENTS_MARRIED = _l("Marriage of the child's parents")
_DIVORCED = _l("Divorced on")
ASKS = (
    Ask("kinship", (FATHER, MOTHER)),
    Ask("marriage_paper", (SPOUSE,)),
    Ask("marriage_date", (SPOUSE, CHILD, FATHER),
        labels=((SPOUSE, _l("Date of marriage")), (CHILD, _PARENTS_MARRIED),
                (FATHER, _l("Marriage of the principal's parents"))), only=MALE),
    Ask("is_muslim", (SPOUSE,), only=NIKAH),
    Ask("home_province_code", (SPOUSE,), only=NIKAH),
    Ask("marriage_end_date", (SPOUSE, CHILD, FATHER), labels=((SPOUSE, _DIVORCED),), only=MALE, rare=True),
    Ask("paternity_registered_date", (CHILD, FATHER), only=MALE, rare=True),
    Ask("court_final_date", (CHILD, FATHER), only=MALE, rare=True),
    Ask("seq_in_delivery", (CHILD,), "w-4", rare=True),
    Ask("elder_minor_deaths", (CHILD,), "w-4", rare=True),
    Ask("adopted_out_date", (CHILD,), rare=True),
    Ask("own_marriage_date", (CHILD,), rare=True),
    Ask("nikah_date", (CHILD,), rare=True),
    Ask("incompetent_from", (CHILD,), rare=True),
    Ask("incompetent_until", (CHILD,), rare=True),
    Ask("is_adopted", (CHILD,), "w-6", rare=True),
    Ask("marriage_court_permitted", (CHILD,), "w-6", rare=True),
    Ask("in_care", (CHILD,), "w-6", rare=True),
    Ask("death_date", FAMILY, rare=True),
    Ask("declared_scheme", FAMILY, rare=True),
)  # fmt: skip
FACT_LABELS: dict[str, Any] = {
    "kinship": _l("What the person is to the principal"),
    "marriage_paper": _l("Proof of the marriage"),
    "marriage_date": _l("Marriage (the spouse's, or of the father and mother)"),
    "is_muslim": _l("The principal declares to be Muslim"),
    "home_province_code": _l("The principal's home province"),
    "marriage_end_date": _l("The marriage ended on"),
    "paternity_registered_date": _l("Fatherhood registered on (Kor Ror 11)"),
    "court_final_date": _l("Judgment on fatherhood final on"),
    "seq_in_delivery": _l("Twin: number in the birth"),
    "elder_minor_deaths": _l("Elder children who died before coming of age"),
    "adopted_out_date": _l("Given in adoption to somebody else on"),
    "own_marriage_date": _l("The child's own registered marriage"),
    "nikah_date": _l("The child's nikah without registration"),
    "incompetent_from": _l("Court order of incompetence of"),
    "incompetent_until": _l("The order was lifted on"),
    "is_adopted": _l("The principal adopted this child"),
    "marriage_court_permitted": _l("A court gave leave for that marriage"),
    "in_care": _l("The principal declares to care for this child"),
    "death_date": _l("Died on"),
    "declared_scheme": _l("Own right in another scheme"),
    "to_follow": _l("The papers follow within 30 days"),
}

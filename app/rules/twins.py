"""แฝด: children of one birth need a number each, and no two the same (spec 3.5; seed 001: ยกเว้นหากบุตรในลำดับที่ 3 เป็นแฝด).

Who was born first decides who has the place, so a number that is missing or stands twice is asked back. Where neither the
birth nor the number is new nothing is asked: those who stand so already must be able to move and to go on.
"""

from datetime import date

from app.domain.errors import BadInput, PortalError
from app.domain.people import Relation, ToFollow
from app.rules.around import Around
from app.rules.decision import Clause
from app.rules.family_children import has_the_place_of_another
from app.rules.family_clauses import SAME_PLACE
from app.rules.kin import kin_of
from app.rules.relatives import Relative


def asked_back(
    child: Relative, around: Around | None, stood: tuple[Relative, ...] = ()
) -> tuple[list[PortalError], tuple[Clause, ...]]:
    """What forbids a child's number in its birth, and what the registrar has to look at; nothing of other relatives.

    `stood` are the child's rights in whose place this one comes. Two who stand the wrong way round are changed one after the
    other, so between them the same number is the registrar's to look at.
    """
    if around is None or child.relation is not Relation.CHILD or _stands_so(child, stood):
        return [], ()
    if child.seq_in_delivery is None:
        return ([BadInput("TWIN_NUMBER_MISSING", field="seq_in_delivery")] if _is_a_twin(child, around) else []), ()
    if not has_the_place_of_another(child, around.others):
        return [], ()
    if stood:
        return [], (SAME_PLACE,)
    return [BadInput("SAME_PLACE_IN_DELIVERY", field="seq_in_delivery", place=child.seq_in_delivery)], ()


def _is_a_twin(child: Relative, around: Around) -> bool:
    """A mother bears once in two days; a father may have children of two women, and a list has no column for numbers.

    1 January also stands for a day that nobody knows: where either child has it the registrar is asked, not the
    clerk.
    """
    kin = kin_of(child, around)
    if not kin.is_of_mother or child.told.to_follow is ToFollow.FACTS or _is_first_of_january(child.birth_date):
        return False
    return any(not _is_first_of_january(other.birth_date) for other in kin.born_with)


def _is_first_of_january(day: date | None) -> bool:
    return day is not None and (day.month, day.day) == (1, 1)


def _stands_so(child: Relative, stood: tuple[Relative, ...]) -> bool:
    return any((one.birth_date, one.seq_in_delivery) == (child.birth_date, child.seq_in_delivery) for one in stood)

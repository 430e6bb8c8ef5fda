"""ประเภทบุคคลตามเลขประจำตัว: whose number may begin an own right, and whose papers the registrar looks at (spec 2.2).

The first digit tells the kind of person. Officials are Thai or lawful residents; of relatives any kind is taken, but people
without settled status (0, 6, 7) are looked at. Only a right that is new is asked about: what stands goes on.
"""

from app.domain.errors import PortalError, Refused
from app.domain.national_id import category, needs_review
from app.rules import citations
from app.rules.decision import Clause, Flag

OF_PRINCIPALS = Clause(
    "PRINCIPAL_NUMBER",
    "A principal's number is of the categories 1 to 5 or 8: people without settled status hold no local office.",
    citations.REGISTER_NUMBERS,
)
OF_RELATIVES = Clause(
    "NUMBER_WITHOUT_STATUS",
    "The number is of somebody without settled status (0, 6, 7): compare the papers of the person with the number.",
    citations.REGISTER_NUMBERS,
    Flag.REVIEW,
)
TABLE = (OF_PRINCIPALS, OF_RELATIVES)


def looked_at(national_id: str, *, is_principal: bool, is_new: bool) -> tuple[list[PortalError], tuple[Clause, ...]]:
    """What forbids a right under such a number, and what the registrar has to look at."""
    if not is_new or not needs_review(national_id):
        return [], ()
    if not is_principal:
        return [], (OF_RELATIVES,)
    cited, kind = OF_PRINCIPALS.citation, category(national_id)
    facts = {"clause": OF_PRINCIPALS.code, "category": kind}
    return [Refused("PRINCIPAL_CATEGORY", citation=cited, field="national_id", **facts)], ()

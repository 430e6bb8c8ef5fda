"""Papers that are to follow: what a relative who owes them is taken to have, for facts that were told (spec 3.2-3.4)."""

from dataclasses import replace

from app.domain.people import Relation, ToFollow
from app.rules import legitimacy, parents, spouses
from app.rules.papers import Paper
from app.rules.relatives import Relative


def with_papers_to_follow(relative: Relative, *, is_new: bool = True) -> Relative:
    """The relative with the papers at hand that were promised for facts already told.

    Of who stands already (not `is_new`) no order of a court is promised: what a later change tells is proven with it.
    """
    told = relative.told
    if told.to_follow is ToFollow.FACTS and relative.relation is Relation.SPOUSE:
        papers = relative.papers & spouses.SPOUSE_PAPERS or {
            Paper.MARRIAGE_CERT_TH
        }  # what a list names, or the usual one
        return replace(relative, papers=relative.papers | papers)
    if told.to_follow is not ToFollow.PAPERS:
        return relative
    promised: set[Paper] = set()
    if relative.relation is Relation.MOTHER:
        promised |= parents.MOTHER_PAPERS
    if relative.relation is Relation.CHILD:
        promised |= legitimacy.IDENTITY_PAPERS
        promised |= {Paper.COURT_ORDER_INCOMPETENT} if is_new and told.incompetent_from is not None else set()
    if relative.relation in (Relation.CHILD, Relation.FATHER):
        by_proof = parents.FATHER_PAPERS if relative.relation is Relation.FATHER else legitimacy.FATHER_PAPERS
        facts = (told.marriage_date, told.paternity_registered_date, told.court_final_date)
        for proof, day in zip(by_proof, facts, strict=True):
            promised |= by_proof[proof] if day is not None else set()
    if relative.relation is Relation.SPOUSE and told.marriage_paper is not None:
        promised.add(told.marriage_paper.paper)
    return replace(relative, papers=relative.papers | promised)

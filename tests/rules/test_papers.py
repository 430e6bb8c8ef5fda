"""Which paper a filed document is, and which papers are taken to be there while they are promised."""

from datetime import date

import pytest

from app.domain.people import DocType, Relation, ToFollow
from app.rules import legitimacy, parents
from app.rules.fatherhood import Proof
from app.rules.papers import MarriagePaper, Paper, paper_of
from app.rules.promised_papers import with_papers_to_follow
from app.rules.relatives import Relative
from app.rules.told import Told

DAY = date(2018, 6, 1)


@pytest.mark.parametrize(
    ("doc_type", "relation", "paper"),
    [
        (DocType.BIRTH_CERT, Relation.CHILD, Paper.BIRTH_CERT_CHILD),
        (DocType.BIRTH_CERT, Relation.FATHER, Paper.BIRTH_CERT_PRINCIPAL),
        (DocType.HOUSE_REG, Relation.CHILD, Paper.HOUSE_REG_CHILD),
        (DocType.HOUSE_REG, Relation.MOTHER, Paper.HOUSE_REG_PRINCIPAL),
        (DocType.MARRIAGE_CERT_TH, Relation.FATHER, Paper.MARRIAGE_CERT_PARENTS),
        (DocType.MARRIAGE_CERT_TH, Relation.SPOUSE, Paper.MARRIAGE_CERT_TH),
        (DocType.MARRIAGE_CERT_TH, Relation.CHILD, Paper.MARRIAGE_CERT_TH),
        (DocType.MARRIAGE_CERT_FOREIGN, Relation.FATHER, Paper.MARRIAGE_CERT_FOREIGN),
    ],
)
def test_what_a_document_is_hangs_on_the_relation_it_is_filed_for(doc_type, relation, paper):
    assert paper_of(doc_type, relation) is paper


def test_a_document_that_no_rule_of_the_family_knows_is_no_paper():
    unknown = [one for one in DocType if one.value not in {paper.value for paper in Paper}]
    asked = set(unknown) - {DocType.BIRTH_CERT, DocType.HOUSE_REG}
    assert asked and all(paper_of(one, Relation.SPOUSE) is None for one in asked)


def papers(relation: Relation, *filed: Paper, to_follow: ToFollow = ToFollow.PAPERS, **told) -> frozenset[Paper]:
    """What the relative is taken to have."""
    one = Relative("n", relation, told=Told(to_follow=to_follow, **told), papers=frozenset(filed))
    return with_papers_to_follow(one).papers


EVENT_OF = {
    Proof.MARRIAGE: "marriage_date",
    Proof.REGISTRATION: "paternity_registered_date",
    Proof.JUDGMENT: "court_final_date",
}


def test_each_relation_is_taken_to_have_the_papers_of_what_was_told_and_no_others():
    assert papers(Relation.MOTHER) == parents.MOTHER_PAPERS
    assert papers(Relation.CHILD) == legitimacy.IDENTITY_PAPERS
    assert papers(Relation.FATHER) == frozenset()
    for proof, event in EVENT_OF.items():
        assert papers(Relation.FATHER, **{event: DAY}) == parents.FATHER_PAPERS[proof]
        assert papers(Relation.CHILD, **{event: DAY}) == legitimacy.IDENTITY_PAPERS | legitimacy.FATHER_PAPERS[proof]
        assert papers(Relation.MOTHER, **{event: DAY}) == parents.MOTHER_PAPERS
    assert papers(Relation.SPOUSE, marriage_date=DAY) == frozenset()


def test_a_spouse_is_taken_to_have_the_paper_that_was_told():
    for kind in MarriagePaper:
        assert papers(Relation.SPOUSE, marriage_paper=kind) == {kind.paper}
        assert papers(Relation.CHILD, marriage_paper=kind) == legitimacy.IDENTITY_PAPERS


def test_what_is_filed_stays_beside_what_is_promised():
    assert papers(Relation.MOTHER, Paper.NIKAH_CERT_TH) == parents.MOTHER_PAPERS | {Paper.NIKAH_CERT_TH}


def test_a_list_names_the_paper_of_a_spouse_or_leaves_the_usual_one():
    from_a_list = {"to_follow": ToFollow.FACTS}
    assert papers(Relation.SPOUSE, **from_a_list) == {Paper.MARRIAGE_CERT_TH}
    assert papers(Relation.SPOUSE, Paper.NIKAH_CERT_TH, **from_a_list) == {Paper.NIKAH_CERT_TH}
    beside = papers(Relation.SPOUSE, Paper.BIRTH_CERT_CHILD, **from_a_list)
    assert beside == {Paper.BIRTH_CERT_CHILD, Paper.MARRIAGE_CERT_TH}
    for relation in (Relation.CHILD, Relation.FATHER, Relation.MOTHER):
        assert papers(relation, marriage_date=DAY, **from_a_list) == frozenset()


def test_without_a_promise_nobody_has_more_than_was_filed():
    for relation in Relation:
        one = Relative("n", relation, told=Told(marriage_date=DAY, marriage_paper=MarriagePaper.MARRIAGE_CERT_TH))
        assert with_papers_to_follow(one) is one

"""The evidence matrix: what proves which event of which relation, what is missing, and by which other way it would do."""

import pytest

from app.domain.people import DocType, PersonnelType, Relation, Sex, TerminationReason
from app.rules import evidence
from app.rules.clauses import CLAUSES
from app.rules.evidence import (
    Begin,
    bases_of_child,
    bases_of_spouse,
    basis_of_service,
    is_proven,
    requirements_for,
    standings,
)
from app.rules.lifecycle import Service
from app.rules.papers import Owner, Paper, kind_of

STARTED = Begin.STARTED
CASES = [  # relation, event, papers that suffice: without the row of the matrix for each of them, they would not
    (Relation.SELF, Service.APPOINTED, {Paper.APPOINTMENT_ORDER}),
    (Relation.SELF, Service.APPOINTED, {Paper.ELECTION_RESULT}),
    (Relation.SELF, Service.APPOINTED, {Paper.PENSION_ORDER}),
    (Relation.SELF, Service.TRANSFERRED, {Paper.TRANSFER_ORDER}),
    (Relation.SELF, Service.PENSIONED, {Paper.PENSION_ORDER}),
    (Relation.SELF, Service.SUSPENDED, {Paper.SUSPENSION_ORDER}),
    (Relation.SELF, Service.REINSTATED, {Paper.REINSTATEMENT_ORDER}),
    (Relation.SELF, TerminationReason.RESIGNED_NO_PENSION, {Paper.RESIGNATION_ORDER}),
    (Relation.SELF, TerminationReason.RETIRED_LUMP_SUM, {Paper.RETIREMENT_ORDER}),
    (Relation.SELF, TerminationReason.MOVED_OUT_OF_SCHEME, {Paper.TRANSFER_ORDER}),
    (Relation.SELF, TerminationReason.DISMISSED, {Paper.DISMISSAL_ORDER}),
    (Relation.SELF, TerminationReason.TERM_ENDED, {Paper.TERM_END_NOTICE}),
    (Relation.SELF, TerminationReason.TERM_ENDED, {Paper.ELECTION_RESULT}),
    (Relation.MOTHER, STARTED, {Paper.BIRTH_CERT_PRINCIPAL}),
    (Relation.MOTHER, STARTED, {Paper.HOUSE_REG_PRINCIPAL}),
    (Relation.FATHER, STARTED, {Paper.MARRIAGE_CERT_PARENTS}),
    (Relation.FATHER, STARTED, {Paper.PATERNITY_REG_KR11}),
    (Relation.FATHER, STARTED, {Paper.COURT_ORDER_FAMILY}),
    (Relation.SPOUSE, STARTED, {Paper.MARRIAGE_CERT_TH}),
    (Relation.SPOUSE, STARTED, {Paper.MARRIAGE_CERT_FOREIGN}),
    (Relation.SPOUSE, STARTED, {Paper.NIKAH_CERT_TH}),
    (Relation.SPOUSE, TerminationReason.DIVORCED, {Paper.DIVORCE_CERT}),
    (Relation.SPOUSE, TerminationReason.DIVORCED, {Paper.COURT_ORDER_FAMILY}),
    (Relation.CHILD, STARTED, {Paper.BIRTH_CERT_CHILD}),
    (Relation.CHILD, STARTED, {Paper.HOUSE_REG_CHILD}),
    (Relation.CHILD, STARTED, {Paper.PATERNITY_REG_KR11}),
    (Relation.CHILD, STARTED, {Paper.COURT_ORDER_FAMILY}),
    (Relation.CHILD, Begin.DECLARED_INCOMPETENT, {Paper.COURT_ORDER_INCOMPETENT}),
    (Relation.CHILD, TerminationReason.INCOMPETENCE_LIFTED, {Paper.COURT_ORDER_INCOMPETENT}),
    (Relation.CHILD, TerminationReason.CHILD_MARRIED, {Paper.MARRIAGE_CERT_TH}),
    (Relation.CHILD, TerminationReason.CHILD_MARRIED, {Paper.MARRIAGE_CERT_FOREIGN}),
    (Relation.CHILD, TerminationReason.ADOPTED_OUT, {Paper.ADOPTION_REG}),
    *((relation, TerminationReason.DECEASED, {Paper.DEATH_CERT}) for relation in Relation),
]


@pytest.mark.parametrize(("relation", "event", "papers"), CASES)
def test_these_papers_suffice_and_nothing_does_not(relation, event, papers):
    assert is_proven(relation, event, frozenset(papers))
    assert not is_proven(relation, event, frozenset())


def test_the_matrix_accepts_no_other_single_paper():
    listed = {(relation, event, paper) for relation, event, papers in CASES for paper in papers}
    for row in evidence.MATRIX:
        for relation in row.relations:
            for paper in Paper:
                alone = is_proven(relation, row.event, frozenset({paper}))
                assert alone == ((relation, row.event, paper) in listed), (relation, row.event, paper)


def test_a_fathers_child_by_marriage_needs_to_be_identified_too():
    marriage = frozenset({Paper.MARRIAGE_CERT_TH})
    nearest = standings(Relation.CHILD, STARTED, marriage)[0]
    assert (nearest.basis, nearest.is_complete) == ("MARRIAGE", False)
    assert [(need.slot, need.any_of) for need in nearest.missing] == [
        ("IDENTITY", ("BIRTH_CERT_CHILD", "HOUSE_REG_CHILD"))
    ]
    by_registry = {s.basis: s for s in standings(Relation.CHILD, STARTED, marriage, matches_registry=True)}
    assert by_registry["MARRIAGE"].is_complete
    assert not by_registry["JUDGMENT"].is_complete
    both = {s.basis: s for s in standings(Relation.CHILD, STARTED, marriage | {Paper.HOUSE_REG_CHILD})}
    assert both["MARRIAGE"].is_complete
    assert [clause.code for clause in both["MARRIAGE"].clauses] == [
        "PAPERS_CHILD_STARTED_MARRIAGE_IDENTITY", "PAPERS_CHILD_STARTED_MARRIAGE_LEGALITY",
    ]  # fmt: skip


def test_the_ways_to_prove_a_father_are_alternatives_the_complete_one_first():
    found = standings(Relation.FATHER, STARTED, frozenset({Paper.COURT_ORDER_FAMILY}))
    assert [(standing.basis, standing.is_complete) for standing in found] == [
        ("JUDGMENT", True), ("MARRIAGE", False), ("REGISTRATION", False),
    ]  # fmt: skip
    assert found[1].missing[0].any_of == ("MARRIAGE_CERT_PARENTS",)


def test_not_every_basis_is_open_to_everybody():
    birth = frozenset({Paper.BIRTH_CERT_CHILD})
    assert is_proven(Relation.CHILD, STARTED, birth, bases=bases_of_child(Sex.F))
    assert not is_proven(Relation.CHILD, STARTED, birth, bases=bases_of_child(Sex.M))
    ways = standings(Relation.CHILD, STARTED, birth, bases=bases_of_child(Sex.M))
    assert [standing.basis for standing in ways] == ["MARRIAGE", "REGISTRATION", "JUDGMENT"]
    nikah = frozenset({Paper.NIKAH_CERT_TH})
    assert is_proven(Relation.SPOUSE, STARTED, nikah, bases=bases_of_spouse(by_nikah=True))
    assert not is_proven(Relation.SPOUSE, STARTED, nikah, bases=bases_of_spouse(by_nikah=False))
    order = frozenset({Paper.APPOINTMENT_ORDER})
    served = {
        kind: is_proven(Relation.SELF, Service.APPOINTED, order, bases=basis_of_service(kind)) for kind in PersonnelType
    }
    assert {kind for kind, proven in served.items() if not proven} == {
        PersonnelType.POLITICAL_EXECUTIVE,
        PersonnelType.PENSIONER,
    }
    pension = frozenset({Paper.PENSION_ORDER})
    assert is_proven(Relation.SELF, Service.APPOINTED, pension, bases=basis_of_service(PersonnelType.PENSIONER))


def test_the_bases_have_names_that_people_and_tables_can_rely_on():
    def names(relation, event):
        return [standing.basis for standing in standings(relation, event, frozenset())]

    assert names(Relation.SELF, Service.APPOINTED) == ["OFFICIAL", "EXECUTIVE", "PENSIONER"]
    assert names(Relation.SPOUSE, STARTED) == ["CIVIL", "NIKAH"]
    assert names(Relation.MOTHER, STARTED) == ["BIRTH"]
    assert names(Relation.CHILD, STARTED) == ["BIRTH", "REGISTRATION", "JUDGMENT", "MARRIAGE"]
    assert names(Relation.CHILD, TerminationReason.DECEASED) == ["ANY"]
    assert "PAPERS_ANYONE_DECEASED_ANY_EVENT" in CLAUSES


def test_what_comes_by_itself_asks_for_no_paper():
    assert requirements_for(Relation.CHILD, TerminationReason.AGE_OF_MAJORITY) == ()
    assert standings(Relation.CHILD, TerminationReason.AGE_OF_MAJORITY, frozenset()) == ()
    assert is_proven(Relation.CHILD, TerminationReason.AGE_OF_MAJORITY, frozenset())
    assert requirements_for(Relation.MOTHER, TerminationReason.DIVORCED) == ()


def test_each_paper_is_a_type_of_document_of_somebody():
    asked = {paper: kind_of(paper) for paper in Paper}
    assert (asked[Paper.BIRTH_CERT_PRINCIPAL].doc_type, asked[Paper.BIRTH_CERT_PRINCIPAL].owner) == (
        DocType.BIRTH_CERT, Owner.PRINCIPAL,
    )  # fmt: skip
    assert (asked[Paper.HOUSE_REG_CHILD].doc_type, asked[Paper.HOUSE_REG_CHILD].owner) == (
        DocType.HOUSE_REG,
        Owner.DEPENDENT,
    )
    assert (asked[Paper.MARRIAGE_CERT_PARENTS].doc_type, asked[Paper.MARRIAGE_CERT_PARENTS].owner) == (
        DocType.MARRIAGE_CERT_TH, Owner.PARENTS,
    )  # fmt: skip
    assert (asked[Paper.PENSION_ORDER].doc_type, asked[Paper.PENSION_ORDER].owner) == (
        DocType.PENSION_ORDER,
        Owner.PRINCIPAL,
    )
    assert (asked[Paper.NIKAH_CERT_TH].doc_type, asked[Paper.NIKAH_CERT_TH].owner) == (
        DocType.NIKAH_CERT_TH,
        Owner.DEPENDENT,
    )
    assert asked[Paper.HOUSE_REG_PRINCIPAL].owner is Owner.PRINCIPAL
    assert asked[Paper.BIRTH_CERT_CHILD].owner is asked[Paper.ADOPTION_REG].owner is Owner.DEPENDENT


def test_every_clause_is_listed_once_says_something_and_names_its_source():
    assert len(CLAUSES) > 110
    sentences = [clause.says for clause in CLAUSES.values()]
    assert all(says.endswith(".") and says[0].isupper() for says in sentences)
    assert all(clause.citation == clause.source.text and clause.source.since.year > 1900 for clause in CLAUSES.values())
    assert all(code == clause.code and code.isupper() for code, clause in CLAUSES.items())
    pairs = {(clause.says, clause.citation) for clause in CLAUSES.values()}
    repeated = len(sentences) - len(pairs)
    assert repeated <= 4  # what two rules say in the same words, because each stands on its own

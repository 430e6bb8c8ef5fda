"""Which other spouses count against a marriage: those of a former service, and what was told of the principal beside them."""

from dataclasses import replace
from datetime import date

from app.domain.period import Period
from app.rules.family_law import decide
from app.rules.papers import MarriagePaper, Paper
from app.rules.relatives import Relative
from app.rules.schemes import Scheme
from app.rules.told import Told
from tests.rules.test_family_law import FATHER, START, codes, nikah, spouse


def test_a_marriage_whose_right_ended_with_the_service_alone_is_a_doubt_of_the_next_one():
    """Not where its end was told, where a later right of hers ended by itself, nor where she counts as an open one anyhow."""
    served = Period(START, date(2020, 1, 1)), Period(date(2021, 1, 1))
    left = spouse("first", place=0, period=served[0])
    around = replace(FATHER, principal_active=served, leans_on=served[1].from_on)
    told = replace(left.told, marriage_date=date(2022, 1, 1))
    second = spouse("second", told=told)

    def doubted(*others: Relative, asked: Relative = second, stood: tuple[Relative, ...] = ()) -> bool:
        return "SPOUSE_BEFORE" in codes(decide(asked, replace(around, others=others), stood))

    assert doubted(left)
    assert not doubted(left, stood=(second,))  # approved before
    for facts in ({"marriage_end_date": date(2022, 1, 1)}, {"death_date": date(2021, 12, 31)}):
        assert not doubted(replace(left, told=replace(left.told, **facts)))
    assert doubted(replace(left, told=replace(left.told, marriage_end_date=date(2022, 1, 2))))
    divorced = replace(left, period=Period(served[1].from_on, date(2021, 6, 1)))
    assert not doubted(left, divorced) and not doubted(divorced, left)
    asked_later = replace(left, place=9, period=None, told=replace(left.told, marriage_end_date=date(2020, 1, 1)))
    assert not doubted(asked_later)
    by_nikah = replace(nikah(), told=replace(nikah().told, marriage_date=date(2022, 1, 1)))
    assert not doubted(left, asked=by_nikah)  # he may have four
    assert doubted(*(replace(left, national_id=f"w{n}") for n in range(4)), asked=by_nikah)


def test_a_second_civil_marriage_of_who_may_marry_by_nikah_says_so_though_only_the_first_row_tells_his_faith():
    first = nikah("a", place=1)
    second = spouse("b", told=replace(spouse().told, marriage_date=date(2021, 1, 1)), place=2)
    found = decide(second, replace(FATHER, others=(first,)))
    assert (found.code, found.missing[0].any_of) == ("NIKAH_REQUIRED", (Paper.NIKAH_CERT_TH,))
    half = (
        replace(first, told=replace(first.told, is_muslim=None)),
        replace(first, told=replace(first.told, home_province_code=None)),
    )
    for one in half:
        assert decide(second, replace(FATHER, others=(one,))).code == "ONE_SPOUSE_ONLY"
    # A nikah certificate itself is told with its own facts.
    untold = replace(
        nikah("c"), told=Told(marriage_paper=MarriagePaper.NIKAH_CERT_TH, marriage_date=date(2021, 1, 1)), place=3
    )
    assert decide(untold, replace(FATHER, others=(first,))).code == "NIKAH_NOT_ALLOWED"


def test_a_nikah_of_which_nothing_is_filed_yet_is_asked_for_its_own_paper_or_refused_as_one():
    """Told to bring a civil certificate the clerk would only be refused by NIKAH_REQUIRED, or fetch what never counts."""
    second = replace(nikah("b", place=2), papers=frozenset())
    for others in ((), (spouse("a", place=1),)):
        found = decide(second, replace(FATHER, others=others))
        assert (found.code, found.missing[0].any_of) == ("EVIDENCE_NOT_ACCEPTED", (Paper.NIKAH_CERT_TH,))
        assert codes(found) == {"SPOUSE_NIKAH"}
    elsewhere = replace(second, told=replace(second.told, home_province_code="54"))
    assert decide(elsewhere, FATHER).code == "NIKAH_NOT_ALLOWED"
    civil = decide(replace(spouse(), papers=frozenset()), FATHER)
    assert civil.code == "EVIDENCE_NOT_ACCEPTED" and set(civil.missing[0].any_of) == {
        Paper.MARRIAGE_CERT_TH, Paper.MARRIAGE_CERT_FOREIGN
    }  # fmt: skip


def test_of_a_nikah_that_is_not_filed_the_clause_of_the_nikah_alone_is_named_also_of_who_has_a_right_of_her_own():
    second = replace(nikah("b", place=2), papers=frozenset())
    working = replace(second, told=replace(second.told, declared_scheme=Scheme.CSMBS))
    for asked in (second, working):
        clauses = [clause.code for clause in decide(asked, FATHER).clauses if not clause.flag]
        assert clauses == ["SPOUSE_NIKAH"], clauses

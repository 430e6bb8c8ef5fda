"""What holds for every family: spells, order of entry, quota, and that later events leave earlier answers alone."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.period import Period
from app.rules.children import decide, spells
from app.rules.decision import Flag
from app.rules.family import Child, Family
from app.rules.incompetence import order_period

DAY = timedelta(days=1)
FAMILIES = settings(max_examples=60)
days = st.dates(date(2000, 1, 1), date(2035, 1, 1))
maybe = st.none() | days


@st.composite
def families(draw):
    kids = []
    for number in range(draw(st.integers(1, 7))):
        birth = draw(st.dates(date(2000, 1, 1), date(2015, 1, 1)))
        delivery = draw(st.sampled_from(["own", "T", "U"]))
        kids.append(
            Child(
                child_id=str(number),
                birth_date={"T": date(2006, 3, 1), "U": date(2009, 5, 1)}.get(delivery, birth),
                delivery_id=delivery if delivery != "own" else f"own{number}",
                seq_in_delivery=number,
                legitimate_from=draw(st.just(birth) | maybe),
                is_adopted_by_principal=draw(st.sampled_from([False, False, False, True])),
                adopted_out_date=draw(st.none() | maybe),
                registered_marriage_date=draw(st.none() | maybe),
                marriage_court_permitted=draw(st.booleans()),
                death_date=draw(st.none() | st.just(birth) | maybe),
                incompetent=order_period(draw(maybe), draw(maybe)),
            )
        )
    start, end = draw(days), draw(maybe)
    service = () if end is not None and end <= start else (Period(start, end),)
    return Family(service, tuple(kids))


@FAMILIES
@given(families(), st.randoms(use_true_random=False), days)
def test_the_order_of_entry_does_not_matter(family, random, on):
    mixed = list(family.children)
    random.shuffle(mixed)
    shuffled = replace(family, children=tuple(mixed))
    assert spells(shuffled) == spells(family)
    straight, other = decide(family, on), decide(shuffled, on)
    assert {key: replace(decision, facts=None) for key, decision in straight.items()} == {
        key: replace(decision, facts=None) for key, decision in other.items()
    }


@FAMILIES
@given(families(), days)
def test_spells_and_daily_answers_agree_and_spells_never_overlap(family, on):
    decisions = decide(family, on)
    for name, found in spells(family).items():
        assert all(one.period.until_on < other.period.from_on for one, other in pairwise(found))
        assert decisions[name].accepted == any(spell.period.contains(on) for spell in found)
        assert (decisions[name].period in [spell.period for spell in found]) == decisions[name].accepted
        assert all((spell.end_reason is None) == (spell.period.until_on is None) for spell in found)


@FAMILIES
@given(families(), days)
def test_an_answer_holds_exactly_as_long_as_it_says(family, on):
    today = decide(family, on)
    ends = {decision.holds_until for decision in today.values()} - {None}
    others = {day: decide(family, day) for end in ends for day in (end - DAY, end)}
    for name, decision in today.items():
        until = decision.holds_until
        assert all(
            same(then[name], decision) for day, then in others.items() if day > on and (not until or day < until)
        )
        assert until is None or not same(others[until][name], decision)


def same(one, other):
    return (one.code, one.clauses, one.birth_order, one.in_quota) == (
        other.code,
        other.clauses,
        other.birth_order,
        other.in_quota,
    )


@FAMILIES
@given(families(), days)
def test_at_most_the_quota_is_in_on_any_day(family, on):
    decisions = decide(family, on)
    kids = {kid.child_id: kid for kid in family.children}
    entitled = [name for name, decision in decisions.items() if decision.accepted]
    kept = [name for name in entitled if Flag.REVIEW_ORDER_DISPLACED in decisions[name].flags]
    deliveries = {kids[name].delivery_id for name in entitled if name not in kept}
    if (
        len(entitled) - len(kept) > 3
    ):  # only a multiple birth goes beyond three, and then it is the last one that came in
        sizes = sorted(sum(kids[name].delivery_id == delivery for name in entitled) for delivery in deliveries)
        assert sizes[-1] > 1
    assert len(deliveries) <= 3
    orders = sorted(decision.birth_order for decision in decisions.values() if decision.birth_order)
    assert orders == list(range(1, len(orders) + 1))
    for name in entitled:
        assert kids[name].birth_date <= on
        assert decisions[name].in_quota != (name in kept)


EVENTS = ["adopted_out_date", "registered_marriage_date", "death_date", "nikah_date", "displacement_ended_date"]


@FAMILIES
@given(families(), st.data(), days)
def test_a_later_event_never_changes_what_was_decided_for_an_earlier_day(family, data, on):
    place = data.draw(st.integers(0, len(family.children) - 1))
    event = data.draw(st.sampled_from([*EVENTS, "birth", "lawful", "order"]))
    later = data.draw(st.dates(on + DAY, date(2036, 1, 1)))
    kid = family.children[place]
    if event == "birth":
        changed = [*family.children, Child("new", later, "new", legitimate_from=later)]
    elif event == "lawful":
        kid = replace(kid, legitimate_from=None)
        family = replace(family, children=(*family.children[:place], kid, *family.children[place + 1 :]))
        changed = [replace(kid, legitimate_from=later) if other is kid else other for other in family.children]
    elif event == "order":
        order = replace(kid, incompetent=(*kid.incompetent, Period(later)))
        changed = [order if other is kid else other for other in family.children]
    elif getattr(kid, event) is not None:
        return
    else:
        changed = [replace(kid, **{event: later}) if other is kid else other for other in family.children]
    before, after = decide(family, on), decide(replace(family, children=tuple(changed)), on)
    assert all(same(after[name], decision) for name, decision in before.items())


@given(
    st.lists(st.dates(date(2010, 1, 1), date(2015, 1, 1)), min_size=4, max_size=6), st.integers(0, 5),
    st.dates(date(2016, 1, 1), date(2020, 1, 1)), st.integers(1, 900),
)  # fmt: skip
def test_a_death_to_come_frees_no_place_before_it(born, place, on, ahead):
    kids = [Child(str(no), day, f"own{no}", legitimate_from=day) for no, day in enumerate(born)]
    place %= len(kids)
    dying = [replace(kid, death_date=on + timedelta(days=ahead)) if no == place else kid for no, kid in enumerate(kids)]
    service = (Period(date(2000, 1, 1)),)
    before, after = decide(Family(service, tuple(kids)), on), decide(Family(service, tuple(dying)), on)
    assert all(same(after[name], decision) for name, decision in before.items())

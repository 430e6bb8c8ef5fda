"""The fields of what is told about a relation for the law to decide on, and how they become plain facts."""

from dataclasses import replace
from typing import Any

from wtforms import StringField
from wtforms.validators import Optional, Regexp

from app.domain.people import Relation, Sex, ToFollow
from app.rules.papers import MarriagePaper
from app.rules.parents import Kinship
from app.rules.schemes import Scheme
from app.rules.told import TOLD_FIELDS, Told
from app.views.family_boxes import ChoiceOf, DayField, NumberField, Row, Tick
from app.views.told_words import ASKS, FACT_LABELS, MALE, NIKAH, Ask

_MOST_IN_DELIVERY = 8
_MOST_ELDERS = 20


class ToldRow(Row):
    """The facts of one relation; which of them are shown hangs on the relation and the principal's sex."""

    kinship = ChoiceOf(Kinship, FACT_LABELS["kinship"])
    marriage_paper = ChoiceOf(MarriagePaper, FACT_LABELS["marriage_paper"])
    marriage_date = DayField(FACT_LABELS["marriage_date"])
    is_muslim = Tick(FACT_LABELS["is_muslim"])
    home_province_code = StringField(FACT_LABELS["home_province_code"], [Optional(), Regexp("^[0-9]{2}$")])
    marriage_end_date = DayField(FACT_LABELS["marriage_end_date"])
    paternity_registered_date = DayField(FACT_LABELS["paternity_registered_date"])
    court_final_date = DayField(FACT_LABELS["court_final_date"])
    seq_in_delivery = NumberField(FACT_LABELS["seq_in_delivery"], most=_MOST_IN_DELIVERY)
    elder_minor_deaths = NumberField(FACT_LABELS["elder_minor_deaths"], most=_MOST_ELDERS)
    adopted_out_date = DayField(FACT_LABELS["adopted_out_date"])
    own_marriage_date = DayField(FACT_LABELS["own_marriage_date"])
    nikah_date = DayField(FACT_LABELS["nikah_date"])
    incompetent_from = DayField(FACT_LABELS["incompetent_from"])
    incompetent_until = DayField(FACT_LABELS["incompetent_until"])
    is_adopted = Tick(FACT_LABELS["is_adopted"])
    marriage_court_permitted = Tick(FACT_LABELS["marriage_court_permitted"])
    in_care = Tick(FACT_LABELS["in_care"])
    death_date = DayField(FACT_LABELS["death_date"])
    declared_scheme = ChoiceOf(Scheme, FACT_LABELS["declared_scheme"])
    to_follow = Tick(FACT_LABELS["to_follow"])


def told_of(row: ToldRow, relation: Relation, kept: Told) -> Told:
    """What the row tells of this relation, over what the draft said: facts of other relations are no facts of this one."""
    if relation is Relation.SELF:
        return kept
    typed = {ask.name: row[ask.name].data or None for ask in ASKS if relation in ask.relations}
    typed.pop("seq_in_delivery", None)
    owed = kept.to_follow if kept.to_follow is ToFollow.FACTS else None
    return replace(kept, **typed, to_follow=ToFollow.PAPERS if row.to_follow.data else owed)


def shown_of(told: Told) -> dict[str, Any]:
    """The values of the row's fields; what is owed from a list is not offered, but kept (see `told_of`)."""
    return {name: getattr(told, name) for name in TOLD_FIELDS} | {"to_follow": told.to_follow is ToFollow.PAPERS}


def fits(ask: Ask, row: Any, principal_sex: Sex | None) -> bool:
    """Whether the fact is asked for as the row stands; of an unknown relation or sex everything is."""
    relation = row.relation.data
    if relation is None:
        return True
    if relation not in ask.relations:
        return False
    if ask.only == MALE and relation is Relation.CHILD:
        return principal_sex is not Sex.F
    return ask.only != NIKAH or row.marriage_paper.data is MarriagePaper.NIKAH_CERT_TH


def has_rare(row: Any) -> bool:
    """Whether something behind "more" is filled in or wrong, so that it must be seen."""
    return any(row[ask.name].data or row[ask.name].errors for ask in ASKS if ask.rare)

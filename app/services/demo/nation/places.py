"""The made-up agencies: as many of each type as there are, over the real provinces and districts (spec 2.3)."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random

from app.domain.people import AgencyType
from app.services.agencies import TYPE_DIGITS
from app.services.demo.accounts import AGENCIES, DemoAgency
from app.services.demo.nation import words

# Codes and names of the Department of Provincial Administration, as GeoThai (CC BY 4.0) has them.
_DISTRICTS = Path(__file__).parents[3] / "data" / "districts.csv"
ALL = {
    AgencyType.PAO: 76,
    AgencyType.CITY_MUNICIPALITY: 30,
    AgencyType.TOWN_MUNICIPALITY: 195,
    AgencyType.SUBDISTRICT_MUNICIPALITY: 2_247,
    AgencyType.TAO: 5_300,
}
NATION = sum(ALL.values())
PERSONS_OF_ONE = 120  # on average, a nation of a million has this many at each
_PREFIXES = {
    AgencyType.PAO: "องค์การบริหารส่วนจังหวัด",
    AgencyType.CITY_MUNICIPALITY: "เทศบาลนคร",
    AgencyType.TOWN_MUNICIPALITY: "เทศบาลเมือง",
    AgencyType.SUBDISTRICT_MUNICIPALITY: "เทศบาลตำบล",
    AgencyType.TAO: "องค์การบริหารส่วนตำบล",
}
# How many people an agency of each type has beside the others.
WEIGHTS = {
    AgencyType.PAO: 12.0,
    AgencyType.CITY_MUNICIPALITY: 20.0,
    AgencyType.TOWN_MUNICIPALITY: 6.0,
    AgencyType.SUBDISTRICT_MUNICIPALITY: 1.6,
    AgencyType.TAO: 0.75,
}


def districts() -> list[tuple[str, str]]:
    """Four-digit code and name of every district outside Bangkok, by code."""
    with _DISTRICTS.open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["name_th"]) for row in csv.DictReader(file)]


def counts_for(persons: int) -> dict[AgencyType, int]:
    """How many agencies of each type a register of so many people has; never fewer than one, never more than there are."""
    share = min(1.0, persons / PERSONS_OF_ONE / NATION)
    return {kind: max(1, round(count * share)) for kind, count in ALL.items()}


def made_up(persons: int, provinces: dict[str, str]) -> list[DemoAgency]:
    """The agencies of such a register, the demo's own five among them, the same in every run; `provinces` names each code."""
    wanted = counts_for(persons)
    taken = Counter(agency.dla_code[:6] for agency in AGENCIES)
    found = list(AGENCIES)
    for kind, count in wanted.items():
        own = sum(agency.agency_type is kind for agency in AGENCIES)
        places = _of_provinces(provinces) if kind is AgencyType.PAO else _of_districts(kind)
        for _ in range(count - own):
            district, name = next(places)
            stem = TYPE_DIGITS[kind] + district
            taken[stem] += 1
            found.append(
                DemoAgency(f"{stem}{taken[stem]:02d}", _PREFIXES[kind] + name, kind, district[:2])
            )  # fmt: skip
    return found


def _of_provinces(provinces: dict[str, str]) -> Iterator[tuple[str, str]]:
    """One for each province in the capital's district, but for the demo's own."""
    own = {agency.province_code for agency in AGENCIES if agency.agency_type is AgencyType.PAO}
    return iter([(f"{code}01", name) for code, name in sorted(provinces.items()) if code not in own and code != "10"])


def _of_districts(kind: AgencyType) -> Iterator[tuple[str, str]]:
    """Round and round the districts; cities and towns stand in the capitals first and are called after them."""
    chance = Random(f"places {kind}")  # noqa: S311 - made-up places need no secrecy
    all_districts = districts()
    if kind in (AgencyType.CITY_MUNICIPALITY, AgencyType.TOWN_MUNICIPALITY):
        yield from _after_their_districts(kind, chance, all_districts)
    chance.shuffle(all_districts)
    used: dict[str, set[str]] = defaultdict(set)
    for code, _name in cycle(all_districts):
        name = chance.choice(words.PLACES)
        while name in used[code[:2]]:
            name = chance.choice(words.PLACES)
        used[code[:2]].add(name)
        yield code, name


def _after_their_districts(
    kind: AgencyType, chance: Random, all_districts: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    capitals = [(code, name) for code, name in all_districts if code.endswith("01")]
    chance.shuffle(capitals)
    half = len(capitals) // 2
    chosen = capitals[:half] if kind is AgencyType.CITY_MUNICIPALITY else capitals[half:]
    for code, name in chosen:
        yield code, name.removeprefix("เมือง")

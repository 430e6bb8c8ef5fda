"""Matching of imports: which people of a roster hold or await a right already, here or elsewhere.

Of other agencies it gives the dates and the place of standing rights, as a refusal would name them, that a request waits,
and that somebody of the same name and birth date exists there; no name, no number (decisions 8). Each person found at
another agency leaves a row of his own in the audit of reads, beside the one of the check.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.domain.actor import Actor
from app.domain.people import OPEN_STATUSES, SENT_STATUSES, Relation, RequestStatus, RequestType
from app.domain.powers import Power
from app.models.change_request import SENT, ChangeRequest, Proposal
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.rules.certification import PARENTS, KnownParent, KnownSpell, asked_right
from app.rules.executives import Executive
from app.services import executives, facts, family_facts
from app.services.audit import person_hash, record_reads
from app.services.crossings.rights_lookup import ReadAuditFailed
from app.services.family_facts import FamilyFacts
from app.services.transaction import widened

PURPOSE = "ROSTER_MATCHING"
Named = tuple[str, str, date]


@dataclass(frozen=True, slots=True)
class AskedRight:
    """A right that somebody asked for and nobody has refused; `here` when the asking agency is the actor's own."""

    principal_national_id: str
    relation: Relation
    status: RequestStatus
    service_start_date: date | None
    here: bool


@dataclass(frozen=True, slots=True)
class Matches:
    """By national ID: the rights that stand (voided ones left out) and those asked for.

    `parents` are the fathers and mothers who stand, by their principal; `asked_parents` the words of certification.asked_right
    for those who wait; `families` what stands and waits around the roster's holders, for the law; `namesakes` the IDs of the
    roster whose name and birth date another agency knows under another ID. `heads` hold the office of chief executive at the
    actor's own agency, or were asked for.
    """

    standing: dict[str, list[KnownSpell]]
    asked: dict[str, list[AskedRight]]
    parents: dict[str, list[KnownParent]]
    asked_parents: frozenset[str]
    families: FamilyFacts = field(default_factory=FamilyFacts)
    namesakes: frozenset[str] = frozenset()
    heads: tuple[Executive, ...] = ()


def match(
    session: Session,
    national_ids: Iterable[str],
    *,
    with_parents: Iterable[str] = (),
    holders: Iterable[str] = (),
    named: Iterable[Named] = (),
    roster: str,
    actor: Actor,
    hash_key: str,
) -> Matches:
    """What stands or waits anywhere for these people, within the session's transaction; a few queries per 500 people.

    `with_parents` are the principals of whom the roster names a father or mother, `holders` those with any family, `named` its
    people as (ID, sort key of the name, birth date). Leaves one durable read-access row with the counts, about `roster` (at
    most 40 characters that name the workbook), and one under `person_hash` with `hash_key` for each person whom another
    agency keeps or asks for. Raises NotAllowed('POWER_MISSING'), ReadAuditFailed. Source: decisions 8,
    spec 2.5.
    """
    actor.require(Power.IMPORT_ROSTER)
    people, principals = sorted(set(national_ids)), sorted(set(with_parents))
    with widened(session) as wide:
        namesakes = _namesakes(wide, named, actor.agency_id)
        matches = Matches(
            facts.standing_spells(wide, people),
            _asked(wide, people, actor.agency_id),
            facts.standing_parents(wide, principals),
            _asked_parents(wide, principals),
            family_facts.load_families(wide, holders),
            frozenset(namesakes),
            () if actor.agency_id is None else tuple(executives.of_agency(wide, actor.agency_id)),
        )
    _write_down(matches, namesakes, len(people), roster=roster, actor=actor, hash_key=hash_key)
    return matches


def _write_down(
    matches: Matches, namesakes: dict[str, set[str]], many: int, *, roster: str, actor: Actor, hash_key: str
) -> None:
    # At most 40 characters, however many there are; known: held, asked for, of the same name.
    counts = f"{many} people, {len(matches.standing)}/{len(matches.asked)}/{len(namesakes)} known"
    found = {number: "NAMESAKE_ELSEWHERE" for others in namesakes.values() for number in others}
    found |= _elsewhere(matches, actor.agency_id)
    about = {"object_type": "roster", "object_id": roster}
    rows = [about | {"person_hash": person_hash(n, hash_key), "answer": answer} for n, answer in found.items()]
    try:
        record_reads([*rows, about | {"answer": counts}], actor=actor, purpose=PURPOSE)
    except SQLAlchemyError as error:
        raise ReadAuditFailed("READ_AUDIT_FAILED") from error


def _elsewhere(matches: Matches, agency_id: int | None) -> dict[str, str]:
    """The people of the roster of whom another agency's right or request is known now, and which."""
    asked = {number: "ASKED_ELSEWHERE" for number, rights in matches.asked.items() if any(not r.here for r in rights)}
    standing = {
        number: "STANDS_ELSEWHERE"
        for number, spells in matches.standing.items()
        if any(spell.agency_id != agency_id for spell in spells)
    }
    return asked | standing


def _asked(wide: Session, people: list[str], agency_id: int | None) -> dict[str, list[AskedRight]]:
    query = (
        sa.select(
            Proposal.national_id, Proposal.principal_national_id, Proposal.relation, ChangeRequest.status,
            Proposal.service_start_date, ChangeRequest.agency_id == agency_id,
        )
        .join(ChangeRequest, ChangeRequest.id == Proposal.request_id)
        .where(
            ChangeRequest.type == RequestType.CERTIFY_NEW,
            ChangeRequest.status.in_(OPEN_STATUSES),
            # What another agency has sent off; its drafts are its own business.
            sa.or_(ChangeRequest.agency_id == agency_id, ChangeRequest.status.in_(SENT_STATUSES)),
        )
        .order_by(ChangeRequest.id)
    )  # fmt: skip
    found: dict[str, list[AskedRight]] = defaultdict(list)
    for some in facts.batches(people):
        for national_id, *asked in wide.execute(query.where(Proposal.national_id.in_(some))):
            found[national_id].append(AskedRight(*asked))
    return found


def _asked_parents(wide: Session, principals: list[str]) -> frozenset[str]:
    words = [asked_right("", principal, relation) for principal in principals for relation in PARENTS]
    query = sa.select(ChangeRequest.asked_right).where(SENT)
    found: set[str] = set()
    for some in facts.batches(words):
        found |= set(wide.scalars(query.where(ChangeRequest.asked_right.in_(some))))
    return frozenset(found)


def _namesakes(wide: Session, named: Iterable[Named], agency_id: int | None) -> dict[str, set[str]]:
    """Whose name and birth date a holder of a standing right at another agency has under another number, and that one."""
    asked: dict[tuple[str, date], set[str]] = defaultdict(set)
    born_on: dict[str, set[date]] = defaultdict(set)
    for number, key, born in named:
        asked[key, born].add(number)
        born_on[key].add(born)
    query = (
        sa.select(Person.national_id, Person.sort_key, Person.birth_date)
        .join(Entitlement, Entitlement.person_id == Person.id)
        .where(Entitlement.agency_id != agency_id, sa.not_(Entitlement.voided))
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for some in facts.batches(sorted(born_on)):
        days = set().union(*(born_on[key] for key in some))
        for number, key, born in wide.execute(query.where(Person.sort_key.in_(some), Person.birth_date.in_(days))):
            for mine in asked.get((key, born), set()) - {number}:
                found[mine].add(number)
    return found

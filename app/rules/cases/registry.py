"""Every topic of worked cases, by the name of its file."""

from app.rules.cases import (
    child,
    kin,
    legitimacy,
    majority,
    national_id,
    parent,
    principal,
    priority,
    priority_tables,
    receipt,
    round,
    smartcard,
    spouse,
    spouse_period,
    thai_format,
)
from app.rules.cases.topic import Topic

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        principal.TOPIC,
        parent.TOPIC,
        spouse.TOPIC,
        spouse_period.TOPIC,
        legitimacy.TOPIC,
        child.TOPIC,
        kin.TOPIC,
        majority.TOPIC,
        priority.TOPIC,
        priority_tables.RULES_TOPIC,
        priority_tables.TOP_UPS_TOPIC,
        national_id.TOPIC,
        receipt.TOPIC,
        round.TOPIC,
        thai_format.TOPIC,
        smartcard.PARSE_TOPIC,
        smartcard.FIELDS_TOPIC,
    )
}

# Stories that people read; what they tell is tested by hand, so the runner must never seem to have passed them.
STORIES = frozenset({"lifecycle_cases"})

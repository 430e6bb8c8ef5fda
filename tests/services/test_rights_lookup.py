"""The rights look-up, asked of a real register on both databases."""

from dataclasses import fields
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actor import NOTHING, Actor
from app.domain.errors import BadInput, NotAllowed
from app.domain.people import AgencyType, EntitlementState, PersonnelType, Relation, RequestStatus, RequestType, Sex
from app.domain.powers import Power
from app.models.agency import Agency, Province
from app.models.change_request import ChangeRequest
from app.models.database import db
from app.models.entitlement import Entitlement
from app.models.person import Person
from app.models.processing_round import BusinessClock
from app.models.read_access import ReadAccess
from app.services.audit import person_hash
from app.services.crossings.rights_lookup import (
    NoRight,
    ReadAuditFailed,
    Right,
    RightAnswer,
    UnreadableId,
    look_up,
)
from tests.services.rights_register import KEY, HOSPITAL, SOMCHAI, SUDA, STRANGER, RightsRegister

"""Accounts of the fund: two officers of the NHSO change them, from a day on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.actor import robot
from app.domain.errors import Conflict, NotAllowed
from app.services.clock import business_now, set_clock
from app.services.money import fund_accounts
from app.services.money.fund_accounts import AccountForm
from tests.services.claim_counter import code_of, open_counter
from tests.services.rights_register import TODAY, days
from tests.services.test_refunds import Desk, sound


@pytest.fixture
def desk(sqlite_database, tmp_path) -> Desk:
    return Desk(open_counter(tmp_path))


def test_two_officers_change_the_accounts_from_a_day_on(desk):
    first, second = desk.finance[:2]
    form = AccountForm("กรุงไทย", "กองทุน", "955-0-17298-8", TODAY)
    proposed = fund_accounts.propose(form, actor=first)
    with pytest.raises(NotAllowed, match="OWN_PROPOSAL"):
        fund_accounts.decide(proposed, True, actor=first)
    with pytest.raises(NotAllowed):
        fund_accounts.decide(proposed, True, actor=desk.clerk)
    assert proposed not in {row.id for row in fund_accounts.offered(actor=desk.clerk)}
    fund_accounts.decide(proposed, True, actor=second)
    assert {row.id for row in fund_accounts.offered(actor=desk.clerk)} == {desk.account, proposed}
    with pytest.raises(Conflict, match="ACCOUNT_DECIDED"):
        fund_accounts.decide(proposed, False, actor=second)
    with pytest.raises(Conflict, match="ACCOUNT_THERE"):
        fund_accounts.propose(replace(form, account_no="๙๕๕ 0172988"), actor=first)
    later = desk.open_account("123-4-56789-0", replaces_id=proposed, valid_from=TODAY + timedelta(days=3))
    found = fund_accounts.desk(actor=first)
    assert [row.id for row in found.coming] == [later] and len(found.standing) == 2
    desk.open_account("", replaces_id=proposed, is_end=True)
    assert [row.id for row in fund_accounts.offered(actor=desk.clerk)] == [desk.account]
    for values, code in (
        ({"bank": ""}, "REQUIRED"), ({"account_no": "12"}, "ACCOUNT_NUMBER"), ({"valid_from": None}, "REQUIRED"),
        ({"valid_from": days(-1)}, "DATE_IN_PAST"), ({"bank": "ก" * 121}, "TOO_LONG"),
    ):  # fmt: skip
        assert code_of(lambda: fund_accounts.propose(replace(form, **values), actor=first)) == code  # noqa: B023
    refused = fund_accounts.propose(replace(form, account_no="11111111"), actor=first)
    fund_accounts.decide(refused, False, actor=first)  # giving one's own proposal up needs nobody else
    sound()


def test_a_day_that_has_passed_is_proposed_anew(desk):
    first, second = desk.finance[:2]
    proposed = fund_accounts.propose(AccountForm("กรุงไทย", "กองทุน", "955-0-17298-8", TODAY), actor=first)
    set_clock(business_now() + timedelta(days=2), actor=robot("test"), production=False)
    assert code_of(lambda: fund_accounts.decide(proposed, True, actor=second)) == "ACCOUNT_DAY_PASSED"
    fund_accounts.decide(proposed, False, actor=second)
    assert proposed not in {row.id for row in fund_accounts.offered(actor=desk.clerk)}

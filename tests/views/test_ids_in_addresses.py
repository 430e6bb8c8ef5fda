"""A national ID leaves an address, and what stands in an address leads nowhere else."""

import pytest

from tests.services.conftest import nid
from tests.views.offices import TOWN


@pytest.fixture
def clerk(portal):
    return portal.officer("personnel_clerk", TOWN)


def test_a_number_is_taken_out_however_often_a_name_is_repeated(clerk):
    answer = clerk.get(f"/my-work/?name=x&name={nid(1)}&page=2")
    assert (answer.status_code, answer.location) == (303, "/my-work/?name=x&page=2")


@pytest.mark.parametrize("path", ["/%09/evil.example/x", "/%0a/x", "//evil.example/x", "/x%0d%0ay", "/a%3Fx=1"])
def test_an_address_that_leads_nowhere_is_not_sent_on(portal, path):
    answer = portal.browser().get(f"{path}?q={nid(1)}")
    assert answer.status_code in (302, 308, 404) and "evil" not in answer.headers.get("Location", "").split("next=")[0]


def test_a_page_is_asked_for_again_by_the_very_address_that_was_typed(clerk):
    answer = clerk.get(f"/family-forms/A%0aB%3Fx?q={nid(1)}")
    assert (answer.status_code, answer.location) == (303, "/family-forms/A%0AB%3Fx")

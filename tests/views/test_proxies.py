"""Behind front servers the portal knows the visitor's own address and https, and believes no more of them than it is told."""

import pytest

from tests.services.conftest import nid
from tests.services.rights_register import reads
from tests.views.rights_portal import portal, token

SENT = {
    "X-Forwarded-For": "6.6.6.6, 203.0.113.7, 10.0.0.2",  # the first invented by the visitor, the others by our servers
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
}


@pytest.mark.parametrize(
    ("proxies", "address"), [(None, "127.0.0.1"), (0, "127.0.0.1"), (1, "10.0.0.2"), (2, "203.0.113.7")]
)
def test_the_audit_names_the_address_that_the_last_trusted_server_saw(sqlite_database, tmp_path, proxies, address):
    settings = {} if proxies is None else {"TRUSTED_PROXIES": proxies}
    client = portal(sqlite_database, tmp_path / "instance", **settings).test_client()
    headers = SENT | {"Authorization": f"Bearer {token()}"}
    assert client.post("/api/v1/rights/lookup", json={"national_id": nid(201)}, headers=headers).status_code == 200
    assert [read.address for read in reads()] == [address]


@pytest.mark.parametrize(("proxies", "is_secure"), [(0, False), (1, True)])
def test_https_is_believed_of_a_trusted_server_only_and_the_host_of_none(sqlite_database, tmp_path, proxies, is_secure):
    client = portal(sqlite_database, tmp_path / "instance", TRUSTED_PROXIES=proxies).test_client()
    answer = client.get("/approvals/", headers={**SENT, "X-Forwarded-Proto": "https"})
    assert ("Strict-Transport-Security" in answer.headers) is is_secure
    assert "evil.example" not in answer.text + str(answer.headers)

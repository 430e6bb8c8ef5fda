"""Anything at all sent to the doors of the bridge, signed or not, is refused and never breaks them (`make soak`)."""

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from card_bridge import messages, reading
from card_bridge.failures import BridgeError
from tests.views.card_desk import BRIDGE
from tests.views.offices import rows

pytestmark = pytest.mark.soak
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
ANSWER = st.tuples(st.binary(max_size=260), st.binary(min_size=2, max_size=2))
NAMES = st.sampled_from(["v", "iss", "aud", "nonce", "iat", "cid", "card", "csid", "seq", "state"])
LONG = settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_signed_nonsense_is_refused(desk):
    begun = time.monotonic()

    @LONG
    @given(st.dictionaries(NAMES, JSON, max_size=10), st.sampled_from(["assert", "presence", "state"]), st.booleans())
    def send(claims, door, honest):
        if time.monotonic() - begun > 120:
            return
        desk.portal.app.appbuilder.sm.limiter.reset()
        kind = {"assert": "login", "presence": "presence", "state": "desk"}[door]
        whole = (desk.claims(nonce=desk.nonce()) | claims) if honest else claims
        word = messages.signed(desk.key, kind, whole)
        answer = desk.post(door, {{"assert": "assertion"}.get(door, "m"): word})
        assert answer.status_code in (200, 403)
        assert answer.status_code == 403 or door == "state" or set(claims) <= {"csid", "seq", "state"} or honest

    send()
    assert rows("SELECT count(*) FROM user_session WHERE card_session_id IS NOT NULL AND revoked_at IS NULL") == [(0,)]


def test_unsigned_nonsense_is_refused(desk):
    begun = time.monotonic()

    @LONG
    @given(st.binary(max_size=400) | JSON.map(lambda body: messages.json.dumps(body).encode()), st.sampled_from(
        ["enrol", "challenge", "assert", "presence", "state"]
    ))  # fmt: skip
    def send(body, door):
        if time.monotonic() - begun > 120:
            return
        desk.portal.app.appbuilder.sm.limiter.reset()
        client = desk.portal.app.test_client()
        answer = client.post(f"/api/card/v1/{door}", data=body, content_type="application/json", headers=BRIDGE)
        assert answer.status_code == 403 or (door == "challenge" and answer.status_code == 200)

    send()


@LONG
@given(
    st.lists(st.tuples(st.binary(max_size=260), st.binary(min_size=2, max_size=2)), min_size=1, max_size=8),
    st.binary(max_size=20),
)
def test_a_card_that_says_anything_raises_our_own_error_or_is_read(answers, atr):
    said = iter(answers * 40)
    for read in (reading.read_login, reading.read_person):
        with contextlib.suppress(BridgeError):
            read(lambda _command: next(said, (b"", b"\x90\x00")), atr)

"""Every route against every role: the rightful are let in, everybody else is stopped before anything happens."""

import pytest

from app.domain.roles import ROLES
from app.views.base import PowerChecked
from tests.views.offices import TOWN, rows


def routes(app):
    """(path with sample arguments, method, power) of every protected route."""
    views = {view.endpoint: view for view in app.appbuilder.baseviews if isinstance(view, PowerChecked)}
    samples = {"int": 1, "string": "x", "default": "1"}
    for rule in app.url_map.iter_rules():
        view_name, _, method_name = rule.endpoint.partition(".")
        if view_name not in views:
            continue
        view = views[view_name]
        with app.test_request_context():
            adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
            values = {
                name: samples["int" if "Integer" in type(rule._converters[name]).__name__ else "default"]
                for name in rule.arguments
            }
            path = adapter.build(rule.endpoint, values, method=sorted(rule.methods - {"HEAD", "OPTIONS"})[0])
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield path, method, view.method_powers.get(method_name, view.power)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_each_door_opens_to_its_power_only(portal, role):
    browser = portal.officer(role, TOWN) if role else portal.browser()
    powers = ROLES[role].powers if role else frozenset()
    before = rows("SELECT count(*) FROM audit_event")
    seen = 0
    mine = [*ROLES].index(role) if role else 0
    for number, (path, method, power) in enumerate(routes(portal.app)):
        if role and (number + mine) % 3:  # every door is tried by a third of the roles, and by the visitor
            continue
        seen += 1
        if power in powers:
            if method == "GET":
                assert browser.get(path).status_code < 500, path
            continue
        answer = browser.get(path) if method == "GET" else browser.post(path)
        if role is None:
            assert answer.status_code == 302 and "/login/" in answer.headers["Location"], (method, path)
        else:
            assert answer.status_code == 403, (method, path, answer.status_code)
    assert seen > 20
    if not powers:
        assert rows("SELECT count(*) FROM audit_event") == before


def test_a_number_that_no_row_can_have_is_no_address(portal):
    """2147483647 is the last that PostgreSQL knows; more was an accident on both databases."""
    browser = portal.officer("personnel_clerk", TOWN)
    rules = portal.app.url_map.iter_rules()
    numbers = [one for rule in rules for one in rule._converters.values() if hasattr(one, "max")]
    assert len(numbers) > 80 and all(one.max < 2**31 for one in numbers)
    for number in (2**31 - 1, 2**31, 10**12, 10**19):
        assert browser.get(f"/families/{number}").status_code == 404

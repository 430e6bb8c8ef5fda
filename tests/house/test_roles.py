"""Every role has exactly its powers, every power opens something, and every route is public by name or protected."""

import pytest

import config
from app import create_app
from app.domain.actor import NATION, NOTHING, Actor, Scope, ScopeKind
from app.domain.powers import Power
from app.domain.roles import ROLES, powers_of, roles_with
from app.models.account import PortalUser
from app.security.roles import actor_for_user, scope_for
from app.views.base import PowerChecked

# Spec 7, as far as there is something to open; changed only together with it.
POWERS = {
    "personnel_clerk": "record_request search_transfer import_roster view_register export_register view_reports "
    "lookup_right view_rounds",
    "finance_clerk": "view_reports list_names lookup_right view_rounds record_claim view_claims record_refund confirm_refund",
    "registrar": "record_request search_transfer import_roster approve_certification approve_termination approve_transfer "
    "view_register export_register view_reports lookup_right view_rounds view_audit manage_cards view_claims",
    "provincial_officer": "view_reports",
    "nhso_region": "view_register export_register view_reports lookup_right view_rounds view_audit",
    "nhso_admin": "view_register export_register view_reports lookup_right view_rounds manage_agencies "
    "manage_accounts manage_cards view_audit view_claims annul_refund manage_fund_accounts",
    "nhso_finance": "view_register export_register view_reports lookup_right view_claims decide_claim pay_claim "
    "confirm_refund annul_refund receive_refund manage_fund_accounts import_statements",
    "hospital_user": "",
    "data_owner": "",
    "pao_reviewer": "",
    "fund_officer": "",
    "fund_coach": "",
    "auditor": "view_register view_reports view_rounds view_audit view_claims",
    "public_enquirer": "",
}
# Routes that anybody may open, each with its reason.
PUBLIC = {
    "AuthView.login": "the door",
    "AuthView.logout": "ends only one's own session",
    "CardLoginView.open": "opens by the ticket's secret",
    "CardLoginView.pin": "opens by the secret of the browser that opened the ticket",
    "CardPresenceView.ask": "says whether one's own session lives",
    "EmergencyView.enter": "opens by the code of two administrators",
    "OwnPinView.own": "sends visitors to the door",
    "SecondStepView.code": "opens by the first step of a log-in, sealed in the visitor's cookie",
    "PhoneView.own": "sends visitors to the door",
    "card_api": "opens by the key of an approved workstation",
    "HandbookView": "sends visitors to the door",
    "HomeView.index": "sends visitors to the door",
    "LocaleView.index": "the language of one's own session",
    "metrics": "opens by the monitor's token",
    "OfflineView": "the page without a connection, the same for everybody, and its worker",
    "PasswordView.own": "sends visitors to the door",
    "PasswordView.set_by_link": "opens by the link's secret",
    "StyleGuideView.show": "sends visitors to the door; made-up words only, and not there in production",
    "UtilView.back": "a redirect",
    "appbuilder.static": "style and script",
    "static": "style and script",
    "openapi_card": "describes the doors of the card bridge, holds no data",
    "openapi": "describes the look-up service, holds no data",
    "rights_api": "opens by a hospital's token",
    "law_api": "opens by a hospital's token",
}


class RoleRow:
    """Stands for a row of the role table."""

    def __init__(self, name):
        self.name = name


def account(*roles, **bounds):
    user = PortalUser(username="x", **bounds)
    user.__dict__["roles"] = [RoleRow(role) for role in roles]
    return user


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(config.load_config({"INSTANCE": str(tmp_path_factory.mktemp("instance"))}))


def test_every_role_has_exactly_its_powers():
    assert {name: set(text.split()) for name, text in POWERS.items()} == {
        role.name: {power.value for power in role.powers} for role in ROLES.values()
    }


def test_every_power_is_held_by_somebody_and_opens_something(app):
    views = [view for view in app.appbuilder.baseviews if isinstance(view, PowerChecked)]
    opened = {view.power for view in views} | {power for view in views for power in view.method_powers.values()}
    assert {power for power in Power if not roles_with(power)} == set()
    assert set(Power) - opened == set()


def test_every_route_is_public_by_name_or_checked(app):
    checked = {view.endpoint for view in app.appbuilder.baseviews if isinstance(view, PowerChecked)}
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    open_ones = {name for name in endpoints if name.partition(".")[0] not in checked}
    unexplained = {name for name in open_ones if name not in PUBLIC and name.partition(".")[0] not in PUBLIC}
    assert unexplained == set()


def test_no_view_hides_its_power_behind_another_permission_check(app):
    for view in app.appbuilder.baseviews:
        if isinstance(view, PowerChecked):
            assert view.class_permission_name == view.power.value
            for name in ("pre_add", "post_add", "pre_update", "post_update", "pre_delete", "post_delete"):
                assert name not in {
                    key for kind in type(view).__mro__ for key in vars(kind) if "app." in kind.__module__
                }


@pytest.mark.parametrize(
    "roles, bounds, scope",
    [
        (["personnel_clerk"], {"agency_id": 7}, Scope(ScopeKind.AGENCY, 7)),
        (["personnel_clerk", "finance_clerk"], {"agency_id": 7}, Scope(ScopeKind.AGENCY, 7)),
        (["provincial_officer"], {"province_code": "11"}, Scope(ScopeKind.PROVINCE, "11")),
        (["nhso_region"], {"region_no": 6}, Scope(ScopeKind.REGION, 6)),
        (["nhso_admin"], {"agency_id": 7}, NATION),
        (["auditor"], {}, NATION),
        (["hospital_user"], {}, NOTHING),
        (["personnel_clerk"], {}, NOTHING),
        (["personnel_clerk"], {"province_code": "11", "region_no": 6}, NOTHING),
        (["personnel_clerk", "auditor"], {"agency_id": 7}, NOTHING),
        (["Admin"], {"agency_id": 7}, NOTHING),
        ([], {"agency_id": 7}, NOTHING),
    ],
)
def test_an_account_reaches_what_its_role_and_bounds_say(roles, bounds, scope):
    assert scope_for(account(*roles, **bounds)) == scope


def test_an_account_without_reach_has_no_powers_either():
    assert actor_for_user(account("registrar")).powers == frozenset()
    assert actor_for_user(account("registrar", "auditor", agency_id=7)).powers == frozenset()
    assert actor_for_user(account("registrar", agency_id=7)).powers == ROLES["registrar"].powers


def test_an_unknown_role_lends_no_power():
    assert powers_of(("Admin", "nobody")) == frozenset()
    assert Actor("x", NATION).powers == frozenset()


@pytest.mark.parametrize("role", ROLES)
def test_the_release_step_shows_each_role_its_permissions(app, role):
    from app.cli.release import wanted_grants

    with app.app_context():
        granted = {view for permission, view in wanted_grants()[role] if permission != "menu_access"}
    assert granted <= {power.value for power in ROLES[role].powers}

"""The routes at which the scope walk has nothing to look for."""

# Routes that hold no row of any agency, each with the reason why the walk has nothing to look for there.
NOTHING_OWNED: dict[str, str] = {
    "static": "files of the program",
    "appbuilder.static": "files of the program",
    "openapi.document": "the public description of the look-up service",
    "AuthView.login": "public",
    "AuthView.logout": "ends the own session",
    "CardLoginView.open": "the holder of a ticket; tests/views/test_card_login.py",
    "CardLoginView.pin": "the browser that opened a ticket",
    "EmergencyView.enter": "the holder of a code",
    "OwnPinView.own": "the own PIN",
    "WorkstationsView.show": "workstations and officers hold no canary: tests/views/test_card_pages.py",
    "WorkstationsView.one": "the same",
    "WorkstationsView.change": "the same",
    "OfficerCardsView.show": "the same",
    "OfficerCardsView.one": "the same",
    "OfficerCardsView.change": "the same",
    "card_api.enrol": "answers programs that hold a code or a key; tests/views/test_card_api.py",
    "card_api.challenge": "the same",
    "card_api.assert_card": "the same",
    "card_api.presence": "the same",
    "HomeView.index": "counts of the own agency; test_home proves them",
    "LocaleView.index": "chooses the language",
    "UtilView.back": "goes back",
    "StyleGuideView.show": "samples of the parts of a screen, not served in production",
    "PasswordView.own": "the own password",
    "PasswordView.set_by_link": "the holder of a one-time link",
    "SearchView.show": "an empty box",
    "HandbookView.show": "the handbooks",
    "HandbookView.chapter": "a handbook",
    "DayHintsView.day": "answers about a typed day",
    "RoundsView.show": "rounds are everybody's; the counts are proven in test_rounds",
    "RoundsView.next_round": "the coming round's instant",
    "RightsPage.ask": "nation-wide by law, no names; test_rights_page",
    "RosterView.template": "an empty form",
    "TrialView.blank": "a family that is only typed",
    "law_api.explained": "answers about the facts in the body alone",
    "law_api.what_if": "answers about the facts in the body alone",
    "rights_api.lookup": "nation-wide by law, no names; test_rights_api",
    "rights_api.batch": "nation-wide by law, no names; test_rights_api",
}

# The administrator's views are his alone whatever they show: tests/views/test_accounts.py and test_agencies.py.
ADMIN_VIEWS = {
    "AccountView.*", "AgencyView.*", "HospitalView.*", "TitleView.*", "ProvinceRegionView.*", "TokenView.*", "AuditView.*",
    "SchemeFilesView.*", "LoginPoliciesView.*",
}  # fmt: skip

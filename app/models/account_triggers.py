"""The last line of accounts: nobody is made a second officer by one administrator (app/services/account_asks.py).

Each rule wants an ask that somebody else agreed to and that has not been carried out yet. Created with the others by
app/models/triggers.py.
"""

from app.domain.roles import DECIDING_ROLES

AGREEMENTS = "account_ask"
_NAMES = ", ".join(f"'{name}'" for name in sorted(DECIDING_ROLES))
_DECIDES = f"""
    EXISTS (SELECT 1 FROM ab_user_role m JOIN ab_role r ON r.id = m.role_id
        WHERE m.user_id = {{account}} AND r.name IN ({_NAMES}))"""  # noqa: S608 - names of our own roles
_NOT_AGREED = f"""
    NOT EXISTS (SELECT 1 FROM {AGREEMENTS} a WHERE a.agreed_at IS NOT NULL AND a.done_at IS NULL AND {{which}})"""  # noqa: S608
# The account is made with its first role and nobody is in by it yet; afterwards a deciding role is given by two.
_GIVEN_A_ROLE = f"""
    EXISTS (SELECT 1 FROM ab_user u JOIN ab_role r ON r.id = NEW.role_id
        WHERE u.id = NEW.user_id AND u.account_version > 1 AND r.name IN ({_NAMES})
        AND {_NOT_AGREED.format(which="a.kind = 'REACH' AND a.user_id = NEW.user_id AND a.role = r.name")})"""  # noqa: S608
_RANK = "(CASE {row}.way WHEN 'CARD_ONLY' THEN 0 WHEN 'WITH_CODE' THEN 1 ELSE 2 END)"
_WAY_NOT_AGREED = _NOT_AGREED.format(which="a.kind = 'WAY' AND a.role = NEW.role AND a.way = NEW.way")
_LOOSENED = f"{_RANK.format(row='NEW')} > {_RANK.format(row='OLD')} AND {_WAY_NOT_AGREED}"
_ASKED_FOR = ("kind", "user_id", "role", "agency_id", "province_code", "region_no", "way", "code_hash", "asked_by_id")
_OTHER_ASK = """
    OLD.done_at IS NOT NULL OR OLD.dropped_at IS NOT NULL OR (OLD.agreed_at IS NOT NULL
        AND (NEW.agreed_by_id IS DISTINCT FROM OLD.agreed_by_id OR NEW.agreed_at IS DISTINCT FROM OLD.agreed_at)) OR """
_OTHER_ASK += " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _ASKED_FOR)
_MARK = "TWO_ADMINISTRATORS"

# (name, timing, table, condition, message)
ACCOUNT_RULES: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "one_time_link_by_two", "BEFORE INSERT", "one_time_link",
        _DECIDES.format(account="NEW.user_id")
        + " AND "
        + _NOT_AGREED.format(which="a.id = NEW.ask_id AND a.user_id = NEW.user_id"),
        _MARK,
    ),
    (
        "ab_user_opened_by_two", "BEFORE UPDATE", "ab_user",
        "NEW.active AND NOT OLD.active AND "
        + _DECIDES.format(account="NEW.id")
        + " AND "
        + _NOT_AGREED.format(which="a.kind = 'OPEN' AND a.user_id = NEW.id"),
        _MARK,
    ),
    ("ab_user_role_given_by_two", "BEFORE INSERT", "ab_user_role", _GIVEN_A_ROLE, _MARK),
    ("ab_user_role_changed_by_two", "BEFORE UPDATE", "ab_user_role", _GIVEN_A_ROLE, _MARK),
    ("login_policy_loose_by_two", "BEFORE INSERT", "login_policy", f"NEW.way = 'NO_CODE' AND {_WAY_NOT_AGREED}", _MARK),
    ("login_policy_loosened_by_two", "BEFORE UPDATE", "login_policy", _LOOSENED, _MARK),
    ("login_policy_no_delete", "BEFORE DELETE", "login_policy", "1 = 1", "NO_DELETE"),
    ("account_ask_frozen", "BEFORE UPDATE", AGREEMENTS, _OTHER_ASK, "FROZEN"),
    ("account_ask_no_delete", "BEFORE DELETE", AGREEMENTS, "1 = 1", "NO_DELETE"),
)  # fmt: skip

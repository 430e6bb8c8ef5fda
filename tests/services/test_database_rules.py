"""The last line in the database: what no code path may do, on both databases."""

from app.services import releases


def test_models_and_schema_agree(database):
    assert releases.differences() == []
    assert releases.is_released()


def test_upgrade_twice_is_the_same(database):
    releases.upgrade()
    assert releases.differences() == []

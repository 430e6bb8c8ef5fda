"""`flask rounds` as somebody at the console meets it: no Redis, no worker, no ticker."""

import pytest

import config
from app import create_app
from tests.builders import approved, clock, family, outcome, planned_round
from tests.services import test_jobs


@pytest.fixture
def run(database, tmp_path):
    """Runs a command on the test's database, with a Redis that is not there."""
    env = {"INSTANCE": str(tmp_path / "instance"), "REDIS_URL": f"unix://{tmp_path}/nowhere.sock"}
    env |= {"DATABASE_URL": database.url, "READS_DATABASE_URL": database.reads_url}
    app = create_app(config.load_config(env))
    return lambda *words: app.test_cli_runner().invoke(args=["rounds", *words])


def test_due_rounds_are_run_and_listed(run):
    clock("2018-10-01 10:00")
    ids = approved(planned_round("2018-10-01 11:00"), family(1))
    assert run("run-due").output == "0 rounds run\n"
    clock("2018-10-01 11:00")
    result = run("run-due")
    assert result.exit_code == 0
    done = "2018-10-01 round 1 11:00 DONE: 3 effective, 0 errors run 2018-10-01 11:00:00\n"
    assert result.output == done + "1 rounds run\n"
    assert {outcome(i)[0] for i in ids} == {"EFFECTIVE"}
    coming = "2018-10-01 round 2 15:00 PLANNED: 0 effective, 0 errors\n"
    assert run("list").output == coming + done
    assert run("list", "--limit", "1").output == coming


def test_a_round_that_fails_is_told_and_named(run, monkeypatch):
    monkeypatch.setitem(test_jobs.jobs.HANDLERS, "round", test_jobs.jobs.Handler("tests.services.test_jobs:fails"))
    clock("2018-10-01 10:00")
    approved(planned_round("2018-10-01 11:00"), family(1))
    clock("2018-10-01 11:00")
    result = run("run-due")
    assert result.exit_code == 1
    assert result.output.startswith("Error: ROUND_FAILED: ValueError ")

"""The one timetable: what the ticker calls at every tick, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Line:
    """A service call `module:function` without arguments; it looks first and writes only where something is due."""

    call: str
    reason: str

    def load(self) -> Callable[[], object]:
        module, _, name = self.call.partition(":")
        found: Callable[[], object] = getattr(import_module(module), name)
        return found


TIMETABLE = (
    Line(
        "app.services.round_plan:start_due_rounds",
        "Rounds are due at 11:00 and 15:00 Bangkok time, every day (seed 001); what a stop made us miss is due too",
    ),
    Line(
        "app.services.late_rounds:shout",
        "Rights begin with a round (spec 6): one that is not done five minutes after its time is an error in the log",
    ),
    Line(
        "app.services.jobs:recover",
        "A worker may die and the queue may lose everything; the rows say what is still to be done (decisions 7)",
    ),
    Line(
        "app.services.succession_jobs:start_due",
        "From its day on the rights of an agency that is succeeded are carried over, round after round until none is left",
    ),
    Line(
        "app.services.audit_seals:start_nightly",
        "The audit trail is sealed every night, and the head of its chain leaves the database (decisions 11)",
    ),
    Line(
        "app.services.emergency_reports:report_due",
        "Whoever came in without a card is reported on the next day to those who supervise (security page)",
    ),
    Line(
        "app.services.nation_report:start_nightly",
        "The NHSO has the register of the whole country every morning (spec 7: N); a worker of its own writes it by night",
    ),
    Line(
        "app.services.sweeps:sweep",
        "Uploads are kept for a day, reports for a week and evidence that nobody used for a month, because they hold"
        " personal data; nobody has to upload, export or log in for them to go",
    ),
)

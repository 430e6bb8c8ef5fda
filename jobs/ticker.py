"""The ticker process (`python -m jobs.ticker`): looks at the timetable again and again; any number may run at once."""

import logging
import time
import traceback

from app.models.database import db
from app.services.jobs import connect_queue
from config import load_config
from jobs.schedule import TIMETABLE

log = logging.getLogger("ticker")


def tick() -> None:
    """Call every line of the timetable once; one that fails (a database away, a lost race) is tried at the next tick."""
    for line in TIMETABLE:
        try:
            line.load()()
        except Exception as error:
            # The places only: the words of a database error may hold a national ID (decisions 10).
            places = "".join(traceback.format_tb(error.__traceback__)[-3:])
            log.warning("%s failed (%s); the next tick tries again\n%s", line.call, type(error).__name__, places)


def main() -> None:
    """Tick until the process is ended; every tick is harmless to cut short."""
    config = load_config()
    logging.basicConfig(level=config["LOG_LEVEL"], format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    db.bind(config["DATABASE_URL"], config["READS_DATABASE_URL"])
    connect_queue(config)
    while True:
        tick()
        time.sleep(config["TICK_SECONDS"])


if __name__ == "__main__":
    main()

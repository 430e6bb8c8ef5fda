"""The worker process (`python -m jobs.worker [QUEUE ...]`): takes jobs from its queues and does each in a forked child."""

import logging
import sys
from typing import Any

from redis import Redis
from rq import Worker

from app.models.database import db
from app.services.jobs import connect_queue, prepare
from app.services.queues import QUEUES
from config import load_config

# With RQ's defaults a queue left behind by a killed worker is looked after only after minutes.
WORKER_TTL_SECONDS = 60
MAINTENANCE_SECONDS = 30
MONITORING_SECONDS = 5


class PortalWorker(Worker):
    """An RQ worker whose children open their own database connections."""

    def main_work_horse(self, *args: Any, **kwargs: Any) -> None:
        """What the forked child does; its parent's connections are forgotten, not closed."""
        db.dispose(close=False)
        super().main_work_horse(*args, **kwargs)


def main() -> None:
    """Work until told to stop (SIGTERM: after the job in hand), on the queues of the command line or else on all."""
    wanted = sys.argv[1:] or list(QUEUES)
    if not set(wanted) <= set(QUEUES):
        sys.exit(f"Queues are {', '.join(QUEUES)}.")
    config = load_config()
    logging.basicConfig(level=config["LOG_LEVEL"], format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    db.bind(config["DATABASE_URL"], config["READS_DATABASE_URL"])
    connect_queue(config)
    prepare(wanted)
    worker = PortalWorker(
        wanted,
        connection=Redis.from_url(config["REDIS_URL"]),
        worker_ttl=WORKER_TTL_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        job_monitoring_interval=MONITORING_SECONDS,
    )
    worker.work(logging_level=config["LOG_LEVEL"])


if __name__ == "__main__":
    main()

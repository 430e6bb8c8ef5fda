"""The queue that wakes workers; it may be lost at any moment, for the job rows stay in the database (decisions 7)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue

ROUNDS, DEFAULT, SLOW = "rounds", "default", "slow"
# Each has a worker of its own (run.py): a round waits for no report, an officer's file for nothing that takes the night. A
# worker of several looks in this order.
QUEUES = (ROUNDS, DEFAULT, SLOW)
RUN = "app.services.jobs.run"
KEPT_SECONDS = 3600  # a finished entry says nothing that the job row does not say
log = logging.getLogger(__name__)


@dataclass
class _Settings:
    url: str | None = None
    lease_seconds: float = 60.0
    connection: Redis | None = None


_settings = _Settings()


def connect_queue(config: Mapping[str, Any]) -> None:
    """Take REDIS_URL and LEASE_SECONDS from the settings; nothing is opened before the first job is pushed."""
    _settings.url = config["REDIS_URL"]
    _settings.lease_seconds = float(config.get("LEASE_SECONDS", 60))
    _settings.connection = None


def lease_seconds() -> float:
    """For how long a silent worker keeps its job."""
    return _settings.lease_seconds


def entry_id(job_id: int, attempt: int) -> str:
    """The queue's name for one attempt of a job row."""
    return f"{job_id}-{attempt}"


def push(job_id: int, attempt: int, queue: str, timeout_seconds: int) -> bool:
    """Wake a worker for one attempt of a job; False when the queue is away, never an error."""
    if _settings.url is None:
        return False
    try:
        Queue(queue, connection=_connection()).enqueue(
            RUN,
            job_id,
            attempt,
            job_id=entry_id(job_id, attempt),
            job_timeout=timeout_seconds,
            result_ttl=KEPT_SECONDS,
            failure_ttl=KEPT_SECONDS,
        )
    except (RedisError, OSError) as error:
        log.warning("the queue is away (%s); the ticker will hand job %s over later", type(error).__name__, job_id)
        return False
    return True


def waiting() -> set[str] | None:
    """The entries that wait for a worker now, None when the queue is away."""
    if _settings.url is None:
        return None
    try:
        return {name for queue in QUEUES for name in Queue(queue, connection=_connection()).get_job_ids()}
    except (RedisError, OSError):
        return None


def _connection() -> Redis:
    # Without retries and with short waits: a page must not hang because the queue is away.
    if _settings.connection is None:
        _settings.connection = Redis.from_url(
            _settings.url or "", socket_connect_timeout=1, socket_timeout=3, retry=Retry(NoBackoff(), 0)
        )
    return _settings.connection

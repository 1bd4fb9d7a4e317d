"""One botocore session for the whole process; its clients are built when first asked for.

Built with botocore alone: ``boto3.client`` would return the very same objects and costs an
import. Time-outs are short because a person waits; retries are few because every write that is
retried carries its own guard (where it does not, ask for one attempt).
"""

from functools import cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from chalicelib.config import settings

if TYPE_CHECKING:
    from botocore.session import Session

USER_AGENT = "antrian-paspor"  # a fixed one: building botocore's own costs a fifth of every call
CONNECTIONS = 64

_lock = RLock()


@cache
def session() -> "Session":
    """The one session."""
    from botocore.session import get_session

    return get_session()


def config(attempts: int) -> Config:
    """A client's settings, with ``attempts`` in all: 1 for a write that may not be repeated."""
    return Config(
        connect_timeout=1,
        read_timeout=3,
        max_pool_connections=CONNECTIONS,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        user_agent=USER_AGENT,
        parameter_validation=False,
    )


@cache
def _client(service: str, region: str, attempts: int) -> Any:
    return session().create_client(service, region_name=region, config=config(attempts))


def client(service: str, *, region: str = settings.region, attempts: int = 2) -> Any:
    """The process's one client of ``service`` (making one is not thread-safe, hence the lock)."""
    with _lock:
        return _client(service, region, attempts)

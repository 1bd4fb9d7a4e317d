"""The tables, as PynamoDB models: the one definition of names, keys, indexes and expiry.

Those of places and bookings are apart from those of people, because a model takes its time to
define, and neither booking nor most of the jobs need the others. ``infra/`` makes CloudFormation of
them and the local runner makes the tables; an attribute named ``expires_at`` is what DynamoDB
expires by. Instants are kept as whole seconds of Unix time.
"""

from chalicelib.config import settings


def named(table: str) -> str:
    """The name of a table on this stage."""
    return settings.table_prefix + table

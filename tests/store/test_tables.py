"""The tables: their names and keys, and the one connection behind them."""

import pytest

from chalicelib import aws as clients
from chalicelib.config import settings
from chalicelib.store import dynamo
from chalicelib.store.dynamo import Table
from infra.stack.tables import TABLES

names = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)


@names
def test_a_table_is_named_for_its_stage(table: type[Table]) -> None:
    assert table.Meta.table_name.startswith(settings.table_prefix)


def test_every_table_has_a_name_of_its_own() -> None:
    assert len({table.Meta.table_name for table in TABLES}) == len(TABLES)


def test_every_model_is_in_the_list_of_tables() -> None:
    assert set(TABLES) == set(Table.__subclasses__())


@names
def test_expiry_is_kept_in_seconds_under_the_name_that_dynamodb_expires_by(
    table: type[Table],
) -> None:
    attribute = table.get_attributes().get("expires_at")
    assert attribute is None or (attribute.attr_type, attribute.attr_name) == ("N", "expires_at")


def test_all_tables_share_one_connection() -> None:
    assert {table._get_connection().connection for table in TABLES} == {dynamo.connection}


def test_one_botocore_client_serves_all_tables(aws: None) -> None:
    for table in TABLES:
        table.describe_table()
    assert clients._client.cache_info().currsize == 1

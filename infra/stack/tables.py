"""The DynamoDB tables as CloudFormation resources, made from the models in chalicelib/store."""

from typing import Any

from chalicelib.config import settings
from chalicelib.store.dynamo import Table
from chalicelib.store.tables.booking import (
    ApplicantItem,
    BookingItem,
    DayItem,
    OfficeItem,
    SlotItem,
)
from chalicelib.store.tables.desk import BoardItem, CeremonyItem, ShiftItem, StaffItem, VisitItem
from chalicelib.store.tables.limits import SentItem, TallyItem
from chalicelib.store.tables.people import (
    AccountItem,
    ChallengeItem,
    DisclosureItem,
    ErasedItem,
    IdentityItem,
    NoticeItem,
    SessionItem,
)
from chalicelib.store.tables.waitlist import DrawItem, EntryItem
from infra.stack.keys import STAYS

TABLES: tuple[type[Table], ...] = (
    OfficeItem,
    DayItem,
    SlotItem,
    BookingItem,
    ApplicantItem,
    AccountItem,
    IdentityItem,
    ChallengeItem,
    SessionItem,
    SentItem,
    TallyItem,
    DisclosureItem,
    ErasedItem,
    BoardItem,
    VisitItem,
    StaffItem,
    ShiftItem,
    CeremonyItem,
    NoticeItem,
    EntryItem,
    DrawItem,
)

TTL = "expires_at"


def resources(stage: str) -> dict[str, Any]:
    """{logical id: resource} of all tables of a stage."""
    return {_logical_id(table): _resource(table, stage) for table in TABLES}


def _resource(table: type[Table], stage: str) -> dict[str, Any]:
    schema = table._get_schema()  # noqa: SLF001 (the model's own description of its keys)
    properties: dict[str, Any] = {
        "TableName": f"antrian-paspor-{stage}-{_short_name(table)}",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": schema["attribute_definitions"],
        "KeySchema": _key_schema(schema),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    }
    indexes = [_index(index) for index in schema["global_secondary_indexes"]]
    if indexes:
        properties["GlobalSecondaryIndexes"] = indexes
    if TTL in table.get_attributes():
        properties["TimeToLiveSpecification"] = {"AttributeName": TTL, "Enabled": True}
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": STAYS,
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _index(schema: Any) -> dict[str, Any]:
    return {
        "IndexName": schema["index_name"],
        "KeySchema": _key_schema(schema),
        "Projection": schema["projection"],
    }


def _key_schema(schema: Any) -> list[dict[str, str]]:
    """HASH before RANGE, as DynamoDB demands; PynamoDB gives the order of the names."""
    return sorted(schema["key_schema"], key=lambda key: str(key["KeyType"]))


def _short_name(table: type[Table]) -> str:
    return table.Meta.table_name.removeprefix(settings.table_prefix)


def _logical_id(table: type[Table]) -> str:
    return f"{_short_name(table).capitalize()}Table"

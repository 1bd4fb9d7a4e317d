"""moto, hastened where it does again what it has done; its answers are the same.

Tables are copied for every transaction, so that one that is refused leaves no trace. Here a copy
shares its items with the table, and an item is replaced by a copy of itself before it changes.
"""

import copy
from functools import cache
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import ast_nodes, validators

_updated = DynamoDBBackend.update_item
_sought_by: dict[type, tuple[type, ...]] = {}


def hasten() -> None:
    Table.__deepcopy__ = _shared
    DynamoDBBackend.update_item = _updated_apart
    ast_nodes.isinstance = _is
    ast_nodes.DepthFirstTraverser.nodes_to_be_processed = _sought
    # All other nodes are below the first, so what is true of it is true of them.
    for whole in (validators.ActionCountValidator, validators.OverlappingPathsValidator):
        whole.traverse = whole.process


def _shared(self: Table, memo: dict[int, Any]) -> Table:
    """A table of its own with the same items."""
    made = copy.copy(self)
    made.items = self.items.copy()
    if self.has_range_key:
        for key, ranges in self.items.items():
            made.items[key] = ranges.copy()
    return made


def _updated_apart(
    self: DynamoDBBackend, table_name: str, key: dict[str, Any], *more: Any, **named: Any
) -> Any:
    """Update a copy of an item, which the copies of its table do not share."""
    table = self.get_table(table_name)
    found = [DynamoType(key[name]) for name in table.table_key_attrs if name in key]
    item = table.get_item(*found)
    if item is not None:
        place = table.items[found[0]] if table.has_range_key else table.items
        place[found[-1]] = copy.deepcopy(item)
    return _updated(self, table_name, key, *more, **named)


def _sought(self: ast_nodes.DepthFirstTraverser) -> tuple[type, ...]:
    """The nodes that a traverser looks for: the same for all of its class."""
    if type(self) not in _sought_by:
        _sought_by[type(self)] = tuple(self._processing_map())
    return _sought_by[type(self)]


def _is(one: Any, kinds: Any) -> bool:
    return _inherits(one.__class__, kinds)


@cache
def _inherits(kind: type, kinds: Any) -> bool:
    """Whether it is one of those: an abstract class takes its time to say."""
    return issubclass(kind, kinds)

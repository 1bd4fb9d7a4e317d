"""The capacity units that DynamoDB would charge for a call, by the documented formula.

Emulators' own figures are wrong. Sources, all in the Amazon DynamoDB Developer Guide:

- "DynamoDB read and write operations": a write costs a unit for each started kilobyte of the item,
  before or after it, whichever is larger, and as much when its condition fails; one unit where
  there is no item. A consistent read costs a unit for each started four kilobytes; any other read
  costs half as much.
- "DynamoDB Transactions: How it works": every item of a transaction is written twice, to prepare
  and to commit. It does not say what a cancelled transaction costs; here it costs all of this.
- "Using Global Secondary Indexes": a write that changes an index's entry writes the entry too.
  An index is no part of a transaction: it follows when the transaction is complete. So its entry
  is written once, not twice (as measured on AWS: github.com/nubo-db/dynoxide, pull request 188).
- "DynamoDB item sizes and formats": what an item weighs.
"""

import math
from collections.abc import Iterable

from chalicelib.store.notation import Item, size

WRITE_BYTES = 1024
READ_BYTES = 4 * WRITE_BYTES


def written(*images: Item) -> int:
    """Units of one plain write of an item with these images: before, after, or as it was sent."""
    return max(1, *(math.ceil(size(image) / WRITE_BYTES) for image in images))


def indexed(keys: Iterable[str], before: Item, after: Item) -> int:
    """Units of what a write does to an index of all attributes, whose ``keys`` never change."""
    entries = [image for image in (before, after) if all(key in image for key in keys)]
    return written(*entries) if entries and before != after else 0


def read(items: Iterable[Item], *, consistent: bool, together: bool) -> float:
    """Units of a read; a Query or a Scan weighs its items ``together``, others each for itself."""
    sizes = [size(item) for item in items]
    if together:
        sizes = [sum(sizes)]
    units = sum(max(1, math.ceil(each / READ_BYTES)) for each in sizes)
    return units if consistent else units / 2

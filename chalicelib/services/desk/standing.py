"""The board as it stands: read now, or again after others have got in first."""

import random
import time

from chalicelib.domain.boards import Board, BoardKey
from chalicelib.store import boards

TRIES = 20
"""Of one change, while others change the same board."""

PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.005, 0.2


def stands(key: BoardKey) -> Board:
    """The board as it stands; made, if this is the first who needs it."""
    board = boards.get(key)
    if board is None:
        boards.make(key)
        board = boards.get(key)
    return board or Board(key)


def later(key: BoardKey, refused: int) -> Board:
    """The board after a pause (full jitter), for a change that was refused so many times."""
    longest = min(PAUSE_SECONDS * 2**refused, LONGEST_PAUSE_SECONDS)
    time.sleep(random.uniform(0, longest))  # noqa: S311 (jitter)
    return stands(key)

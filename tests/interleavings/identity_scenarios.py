"""Situations of who people are, and who does what in each at the same time.

In the titles: a stranger (x), a mother (m) with her adult son (s), a holder (h), a squatter (q) and
the owner (o) of one NIK, and whoever gets a phone that was somebody else's (n).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.interleavings.dynamodb import Database
from tests.interleavings.explore import Found, explore
from tests.interleavings.identity import (
    A,
    B,
    Doing,
    add,
    answer,
    aside,
    book,
    cancel,
    change_phone,
    did,
    disown,
    erase,
    keep_passkey,
    register,
    remove,
    reschedule,
    sign_in,
    sign_in_by_passkey,
    world,
)
from tests.interleavings.identity_offices import (
    clerk,
    clock,
    close,
    confirmed,
    free_nik,
    mark,
    nightly,
    sweep,
)
from tests.interleavings.identity_promises import always, finally_


@dataclass(frozen=True, slots=True)
class Situation:
    title: str
    before: Callable[[], Database]
    doings: Sequence[Doing]
    owners: Mapping[str, str] = field(default_factory=dict)
    """The accounts of whom a NIK truly belongs to."""
    small: bool = False
    """Whether it is walked through with a call that times out by default too."""

    def __str__(self) -> str:
        return self.title

    def explore(
        self,
        *,
        crashes: int = 1,
        timeouts: int = 0,
        limit: int = 10**9,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Found:
        return explore(
            self.before(),
            {f"{n} {doing}": doing for n, doing in enumerate(self.doings)},
            always,
            finally_(self.owners),
            crashes=crashes,
            timeouts=timeouts,
            aside=aside,
            limit=limit,
            progress=progress,
        )


def there(*accounts: str, b: int = 4, then: Sequence[Doing] = ()) -> Callable[[], Database]:
    """Accounts with their relatives, as in "m:FS"; and what they have done."""

    def build() -> Database:
        doings: list[Doing] = []
        for one in accounts:
            account, _, relatives = one.partition(":")
            doings.append(register(account, account.upper(), f"p{account}"))
            doings += [add(account, name) for name in relatives]
        return did(world(4, b), *doings, *then)

    return build


BOTH = (register("q", "O", "pq"), register("o", "O", "po"))
OWNER = {"O": "o"}
TWICE = (book("k", "q", "O"), cancel("q", "k"), book("l", "q", "O"))
SON = register("s", "S", "ps")
FAMILY = there("m:FS", b=3, then=(book("k", "m", "MFS"), SON))
ALLOWED = (answer("h", "H", "x", True),)
PAUSED = (book("k", "x", "H"), cancel("x", "k"))
LONG_IDLE = there("h", then=(clock(61),))
SON_OUT = disown("s", "S", "m", "k")

SITUATIONS = (
    Situation(
        "a stranger names a holder and books; the holder books",
        there("h", "x"),
        [add("x", "H"), book("k", "x", "H"), book("l", "h", "H", B)],
    ),
    Situation(
        "asked, answered, booked",
        there("h", "x:H"),
        [answer("h", "H", "x", True), book("k", "x", "H"), book("l", "h", "H", B)],
    ),
    Situation(
        "consent taken back while it books",
        there("h", "x:H", then=ALLOWED),
        [answer("h", "H", "x", False), book("k", "x", "XH")],
        small=True,
    ),
    Situation(
        "consent taken back, who was allowed cancels",
        there("h", "x:H", then=(*ALLOWED, book("k", "x", "H"))),
        [answer("h", "H", "x", False), cancel("x", "k"), disown("h", "H", "x", "k")],
    ),
    Situation(
        "will is counted: allowed, cancelled, taken back, cancelled, booked",
        there(
            *("h", "x:H"),
            then=(*ALLOWED, *PAUSED, book("l", "x", "H"), answer("h", "H", "x", False)),
        ),
        [cancel("x", "l"), book("n", "h", "H", B)],
        small=True,
    ),
    # who registers meanwhile
    Situation(
        "a family is booked while the son registers",
        there("m:FS", b=3),
        [book("k", "m", "MFS"), SON],
        small=True,
    ),
    Situation(
        "the son registers and books, his mother books all",
        there("m:FS", b=3),
        [book("k", "m", "MS"), SON, book("l", "s", "S", B)],
    ),
    Situation("the son disowns, his mother cancels", FAMILY, [SON_OUT, cancel("m", "k")]),
    Situation("the son disowns, his mother moves", FAMILY, [SON_OUT, reschedule("m", "k")]),
    Situation(
        "the son disowns twice, books elsewhere",
        FAMILY,
        [SON_OUT, SON_OUT, book("l", "s", "S", B)],
    ),
    Situation("the son disowns, the sweep, the office closes", FAMILY, [SON_OUT, sweep(), close()]),
    Situation(
        "the son disowns and consents",
        FAMILY,
        [SON_OUT, answer("s", "S", "m", True), book("l", "m", "S", B)],
    ),
    Situation(
        "the son disowns, his mother removes him and adds him",
        FAMILY,
        [SON_OUT, remove("m", "S"), add("m", "S")],
        small=True,
    ),
    Situation(
        "son and father disown",
        there("m:FS", b=3, then=(book("k", "m", "FS"), SON, register("f", "F", "pf"))),
        [SON_OUT, disown("f", "F", "m", "k"), sweep()],
    ),
    Situation(
        "the son erases himself, his mother cancels and erases herself",
        FAMILY,
        [erase("s"), cancel("m", "k"), erase("m")],
    ),
    Situation(
        "the son disowns a moved booking",
        there(
            "m:FS",
            b=3,
            then=(
                *(book("k", "m", "MFS"), SON, cancel("m", "k"), clock(31)),
                # What she asked has lapsed since: she asks anew.
                *(remove("m", "S"), add("m", "S"), answer("s", "S", "m", True)),
                book("l", "m", "MS"),
            ),
        ),
        [disown("s", "S", "m", "l"), reschedule("m", "l"), sweep()],
    ),
    # pauses
    Situation(
        "a stranger cancels for who registers",
        there("x:H", then=(book("k", "x", "H"),)),
        [cancel("x", "k"), register("h", "H", "ph"), book("l", "h", "H", B)],
    ),
    Situation(
        "a stranger cancels and books again",
        there("x:H", then=(book("k", "x", "H"),)),
        [cancel("x", "k"), book("l", "x", "H")],
        small=True,
    ),
    Situation(
        "a pause is not wiped by removing and adding",
        there("x:H", then=PAUSED),
        [remove("x", "H"), add("x", "H"), book("l", "x", "H")],
    ),
    Situation(
        "nor by another account, nor at night",
        there("x:H", "y", then=PAUSED),
        [remove("x", "H"), nightly(), add("y", "H")],
        small=True,
    ),
    Situation(
        "the pause goes with the NIK to another account",
        there("x:H", "y", then=PAUSED),
        [remove("x", "H"), add("y", "H"), book("l", "y", "H")],
    ),
    Situation(
        "registered, erased, named again",
        there(
            "x:H",
            then=(*PAUSED, register("h", "H", "ph"), book("l", "h", "H"), cancel("h", "l")),
        ),
        [erase("h"), book("n", "x", "H"), register("g", "H", "pg")],
    ),
    Situation(
        "own cancellations: twice, then booking",
        there("h", then=(book("k", "h", "H"), cancel("h", "k"), book("l", "h", "H"))),
        [cancel("h", "l"), book("n", "h", "H", B)],
        small=True,
    ),
    Situation(
        "one own, then others' from before: no pause",
        there("x:H", then=(book("k", "x", "H"), register("h", "H", "ph"))),
        [cancel("x", "k"), book("l", "h", "H", B), cancel("h", "l")],
        small=True,
    ),
    Situation(
        "own once after disowning",
        there(
            "x:H",
            then=(
                *(book("k", "x", "H"), register("h", "H", "ph"), disown("h", "H", "x", "k")),
                *(book("l", "h", "H"), cancel("h", "l")),
            ),
        ),
        [book("n", "h", "H", B), remove("x", "H")],
        small=True,
    ),
    Situation(
        "own once, erased: whom nobody holds waits",
        there("h", "x:H", then=(book("k", "h", "H"), cancel("h", "k"))),
        [erase("h"), book("n", "x", "H", B)],
        small=True,
    ),
    # squatters
    Situation(
        "squatter and owner register at once",
        there("m:O"),
        [*BOTH, book("k", "m", "O")],
        OWNER,
    ),
    Situation(
        "the owner is seen, the squatter books",
        there("m", then=BOTH),
        [clerk("O", "o"), book("k", "q", "O"), book("l", "o", "O", B)],
        OWNER,
    ),
    Situation(
        "the owner is confirmed, the squatter consents to his broker",
        there("m", then=(*BOTH, add("m", "O"))),
        [confirmed("O", "o"), answer("q", "O", "m", True), book("k", "m", "O")],
        OWNER,
    ),
    Situation(
        "the owner is seen, the squatter had consented",
        there("m", then=(*BOTH, add("m", "O"), answer("q", "O", "m", True))),
        [clerk("O", "o"), book("k", "m", "O")],
        OWNER,
        small=True,
    ),
    Situation(
        "the owner is seen and disowns, the squatter cancels",
        there("m", then=(*BOTH, book("k", "q", "O"))),
        [clerk("O", "o"), disown("o", "O", "q", "k"), cancel("q", "k")],
        OWNER,
    ),
    Situation(
        "the owner is seen while the squatter cancels and moves",
        there("m", then=(*BOTH, book("k", "q", "O"))),
        [clerk("O", "o"), cancel("q", "k"), book("l", "o", "O", B)],
        OWNER,
    ),
    Situation(
        "the squatter has cancelled twice, the owner is seen",
        there("m", then=(*BOTH, *TWICE, cancel("q", "l"))),
        [clerk("O", "o"), book("n", "o", "O", B)],
        OWNER,
        small=True,
    ),
    Situation(
        "the squatter cancels for the second time while the owner is seen and books",
        there("m", then=(*BOTH, *TWICE)),
        [clerk("O", "o"), cancel("q", "l"), book("n", "o", "O", B)],
        OWNER,
    ),
    Situation(
        "the squatter books while the owner is seen; he cancels",
        there("m", then=(*BOTH, book("k", "q", "O"), cancel("q", "k"))),
        [clerk("O", "o"), book("l", "q", "O"), cancel("q", "l")],
        OWNER,
    ),
    Situation(
        "the squatter books and cancels for the first time while the owner is seen",
        there("m", then=BOTH),
        [clerk("O", "o"), book("l", "q", "O"), cancel("q", "l")],
        OWNER,
    ),
    Situation(
        "handed over to another account of one's own",
        there("m", then=(*BOTH, *TWICE, cancel("q", "l"))),
        [answer("q", "O", "o", True), book("n", "o", "O", B)],
        OWNER,
        small=True,
    ),
    Situation(
        "handed over while it books and cancels",
        there("m", then=(*BOTH, *TWICE)),
        [answer("q", "O", "o", True), cancel("q", "l"), book("n", "o", "O", B)],
        OWNER,
    ),
    Situation(
        "handed over to an account that loses its phone",
        there("m", then=(*BOTH, clock(61))),
        [answer("q", "O", "o", True), register("n", "N", "po")],
        small=True,
    ),
    Situation(
        "squatter erased, owner was second",
        there("m", then=BOTH),
        [erase("q"), book("k", "o", "O")],
        OWNER,
        small=True,
    ),
    Situation(
        "released by the office, the squatter comes again",
        there("m:O", then=(register("q", "O", "pq"),)),
        [free_nik("O"), register("r", "O", "pr"), book("k", "m", "O")],
        {"O": "r"},
    ),
    Situation(
        "two clerks",
        there("m", then=BOTH),
        [clerk("O", "o"), clerk("O", "q"), book("k", "o", "O")],
        OWNER,
    ),
    Situation(
        "two register, both confirmed",
        there("m", then=BOTH),
        [confirmed("O", "o"), confirmed("O", "q"), book("k", "q", "O")],
        OWNER,
    ),
    # phones
    Situation(
        "a recycled phone, its old owner signs in",
        LONG_IDLE,
        [register("n", "N", "ph"), sign_in("ph"), book("k", "h", "H")],
        small=True,
    ),
    Situation(
        "a recycled phone, its old owner signs in by passkey",
        there("h", then=(keep_passkey("h"), clock(59))),
        [sign_in_by_passkey("h"), clock(2), register("n", "N", "ph")],
        small=True,
    ),
    Situation(
        "a recycled phone, twice", LONG_IDLE, [register("n", "N", "ph"), register("w", "W", "ph")]
    ),
    Situation(
        "a recycled phone, the old account is erased",
        LONG_IDLE,
        [register("n", "N", "ph"), erase("h")],
        small=True,
    ),
    Situation(
        "a recycled phone, the old account changes its own",
        LONG_IDLE,
        [register("n", "N", "ph"), change_phone("h", "p2")],
        small=True,
    ),
    Situation(
        "a recycled phone, the old owner is asked",
        there("h", "x:H", then=(clock(61),)),
        [register("n", "N", "ph"), answer("h", "H", "x", True), book("k", "x", "H")],
    ),
    Situation(
        "the same person by the same idle phone",
        LONG_IDLE,
        [register("g", "H", "ph"), sign_in("ph")],
        small=True,
    ),
    Situation(
        "a detached owner comes back by another phone, and who books for them",
        there("h", then=(clock(61), register("n", "N", "ph"))),
        [register("g", "H", "p2"), book("k", "h", "H"), add("n", "H")],
    ),
    Situation(
        "confirmed by the job while the phone is taken",
        LONG_IDLE,
        [register("n", "N", "ph"), confirmed("H", "h")],
        small=True,
    ),
    Situation(
        "two want one phone",
        there("h", "x"),
        [change_phone("h", "p2"), change_phone("x", "p2")],
        small=True,
    ),
    Situation(
        "a phone is changed to an idle one, whose owner signs in",
        there("h", then=(clock(61), register("x", "X", "px"))),
        [change_phone("x", "ph"), sign_in("ph")],
        small=True,
    ),
    # erasure
    Situation(
        "erasure against a change of phone",
        there("x:S"),
        [erase("x"), change_phone("x", "p2")],
        small=True,
    ),
    Situation(
        "a detached account is erased against another phone for it",
        there("h", then=(clock(61), register("n", "N", "ph"))),
        [change_phone("h", "p2"), erase("h")],
        small=True,
    ),
    Situation(
        "erasure against adding",
        there("x", "m:S"),
        [erase("x"), add("x", "S"), remove("m", "S")],
    ),
    Situation(
        "erasure against booking", there("x:S"), [erase("x"), book("k", "x", "XS")], small=True
    ),
    Situation(
        "the night against naming",
        there(
            "x:S",
            then=(book("k", "x", "S"), cancel("x", "k"), remove("x", "S"), clock(31)),
        ),
        [nightly(), add("x", "S"), book("l", "x", "S")],
    ),
    Situation(
        "removal against booking",
        there("x:S"),
        [remove("x", "S"), book("k", "x", "S"), nightly()],
        small=True,
    ),
    Situation(
        "registered, named and erased",
        there("x"),
        [register("h", "H", "ph"), add("x", "H"), erase("h")],
    ),
    # the draw
    Situation(
        "asking for a family, the son registers, the draw gives",
        there("m:S", then=(mark("e", "m", "MS"),)),
        [SON, book("w", "m", "MS", A, "e")],
        small=True,
    ),
    Situation(
        "the son registers while his mother asks for him",
        there("m:S"),
        [SON, mark("e", "m", "S"), mark("f", "s", "S")],
        small=True,
    ),
    Situation(
        "consent taken back while it is asked for",
        there("h", "x:H", then=ALLOWED),
        [mark("e", "x", "H"), answer("h", "H", "x", False), book("w", "x", "H", A, "e")],
    ),
    Situation(
        "displaced while asking",
        there("m", then=BOTH),
        [mark("e", "q", "O"), clerk("O", "o"), book("w", "q", "O", A, "e")],
        OWNER,
    ),
)

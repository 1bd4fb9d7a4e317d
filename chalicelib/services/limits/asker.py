"""Who asks for a code, as the edge knows it."""

from collections.abc import Callable


class Asker:
    """Where somebody is, whose device they say it is, and the work that they may have done."""

    def __init__(
        self,
        address: str | None = None,
        *,
        device_of: str | None = None,
        work: Callable[[], None] | None = None,
    ) -> None:
        self.address = address
        """None where nobody has called over the network."""
        self.device_of = device_of
        """The account that a device token is for, if a good one came with the request."""
        self.proven = False
        """Whether the work is done, and spent."""
        self._work = work

    @property
    def can_work(self) -> bool:
        """Whether there is work that can be asked of them, and has not been done."""
        return self._work is not None and not self.proven

    def prove(self) -> None:
        """See that the work is done, once for a request. Raises `ProofNeeded`."""
        if self._work is not None and not self.proven:
            self._work()
            self.proven = True

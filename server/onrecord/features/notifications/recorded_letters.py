"""The one way that a letter leaves: on the record before it, and what became of it after.

(1) record the order             `letter.ordered`; nothing leaves while the archive takes nothing
(2) hand the letter over
(3) note what became of it       `letter.sent` or `letter.failed`, owed to the record (entries.py)
All have one `order`, which names the letter where it is handed over (carriers.py): one that is
handed over again under the same order is the same letter. Whatever ends the process between (1) and
(3) leaves an order without a result: nobody can know whether that letter left. Of what waits there
is another letter, an invite stands as not delivered until its link is sent again, a code is asked
for again, and a reset hands the same letter over again (confirming_again.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.core.ports import Bridge
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.letters.carriers import Carriers
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.values import Owed

NOT_TAKEN: Final = frozenset({"letters_not_set_up", "letter_not_taken"})
"""What a letter is refused with that nobody takes; that is on the record then."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who has a letter sent, and what its record says besides its kind and its way.

    `id`: the order's; None: a new one. The same one again is the same letter, ordered once.
    """

    actor: Actor
    origin: Origin
    facts: Facts
    id: str | None = None


class RecordedLetters:
    """Sends letters, each with its records. *carriers* hand them over."""

    def __init__(
        self, entries: Entries, carriers: Carriers, *, write: Bridge, clock: Clock
    ) -> None:
        self._entries = entries
        self._carriers = carriers
        self._write = write
        self._clock = clock

    def demand(self, way: Way) -> None:
        """Raises Unavailable (`letters_not_set_up`) where no letter leaves this way."""
        self._carriers.demand(way)

    async def send(
        self,
        to: Address,
        letter: Letter,
        order: Order,
        sent: Callable[[Owed], None] | None = None,
        failed: Callable[[Owed], None] | None = None,
    ) -> None:
        """Return once the letter was taken.

        *sent* notes that with what is owed, and *failed* that it was not; they block.

        Raises Unavailable (`archive_unavailable`; `letters_not_set_up`, `letter_not_taken`, which
        are on the record then). Cancelling may leave an order without a result.
        """
        actor, origin, id = order.actor, order.origin, order.id or new_id(self._clock)
        facts: Facts = {
            **order.facts,
            "letter": letter.kind,
            "way": to.way,
            "order": id,
        }
        await self._entries.record(actor, origin, "letter.ordered", facts, id=id)  # (1)
        try:
            await self._carriers.send(to, letter, id)  # (2)
        except Refusal as refusal:
            why: Facts = {**facts, "code": refusal.code}
            await self._note(self._entries.owe(actor, origin, "letter.failed", why), failed)
            raise
        await self._note(self._entries.owe(actor, origin, "letter.sent", facts), sent)  # (3)

    async def _note(self, owed: Owed, by: Callable[[Owed], None] | None) -> None:
        if by is None:
            await self._entries.note(owed)
        else:
            await self._write(by, owed)

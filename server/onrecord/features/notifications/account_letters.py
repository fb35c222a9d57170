"""Writes to people what was done with their account, at the address that they had before.

The notices wait in the database (account_notices.py), also those that were made while no
server ran. Whose letter could not be sent is left alone for a while.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Fatal, OnRecordError
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.core.ports import Bridge
from onrecord.core.turns import in_turns
from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.client_letters import AccountLetter
from onrecord.features.notifications.recorded_letters import Order, RecordedLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.told import AccountNotice
from onrecord.features.sign_in.values import Owed

LOOK_S = 5.0
"""How often the store is asked, seconds."""
AT_ONCE = 20
"""Notices of one look."""
PAUSE_S = 300.0
"""How long a notice whose letter could not be sent is left alone, seconds."""


@dataclass(frozen=True, slots=True)
class AccountLetterOptions:
    """What the letters name. `by_mail`: whether there is a mail server at all."""

    firm: Callable[[], FirmProfile]
    by_mail: bool


class AccountLetters:
    """Sends the letters. *failed* is told of what is tried again later.

    *to_mail* returns at most so many notices that are to be sent, with the language of each, the
    oldest first; *mailed* notes that one was sent, and when, with what is owed for it. Both block.
    """

    def __init__(
        self,
        to_mail: Callable[[int], list[tuple[AccountNotice, str]]],
        mailed: Callable[[str, Owed, datetime], None],
        letters: RecordedLetters,
        options: AccountLetterOptions,
        *,
        read: Bridge,
        clock: Clock,
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._to_mail = to_mail
        self._mailed = mailed
        self._letters = letters
        self._options = options
        self._read = read
        self._clock = clock
        self._failed = failed
        self._not_before: dict[str, float] = {}

    async def run(self) -> None:
        """Look every few seconds, until cancelled, which may leave an order without a result.

        Ends at once where there is no mail server. Raises Fatal.
        """
        if self._options.by_mail:
            await in_turns(self.look, every_s=LOOK_S, failed=self._failed)

    async def look(self) -> None:
        """Send what waits, one after the other. What could not be sent is told.

        Raises Unavailable: what waits cannot be read just now.
        """
        waiting = await self._read(self._to_mail, AT_ONCE + len(self._not_before))
        for notice, locale in waiting:
            if self._not_before.get(notice.id, 0.0) <= self._clock.monotonic():
                await self._send(notice, locale)

    async def _send(self, notice: AccountNotice, locale: str) -> None:
        said = notice.said
        letter = AccountLetter(
            locale=locale,
            firm=self._options.firm().name,
            what=said.what,
            by=said.by,
            about=said.about,
            approved_by=said.approved_by,
            role=said.role,
            reason=said.reason,
            token=said.token,
            ends=said.ends,
        )
        order = Order(SYSTEM, Origin("server"), {"person": notice.person, "what": said.what})
        now = self._clock.now()

        def sent(owed: Owed) -> None:
            self._mailed(notice.id, owed, now)

        try:
            await self._letters.send(Address("mail", notice.mail or ""), letter, order, sent)
        except Fatal:
            raise
        except OnRecordError as error:
            self._not_before[notice.id] = self._clock.monotonic() + PAUSE_S
            self._failed(error)
        else:
            self._not_before.pop(notice.id, None)

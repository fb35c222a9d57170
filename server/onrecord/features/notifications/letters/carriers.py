"""Where letters go: to a mail server, to an SMS provider, or to a folder for trying it out."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from onrecord.core.domain.errors import Unavailable
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.letters.text import Text
from onrecord.features.notifications.letters.texts import text_of


class Carrier(Protocol):
    """One way out.

    Implementations: MailCarrier, SmsCarrier, FolderCarrier.
    """

    async def carry(self, to: Address, text: Text, id: str) -> None:
        """Return once the other side has taken it. Raises NotTaken.

        *id*, 32 hex digits, names the letter: the other side is given it, and can tell one that
        comes again by it.
        """


class NotTaken(Exception):
    """A carrier could not hand a letter over; it says why, without address or text."""


class Carriers:
    """Sends each letter by the carrier for its address.

    For recorded_letters.py alone, through which every letter goes.
    """

    def __init__(self, carriers: Mapping[Way, Carrier]) -> None:
        self._carriers = carriers

    def demand(self, way: Way) -> None:
        """Raises Unavailable (`letters_not_set_up`) where there is no carrier for this way."""
        if way not in self._carriers:
            what = "mail" if way == "mail" else "text messages"
            raise Unavailable("letters_not_set_up", f"This service does not send {what}.")

    async def send(self, to: Address, letter: Letter, id: str) -> None:
        """Return once a carrier has handed it over. Cancelling may leave it sent.

        *id*, 32 hex digits, names the letter: the other side can tell one that comes again by it.
        Raises Unavailable (`letters_not_set_up`, `letter_not_taken`).
        """
        self.demand(to.way)
        try:
            await self._carriers[to.way].carry(to, text_of(letter), id)
        except NotTaken as error:
            detail = "It could not be sent now. Try again in a moment."
            raise Unavailable("letter_not_taken", detail, retry_after=5.0) from error


def tls_context(ca_file: Path | None, *, tls_1_2: bool) -> ssl.SSLContext:
    """Return what a carrier connects with: TLS 1.3, and 1.2 where that is allowed."""
    context = ssl.create_default_context(cafile=ca_file)
    newest = ssl.TLSVersion.TLSv1_3
    context.minimum_version = ssl.TLSVersion.TLSv1_2 if tls_1_2 else newest
    return context

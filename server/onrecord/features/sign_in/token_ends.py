"""Tells whose token it is that it will end soon, so that nothing of theirs stops unawares.

A month before, and a week before; never a token that was made for no longer than that.
"""

from datetime import timedelta

from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.people.means import Means
from onrecord.features.people.told import Said
from onrecord.features.sign_in.token_ends_store import TokenEndsStore
from onrecord.features.sign_in.values import TokenEnds

BEFORE = (timedelta(days=7), timedelta(days=30))
"""How long before its end it is told. The nearest first: with it the others are told too."""
AT_ONCE = 100
"""Tokens that one read returns."""


class TokenReminders:
    """Makes the notices. Each is stored with the mark that it was told, in one transaction."""

    def __init__(self, means: Means, store: TokenEndsStore, notices: AccountNotices) -> None:
        self._store = store
        self._read = means.read
        self._write = means.write
        self._clock = means.clock
        self._notices = notices

    async def look(self) -> None:
        """Tell what is due. Cancelling is safe: what is left is due at the next look.

        Raises Refusal: the store is busy; the next look tries again.
        """
        for before in BEFORE:
            now = self._clock.now()
            while due := await self._read(self._store.ending, now, before, AT_ONCE):
                for ending in due:
                    await self._tell(ending, before)

    async def _tell(self, ending: TokenEnds, before: timedelta) -> None:
        token, whose = ending.token, ending.whose
        said = Said("token_ends", ending.owner.name, whose, token=token.name, ends=token.expires_at)
        told = self._notices.along([ending.owner], said)
        await self._write(self._store.told, token.id, before, told)

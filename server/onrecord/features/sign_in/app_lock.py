"""The app lock: a person locks a session of theirs, and shows that it is them before it goes on.

Lock, in order:                               Unlock, in order:
(1) lock it, and owe the record (entries.py)  (1) count the attempt, as one to sign in
(2) its sockets end                           (2) a passkey of theirs, their password or a code
                                              (3) no: record the refusal
                                              (4) record session.unlocked, then unlock
"""

from collections.abc import Awaitable
from typing import Literal

from onrecord.core.domain.errors import BadInput, NotAllowed
from onrecord.core.domain.values import Facts, Origin
from onrecord.features.clients.ceremonies import Assertion
from onrecord.features.clients.passkeys import Passkeys
from onrecord.features.clients.proving import Proved, Proving
from onrecord.features.people.means import Means
from onrecord.features.sign_in.service import SignIn
from onrecord.features.sign_in.values import Person, Session, SignedIn

By = Literal["passkey", "password", "code"]
"""What somebody unlocked with."""


class AppLock:
    """Locks and unlocks sessions."""

    def __init__(
        self, means: Means, *, passkeys: Passkeys, sign_in: SignIn, proving: Proving
    ) -> None:
        self._store = means.store
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock
        self._passkeys = passkeys
        self._sign_in = sign_in
        self._proving = proving

    async def lock(self, who: SignedIn, origin: Origin) -> None:
        """Lock the caller's session, at once; one that is locked stays so."""
        owed = self._entries.owe(who.person, origin, "session.locked", {"session": who.session})
        await self._write(self._store.lock_session, who.session, owed, at=self._clock.now())
        # Also where it was locked: by a call whose caller did not wait for it.
        self._registry.lock(who.session)

    async def by_passkey(
        self, person: Person, session: Session, origin: Origin, said: Assertion
    ) -> None:
        """Unlock for who has a passkey of this very person.

        Raises BadInput (`bad_passkey`: somebody else's too), TooMany (`too_many_attempts`),
        Unavailable (`archive_unavailable`).
        """
        shown = self._passkeys.confirm(person, session, said)
        await self._shown(shown, person, session, origin)
        await self._unlock(person, session, origin, "passkey")

    async def by_password(
        self, person: Person, session: Session, origin: Origin, password: str
    ) -> None:
        """Unlock for who knows the password.

        Raises NotAllowed (`bad_password`: none, or a wrong one), TooMany (`too_many_attempts`),
        Unavailable (`archive_unavailable`).
        """
        shown = self._sign_in.confirm(person, session, password)
        await self._shown(shown, person, session, origin)
        await self._unlock(person, session, origin, "password")

    async def by_code(
        self, client: Person, session: Session, origin: Origin, code: str, device: str | None
    ) -> Proved:
        """Unlock for a client who types a code, which proves as much as at any other time.

        Raises what Proving.prove does.
        """
        proved = await self._proving.prove(client, session, origin, code, device)
        await self._unlock(client, proved.session, origin, "code")
        return proved

    async def _shown(
        self, shown: Awaitable[None], person: Person, session: Session, origin: Origin
    ) -> None:
        try:
            await shown
        except (BadInput, NotAllowed):
            facts: Facts = {"person": person.id, "session": session.id}
            await self._entries.refused(person.actor, origin, "unlock.refused", facts)
            raise

    async def _unlock(self, person: Person, session: Session, origin: Origin, by: By) -> None:
        if not session.locked:
            return
        await self._entries.settle()  # that it was locked stands before it
        facts: Facts = {"session": session.id, "by": by}
        await self._entries.record(person.actor, origin, "session.unlocked", facts)
        await self._write(self._store.unlock_session, session.id)
        self._registry.unlock(session.id)

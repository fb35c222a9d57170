"""Passkeys: a client signs in with finger, face or PIN instead of a code; anybody unlocks with one.

Make one, in order:                          Sign in with one, in order:
(1) a fresh proof of who asks (assurance.py)  (1) the passkey is known, its client active; count
(2) a challenge, for this person, 5 minutes   (2) the challenge, ours (signed_challenges.py)
(3) the challenge, used up                    (3) used up, whatever comes of it
(4) the library verifies                      (4) the library verifies
(5) record, insert, a letter                  (5) its counter has moved on (a copy would lag)
                                              (6) record, tell, open the session (arrivals.py)
"""

import os
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Literal

from onrecord.core.domain.errors import BadInput, Conflict, NotFound, NotSignedIn
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.texts import one_line
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.features.clients.arrivals import UNNAMED, Arrivals
from onrecord.features.clients.assurance import Assurance
from onrecord.features.clients.assurance_values import Passkey
from onrecord.features.clients.ceremonies import Assertion, Ceremonies, bad_passkey, challenge_hash
from onrecord.features.clients.passkey_store import PasskeyStore
from onrecord.features.clients.signed_challenges import SignedChallenges
from onrecord.features.people.means import Means
from onrecord.features.sign_in.service import Caller, Opened, record_refusal
from onrecord.features.sign_in.sessions import LONGEST_DEVICE
from onrecord.features.sign_in.throttle import Attempt, Throttle
from onrecord.features.sign_in.values import Person, Session
from onrecord_archive.events.ids import PersonId

CHALLENGE = timedelta(minutes=5)
CHALLENGE_BYTES = 32
MOST = 20
"""Passkeys of one person."""
Use = Literal["make", "unlock"]
"""What a challenge is for: it is kept under that, and serves nothing else."""


@dataclass(frozen=True, slots=True)
class Making:
    """What an authenticator needs to make a passkey. `known`: which ones not to make again."""

    challenge: bytes
    user: bytes
    name: str
    known: list[bytes]


@dataclass(frozen=True, slots=True)
class Asking:
    """What a passkey of somebody is to sign. `known`: theirs."""

    challenge: bytes
    user: bytes
    known: list[bytes]


class Passkeys:
    """Makes, uses, lists and removes them."""

    def __init__(
        self,
        means: Means,
        *,
        store: PasskeyStore,
        ceremonies: Ceremonies,
        assurance: Assurance,
        arrivals: Arrivals,
        throttle: Throttle,
    ) -> None:
        self._store = store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._assurance = assurance
        self._arrivals = arrivals
        self._throttle = throttle
        self._signed = SignedChallenges(means.clock, CHALLENGE)
        self.ceremonies = ceremonies

    async def of(self, person: PersonId) -> list[Passkey]:
        """Return a person's passkeys, the oldest first."""
        return await self._read(self._store.passkeys_of, person)

    async def begin(self, client: Person, session: Session, *, proved: bool = False) -> Making:
        """Return what is needed to make one. *proved*: they typed their password just now.

        Raises NotAllowed (`step_up_required`), Conflict (`too_many_passkeys`).
        """
        if not proved:
            await self._assurance.demand_fresh(session)
        known = await self.of(client.id)
        if len(known) >= MOST:
            raise Conflict("too_many_passkeys", f"You have {MOST} passkeys. Remove one first.")
        challenge = await self._challenge("make", client.id)
        return Making(challenge, _handle(client.id), client.name, [one.credential for one in known])

    async def make(
        self, client: Person, origin: Origin, name: str, client_data: bytes, attestation: bytes
    ) -> Passkey:
        """Verify, record and insert one.

        Raises BadInput (`bad_passkey`: of another page, replayed, too late, without asking the
        person), Conflict (`passkey_known`), NotSignedIn (`session_ended`: they were signed out
        meanwhile), Unavailable (`archive_unavailable`).
        """
        ceremonies = self.ceremonies
        await self._take("make", ceremonies.challenge_in(client_data), client.id)
        made = ceremonies.made(client_data, attestation)
        passkey = Passkey(
            id=new_id(self._clock),
            person=client.id,
            name=one_line(name, LONGEST_DEVICE) or UNNAMED,
            credential=made.credential,
            key=made.key,
            counter=made.counter,
            created_at=self._clock.now(),
        )
        if await self._read(self._store.passkey, made.credential) is not None:
            raise _known()
        await self._entries.record(client.actor, origin, "passkey.added", _facts(passkey))
        if not await self._write(self._store.add_passkey, passkey, epoch=client.epoch):
            if await self._read(self._store.passkey, made.credential) is not None:
                raise _known()
            raise NotSignedIn("session_ended", "You were signed out. Sign in again.")
        await self._arrivals.warn_of_passkey(client)
        return passkey

    def ask(self) -> bytes:
        """Return a challenge for somebody who wants in. It is kept nowhere, so all may have one."""
        return self._signed.make()

    async def ask_again(self, person: Person, session: Session) -> Asking:
        """Return what somebody signed in is to sign. Raises TooMany (`too_many_attempts`)."""
        self._throttle.take_known(_unlocking(session))
        known = [one.credential for one in await self.of(person.id)]
        challenge = await self._challenge("unlock", person.id)
        return Asking(challenge, _handle(person.id), known)

    async def confirm(self, person: Person, session: Session, said: Assertion) -> None:
        """Make sure that who is signed in has a passkey of theirs.

        Raises BadInput (`bad_passkey`: of somebody else, removed, replayed, or as in `sign_in`),
        TooMany (`too_many_attempts`).
        """
        with self._throttle.known_attempt(_unlocking(session)) as attempt:
            try:
                challenge = self.ceremonies.challenge_in(said.client_data)
                await self._take("unlock", challenge, person.id)
                found = await self._read(self._store.passkey, said.credential)
                if found is None or found[1].id != person.id or said.user != _handle(person.id):
                    raise bad_passkey()
                await self._used(said, found[0])
            except BadInput:
                attempt.fail()
                raise

    async def sign_in(self, said: Assertion, caller: Caller) -> Opened:
        """Open a session for who has a passkey.

        Raises NotSignedIn (`bad_passkey`: unknown, removed, not verified, replayed, too late, of
        another page, or a copy), SignedInAsOther (the same answer of theirs works afterwards),
        TooMany (`too_many_attempts`: by this passkey; the network's tries count for a passkey that
        is none), Unavailable (`archive_unavailable`).
        """
        found = await self._read(self._store.passkey, said.credential)
        if found is None:
            self._throttle.take(None, caller.address)
            await record_refusal(self._entries, caller, "passkey")
            raise NotSignedIn("bad_passkey", bad_passkey().detail)
        passkey, client = found
        with self._throttle.known_attempt(f"passkey {passkey.id}") as attempt:
            await self._shown(said, passkey, client, caller, attempt)
            facts, origin = _facts(passkey), caller.origin("passkey")
            await self._entries.record(client.actor, origin, "passkey.used", facts)
            return await self._arrivals.open(client, "passkey", caller)

    async def _shown(
        self, said: Assertion, passkey: Passkey, client: Person, caller: Caller, attempt: Attempt
    ) -> None:
        try:
            challenge = self.ceremonies.challenge_in(said.client_data)
            self._ask_first(said, passkey, client, caller)
            await self._spend(challenge)
            # Those of the firm's people unlock (app_lock.py); they sign in with a password.
            if client.kind != "client" or said.user != _handle(client.id):
                raise bad_passkey()
            await self._used(said, passkey)
        except BadInput as error:
            attempt.fail()
            await record_refusal(self._entries, caller, "passkey", client)
            raise NotSignedIn("bad_passkey", error.detail) from error

    def _ask_first(self, said: Assertion, passkey: Passkey, client: Person, caller: Caller) -> None:
        """Raise SignedInAsOther to who has the passkey, BadInput to who has not."""
        if caller.here is None or client.kind != "client":
            return
        self.ceremonies.used(said, passkey.key)
        caller.ask_first(client.id, client.name)

    async def remove(self, actor: Actor, origin: Origin, id: str) -> None:
        """Remove one's own, at once. Raises NotFound (`no_such_passkey`)."""
        facts: Facts = {"person": actor.id, "passkey": id}
        owed = self._entries.owe(actor, origin, "passkey.removed", facts)
        now = self._clock.now()
        if not await self._write(self._store.remove_passkey, actor.id, id, owed, at=now):
            raise NotFound("no_such_passkey", "There is no such passkey.")

    async def _used(self, said: Assertion, passkey: Passkey) -> None:
        counter, now = self.ceremonies.used(said, passkey.key), self._clock.now()
        if not await self._write(self._store.use_passkey, passkey.id, counter, now):
            raise bad_passkey()

    async def _challenge(self, use: Use, person: PersonId) -> bytes:
        challenge = os.urandom(CHALLENGE_BYTES)
        until = self._clock.now() + CHALLENGE
        key = _kept_under(use, challenge_hash(challenge))
        await self._write(self._store.put_challenge, key, person, until)
        return challenge

    async def _take(self, use: Use, challenge: bytes, person: PersonId) -> None:
        key, now = _kept_under(use, challenge_hash(challenge)), self._clock.now()
        if not await self._write(self._store.take_challenge, key, person, now):
            raise bad_passkey()

    async def _spend(self, challenge: bytes) -> None:
        until, hashed = self._signed.until(challenge), challenge_hash(challenge)
        if until is None or not await self._write(self._store.spend_challenge, hashed, until):
            raise bad_passkey()


def _kept_under(use: Use, hashed: bytes) -> bytes:
    return sha256(f"passkey {use} ".encode() + hashed).digest()


def _unlocking(session: Session) -> str:
    """What the challenges and tries of a session count by, apart from all others."""
    return f"unlock {session.id}"


def _handle(person: PersonId) -> bytes:
    """What an authenticator knows a person by; nothing of them can be read from it."""
    return bytes.fromhex(person)


def _facts(passkey: Passkey) -> Facts:
    return {"person": passkey.person, "passkey": passkey.id, "name": passkey.name}


def _known() -> Conflict:
    return Conflict("passkey_known", "This passkey is known already.")

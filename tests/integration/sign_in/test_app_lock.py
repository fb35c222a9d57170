"""The app lock: a locked session opens to its own person alone, and all of it is recorded."""

import asyncio
from pathlib import Path

import pytest

from onrecord.app.clients import PASSKEYS
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import Origin, SystemEntry
from onrecord.features.clients.ceremonies import Assertion
from onrecord.features.sign_in.service import Caller, Opened
from onrecord.features.sign_in.throttle import ThrottleOptions
from onrecord.features.sign_in.values import Person, Session
from tests.integration.clients.test_passkeys import come_in, make, refused, said
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import CHAT, PASSWORD, Office
from tests.rig.authenticator import Authenticator

HERE = Origin("password", None, (CHAT.address,))


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def signed_in(office: Office, username: str = "ada", caller: Caller = CHAT) -> Opened:
    """Somebody of the firm, who has just signed in."""
    await office.hire(username)
    return await office.sign_in.by_password(username, PASSWORD, caller)


async def locked(office: Office, desk: Desk, opened: Opened) -> Session:
    """Lock a session, and return it as the next request finds it."""
    found = await office.sessions.find(opened.secret, "chat")
    await desk.assured.app_lock.lock(found.signed_in, HERE)
    found = await office.sessions.find(opened.secret, "chat")
    assert found.signed_in.locked
    return found.session


async def is_locked(office: Office, opened: Opened) -> bool:
    """What the next request finds."""
    return (await office.sessions.find(opened.secret, "chat")).session.locked


async def answer(desk: Desk, key: Authenticator, person: Person, session: Session) -> Assertion:
    """What somebody's device signs, asked anew."""
    asking = await desk.assured.passkeys.ask_again(person, session)
    return said(key.use(asking.challenge))


def notes(office: Office) -> list[tuple[str, object]]:
    """What the identity stream has of locking, in order, and by what it was unlocked."""
    found: list[tuple[str, object]] = []
    for each in office.records.entries:
        body = each.body
        if isinstance(body, SystemEntry) and "lock" in body.type:
            found.append((body.type, body.facts.get("by")))
    return found


def test_a_passkey_of_the_firms_people_unlocks_and_signs_nobody_in(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened = await signed_in(office)
        key = await make(desk, opened)
        session = await locked(office, desk, opened)
        asking = await desk.assured.passkeys.ask_again(opened.person, session)
        assert asking.known == [key.credential]
        signed = said(key.use(asking.challenge))
        await desk.assured.app_lock.by_passkey(opened.person, session, HERE, signed)
        assert not await is_locked(office, opened)
        assert notes(office) == [("session.locked", None), ("session.unlocked", "passkey")]
        challenge = desk.assured.passkeys.ask()
        way_in = desk.assured.passkeys.sign_in(said(key.use(challenge)), CHAT)
        assert await refused(way_in) == "bad_passkey"

    asyncio.run(story())


def test_a_client_unlocks_with_the_passkey_that_they_have_or_a_code(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        key = await make(desk, opened)
        lock, client = desk.assured.app_lock, opened.person
        session = await locked(office, desk, opened)
        await lock.by_passkey(client, session, HERE, await answer(desk, key, client, session))
        session = await locked(office, desk, opened)
        await desk.assured.proving.send_code(client, session, HERE)
        wrong = lock.by_code(client, session, HERE, "000", None)
        assert await refused(wrong) == "bad_code"
        assert await is_locked(office, opened)
        await lock.by_code(client, session, HERE, desk.code(), None)
        assert not await is_locked(office, opened)
        assert [by for _, by in notes(office)] == [None, "passkey", None, "code"]
        assert "client.proved" in office.records.types()

    asyncio.run(story())


def test_what_is_no_passkey_of_this_person_leaves_it_locked(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada, eve = await signed_in(office), await signed_in(office, "eve")
        hers, others = await make(desk, ada), await make(desk, eve)
        session, lock = await locked(office, desk, ada), desk.assured.app_lock
        person = ada.person
        spent = await answer(desk, hers, person, session)
        await lock.by_passkey(person, session, HERE, spent)
        session = await locked(office, desk, ada)
        strange = desk.assured.passkeys.ask()
        foreign = await desk.assured.passkeys.ask_again(eve.person, eve.session)
        making = await desk.assured.passkeys.begin(person, session, proved=True)
        late = await desk.assured.passkeys.ask_again(person, session)
        wrong = [
            spent,  # replayed
            said(hers.use(bytes(32))),  # a challenge that nobody made
            said(hers.use(strange)),  # one to sign in with
            said(hers.use(foreign.challenge)),  # one for somebody else
            said(hers.use(making.challenge)),  # one to make a passkey from
            await answer(desk, others, person, session),  # somebody else's passkey
            await answer(desk, Authenticator(hers.user), person, session),  # one that nobody knows
        ]
        hers.flags = 0x01  # nobody was asked for finger, face or PIN
        wrong.append(await answer(desk, hers, person, session))
        hers.flags, hers.origin = 0x05, "https://chat.example.evil.test"
        wrong.append(await answer(desk, hers, person, session))
        hers.origin = "https://chat.example"
        for each in wrong:
            assert await refused(lock.by_passkey(person, session, HERE, each)) == "bad_passkey"
            assert await is_locked(office, ada)
        office.clock.move(minutes=5)
        out_of_date = lock.by_passkey(person, session, HERE, said(hers.use(late.challenge)))
        assert await refused(out_of_date) == "bad_passkey"
        await office.entries.note_refusals()
        await office.entries.settle()
        bodies = [each.body for each in office.records.entries]
        refusals = [each for each in bodies if isinstance(each, SystemEntry)]
        counted = [each for each in refusals if each.type == "unlock.refused"]
        assert [body.facts.get("count", 1) for body in counted] == [1, len(wrong)]
        # The control: the same key without the fault unlocks.
        await lock.by_passkey(person, session, HERE, await answer(desk, hers, person, session))
        assert not await is_locked(office, ada)

    asyncio.run(story())


def test_the_password_unlocks_and_guessing_it_is_slowed_down_apart_from_signing_in(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened = await signed_in(office)
        session, lock = await locked(office, desk, opened), desk.assured.app_lock
        for _ in range(ThrottleOptions().known.burst):
            guess = lock.by_password(opened.person, session, HERE, "guessed")
            assert await refused(guess) == "bad_password"
        right = lock.by_password(opened.person, session, HERE, PASSWORD)
        assert await refused(right) == "too_many_attempts"
        await office.sign_in.by_password("ada", PASSWORD, CHAT)  # nobody is kept out by it
        assert await is_locked(office, opened)
        office.clock.move(minutes=1)
        await lock.by_password(opened.person, session, HERE, PASSWORD)
        assert not await is_locked(office, opened)
        assert notes(office)[-1] == ("session.unlocked", "password")

    asyncio.run(story())


def test_guesses_on_a_locked_device_keep_out_none_of_its_persons_others(
    office: Office, desk: Desk
) -> None:
    """Whoever has somebody's lost phone uses up its own allowance, and not that of their desk."""

    async def story() -> None:
        at_desk = await signed_in(office)
        key = await make(desk, at_desk)
        lost = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        there, lock = await locked(office, desk, lost), desk.assured.app_lock
        here = await locked(office, desk, at_desk)
        for _ in range(ThrottleOptions().known.burst):
            guess = lock.by_password(lost.person, there, HERE, "guessed")
            assert await refused(guess) == "bad_password"
        for _ in range(PASSKEYS.known.burst):
            await desk.assured.passkeys.ask_again(lost.person, there)
        guess = lock.by_password(lost.person, there, HERE, PASSWORD)
        assert await refused(guess) == "too_many_attempts"
        asked = desk.assured.passkeys.ask_again(lost.person, there)
        assert await refused(asked) == "too_many_attempts"
        said = await answer(desk, key, at_desk.person, here)
        await lock.by_passkey(at_desk.person, here, HERE, said)
        await lock.by_password(at_desk.person, here, HERE, PASSWORD)
        await office.own_password.choose(at_desk.person, here, HERE, "four other words", PASSWORD)

    asyncio.run(story())


def test_who_has_no_password_unlocks_with_none(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        session = await locked(office, desk, opened)
        for guess in ("", PASSWORD):
            none = desk.assured.app_lock.by_password(opened.person, session, HERE, guess)
            assert await refused(none) == "bad_password"

    asyncio.run(story())


def test_it_locks_without_an_archive_and_unlocks_with_one_alone(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await signed_in(office)
        office.records.fails = Unavailable("archive_unavailable", "")
        session = await locked(office, desk, opened)
        unlock = desk.assured.app_lock.by_password(opened.person, session, HERE, PASSWORD)
        assert await refused(unlock) == "archive_unavailable"
        assert await is_locked(office, opened)
        office.records.fails = None
        await desk.assured.app_lock.by_password(opened.person, session, HERE, PASSWORD)
        assert notes(office) == [("session.locked", None), ("session.unlocked", "password")]

    asyncio.run(story())


def test_a_locked_session_has_no_socket_and_no_file(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await signed_in(office)
        found = await office.sessions.find(opened.secret, "chat")
        used = await office.tickets.issue(found.session, "https://chat.example")
        spare = await office.tickets.issue(found.session, "https://chat.example")
        signed = await office.tickets.redeem(used, "https://chat.example")
        told: list[str] = []
        office.registry.watch(signed.session, opened.person.id, told.append)
        session = await locked(office, desk, opened)
        assert told == ["session_locked"]
        early = office.tickets.redeem(spare, "https://chat.example")
        assert await refused(early) == "bad_ticket"
        late = await office.tickets.issue(session, "https://chat.example")
        assert await refused(office.tickets.redeem(late, "https://chat.example")) == (
            "session_locked"
        )
        office.registry.unlock(session.id)  # a server that was started anew remembers nothing
        late = await office.tickets.issue(session, "https://chat.example")
        assert await refused(office.tickets.redeem(late, "https://chat.example")) == (
            "session_locked"
        )
        assert await refused(office.sessions.person_of(session.id)) == "session_locked"
        await desk.assured.app_lock.by_password(opened.person, session, HERE, PASSWORD)
        assert await office.sessions.person_of(session.id) == opened.person.id
        again = await office.tickets.issue(session, "https://chat.example")
        assert not (await office.tickets.redeem(again, "https://chat.example")).locked

    asyncio.run(story())


def test_locking_twice_is_one_record_and_touches_no_other_session(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened = await signed_in(office)
        other = await office.sign_in.by_password("ada", PASSWORD, CHAT)
        await locked(office, desk, opened)
        await locked(office, desk, opened)
        await office.entries.settle()
        assert notes(office) == [("session.locked", None)]
        assert not await is_locked(office, other)

    asyncio.run(story())


def test_a_challenge_to_unlock_makes_no_passkey(office: Office, desk: Desk) -> None:
    """It is given to who shows nothing; making one takes a sign-in of the last minutes."""

    async def story() -> None:
        ada = await signed_in(office)
        asking = await desk.assured.passkeys.ask_again(ada.person, ada.session)
        made = Authenticator(bytes.fromhex(ada.person.id)).make(asking.challenge)
        attempt = desk.assured.passkeys.make(
            ada.person, HERE, "Phone", made.client_data, made.attestation
        )
        assert await refused(attempt) == "bad_passkey"
        assert await desk.assured.passkeys.of(ada.person.id) == []
        await make(desk, ada)  # the control: from a challenge of its own it is made

    asyncio.run(story())


async def admitted(office: Office, opened: Opened) -> None:
    """Let a socket of theirs in."""
    session = opened.session
    office.means.registry.admit(session.id, session.person, session.expires_at)


def test_who_locks_again_is_locked_everywhere(office: Office, desk: Desk) -> None:
    """The first call may have ended before the registry heard of it."""

    async def story() -> None:
        ada = await signed_in(office)
        session = await locked(office, desk, ada)
        office.means.registry.unlock(session.id)  # as if it had not
        await locked(office, desk, ada)
        assert await refused(admitted(office, ada)) == "session_locked"

    asyncio.run(story())

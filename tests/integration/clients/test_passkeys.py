"""Passkeys: made after a fresh proof, used instead of a code; each wrong one is turned away."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.app.clients import PASSKEYS
from onrecord.core.domain.errors import Refusal, Unavailable
from onrecord.core.domain.values import Origin, SystemEntry
from onrecord.features.clients.ceremonies import Assertion
from onrecord.features.clients.invites import Invitee
from onrecord.features.sign_in.service import Caller, Opened
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import CHAT, Office
from tests.rig.authenticator import Answer, Authenticator
from tests.rig.patience import SECONDS as PATIENCE

CODE = Origin("code")


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def refused(work: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as caught:
        await work
    return caught.value.code


def said(answer: Answer) -> Assertion:
    return Assertion(
        credential=answer.credential,
        client_data=answer.client_data,
        authenticator_data=answer.authenticator_data,
        signature=answer.signature,
        user=answer.user,
    )


async def come_in(office: Office, desk: Desk, mail: str = "clara@example.com") -> Opened:
    """Somebody who just became a client."""
    username = mail.partition("@")[0]
    advisor = (await office.hire(f"advisor-of-{username}", role="advisor")).actor
    return await desk.bring_in(advisor, Invitee(username.title(), mail, "en", "mail"))


async def make(desk: Desk, opened: Opened, key: Authenticator | None = None) -> Authenticator:
    """A passkey of somebody who came in just now."""
    passkeys, client = desk.assured.passkeys, opened.person
    key = key or Authenticator(bytes.fromhex(client.id))
    begun = await passkeys.begin(client, opened.session)
    made = key.make(begun.challenge)
    await passkeys.make(client, CODE, "Phone", made.client_data, made.attestation)
    return key


def letters_sent(office: Office) -> list[object]:
    """Of what kind the letters were that the record says have left."""
    bodies = [each.body for each in office.records.entries]
    return [
        body.facts["letter"]
        for body in bodies
        if isinstance(body, SystemEntry) and body.type == "letter.sent"
    ]


def test_a_letter_tells_of_it_and_of_nothing_in_it(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        await make(desk, opened)
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(desk.assured.arrivals.run())
            while "passkey" not in letters_sent(office):
                await asyncio.sleep(0.01)
                await office.entries.settle()
            sending.cancel()
        (letter,) = [one for one in desk.letters() if one["subject"] == "A passkey was added"]
        assert letter["to"] == "clara@example.com"
        assert "Phone" not in letter["long"]

    asyncio.run(story())


async def sign_in(desk: Desk, key: Authenticator, caller: Caller = CHAT) -> Opened:
    challenge = desk.assured.passkeys.ask()
    return await desk.assured.passkeys.sign_in(said(key.use(challenge)), caller)


def test_one_is_made_and_used(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        key = await make(desk, opened)
        again = await sign_in(desk, key)
        assert (again.person.id, again.session.auth) == (opened.person.id, "passkey")
        assert (await office.sessions.find(again.secret, "chat")).signed_in.auth == "passkey"
        (one,) = await desk.assured.passkeys.of(opened.person.id)
        assert (one.name, one.counter, one.used_at is not None) == ("Phone", 1, True)
        types = office.records.types()
        assert [each for each in types if each.startswith("passkey")] == [
            "passkey.added",
            "passkey.used",
        ]
        opening = [each for each in office.records.entries if each.body.type == "session.opened"]
        assert opening[-1].origin.auth == "passkey"

    asyncio.run(story())


def test_it_needs_a_proof_of_the_last_minutes(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        client, session = opened.person, opened.session
        assured = desk.assured
        office.clock.move(minutes=14)
        await assured.passkeys.begin(client, session)
        office.clock.move(minutes=2)
        assert await refused(assured.passkeys.begin(client, session)) == "step_up_required"
        await assured.proving.send_code(client, session, CODE)
        assert await refused(assured.proving.prove(client, session, CODE, "000")) == "bad_code"
        assert await refused(assured.passkeys.begin(client, session)) == "step_up_required"
        await assured.proving.prove(client, session, CODE, desk.code())
        await make(desk, opened)
        assert "proof.refused" in office.records.types()
        assert "client.proved" in office.records.types()

    asyncio.run(story())


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://chat.example.evil.test"},
        {"origin": "https://console.example"},
        {"origin": "http://chat.example"},
        {"origin": "https://chat.example:8443"},
        {"rp_id": "evil.test"},
        {"flags": 0x01},  # nobody was asked for finger, face or PIN
        {"flags": 0x04},  # nobody was there
        {"cross_origin": True},
    ],
    ids=str,
)
def test_what_is_not_of_this_page_and_person_is_no_passkey(
    office: Office, desk: Desk, wrong: dict[str, object]
) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        user = bytes.fromhex(opened.person.id)
        bad = Authenticator(user, **wrong)  # type: ignore[arg-type]
        assert await refused(make(desk, opened, bad)) == "bad_passkey"
        assert await desk.assured.passkeys.of(opened.person.id) == []
        good = await make(desk, opened)
        for name, value in wrong.items():
            setattr(good, name, value)
        assert await refused(sign_in(desk, good)) == "bad_passkey"
        assert office.records.types()[-1] == "sign_in.refused"
        # The control: the same key without the fault is let in.
        for name in wrong:
            setattr(good, name, getattr(Authenticator(user), name))
        assert (await sign_in(desk, good)).person.id == opened.person.id

    asyncio.run(story())


def test_a_challenge_works_once_for_five_minutes_and_for_whom_it_was_made(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened, other = await come_in(office, desk), await come_in(office, desk, "dan@example.com")
        key, passkeys = await make(desk, opened), desk.assured.passkeys
        challenge = passkeys.ask()
        answer = said(key.use(challenge))
        await passkeys.sign_in(answer, CHAT)
        assert await refused(passkeys.sign_in(answer, CHAT)) == "bad_passkey"  # replayed
        assert await refused(passkeys.sign_in(said(key.use(challenge)), CHAT)) == "bad_passkey"
        made_up = said(key.use(bytes(32)))
        assert await refused(passkeys.sign_in(made_up, CHAT)) == "bad_passkey"
        late = passkeys.ask()
        office.clock.move(minutes=5)
        assert await refused(passkeys.sign_in(said(key.use(late)), CHAT)) == "bad_passkey"
        # One that was made to make a passkey signs nobody in, and makes nobody else's.
        begun = await passkeys.begin(opened.person, opened.session)
        stray = said(key.use(begun.challenge))
        assert await refused(passkeys.sign_in(stray, CHAT)) == "bad_passkey"
        begun = await passkeys.begin(opened.person, opened.session)
        made = Authenticator(bytes.fromhex(other.person.id)).make(begun.challenge)
        crossed = passkeys.make(other.person, CODE, "x", made.client_data, made.attestation)
        assert await refused(crossed) == "bad_passkey"
        assert (await sign_in(desk, key)).person.id == opened.person.id

    asyncio.run(story())


def test_nobody_comes_in_as_another(office: Office, desk: Desk) -> None:
    async def story() -> None:
        clara, dan = await come_in(office, desk), await come_in(office, desk, "dan@example.com")
        hers, his = await make(desk, clara), await make(desk, dan)
        stolen = replace(his, user=hers.user)
        assert await refused(sign_in(desk, stolen)) == "bad_passkey"
        renamed = replace(his, credential=hers.credential, user=hers.user)
        assert await refused(sign_in(desk, renamed)) == "bad_passkey"
        unknown = Authenticator(hers.user)
        assert await refused(sign_in(desk, unknown)) == "bad_passkey"
        assert (await sign_in(desk, hers)).person.id == clara.person.id
        assert (await sign_in(desk, his)).person.id == dan.person.id
        # Nor can one credential be of two people, or twice of one.
        taken = replace(hers, user=his.user)
        assert await refused(make(desk, dan, taken)) == "passkey_known"
        assert await refused(make(desk, clara, hers)) == "passkey_known"

    asyncio.run(story())


def test_a_copy_whose_counter_lags_is_turned_away(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        key = await make(desk, opened)
        copy = replace(key)
        for _ in range(3):
            await sign_in(desk, key)
        assert await refused(sign_in(desk, copy)) == "bad_passkey"
        synced = await make(desk, opened, Authenticator(key.user, counts=False))
        for _ in range(2):  # one that keeps no counter
            await sign_in(desk, synced)

    asyncio.run(story())


def test_a_removed_one_opens_nothing_at_once(office: Office, desk: Desk) -> None:
    async def story() -> None:
        clara, dan = await come_in(office, desk), await come_in(office, desk, "dan@example.com")
        key, passkeys = await make(desk, clara), desk.assured.passkeys
        (one,) = await passkeys.of(clara.person.id)
        theirs = passkeys.remove(dan.person.actor, CODE, one.id)
        assert await refused(theirs) == "no_such_passkey"
        office.records.fails = Unavailable("archive_unavailable", "")
        await passkeys.remove(clara.person.actor, CODE, one.id)
        office.records.fails = None
        assert await refused(sign_in(desk, key)) == "bad_passkey"
        await office.entries.settle()
        assert office.records.types()[-1] == "passkey.removed"

    asyncio.run(story())


def test_none_is_kept_or_used_that_the_archive_does_not_know(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        key = await make(desk, opened)
        office.records.fails = Unavailable("archive_unavailable", "")
        assert await refused(make(desk, opened, Authenticator(key.user))) == "archive_unavailable"
        assert await refused(sign_in(desk, key)) == "archive_unavailable"
        office.records.fails = None
        assert len(await desk.assured.passkeys.of(opened.person.id)) == 1
        assert (await sign_in(desk, key)).person.id == opened.person.id

    asyncio.run(story())


async def use_up(desk: Desk) -> None:
    """Have somebody of CHAT's network try passkeys that are none until they are slowed down."""
    for _ in range(PASSKEYS.address.burst):
        desk.assured.passkeys.ask()
        assert await refused(sign_in(desk, Authenticator(b"nobody"))) == "bad_passkey"
    assert await refused(sign_in(desk, Authenticator(b"nobody"))) == "too_many_attempts"


def test_who_tries_what_is_no_passkey_keeps_out_nobody_of_their_network(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        key = await make(desk, opened)
        await use_up(desk)
        assert (await sign_in(desk, key)).person.id == opened.person.id
        asking = await desk.assured.passkeys.ask_again(opened.person, opened.session)
        await desk.assured.passkeys.confirm(
            opened.person, opened.session, said(key.use(asking.challenge))
        )

    asyncio.run(story())


def test_one_passkey_is_slowed_down_that_signs_wrongly_again_and_again(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened, other = await come_in(office, desk), await come_in(office, desk, "dan@example.com")
        key, theirs = await make(desk, opened), await make(desk, other)
        for _ in range(PASSKEYS.known.burst):
            forged = replace(said(key.use(desk.assured.passkeys.ask())), signature=b"forged")
            assert await refused(desk.assured.passkeys.sign_in(forged, CHAT)) == "bad_passkey"
        assert await refused(sign_in(desk, key)) == "too_many_attempts"
        assert (await sign_in(desk, theirs)).person.id == other.person.id

    asyncio.run(story())


def test_who_asks_to_unlock_again_and_again_slows_down_themself_alone(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        opened, other = await come_in(office, desk), await come_in(office, desk, "dan@example.com")
        passkeys = desk.assured.passkeys
        for _ in range(PASSKEYS.known.burst):
            await passkeys.ask_again(opened.person, opened.session)
        assert (
            await refused(passkeys.ask_again(opened.person, opened.session)) == "too_many_attempts"
        )
        await passkeys.ask_again(other.person, other.session)

    asyncio.run(story())


def test_a_client_who_was_shut_out_has_none(office: Office, desk: Desk) -> None:
    async def story() -> None:
        opened = await come_in(office, desk)
        key, client = await make(desk, opened), opened.person
        await office.people.deactivate(client.actor, CODE, client.id)
        assert await refused(sign_in(desk, key)) == "bad_passkey"

    asyncio.run(story())

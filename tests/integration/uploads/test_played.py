"""Who has played a voice note: recorded once, for all of one's devices, and told to its sender."""

import asyncio

from tests.integration.uploads.conftest import EWA
from tests.rig.client import Client, client
from tests.rig.files import SOUND, Json, Sharer, sharer
from tests.rig.installation import Installation


def played(one: Client, person: str) -> list[list[int]]:
    """Return the numbers that each record had which one was told of somebody."""
    changes = [change for event in one.events for change in event.get("changes", ())]
    return [each["played"] for each in changes if each["person"] == person and "played" in each]


async def say(one: Client, conv: str, *targets: str) -> None:
    for target in targets:
        await one.say({"t": "played", "conv": conv, "target": target})


def receipt(one: Sharer, sent: Json, person: str) -> Json:
    info = one.ask("GET", f"messages/{sent['event_id']}/info").json()
    return next(each for each in info["receipts"] if each["person"] == person)


def is_played(one: Sharer, sent: Json) -> bool:
    rows = one.ask("GET", f"conversations/{sent['conv']}/timeline").json()["events"]
    return next(bool(row.get("played")) for row in rows if row["event_id"] == sent["event_id"])


def test_a_note_is_played_on_all_devices_of_one_person_and_its_sender_sees_since_when(
    bank: Installation, anna: Sharer, marek: Sharer, desk: str
) -> None:
    first, second = anna.spoken(desk), anna.spoken(desk)
    person = bank.people["marek"].id

    async def story() -> None:
        async with client(bank, "marek") as desk_top, client(bank, "marek") as phone:
            await say(desk_top, desk, second["event_id"])
            await phone.until(lambda: [second["msg_no"]] in played(phone, person))

    asyncio.run(story())
    assert [is_played(marek, each) for each in (first, second)] == [False, True]
    assert [is_played(anna, each) for each in (first, second)] == [False, False]
    assert "played_at" in receipt(anna, second, person)
    assert "played_at" not in receipt(anna, first, person)


def test_only_others_notes_in_sight_are_recorded_as_played_and_once(
    bank: Installation, anna: Sharer, marek: Sharer, desk: str
) -> None:
    own, sound = marek.spoken(desk), anna.stored(desk, "a.webm", SOUND)
    plain = anna.send(desk, [sound["id"]])
    elsewhere = anna.spoken(bank.direct("anna", EWA))
    note, last = anna.spoken(desk), anna.spoken(desk)
    person = bank.people["marek"].id
    wrong = (own["event_id"], plain["event_id"], elsewhere["event_id"], "ab" * 16)

    async def story() -> list[list[int]]:
        async with client(bank, "anna") as sender, client(bank, "marek") as one:
            await say(one, desk, *wrong, note["event_id"], note["event_id"])
            await sender.until(lambda: played(sender, person))
            await say(one, desk, *wrong, note["event_id"], last["event_id"])
            await sender.until(lambda: [last["msg_no"]] in played(sender, person))
            return played(sender, person)

    assert asyncio.run(story()) == [[note["msg_no"]], [last["msg_no"]]]


def test_a_client_and_their_advisor_see_of_each_other_what_was_played(
    bank: Installation, anna: Sharer
) -> None:
    conv = bank.direct("anna", EWA)
    with sharer(bank, EWA) as ewa:
        for sender, name in ((anna, EWA), (ewa, "anna")):
            sent, person = sender.spoken(conv), bank.people[name].id

            async def story(name: str = name, sent: Json = sent, person: str = person) -> None:
                async with client(bank, name) as one:
                    await say(one, conv, sent["event_id"])
                    await one.until(lambda: [sent["msg_no"]] in played(one, person))

            asyncio.run(story())
            assert "played_at" in receipt(sender, sent, person)

"""Whoever shares no conversation with somebody any more does not go on seeing them online."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.rig.client import Client, client, tls
from tests.rig.installation import Installation, credentials, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

ANNA, BEN, EWA, TOM = "anna@advisor", "ben@advisor", "ewa@client", "tom@client"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = install(tmp_path_factory.mktemp("bank"), [ANNA, BEN, EWA, TOM, "marek", "zofia", "ola"])
    direct = [(ANNA, EWA), (ANNA, TOM), (ANNA, "marek")]
    populate_conversations(made, {"Desk": ["zofia", "marek"], "Loans": ["zofia", "marek"]}, direct)
    with running(made):
        yield made


def told(who: Client, person: str) -> list[str]:
    """What somebody was told of another's presence, the newest last."""
    items = [item for frame in who.frames for item in frame.get("items", ())]
    return [i["state"] for i in items if i["k"] == "presence" and i["person"] == person]


async def until_told(who: Client, person: str, state: str) -> None:
    await who.until(lambda: told(who, person)[-1:] == [state])


async def until_told_more(who: Client, person: str, before: int) -> None:
    await who.until(lambda: len(told(who, person)) > before)


def hand_over(made: Installation, successor: str, client: str) -> dict[str, Any]:
    person = made.people[successor].id
    about = {"t": "relationship", "conv": made.direct(ANNA, client), "person": person}
    return {**about, "op": "hand_over"}


def test_a_former_advisor_sees_the_client_offline_and_the_successor_online(
    bank: Installation,
) -> None:
    async def story() -> None:
        ewas, tom = bank.people[EWA].id, bank.people[TOM].id
        async with (
            client(bank, ANNA) as anna,
            client(bank, BEN) as ben,
            client(bank, EWA) as ewa,
            client(bank, TOM),
        ):
            await until_told(anna, ewas, "online")
            assert (await anna.command(**hand_over(bank, BEN, EWA)))["t"] == "ack"
            await until_told(anna, ewas, "offline")
            await until_told(ben, ewas, "online")
            assert told(anna, tom)[-1] == "online"  # they still share that conversation
            assert not [i for f in ewa.frames for i in f.get("items", ()) if i["k"] == "presence"]

    asyncio.run(story())


def test_who_leaves_a_group_is_seen_by_those_they_share_another_one_with(
    bank: Installation,
) -> None:
    async def story() -> None:
        zofias, mareks = bank.people["zofia"].id, bank.people["marek"].id
        async with client(bank, "zofia") as zofia, client(bank, "marek") as marek:
            await until_told(zofia, mareks, "online")
            for title in ("Desk", "Loans"):
                assert "offline" not in told(zofia, mareks)
                before = len(told(zofia, mareks))
                left = await marek.command(t="members", op="leave", conv=bank.groups[title])
                assert left["t"] == "ack", left
                await until_told_more(zofia, mareks, before)
            await until_told(zofia, mareks, "offline")
            await until_told(marek, zofias, "offline")

    asyncio.run(story())


async def begin(made: Installation, name: str, other: str) -> None:
    chat, ask = made.settings.chat, {"id": new_id(SystemClock()), "kind": "direct"}
    headers = {"host": chat.origin.removeprefix("https://"), **credentials(made, name)}
    async with httpx2.AsyncClient(
        verify=tls(made), headers=headers, trust_env=False, timeout=PATIENCE
    ) as browser:
        answer = await browser.post(
            f"https://127.0.0.1:{chat.port}/api/v1/conversations",
            json={**ask, "members": [other]},
            extensions={"sni_hostname": chat.host},
        )
    assert answer.is_success, answer.text


def test_who_begins_a_conversation_and_who_is_in_it_see_each_other_online(
    bank: Installation,
) -> None:
    async def story() -> None:
        olas, zofias = bank.people["ola"].id, bank.people["zofia"].id
        async with client(bank, "ola") as ola, client(bank, "zofia") as zofia:
            await begin(bank, "ola", zofias)
            await until_told(ola, zofias, "online")
            await until_told(zofia, olas, "online")

    asyncio.run(story())

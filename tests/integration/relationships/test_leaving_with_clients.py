"""Who leaves with clients is out within two seconds; an open client page hears it, and goes on."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.cli.reach.signed_in import PEOPLE
from onrecord.features.people.bodies import Deactivation
from onrecord.features.relationships.bodies import LeftOpen, Succession
from tests.rig.client import Client, Frame, client
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.process import running

ANNA, BEN, EWA, ADAM = "anna@advisor", "ben@advisor", "ewa@client", "adam@administrator"
WITHIN_S = 2.0
"""P10: how soon everything that lets somebody in has ended."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = install(tmp_path_factory.mktemp("bank"), [ANNA, BEN, EWA, ADAM])
    populate_conversations(made, {}, [(ANNA, EWA)])
    with running(made):
        yield made


def shown(one: Client, person: str) -> list[bool]:
    """Whether somebody has an account, as often as a page was told of them."""
    items = [item for frame in one.frames for item in frame.get("items", ())]
    found = [item["person"] for item in items if item["k"] == "directory" and "person" in item]
    return [each.get("active", True) for each in found if each["id"] == person]


def uncovered(one: Client) -> list[dict[str, Any]]:
    return [each for each in one.events if each["type"] == "conversation.uncovered"]


async def until_out(made: Installation, here: asyncio.Event) -> tuple[str, float]:
    """Have Anna's script connect until it is shut out; return why, and when."""
    frames: list[Frame] = []
    with suppress(BaseExceptionGroup):  # the closed socket's
        async with client(made, ANNA, wait=False) as one:
            frames = one.frames
            await one.until(lambda: any(each["t"] in ("resumed", "bye") for each in frames))
            here.set()
            await asyncio.get_running_loop().create_future()
    (bye,) = [each for each in frames if each["t"] == "bye"]
    return bye["code"], time.monotonic()


@pytest.mark.promise("P10")
def test_an_advisor_with_a_client_is_out_and_the_client_writes_to_whoever_takes_over(
    bank: Installation,
) -> None:
    async def story() -> None:
        anna, conv, here = bank.people[ANNA].id, bank.direct(ANNA, EWA), asyncio.Event()
        async with (
            asyncio.TaskGroup() as tasks,
            client(bank, EWA) as ewa,
            client(bank, BEN) as ben,
            Api(Door.here(bank.settings.console)) as api,
        ):
            script = tasks.create_task(until_out(bank, here))
            await here.wait()
            await api.sign_in(ADAM, PASSWORD, device="test")
            began = time.monotonic()
            left = await api.post(f"{PEOPLE}/{anna}/deactivate", Deactivation(), LeftOpen)
            code, at = await script
            assert (code, left.conversations) == ("deactivated", 1)
            assert at < began + WITHIN_S
            assert (await until_out(bank, here))[0] == "bad_token"
            await ewa.until(lambda: uncovered(ewa) and shown(ewa, anna)[-1:] == [False])
            (said,) = uncovered(ewa)
            assert (said["conv"], said["former"]) == (conv, anna)
            assert (await ewa.sent(conv, "Who answers me now?"))["t"] == "ack"
            body = Succession(bank.people[BEN].id)
            await api.send("POST", f"{PEOPLE}/{anna}/successor", body)
            await ben.until(
                lambda: any(each["type"] == "conversation.handed_over" for each in ben.events)
            )
            assert (await ben.sent(conv, "I do."))["t"] == "ack"
            await ewa.until(lambda: any(each.get("text") == "I do." for each in ewa.events))

    asyncio.run(story())

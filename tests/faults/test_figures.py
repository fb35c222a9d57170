"""What an operator reads from a running server while something waits, and once it waits no more.

A command is held in each step: in the journal's transaction, before the archive, before it is
published; and a replica's folder is taken away. The control is a server that measures nothing.
"""

import asyncio
import re
import time
from pathlib import Path

import pytest

from tests.faults.gate_server import GateServer
from tests.faults.surroundings import COPY, small_bank
from tests.rig.client import Client, client
from tests.rig.inside import inside
from tests.rig.installation import Installation

pytestmark = [pytest.mark.proofs("figure"), pytest.mark.slow]

MEASURED_SECONDS = 1.0
"""How often the figures are measured."""
SECONDS = 20.0
NOTICED_SECONDS = 2 * MEASURED_SECONDS
HELD_AT = {
    "journal": "in_transaction",
    "archive": "journaled",
    "publish": "archived",
}
"""Step -> the point at which a command that waits for it is held."""
LAGS = {step: f'onrecord_lag_seconds{{step="{step}"}}' for step in HELD_AT}
CONNECTIONS = "onrecord_connections"
DELIVERED = "onrecord_send_to_deliver_seconds_count"
SLOWER = "onrecord_send_to_deliver_seconds_sum"
BACKLOG = f'onrecord_hook_backlog_records{{hook="{COPY}"}}'
AGE = f'onrecord_hook_age_seconds{{hook="{COPY}"}}'
LINE = re.compile(r"^(onrecord_[^ ]+) ([0-9.e+-]+)$", re.MULTILINE)


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return small_bank(tmp_path)


def figures(made: Installation) -> dict[str, float]:
    """Read the running server's metrics. Blocks."""
    text = inside(made, "/metrics").text
    return {found[1]: float(found[2]) for found in LINE.finditer(text)}


async def until(
    made: Installation, seconds: float = SECONDS, /, **wanted: tuple[float, float]
) -> dict[str, float]:
    """Wait until figures lie in their ranges; return all. Raises AssertionError: one does not."""
    names = {**LAGS, "connections": CONNECTIONS, "backlog": BACKLOG, "age": AGE}
    deadline = time.monotonic() + seconds
    while True:
        seen = await asyncio.to_thread(figures, made)
        odd = {
            name: seen[names[name]]
            for name, (least, most) in wanted.items()
            if not least <= seen[names[name]] <= most
        }
        if not odd:
            return seen
        assert time.monotonic() < deadline, f"these figures do not become {wanted}: {odd}"
        await asyncio.sleep(0.1)


async def nothing_waits(made: Installation) -> dict[str, float]:
    """Wait until no command waits for any step, nor a record for the replica; return all."""
    return await until(made, journal=(0, 0), archive=(0, 0), publish=(0, 0), backlog=(0, 0))


async def held(
    made: Installation, server: GateServer, step: str, anna: Client, ewa: Client
) -> float:
    """Hold a message of Anna's before a step for two measurements and more; return the lag."""
    lag, further = LAGS[step], [other for other in ("archive", "publish") if other != step]
    none = dict.fromkeys(further, (0.0, 0.0))
    with server.closed(HELD_AT[step]):
        id = await anna.send(made.groups["Desk"], "held")
        await asyncio.to_thread(server.await_held)
        first = await until(made, connections=(2, 2), **{step: (0.001, SECONDS)}, **none)
        longer = (first[lag] + MEASURED_SECONDS, 2 * SECONDS)
        later = await until(made, **{step: longer}, **none)
    answer = await anna.answer(id)
    assert answer["t"] == "ack"
    await ewa.event(answer["event_id"])
    return later[lag]


async def through_holds(made: Installation, server: GateServer) -> None:
    async with client(made, "anna") as anna, client(made, "ewa") as ewa:
        for step in HELD_AT:
            quiet = await nothing_waits(made)
            lag = await held(made, server, step, anna, ewa)
            after = await nothing_waits(made)
            assert after[DELIVERED] - quiet[DELIVERED] == 1
            assert after[SLOWER] - quiet[SLOWER] >= lag
    await until(made, connections=(0, 0))


def taken_away(copy: Path) -> Path:
    """Move the replica's folder to where its hook does not find it; return that place."""
    return copy.rename(copy.with_name("away"))


async def without_a_copy(made: Installation, copy: Path) -> None:
    async with client(made, "anna") as anna:
        await until(made, backlog=(0, 0), age=(0, 0))
        away = taken_away(copy)
        await anna.sent(made.groups["Desk"], "not copied")
        first = await until(made, backlog=(1, 100), age=(0.001, SECONDS))
        await until(made, age=(first[AGE] + MEASURED_SECONDS, 2 * SECONDS))
        report = (await asyncio.to_thread(inside, made, "/ready")).json()
        assert report["status"] == "ready", "what waits for a hook is on the record"
        remarks = {part: said for part, said in report["checks"].items() if said != "ok"}
        assert remarks == {f"hook {COPY}": "ok (hook_unavailable)"}
        away.rename(copy)
        await until(made, backlog=(0, 0), age=(0, 0))
    assert (await asyncio.to_thread(inside, made, "/ready")).status_code == 200


def test_what_waits_is_measured_until_it_waits_no_more(made: Installation) -> None:
    server = GateServer(made)
    asyncio.run(through_holds(made, server))
    asyncio.run(without_a_copy(made, made.data.parent / COPY))
    assert server.stop() == 0


def test_control_a_server_that_measures_nothing_is_noticed(made: Installation) -> None:
    server, copy = GateServer(made, "unmeasured"), made.data.parent / COPY

    async def unseen() -> None:
        async with client(made, "anna") as anna:
            quiet = await until(made, connections=(1, 1), backlog=(0, 0))
            for step, point in HELD_AT.items():
                with server.closed(point):
                    id = await anna.send(made.groups["Desk"], "held")
                    await asyncio.to_thread(server.await_held)
                    with pytest.raises(AssertionError, match=rf"\{{'{step}': 0.0\}}"):
                        await until(made, NOTICED_SECONDS, **{step: (0.001, SECONDS)})
                assert (await anna.answer(id))["t"] == "ack"
            assert (await asyncio.to_thread(figures, made))[DELIVERED] == quiet[DELIVERED]
            taken_away(copy)
            await anna.sent(made.groups["Desk"], "not copied")
            await until(made, backlog=(1, 100))
            with pytest.raises(AssertionError, match=r"\{'age': 0.0\}"):
                await until(made, NOTICED_SECONDS, age=(0.001, SECONDS))

    asyncio.run(unseen())
    server.kill()

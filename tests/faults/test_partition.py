"""F16: the packets of one direction between a client and the server are lost, then pass again.

Anna's packets are dropped, nobody else's. Nothing is closed: only heartbeats can tell.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.faults.checker import check
from tests.faults.load import Writer, writing
from tests.faults.surroundings import everybody_catches_up
from tests.rig.client import Client, Frame, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.network import Network, in_own_network
from tests.rig.process import ServerProcess, stopping

pytestmark = [pytest.mark.proofs("long"), pytest.mark.slow]

HEARTBEAT_SECONDS = 5
ENDED_SECONDS = 2.0 * HEARTBEAT_SECONDS
"""A half-open connection ends within two heartbeats; asserted at three times that."""
HEALED_SECONDS = 45.0
"""TCP sends again after up to as long as the partition lasted."""
ANNA = "127.0.0.2"
NUMBERS = ("event_id", "conv", "conv_seq", "msg_no", "at")
"""What an ack and the event that others see both say."""
DIRECTIONS = ("to the server", "to the client")


@dataclass
class Listening(Writer):
    """Comes back also after two heartbeats of silence, as the real client does."""

    patience: float = ENDED_SECONDS
    silences: int = 0

    async def _session(self, socket: Client) -> None:
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(self._silence(socket))
            await super()._session(socket)
            watching.cancel()

    async def _silence(self, socket: Client) -> None:
        while True:
            silence = time.monotonic() - socket.heard_at
            if silence > self.patience:
                break
            await asyncio.sleep(self.patience - silence)
        self.silences += 1
        socket.socket.transport.abort()
        raise TimeoutError("nothing was heard for too long")


class Forgetful(Listening):
    """The control: it sends again under new ids, so that a lost ack makes a double."""

    async def _session(self, socket: Client) -> None:
        for old, command in list(self.outbox.items()):
            id = new_id(SystemClock())
            self.outbox[id] = self.sent[id] = {**command, "id": id}
            del self.outbox[old]
        await super()._session(socket)


@dataclass
class Seen:
    """What came of a partition."""

    offline_after: float
    """Seconds from the first dropped packet until the others saw that Anna was gone."""
    unanswered: set[str]
    """Anna's outbox at the moment of healing: client ids."""
    arrived: dict[str, Frame]
    """Which of these the others had seen by then: client id -> event."""
    others_acked: int
    """How many acks the others got meanwhile."""
    texts: Counter[str]
    """What the observer saw in all, and how often."""
    beats: int
    """How many heartbeats the observer heard, who says nothing."""


def bank(folder: Path, heartbeat_s: int) -> Installation:
    made = install(
        folder, ["anna", "piotr", "ewa"], toml=f"[limits]\nheartbeat_s = {heartbeat_s}\n"
    )
    populate_conversations(made, {"Desk": ["anna", "piotr", "ewa"]})
    made.sources["anna"] = ANNA
    return made


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return bank(tmp_path, HEARTBEAT_SECONDS)


def drop(network: Network, direction: str) -> None:
    if direction == DIRECTIONS[0]:
        network.drop_from(ANNA)
    else:
        network.drop_to(ANNA)


async def gone(observer: Client, person: str, since: float, seconds: float) -> None:
    """Wait until a person is said to be offline."""

    def said() -> bool:
        frames = [frame for frame in observer.frames if frame["came_at"] > since]
        items = [item for frame in frames for item in frame.get("items", ())]
        return any(i.get("person") == person and i.get("state") == "offline" for i in items)

    await observer.until(said, seconds)


def messages(observer: Client) -> list[Frame]:
    return [event for event in observer.events if event["type"] == "message.sent"]


def arrived(observer: Client, writer: Writer) -> dict[str, Frame]:
    """Return which of a person's messages came: client id -> event."""
    by_text = {event["text"]: event for event in messages(observer)}
    return {id: by_text[text] for id, (_, text) in writer.texts.items() if text in by_text}


async def through_a_partition(
    network: Network, made: Installation, direction: str, anna: Listening, piotr: Listening
) -> Seen:
    """Write, drop one direction until the server has given Anna up, heal, write on."""
    async with client(made, "ewa") as ewa:
        async with writing([anna, piotr]):
            await ewa.until(lambda: len(messages(ewa)) > 20)
            before, began = len(piotr.acked), time.monotonic()
            drop(network, direction)
            await gone(ewa, made.people["anna"].id, began, 3 * ENDED_SECONDS)
            offline_after = time.monotonic() - began
            unanswered, others_acked = set(anna.outbox), len(piotr.acked) - before
            came = {id: e for id, e in arrived(ewa, anna).items() if id in unanswered}
            network.heal()
            acked = len(anna.acked)
            await ewa.until(lambda: len(anna.acked) > acked + 20, HEALED_SECONDS)
        await everybody_catches_up([anna, piotr])
        await ewa.until(lambda: all(len(arrived(ewa, w)) == len(w.texts) for w in (anna, piotr)))
        seen = Counter(event["text"] for event in messages(ewa))
        beats = sum(frame["t"] == "heartbeat" for frame in ewa.frames)
    return Seen(offline_after, unanswered, came, others_acked, seen, beats)


T = TypeVar("T")


def partitioned(made: Installation, work: Callable[[Network], Coroutine[None, None, T]]) -> T:
    """Run a server, and the work beside it, in a network of its own."""

    async def run(network: Network) -> T:
        with stopping(await asyncio.to_thread(ServerProcess, made)):
            return await work(network)

    return in_own_network(run)


def writers(made: Installation, kind: type[Listening] = Listening) -> tuple[Listening, Listening]:
    desk: list[str] = [made.groups["Desk"]]
    return kind(made, "anna", desk), Listening(made, "piotr", desk)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_one_direction_lost_loses_and_doubles_nothing(made: Installation, direction: str) -> None:
    anna, piotr = writers(made)
    seen = partitioned(
        made, lambda network: through_a_partition(network, made, direction, anna, piotr)
    )
    print(
        f"lost {direction}: given up after {seen.offline_after:.1f} s, "
        f"{len(seen.unanswered)} unanswered, {len(seen.arrived)} of them on the record; "
        f"the other client got {seen.others_acked} acks, the observer {seen.beats} heartbeats"
    )
    assert seen.offline_after < 3 * ENDED_SECONDS
    assert seen.others_acked > 20
    assert seen.beats >= 1, "a client that is told nothing else takes the line for lost"
    assert anna.silences == 1
    assert set(seen.texts.values()) == {1}
    assert bool(seen.arrived) == (direction == "to the client")
    for id, event in seen.arrived.items():
        assert [anna.acked[id][name] for name in NUMBERS] == [event[name] for name in NUMBERS]
    assert "request.failed" not in (made.data.parent / "server.log").read_text()
    assert check(made, [anna, piotr]) > 40


def test_control_a_new_id_after_a_lost_ack_is_a_double(made: Installation) -> None:
    anna, piotr = writers(made, Forgetful)
    anna.patience = 1.0
    seen = partitioned(
        made, lambda network: through_a_partition(network, made, DIRECTIONS[1], anna, piotr)
    )
    assert set(seen.texts.values()) == {1, 2}


def test_control_without_heartbeats_nobody_notices(tmp_path: Path) -> None:
    made = bank(tmp_path, 120)

    async def wait(network: Network) -> None:
        async with client(made, "ewa") as ewa, client(made, "anna") as anna:
            began = time.monotonic()
            network.drop_from(ANNA)
            with pytest.raises(TimeoutError):
                await gone(ewa, made.people["anna"].id, began, 1.2 * ENDED_SECONDS)
            network.heal()
            await anna.sent(made.groups["Desk"], "still there")

    partitioned(made, wait)

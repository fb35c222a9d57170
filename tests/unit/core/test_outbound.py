"""One socket's queue: order, shared frames, and what happens when nobody reads."""

import asyncio
import json
from typing import Any

import pytest

from onrecord.core.delivery.outbound import Frames, LiveEvent, Outbound
from onrecord.protocol.frames import Bye, Heartbeat, TypingNow
from onrecord.protocol.limits import WireLimits
from onrecord.protocol.session import SLOW_CONSUMER
from onrecord_archive.events.ids import PersonId

LIMITS = WireLimits(queue_events=10, queue_bytes=4096)


def frames() -> Frames:
    return Frames(lambda index: f"cursor-{index}")


def queue(shared: Frames | None = None, limits: WireLimits = LIMITS) -> Outbound:
    one = Outbound(PersonId("anna"), None, limits, shared or frames())
    one.release(0)
    return one


def event(index: int, size: int = 20) -> LiveEvent:
    return LiveEvent(index, json.dumps({"n": index, "pad": "x" * size}).encode())


def taken(outbound: Outbound) -> list[dict[str, Any]]:
    return [json.loads(text) for text in asyncio.run(outbound.take())]


def test_control_frames_go_before_events() -> None:
    one = queue()
    one.push([event(1)])
    one.say(Heartbeat("now"))
    assert [frame["t"] for frame in taken(one)] == ["heartbeat", "events"]


def test_events_of_a_tick_share_a_frame_with_the_cursor_after_the_last() -> None:
    one = queue()
    one.push([event(1), event(4)])
    (frame,) = taken(one)
    assert [item["n"] for item in frame["events"]] == [1, 4]
    assert frame["cursor"] == "cursor-5"


def test_two_sockets_with_the_same_events_get_the_same_bytes() -> None:
    shared = frames()
    one, other = queue(shared), queue(shared)
    events = [event(1), event(2)]
    one.push(events)
    other.push(events)
    first, second = asyncio.run(one.take()), asyncio.run(other.take())
    assert first[0] is second[0]


@pytest.mark.parametrize(("kib", "sizes"), [(64, [3, 2]), (32, [2, 2, 1])])
def test_a_frame_is_closed_at_the_first_event_past_its_limit(kib: int, sizes: list[int]) -> None:
    one = queue(limits=WireLimits(events_frame_bytes=kib * 1024))
    events = [event(n, size=30_000) for n in range(5)]
    one.push(events)
    assert [len(frame["events"]) for frame in taken(one)] == sizes
    one.replay(events)
    assert [len(frame["events"]) for frame in taken(one)] == sizes
    assert WireLimits().events_frame_bytes == 64 * 1024


def test_before_its_replay_is_over_a_socket_gets_no_live_event() -> None:
    one = Outbound(PersonId("anna"), None, LIMITS, frames())
    one.push([event(1)])
    one.say(Heartbeat("now"))
    assert [frame["t"] for frame in taken(one)] == ["heartbeat"]
    one.release(0)
    assert [frame["t"] for frame in taken(one)] == ["events"]


def test_one_large_tick_is_not_a_slow_reader() -> None:
    one = queue()
    one.push([event(n) for n in range(100)])
    assert one.closing is None


def test_what_earlier_ticks_left_closes_the_socket_with_a_way_to_resume() -> None:
    one = queue()
    one.push([event(n) for n in range(11)])
    one.push([event(11)])
    assert one.closing is not None
    assert one.closing.close_code == SLOW_CONSUMER
    (frame,) = taken(one)
    assert (frame["t"], frame["code"]) == ("bye", "slow_consumer")
    assert frame["retry_after"] > 0


def test_ephemerals_are_dropped_first() -> None:
    one = queue()
    one.push([event(n) for n in range(6)])
    one.push_ephemeral(TypingNow("c" * 32, "piotr"))
    assert [frame["t"] for frame in taken(one)] == ["events"]


def test_the_last_word_is_bye() -> None:
    one = queue()
    one.say(Heartbeat("now"))
    one.close(4401, Bye("session_ended", "You were signed out."))
    one.push([event(1)])
    assert [frame["t"] for frame in taken(one)] == ["heartbeat", "bye"]


def test_what_lies_before_the_cursor_is_not_sent_again() -> None:
    one = Outbound(PersonId("anna"), None, LIMITS, frames())
    one.push([event(n) for n in range(5)])
    one.release(3)
    (frame,) = taken(one)
    assert [item["n"] for item in frame["events"]] == [3, 4]

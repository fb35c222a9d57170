"""What the load generator makes of the frames that come."""

import asyncio
import ssl
import time
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from tests.bench.load import Load, Member
from tests.bench.raw_socket import RawSocket

CONV = "c" * 32
SOMEBODY = 7
"""The number of another member."""


@pytest.fixture
def member(tmp_path: Path) -> Member:
    ca = tmp_path / "ca.pem"
    authorities = ssl.create_default_context().get_ca_certs(binary_form=True)
    ca.write_text(ssl.DER_cert_to_PEM_cert(authorities[0]))
    client = {"rooms": [CONV], "sends": False, "token": "onrecord_x"}
    plan = {"ca": str(ca), "rate": 0, "marks": False, "clients": [client]}
    return Load(plan).members[0]


def frame(*numbers: int, by: int = SOMEBODY) -> bytes:
    events = [
        f'{{"type":"message.sent","conv":"{CONV}","msg_no":{n},"text":"{n:016.6f}{by:04d}xx"}}'
        for n in numbers
    ]
    return f'{{"t":"events","events":[{",".join(events)}],"cursor":"x"}}'.encode()


def test_messages_in_order_have_no_holes(member: Member) -> None:
    for numbers in ((7,), (8, 9), (10,)):
        member.take(frame(*numbers))
    assert (member.seen, member.last_no, member.holes) == (4, 10, 0)


@pytest.mark.parametrize("second", [(9,), (7,), (7, 8), (10, 11)])
def test_a_message_that_is_missing_or_comes_twice_is_a_hole(
    member: Member, second: tuple[int, ...]
) -> None:
    member.take(frame(7))
    member.take(frame(*second))
    assert member.holes == 1


def test_an_answer_that_is_no_ack_is_counted_as_refused(member: Member) -> None:
    member.take(b'{"t":"nack","id":"1","code":"rate_limited"}')
    member.take(b'{"t":"pending","id":"2"}')
    assert member.load.refused == 2


def test_every_message_of_a_frame_is_timed_from_when_it_was_due(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.perf_counter", lambda: 10.0)
    member.take(frame(7, 8, 9))
    assert list(member.load.deliver_times) == [3.0, 2.0, 1.0]


def test_what_comes_back_to_its_sender_is_no_delivery(member: Member) -> None:
    member.take(frame(7, by=member.number))
    assert (member.seen, list(member.load.deliver_times)) == (1, [])


def test_another_frame_is_read_anew(member: Member) -> None:
    assert member.load.stamps(frame(7, 8)) == [(7.0, SOMEBODY), (8.0, SOMEBODY)]
    assert member.load.stamps(frame(9)) == [(9.0, SOMEBODY)]


class Enough(Exception):
    """What was to be sent is sent."""


class Sent:
    """A socket that keeps what is sent, up to five, and whose server is slow to take it."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    def send(self, text: bytes) -> None:
        time.sleep(0.03)
        self.frames.append(text)
        if len(self.frames) == 5:
            raise Enough


def test_a_paced_message_is_timed_from_its_turn_however_late_it_leaves(member: Member) -> None:
    """A server that stalls the generator may not hide that others had to wait meanwhile."""
    load, sent = member.load, Sent()
    load.plan["rate"] = 100
    load.senders, member.socket = [member], cast("RawSocket", sent)
    began = time.perf_counter()
    with pytest.raises(Enough):
        asyncio.run(load._paced(began + 60))
    due = [load.stamps(text)[0][0] - began for text in sent.frames]
    gaps = [after - before for before, after in pairwise(due)]
    assert gaps == pytest.approx([0.01] * len(gaps), abs=1e-5)
    assert sorted(load.members[0].flying.values()) == pytest.approx([began + d for d in due])

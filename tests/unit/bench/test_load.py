"""What the load generator makes of the frames that come."""

import ssl
from pathlib import Path

import pytest

from tests.bench.load import Load, Member

CONV = "c" * 32


@pytest.fixture
def member(tmp_path: Path) -> Member:
    ca = tmp_path / "ca.pem"
    authorities = ssl.create_default_context().get_ca_certs(binary_form=True)
    ca.write_text(ssl.DER_cert_to_PEM_cert(authorities[0]))
    client = {"rooms": [CONV], "sends": False, "token": "onrecord_x"}
    plan = {"ca": str(ca), "rate": 0, "marks": False, "clients": [client]}
    return Load(plan).members[0]


def frame(*numbers: int) -> bytes:
    events = [
        f'{{"type":"message.sent","conv":"{CONV}","msg_no":{n},"text":"{1.5:016.6f}xx"}}'
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

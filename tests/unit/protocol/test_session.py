"""The state machine of one socket."""

from onrecord.protocol.frames import Hello, Nack, Read
from onrecord.protocol.limits import WireLimits
from onrecord.protocol.session import (
    BAD_FRAME,
    OUT_OF_ORDER,
    CloseSocket,
    ServerSession,
    State,
    Wait,
)

HELLO = '{"t":"hello","token":"x"}'
READ = '{"t":"read","conv":"' + "c" * 32 + '","msg_no":1}'


def session() -> ServerSession:
    return ServerSession(WireLimits(), now=0.0)


def opened() -> ServerSession:
    one = session()
    assert isinstance(one.receive(HELLO, 0.0), Hello)
    return one


def test_the_first_frame_must_be_hello() -> None:
    one = session()
    closed = one.receive(READ, 0.0)
    assert isinstance(closed, CloseSocket)
    assert closed.close_code == OUT_OF_ORDER
    assert one.state is State.CLOSED


def test_a_second_hello_closes() -> None:
    closed = opened().receive(HELLO, 0.0)
    assert isinstance(closed, CloseSocket)
    assert closed.code == "hello_twice"


def test_hello_needs_exactly_one_way_in() -> None:
    for text in ('{"t":"hello"}', '{"t":"hello","token":"x","ticket":"y"}'):
        closed = session().receive(text, 0.0)
        assert isinstance(closed, CloseSocket)
        assert closed.close_code == BAD_FRAME


def test_a_binary_message_closes_whether_hello_was_said_or_not() -> None:
    for one in (session(), opened()):
        closed = one.receive(HELLO.encode(), 0.0)
        assert isinstance(closed, CloseSocket)
        assert (closed.close_code, closed.code) == (BAD_FRAME, "bad_frame")
        assert one.state is State.CLOSED


def test_after_hello_frames_pass() -> None:
    assert isinstance(opened().receive(READ, 0.0), Read)


def test_a_bad_command_is_answered_and_the_socket_stays() -> None:
    one = opened()
    answer = one.receive('{"t":"send","id":"x1","conv":"c","text":""}', 0.0)
    assert isinstance(answer, Nack)
    assert answer.id == "x1"
    assert one.state is State.OPEN


def test_rubbish_closes() -> None:
    closed = opened().receive("rubbish", 0.0)
    assert isinstance(closed, CloseSocket)
    assert closed.close_code == BAD_FRAME


def test_a_flood_is_slowed_not_dropped() -> None:
    one = opened()
    limit = 2 * WireLimits().frames_per_second
    seen = [one.receive(READ, 0.0) for _ in range(limit + 10)]
    waits = [item for item in seen if isinstance(item, Wait)]
    assert waits
    assert all(isinstance(wait.then, Read) for wait in waits)

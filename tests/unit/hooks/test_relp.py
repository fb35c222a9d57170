"""Frames of RELP, however they are split, and answers that nobody asked for."""

import pytest

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.sinks.relp import (
    MAX_ANSWER,
    OFFERS,
    Answer,
    Frame,
    FrameReader,
    RelpSession,
    SessionClosed,
    encode_frame,
    takes_syslog,
)

OPENED = b"200 OK\nrelp_version=0\nrelp_software=librelp,1.11.0\ncommands=syslog"
FRAMES = [Frame(1, "rsp", OPENED), Frame(2, "rsp", b"200 OK"), Frame(3, "rsp", b"")]
WRITTEN = b"1 rsp %d %s\n2 rsp 6 200 OK\n3 rsp 0\n" % (len(OPENED), OPENED)


def session(commands: int = 3) -> RelpSession:
    made = RelpSession()
    for _ in range(commands):
        made.command("syslog", b"x")
    return made


def test_a_frame_is_written_as_relp_says() -> None:
    made = RelpSession()
    assert made.command("open", b"a=b\n") == (1, b"1 open 4 a=b\n\n")
    assert made.command("syslog", "Łódź".encode()) == (2, "2 syslog 7 Łódź\n".encode())
    assert made.command("close") == (3, b"3 close 0\n")
    assert b"".join(encode_frame(f.txnr, f.command, f.data) for f in FRAMES) == WRITTEN


def test_frames_are_the_same_however_they_were_split() -> None:
    for size in range(1, len(WRITTEN) + 1):
        reader, found = FrameReader(), []
        for at in range(0, len(WRITTEN), size):
            found += list(reader.feed(WRITTEN[at : at + size]))
        assert found == FRAMES


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=utf-8\r\n\r\n",
        b"x" * 53,
        b"1234567890 rsp 6 200 OK\n" + b" " * 53,
        b"1 rsp 6\n200 OK\n",
        b"1 rsp 5 200 OK\n",
        b"1 rsp %d 2" % (MAX_ANSWER + 1),
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(BadFormat):
        list(FrameReader().feed(data))


def test_an_answer_belongs_to_the_command_of_its_number_in_any_order() -> None:
    answers = list(session().receive(b"3 rsp 6 200 OK\n1 rsp 9 500 ERROR\n2 rsp 3 200\n"))
    assert [(each.txnr, each.status) for each in answers] == [(3, 200), (1, 500), (2, 200)]


@pytest.mark.parametrize(
    "data",
    [
        b"4 rsp 6 200 OK\n",
        b"0 rsp 6 200 OK\n",
        b"2 rsp 6 200 OK\n",
        b"1 rsp 2 OK\n",
        b"1 rsp 0\n",
        b"1 rsp 4 2000\n",
        b"1 syslog 6 200 OK\n",
    ],
)
def test_what_answers_nothing_that_is_under_way_is_refused_after_what_does(data: bytes) -> None:
    answers = session().receive(b"2 rsp 6 200 OK\n" + data)
    assert next(answers).txnr == 2
    with pytest.raises(BadFormat):
        next(answers)


def test_a_session_that_the_other_side_ends_is_told() -> None:
    answers = session().receive(b"1 rsp 6 200 OK\n0 serverclose 0\n")
    assert next(answers).txnr == 1
    with pytest.raises(SessionClosed):
        next(answers)


def test_only_a_server_of_this_version_that_offers_syslog_takes_messages() -> None:
    assert takes_syslog(Answer(1, 200, OPENED))
    assert takes_syslog(Answer(1, 200, b"200 OK\n" + OFFERS.replace(b"syslog", b"starttls,syslog")))
    assert not takes_syslog(Answer(1, 500, OPENED))
    assert not takes_syslog(Answer(1, 200, OPENED.replace(b"version=0", b"version=1")))
    assert not takes_syslog(Answer(1, 200, OPENED.replace(b"=syslog", b"=syslogs")))
    assert not takes_syslog(Answer(1, 200, b"200 OK"))

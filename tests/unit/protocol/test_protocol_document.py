"""What server/README.md shows of onrecord.v1 are frames of it, and its limits are the defaults."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from onrecord.core.delivery.positions import MOST_STATED
from onrecord.core.domain.networks import V4_BITS, V6_BITS
from onrecord.features.sign_in.tokens import MOST_OF_BOT
from onrecord.http.accepting import HANDSHAKE_SECONDS, STALL_SECONDS
from onrecord.http.admission import AdmissionOptions
from onrecord.http.person_turns import AT_ONCE, MOST_WAITING
from onrecord.http.protocols import BYTES_A_PIECE, FREE_PIECES, MOST_COOKIES, MOST_HEADERS
from onrecord.protocol.codec import BadFrame, decode
from onrecord.protocol.frames import AnyServerFrame
from onrecord.protocol.limits import WireLimits
from onrecord.ws.gateway import CLOSING_SECONDS

README = (Path(__file__).parents[3] / "server/README.md").read_text(encoding="utf-8")
LIMITS = WireLimits()
SAMPLE = re.compile(r"^    ([<>]) (\{.*(?:\n {7,}.*)*)$", re.MULTILINE)
"""A line of a conversation: who says it, and the rest with its continuation."""
FROM_CLIENT, FROM_SERVER = ">", "<"
ID, HEX, TIME = "019ac0de000070008000000000000001", "0" * 32, "2026-11-24T10:00:00.000000Z"
MEANT = {"id": ID, "at": TIME, "server_time": TIME, "ticket": "…", "token": "…", "cursor": "…"}
"""What stands for … under a name; under the others an id."""


def samples(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Return who says what, all alternatives of a line; what is left out is filled in."""
    found = []
    for said in SAMPLE.finditer(text):
        rest = re.sub(r"\n\s+", "", said[2]).replace('"limits":{…}', '"limits":null')
        rest = rest.replace("[…]", "[]")
        for start in (at.start() for at in re.finditer(r'\{"t":', rest)):
            frame, _ = json.JSONDecoder().raw_decode(rest, start)
            found.append((said[1], {name: filled(name, value) for name, value in frame.items()}))
    return found


def filled(name: str, value: object) -> object:
    """Return a member's value without …"""
    if isinstance(value, list):
        return [filled(name, item) for item in value]
    if value is None:
        return msgspec.to_builtins(LIMITS.announced())
    if isinstance(value, str) and "…" in value:
        return MEANT.get(name, HEX)
    return value


def check(side: str, frame: dict[str, Any]) -> None:
    """Raise BadFrame or msgspec.ValidationError for what is no frame, AssertionError for more."""
    if side == FROM_CLIENT:
        decode(json.dumps(frame), LIMITS)
        return
    known = msgspec.to_builtins(msgspec.convert(frame, AnyServerFrame))
    assert frame.keys() <= known.keys(), frame.keys() - known.keys()


def told(limits: WireLimits) -> list[list[str]]:
    """Return the first two columns of the table of limits, as they ought to be."""
    frame, text, as_json, events, queue = (
        f"{size // 1024} KiB"
        for size in (
            limits.frame_bytes,
            limits.text_bytes,
            limits.text_json_bytes,
            limits.events_frame_bytes,
            limits.queue_bytes,
        )
    )
    pace = f"{limits.messages_per_minute} a minute, {limits.burst} at once"
    most, at_once = MOST_OF_BOT
    return [
        ["message of a client", frame],
        ["text", f"{text} of UTF-8, {as_json} as JSON"],
        [
            "messages of a person",
            f"{pace} (a token may have less, a bot's up to {most:,} and {at_once})",
        ],
        ["frames of a socket", f"{limits.frames_per_second} a second"],
        ["sockets of a person", str(limits.sockets_per_person)],
        ["`events` frame", f"closed at the first event past {events}"],
        ["how far a cursor may be behind", f"{limits.resume_entries:,} entries of the archive"],
        ["unsent events of a socket", f"{queue} or {limits.queue_events}, left by earlier ticks"],
    ]


def told_of_connections(limits: AdmissionOptions) -> list[list[str]]:
    """What its table of connections says, for those that stand in the code."""
    parts = LIMITS.frames_per_second
    pieces = f"{FREE_PIECES}, and one more for each {BYTES_A_PIECE} bytes"
    unread = f"{CLOSING_SECONDS:.0f} s after a bye, else {STALL_SECONDS:.0f} s"
    return [
        [
            "frames of a socket that are no whole message (fragments, pings, pongs)",
            f"{parts} a second, {2 * parts} at once",
        ],
        ["what waits for who does not read", unread],
        ["pieces of a request's body", pieces],
        ["header lines of a request; its cookies", f"{MOST_HEADERS}; {MOST_COOKIES}"],
        [
            "requests of a person that are answered at once, at one listener",
            f"{AT_ONCE}, and {MOST_WAITING} more wait",
        ],
        [
            "conversations in which a person has stated a position that is not recorded yet",
            str(MOST_STATED),
        ],
        [
            f"connections of a network (/{V4_BITS}, /{V6_BITS}) that have not signed in",
            str(limits.per_network),
        ],
        ["connections of a person that count as theirs", str(limits.per_person)],
        ["all connections", f"{limits.total:,}, or what descriptors allow"],
        ["TLS handshake, a PROXY header with it", f"{HANDSHAKE_SECONDS:.0f} s"],
    ]


def table(text: str, of: str = "Limits") -> list[list[str]]:
    """Return the first two columns of a table of limits."""
    section = text.partition(f"\n### {of}\n")[2].partition("\n### ")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


@pytest.mark.parametrize(("side", "frame"), samples(README))
def test_each_line_of_the_document_is_a_frame(side: str, frame: dict[str, Any]) -> None:
    check(side, frame)


def test_both_sides_and_every_answer_are_shown() -> None:
    shown = [f"{side} {frame['t']}" for side, frame in samples(README)]
    assert shown[:2] == ["> hello", "> hello"]
    assert {"> send", "< welcome", "< events", "< resumed", "< ack", "< nack", "< pending"} <= {
        *shown
    }


def test_the_table_of_limits_has_the_defaults() -> None:
    assert table(README) == told(LIMITS)
    assert table(README, "Limits of connections") == told_of_connections(AdmissionOptions())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"text":"Good morning"', '"words":"Good morning"'),
        ('"conv_seq":7', '"conv_seq":"7"'),
        ('"retry_after":1.0', '"retry":1.0'),
        ('"device":"…",', ""),
        ('"off_channel":true', '"offchannel":true'),
    ],
)
def test_control_a_sample_that_is_no_frame_is_noticed(right: str, wrong: str) -> None:
    assert README.count(right) == 1
    doctored = [one for one in samples(README.replace(right, wrong)) if one not in samples(README)]
    with pytest.raises((BadFrame, msgspec.ValidationError, AssertionError)):
        check(*doctored[0])


def test_control_another_limit_is_noticed() -> None:
    for name in ("frame_bytes", "text_bytes", "burst", "queue_events", "resume_entries"):
        other = msgspec.structs.replace(LIMITS, **{name: 2 * getattr(LIMITS, name)})
        assert table(README) != told(other)

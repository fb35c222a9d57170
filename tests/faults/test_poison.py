"""F21: texts that break renderers and parsers are kept exactly as sent, or refused; never more."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest

from onrecord.domain.clock import SystemClock
from onrecord.domain.ids import new_id
from tests.faults.checker import check, open_archive
from tests.faults.load import Writer
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

TEXTS = (
    "e" + "\u0301" * 4000,
    "Z\u0351\u0363\u0359" * 500,
    "nul \x00 inside",
    "bell \x07, escape \x1b[31m, delete \x7f, next line \x85",
    "\u202eright to left\u202c and \u2066isolated\u2069",
    "\u200b\u200d\ufeff\u2060",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 400,
    "\u0627\u0644\u0633\u0644\u0627\u0645 \u05e9\u05dc\u05d5\u05dd \u4f60\u597d",
    "\ufdd0 \ufffe \uffff \U0010ffff",
    "line\u2028separator\u2029paragraph",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "'; DROP TABLE journal; -- \" \\ %s %n {0} ${jndi:ldap://x}",
    "=cmd|' /C calc'!A0",
    "caf\u00e9 cafe\u0301 \ufb01 \u212b",
    "\t tabs and \r\n line ends \n",
    "x" * 16_000,
)
HALVES = ('"\\ud800"', '"\\udfff x"', '"a\\udc00\\ud800b"')
"""Lone surrogates, as JSON: not text, so refused."""
LINES_PER_FRAME = 1
ANSWERS = ("ack", "nack", "bye")


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


def frames_of_poison(conv: str) -> list[str]:
    """Return frames that are no valid command."""
    head = f'{{"t":"send","id":"{new_id(SystemClock())}","conv":"{conv}"'
    return [
        *[f'{head},"text":{half}}}' for half in HALVES],
        f'{head},"text":' + "[" * 10_000 + "]" * 10_000 + "}",
        f'{head},"text":{"9" * 5000}}}',
        f'{head},"text":"one","deep":' + '{"a":' * 5_000 + "1" + "}" * 5_001,
        f'{{"t":{"9" * 400}}}',
        "null",
        "",
        "NaN",
        '{"t":"send"',
    ]


async def outcome(made: Installation, frame: str) -> str:
    """Send one frame on a socket of its own; return how it was refused."""
    answered = ""
    with suppress(TimeoutError):
        async with client(made, "anna") as socket:
            await socket.socket.send(frame)
            with suppress(TimeoutError):
                await socket.until(lambda: any(f["t"] in ANSWERS for f in socket.frames), 3.0)
            answered = str([f for f in socket.frames if f["t"] in ANSWERS])
            answered += f" closed {socket.socket.close_code}"
    return answered


async def send_texts(socket: Client, conv: str) -> dict[str, str]:
    """Send every text; return event id -> text of those that were taken."""
    taken: dict[str, str] = {}
    for text in TEXTS:
        answer = await socket.sent(conv, text)
        print(answer["t"], answer.get("code", ""), ascii(text[:20]))
        assert answer["t"] == "ack" or answer["code"] != "internal"
        if answer["t"] == "ack":
            taken[answer["event_id"]] = text
    return taken


def test_poison_is_kept_exactly_or_refused(made: Installation) -> None:
    conv = made.groups["Desk"]
    log = made.data.parent / "server.log"
    taken: dict[str, str] = {}
    fed = Writer(made, "anna", [])

    async def feed() -> None:
        async with client(made, "anna") as anna, client(made, "piotr") as piotr:
            taken.update(await send_texts(anna, conv))
            for event_id, text in taken.items():
                assert (await piotr.event(event_id))["text"] == text
            fed.connections += 1
            fed.adopt(anna)
        for frame in frames_of_poison(conv):
            fed.connections += 1
            before = len(log.read_text().splitlines())
            refused = await outcome(made, frame)
            print(refused[:150], ascii(frame[60:90]))
            assert "'ack'" not in refused
            assert "internal" not in refused
            assert len(log.read_text().splitlines()) - before <= LINES_PER_FRAME

    with running(made):
        asyncio.run(feed())
    check(made, [fed])
    records = {r.leaf.event_id: r.shown for r in open_archive(made, made.data)}
    assert len(taken) > len(TEXTS) // 2
    for event_id, text in taken.items():
        assert records[event_id]["payload"]["text"] == text
        assert json.dumps(records[event_id])

"""F21: texts that break renderers and parsers are kept and exported exactly as sent, or refused."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest
from websockets.exceptions import ConnectionClosed

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from tests.faults.checker import check, open_archive
from tests.faults.gate import door
from tests.faults.gate_server import GateServer
from tests.faults.load import Writer
from tests.faults.officer import NAME, exported, open_case
from tests.faults.past import past_of
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.naughty import naughty_strings
from tests.rig.process import ServerProcess

TEXTS = (
    "e" + "\u0301" * 4000,
    "Z\u0351\u0363\u0359" * 500,
    "bell \x07, escape \x1b[31m, delete \x7f, next line \x85",
    "\u202eright to left\u202c and \u2066isolated\u2069",
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
REFUSED = {
    "nul \x00 inside": "bad_frame",
    **dict.fromkeys(("\u200b\u200d\ufeff\u2060", "\u180e", "\u200b", "\ufeff"), "text_empty"),
    "e" + "\u0301" * 8_192: "text_too_long",
    "\U0001f600" * 4_097: "text_too_long",
}
HALVES = ('"\\ud800"', '"\\udfff x"', '"a\\udc00\\ud800b"')
"""Lone surrogates, as JSON: not text, so refused."""
LINES_PER_FRAME = 1
FRAME_BYTES = 64 << 10
ANSWERS = ("ack", "nack", "bye")


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "piotr", NAME])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    return made


def frames_of_poison(conv: str) -> list[str]:
    """Return frames that are no valid command."""
    head = f'{{"t":"send","id":"{new_id(SystemClock())}","conv":"{conv}"'
    return [
        *[f'{head},"text":{half}}}' for half in HALVES],
        f'{head},"text":' + "[" * 10_000 + "]" * 10_000 + "}",
        f'{head},"text":{"9" * 5000}}}',
        f'{head},"text":"one","text":"two"}}',
        f'{head},"text":"one","deep":' + '{"a":' * 5_000 + "1" + "}" * 5_001,
        f'{head},"text":"' + "\u0301" * 32_768 + '"}',
        f'{head},"text":"' + "\U0001f600" * 2_500_000 + '"}',
        f'{{"t":{"9" * 400}}}',
        "null",
        "",
        "NaN",
        '{"t":"send"',
    ]


async def outcome(made: Installation, frame: str) -> str:
    """Send one frame on a socket of its own; return how it was refused."""
    answered = ""
    sockets: list[Client] = []
    try:
        async with client(made, "anna") as socket:
            sockets.append(socket)
            await socket.socket.send(frame)
            await socket.until(lambda: any(f["t"] in ANSWERS for f in socket.frames))
            answered = str([f for f in socket.frames if f["t"] in ANSWERS])
    except* ConnectionClosed:
        pass
    return f"{answered} closed {sockets[0].socket.close_code}"


async def send_texts(socket: Client, conv: str, texts: Sequence[str]) -> dict[str, str]:
    """Send every text; return event id -> text of those that were taken, which are all but some."""
    taken: dict[str, str] = {}
    refused: dict[str, str] = {}
    ids = {await socket.send(conv, text): text for text in texts}
    for id, text in ids.items():
        answer = await socket.answer(id)
        if answer["t"] == "ack":
            taken[answer["event_id"]] = text
        else:
            refused[text] = answer["code"]
    blank = {text: "text_empty" for text in texts if not text.strip()}
    assert refused == REFUSED | blank | {"": "bad_frame"}
    return taken


@pytest.mark.promise("P7")
def test_poison_is_kept_and_exported_exactly_or_refused(made: Installation) -> None:
    conv, log = made.groups["Desk"], made.data.parent / "server.log"
    taken: dict[str, str] = {}
    fed = Writer(made, "anna", [])
    texts = list(dict.fromkeys([*TEXTS, *REFUSED, *naughty_strings()]))

    async def feed() -> None:
        async with client(made, "anna") as anna, client(made, "piotr") as piotr:
            taken.update(await send_texts(anna, conv, texts))
            for event_id, text in taken.items():
                assert (await piotr.event(event_id))["text"] == text
            fed.adopt(anna)
        for frame in frames_of_poison(conv):
            fed.connections += 1
            before = len(log.read_text().splitlines())
            refused = await outcome(made, frame)
            print(refused[:150], ascii(frame[60:90]))
            assert "'ack'" not in refused
            assert "internal" not in refused
            assert ("closed 1009" in refused) == (len(frame.encode()) > FRAME_BYTES)
            assert len(log.read_text().splitlines()) - before <= LINES_PER_FRAME

    server = ServerProcess(made)
    fed.past = past_of(made)
    asyncio.run(feed())
    bundle = made.data.parent / "bundle.zip"
    with door(made, made.settings.console, NAME) as officer:
        open_case(officer)
        bundle.write_bytes(exported(officer, {"conversation": conv}))
    assert server.stop() == 0
    check(made, [fed], ready=[server.ready_seconds])
    records = {r.leaf.event_id: r.shown for r in open_archive(made, made.data)}
    for event_id, text in taken.items():
        assert records[event_id]["payload"]["text"] == text
    assert texts_of_bundle(made, bundle) == taken


def texts_of_bundle(made: Installation, bundle: Path) -> dict[str, str]:
    """Have it verified; return event id -> text as any JSON reader has them."""
    verify_bundle(bundle, parse_policy(made.settings.paths.policy.read_text(encoding="utf-8")))
    with ZipFile(bundle) as zipped:
        lines = zipped.read("records.jsonl").decode("utf-8").split("\n")
    shown = [json.loads(line)["shown"] for line in lines if line]
    said = [one for one in shown if one["type"] == "message.sent"]
    return {one["event_id"]: one["payload"]["text"] for one in said}


@pytest.mark.promise("P7", planted=True)
def test_control_a_server_that_changes_a_text_s_form_is_noticed(made: Installation) -> None:
    fed = Writer(made, "anna", [])

    async def feed() -> None:
        async with client(made, "anna") as anna:
            await anna.sent(made.groups["Desk"], "cafe\u0301")
            fed.adopt(anna)

    server = GateServer(made, "normalising")
    asyncio.run(feed())
    assert server.stop() == 0
    with pytest.raises(AssertionError, match=r"I1: .* is not what was sent"):
        check(made, [fed])

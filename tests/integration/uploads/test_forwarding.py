"""Files of a message that is sent on: the same sealed copy, read by the new message alone."""

import asyncio
from typing import Any

from tests.integration.uploads.conftest import EWA
from tests.rig.client import client
from tests.rig.files import Sharer
from tests.rig.installation import Installation

PDF = b"%PDF-1.7\n1 0 obj"


def sent(bank: Installation, name: str, **frame: Any) -> dict[str, Any]:
    """Have somebody send a command; return its answer."""

    async def story() -> dict[str, Any]:
        async with client(bank, name) as socket:
            return await socket.command(**frame)

    return asyncio.run(story())


def test_whoever_reads_the_new_message_reads_the_file_and_goes_on_to_without_the_old_one(
    bank: Installation, anna: Sharer, ewa: Sharer, desk: str
) -> None:
    data, talk = b"the offer, in words", bank.direct("anna", EWA)
    file = anna.stored(desk, "offer.txt", data)["id"]
    old = anna.send(desk, [file], "see page 2")["event_id"]
    new = sent(bank, "anna", t="send", conv=talk, text="", forward=old, outside=anna.outside(talk))
    assert new["t"] == "ack", new
    assert ewa.link(old, file) == {"code": "no_such_file"}
    assert ewa.read(new["event_id"], file).content == data
    assert sent(bank, "anna", t="remove", conv=desk, target=old)["t"] == "ack"
    assert ewa.read(new["event_id"], file).content == data
    shown = ewa.ask("GET", f"conversations/{talk}/timeline").json()["events"][-1]
    assert (shown["text"], [each["id"] for each in shown["files"]]) == ("see page 2", [file])
    assert ewa.ask("GET", f"messages/{new['event_id']}/origin").status_code == 404
    assert anna.ask("GET", f"messages/{new['event_id']}/origin").json()["event_id"] == old


def test_a_client_proves_themself_before_a_marked_file_goes_on(
    bank: Installation, anna: Sharer, desk: str
) -> None:
    talk = bank.direct("anna", EWA)
    marked = anna.stored(talk, "offer.pdf", PDF)["id"]
    event = anna.send(talk, [marked])["event_id"]
    answer = sent(bank, EWA, t="send", conv=talk, text="", forward=event)
    assert (answer["t"], answer["code"]) == ("nack", "step_up_required")
    plain = anna.stored(talk, "notes.txt", b"notes")["id"]
    event = anna.send(talk, [plain])["event_id"]
    assert sent(bank, EWA, t="send", conv=talk, text="", forward=event)["t"] == "ack"


def test_what_is_sent_on_goes_as_it_is(bank: Installation, anna: Sharer, desk: str) -> None:
    event = sent(bank, "anna", t="send", conv=desk, text="said")["event_id"]
    for more in ({"text": "and mine"}, {"reply_to": event}, {"files": ["0" * 32]}):
        asked = {"t": "send", "conv": desk, "text": "", "forward": event, **more}
        assert sent(bank, "anna", **asked)["code"] == "bad_frame"

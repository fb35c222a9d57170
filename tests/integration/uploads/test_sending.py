"""A file from its first byte to whoever may read it."""

import asyncio
import hashlib
import io
import json
import os
import time

import pytest
from PIL import Image

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord_archive.format.blob import open_chunks
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from tests.rig.client import client
from tests.rig.files import Sharer, browsing, fetch, problem
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tools.openapi import ways


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **save: object) -> bytes:
    """Return a picture of random points, so that it does not get small."""
    out = io.BytesIO()
    image = Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3))
    image.save(out, kind, **save)
    return out.getvalue()


def test_a_file_is_sent_and_read_byte_for_byte(
    bank: Installation, anna: Sharer, marek: Sharer, desk: str
) -> None:
    data = b"%PDF-1.7\n" + os.urandom(2_500_000)
    file = anna.stored(desk, "Umowa – zażółć.pdf", data)
    assert file == {
        "id": file["id"],
        "name": "Umowa – zażółć.pdf",
        "size": len(data),
        "type": "application/pdf",
    }
    sent = anna.send(desk, [file["id"]], "the contract")
    assert sent["t"] == "ack"
    shown = marek.ask("GET", f"conversations/{desk}/timeline").json()["events"][-1]
    assert (shown["text"], shown["files"]) == ("the contract", [file])
    answer = marek.read(sent["event_id"], file["id"])
    assert answer.status_code == 200
    assert answer.content == data
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


def test_it_comes_live_and_in_a_replay_without_a_caption(
    bank: Installation, anna: Sharer, desk: str
) -> None:
    file = anna.stored(desk, "photo.jpg", picture("JPEG"))
    assert (file["type"], file["width"], file["height"]) == ("image/jpeg", 40, 30)

    async def story() -> None:
        async with client(bank, "marek") as marek:
            cursor = marek.cursor
            async with client(bank, "anna") as socket:
                sent = await socket.command(t="send", conv=desk, text="", files=[file["id"]])
            live = await marek.event(sent["event_id"])
        assert (live["text"], live["files"]) == ("", [file])
        async with client(bank, "marek", cursor=cursor) as again:
            assert await again.event(sent["event_id"]) == live

    asyncio.run(story())
    with browsing(bank, "marek") as marek:
        conversations = marek.ask("GET", "bootstrap").json()["conversations"]
        previews = {each["id"]: each["preview"] for each in conversations}
        assert previews[desk]["files"] == [file]


def test_nobody_learns_of_a_file_that_is_not_sent(
    bank: Installation, anna: Sharer, desk: str
) -> None:
    async def story() -> list[dict[str, object]]:
        async with client(bank, "marek") as marek:
            await asyncio.to_thread(anna.stored, desk, "secret plan.txt", b"nobody sees this")
            await marek.until(lambda: any(e["type"] == "file.stored" for e in marek.events))
            return marek.events

    events = asyncio.run(story())
    assert "secret" not in json.dumps(events)
    (stored,) = [event for event in events if event["type"] == "file.stored"]
    assert set(stored) == {"type", "event_id", "conv", "conv_seq", "actor", "at"}


def test_the_archive_has_the_sealed_file_before_the_message(
    bank: Installation, anna: Sharer, desk: str
) -> None:
    data = os.urandom(200_000)
    file = anna.stored(desk, "data.bin", data)
    sent = anna.send(desk, [file["id"]])
    archive = Archive(bank.settings.archive.directory)
    asyncio.run(checkpointed(bank, desk))
    order = [
        (leaf.type, leaf.blob if isinstance(leaf.blob, Blob) else None)
        for leaf in (decode_leaf(entry.leaf) for entry in archive.entries())
        if isinstance(leaf, RecordLeaf) and leaf.stream == desk
    ]
    blobs = [blob for _, blob in order if blob is not None and blob.id == file["id"]]
    assert len(blobs) == 1
    sealed = b"".join(archive.blob(blobs[0].ct))
    assert hashlib.sha256(sealed).hexdigest() == blobs[0].ct
    assert len(sealed) == blobs[0].size
    assert sent["t"] == "ack"
    with pytest.raises(Exception, match="does not open"):
        list(open_chunks(bytes(32), bytes.fromhex(file["id"]), [sealed]))


async def checkpointed(bank: Installation, desk: str) -> None:
    """Wait until everything is below a checkpoint."""
    archive = Archive(bank.settings.archive.directory)
    async with client(bank, "anna") as socket:
        sent = await socket.sent(desk, "after it")
    deadline = time.monotonic() + PATIENCE
    while True:
        leaves = [decode_leaf(entry.leaf) for entry in archive.entries()]
        events = [leaf.event_id for leaf in leaves if isinstance(leaf, RecordLeaf)]
        if sent["event_id"] in events:
            return
        assert time.monotonic() < deadline, "no checkpoint"
        await asyncio.sleep(0.1)


def test_an_upload_goes_on_where_it_stands(anna: Sharer, desk: str) -> None:
    data = os.urandom(300_000)
    id = new_id(SystemClock())
    begun = anna.begin(desk, "long.bin", len(data), id)
    assert begun.status_code == 201
    assert begun.json() == {"upload": id, "offset": 0, "size": 300_000, "piece_bytes": 1 << 20}
    assert anna.put(id, 0, data[:100_000]).json()["offset"] == 100_000
    again = anna.put(id, 0, data[:100_000])
    assert (again.status_code, problem(again)) == (409, "wrong_offset")
    assert again.json()["offset"] == 100_000
    assert anna.begin(desk, "long.bin", len(data), id).json()["offset"] == 100_000
    early = anna.finish(id)
    assert (problem(early), early.json()["offset"]) == ("wrong_offset", 100_000)
    assert anna.ask("GET", f"uploads/{id}").json()["offset"] == 100_000
    assert anna.put(id, 100_000, data[100_000:]).json()["offset"] == 300_000
    stored = anna.finish(id, sha256=hashlib.sha256(data).hexdigest())
    assert stored.status_code == 200
    assert anna.finish(id).json() == stored.json()
    assert anna.begin(desk, "long.bin", len(data), id).json()["file"] == stored.json()["file"]
    assert problem(anna.begin(desk, "other.bin", 5, new_id(SystemClock())[:-1] + "g")) == "bad_body"


def test_what_is_refused(anna: Sharer, ewa: Sharer, desk: str) -> None:
    def refused(name: str, data: bytes = b"hello") -> str:
        return problem(anna.brought(desk, name, data))

    assert refused("a\nb.txt") == "bad_file_name"
    assert refused("run.exe") == "file_type_refused"
    assert refused("run.txt", b"MZ" + bytes(100)) == "file_type_refused"
    assert refused("broken.png", b"\x89PNG\r\n\x1a\n" + bytes(100)) == "bad_file"
    assert refused("broken.zip", b"PK\x03\x04" + bytes(100)) == "bad_file"
    assert problem(anna.begin(desk, "big.bin", 26 * 1024 * 1024)) == "file_too_large"
    assert problem(ewa.brought(desk, "a.txt", b"hello")) == "not_a_member"
    assert problem(anna.finish("0" * 32)) == "bad_client_id"
    assert problem(anna.finish(new_id(SystemClock()))) == "no_such_upload"
    id = anna.begin(desk, "a.bin", 4).json()["upload"]
    assert problem(anna.put(id, 0, b"12345")) == "bad_piece"
    assert anna.put(id, 0, b"1234").is_success
    assert problem(anna.finish(id, sha256="0" * 64)) == "wrong_sha256"
    assert problem(anna.finish(id)) == "no_such_upload"


def test_only_who_stored_a_file_here_sends_it_here(
    bank: Installation, anna: Sharer, marek: Sharer, ewa: Sharer, desk: str
) -> None:
    direct = str(bank.direct("anna", "ewa@client"))
    file = anna.stored(desk, "a.bin", os.urandom(99))
    for who, conv in ((marek, desk), (anna, direct), (ewa, direct)):
        answer = who.send(conv, [file["id"]])
        assert (answer["t"], answer["code"]) == ("nack", "no_such_file")
    assert anna.send(desk, ["0" * 32])["code"] == "no_such_file"
    assert anna.send(desk, [file["id"], file["id"]])["code"] == "bad_frame"
    assert anna.send(desk, [])["code"] == "bad_frame"
    assert anna.send(desk, [file["id"]])["t"] == "ack"
    # Marek reads it now, so he may pass it on; Ewa never could.
    assert anna.send(direct, [file["id"]])["t"] == "ack"
    assert marek.send(desk, [file["id"]])["t"] == "ack"


def test_access_is_checked_at_each_request(
    bank: Installation, anna: Sharer, ewa: Sharer, desk: str
) -> None:
    file = anna.stored(desk, "a.txt", b"for the desk alone")
    sent = anna.send(desk, [file["id"]])
    assert ewa.link(sent["event_id"], file["id"]) == {"code": "no_such_file"}
    other = anna.stored(desk, "b.txt", b"another")
    assert anna.link(sent["event_id"], other["id"]) == {"code": "no_such_file"}
    with browsing(bank, "anna") as browser:
        url = browser.link(sent["event_id"], file["id"])["url"]
        shown = fetch(bank, url)
        assert (shown.status_code, shown.content) == (200, b"for the desk alone")
        assert shown.headers["content-type"] == "text/plain; charset=utf-8"
        assert shown.headers["content-disposition"].startswith("inline;")
        saved = fetch(bank, f"{url}?way=saved")
        assert saved.content == b"for the desk alone"
        assert saved.headers["content-disposition"].startswith("attachment;")
        assert problem(fetch(bank, f"{url}?way=other")) == "bad_query"
        assert browser.ask("POST", "sign-out").is_success
        assert problem(fetch(bank, url)) == "session_ended"
    url = anna.link(sent["event_id"], file["id"])["url"]
    assert problem(fetch(bank, url[:-4] + "AAAA")) == "link_expired"
    assert problem(fetch(bank, url, sec_fetch_dest="script")) == "wrong_use"
    assert problem(fetch(bank, url, sec_fetch_dest="iframe")) == "wrong_use"

    async def remove() -> None:
        async with client(bank, "anna") as socket:
            assert (await socket.command(t="remove", conv=desk, target=sent["event_id"]))[
                "t"
            ] == "ack"

    asyncio.run(remove())
    assert problem(fetch(bank, url)) == "no_such_file"
    shown_now = anna.ask("GET", f"conversations/{desk}/timeline").json()["events"]
    (row,) = [each for each in shown_now if each["event_id"] == sent["event_id"]]
    assert "files" not in row
    assert row["removed_at"]


def test_each_route_answers_as_described(anna: Sharer, desk: str) -> None:
    """Every answer is held to the document; here is a success and a problem of each route."""
    id = anna.begin(desk, "a.txt", 5).json()["upload"]
    anna.begin(desk, "a/b", 5)
    anna.ask("GET", f"uploads/{id}")
    anna.put(id, 1, b"hello")
    anna.put(id, 0, b"hello")
    file = anna.finish(id).json()["file"]["id"]
    event = anna.send(desk, [file])["event_id"]
    anna.link(event, file)
    anna.ask("POST", "files/links", json={"links": []})
    other = anna.begin(desk, "b.txt", 5).json()["upload"]
    assert anna.ask("DELETE", f"uploads/{other}").status_code == 204
    for method in ("GET", "DELETE"):
        anna.ask(method, f"uploads/{other}")
    anna.finish(other)
    seen = anna.described.seen
    for how in ways()["chat.files"]:
        found = {status < 400 for method, path, status in seen if how == f"{method} {path}"}
        assert found == {True, False}, how

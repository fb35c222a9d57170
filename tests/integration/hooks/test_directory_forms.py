"""A directory of mails or of RSMF: the same guarantees as one of lines, and what people read."""

import asyncio
import json
import random
from base64 import encodebytes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import ValidationError

from onrecord_archive.contract import Delivery, Misconfigured, Retry
from onrecord_archive.sinks import rsmf
from onrecord_archive.sinks.directory import Directory, open_directory
from onrecord_archive.sinks.directory_files import DirectoryFiles
from onrecord_archive.testing.log import ACTOR, SampleLog, conversation, firm_stream
from tests.integration.hooks.rsmf_reader import read_rsmf
from tests.integration.hooks.share import mail_of, read_share, records
from tests.unit.archive.building import Workshop, full_disk

FORMS = ("eml", "rsmf")
JAN = {**ACTOR, "id": "b" * 32, "name": "Jan Żak", "kind": "client", "org": ""}


class Share:
    """A directory on a share, and the hook that writes it."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.hook = self.opened(**options)
        self._options = options

    def opened(self, **options: str) -> Directory:
        return open_directory({"path": str(self.folder), **options})

    def take(self, batch: Sequence[Delivery]) -> list[int]:
        return [receipt.archive_index for receipt in asyncio.run(self.hook.deliver(batch))]

    def restart(self, **options: str) -> None:
        self.hook.abandon()
        self.hook = self.opened(**{**self._options, **options})

    def files(self) -> list[Path]:
        return sorted(path for path in (self.folder / "records").rglob("*") if path.is_file())

    def holds(self) -> list[tuple[int, bytes, bytes]]:
        held = [line.held for line in read_share(self.folder)]
        return sorted((each.archive_index, each.leaf, each.body) for each in held)


@pytest.fixture(params=FORMS)
def share(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Share]:
    made = Share(tmp_path / "share", format=request.param, window="4")
    yield made
    made.hook.abandon()


@pytest.fixture
def log() -> SampleLog:
    made = SampleLog()
    made.grow(30)
    made.grow_firm(4)
    return made


def entries_of(log: SampleLog, *, sealed: bool = True) -> list[Delivery]:
    entries = [entry for entry in log.deliveries() if entry.kind == "record"]
    return (
        entries
        if sealed
        else [replace(entry, plaintext=log.plains[entry.archive_index]) for entry in entries]
    )


def given(entries: Sequence[Delivery]) -> list[tuple[int, bytes, bytes]]:
    return [(entry.archive_index, entry.leaf, entry.body) for entry in entries]


# ---- The guarantees ---------------------------------------------------------------------------
def play(share: Share, batch: Sequence[Delivery], seed: int) -> None:
    """Hand the entries over as a server does that is killed, goes back and cuts anew each time."""
    chance, cursor = random.Random(seed), 0
    while cursor < len(batch):
        window = batch[cursor : cursor + chance.randrange(1, 12)]
        assert share.take(window) == [entry.archive_index for entry in window]
        cursor += len(window)
        if chance.random() < 0.4:
            if chance.random() < 0.5:  # a power cut, before a receipt
                max(share.files(), key=lambda path: path.stat().st_mtime_ns).unlink()
            share.restart()
            cursor = max(0, cursor - chance.randrange(12, 20))
    share.take(batch)


@pytest.mark.parametrize("seed", range(3))
def test_each_record_is_there_once_whatever_is_killed_or_comes_again(
    share: Share, log: SampleLog, seed: int
) -> None:
    batch = entries_of(log, sealed=bool(seed % 2))
    play(share, batch, seed)
    assert share.holds() == given(batch)


def test_control_a_directory_that_takes_what_it_has_is_seen(
    share: Share, log: SampleLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DirectoryFiles, "_without_held", lambda self, entries: entries)
    play(share, entries_of(log), 1)
    assert share.holds() != given(entries_of(log))


@pytest.mark.parametrize("place", [0.02, 0.5, 0.98])
def test_a_byte_that_was_changed_anywhere_is_told(
    share: Share, log: SampleLog, place: float
) -> None:
    """In the headers and in what people read, which no leaf commits to, as in what is proved."""
    batch = entries_of(log, sealed=False)
    share.take(batch)
    whole = asyncio.run(share.hook.inventory(0, log.size))
    file = share.files()[0]
    data = bytearray(file.read_bytes())
    data[int(len(data) * place)] ^= 1
    file.chmod(0o600)
    file.write_bytes(data)
    left = asyncio.run(share.hook.inventory(0, log.size))
    gone = {line.held.archive_index for line in read_share(share.folder, besides=file)}
    assert {each.archive_index for each in set(whole) & set(left)} == gone
    assert len(set(left) - set(whole)) == 1
    with pytest.raises(Misconfigured, match=file.name):
        share.take(batch)


def test_a_file_that_was_changed_and_named_anew_is_another_or_has_the_same_records(
    share: Share, log: SampleLog
) -> None:
    """Whatever the readers of mails and zips meet, the hook says that the file was changed."""
    batch, chance = entries_of(log, sealed=False)[:4], random.Random(7)
    share.take(batch)
    whole = set(asyncio.run(share.hook.inventory(0, log.size)))
    file = share.files()[0]
    data, told = file.read_bytes(), set()
    for _ in range(150):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 1, 50))):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        file.unlink()
        stem = file.stem.rpartition("-")[0]
        file = file.with_name(f"{stem}-{sha256(changed).hexdigest()}{file.suffix}")
        file.write_bytes(changed)
        left = set(asyncio.run(share.hook.inventory(0, log.size)))
        told.add(left >= whole)
        assert left >= whole or len(left - whole) == 1
    assert told == {True, False}


def renamed(file: Path, data: bytes) -> None:
    """Put other bytes in a file's place, under the name that has their hash."""
    file.unlink()
    stem = "-".join(file.stem.split("-")[:2])
    file.with_name(f"{stem}-{sha256(data).hexdigest()}{file.suffix}").write_bytes(data)


@pytest.mark.parametrize("is_renamed", [False, True])
def test_a_zip_that_cannot_be_read_is_told(tmp_path: Path, is_renamed: bool) -> None:
    """Whatever Python's own reader of zips raises for it."""
    log = SampleLog()
    log.grow(4, streams=1)
    share = Share(tmp_path / "share", format="rsmf")
    share.take(entries_of(log))
    (file,) = share.files()
    data = file.read_bytes()
    packed = mail_of(data).get_payload(1).get_payload(decode=True)  # type: ignore[union-attr]
    assert isinstance(packed, bytes)
    for harm in (broken_stream(packed), packed.replace(b"PK\1\2", b"PK\1\3")):
        spoilt = data.replace(encodebytes(packed).replace(b"\n", b"\r\n"), encodebytes(harm))
        assert spoilt != data
        for old in share.files():
            old.unlink()
        file.write_bytes(data)
        if is_renamed:
            renamed(file, spoilt)
        else:
            file.write_bytes(spoilt)
        (found,) = asyncio.run(share.hook.inventory(0, log.size))
        assert found.leaf == bytes(32)
    share.hook.abandon()


def broken_stream(packed: bytes) -> bytes:
    """A zip in which what was compressed begins with a block of a kind that there is not."""
    start = packed.rindex(b"records.jsonl", 0, packed.index(b"PK\1\2")) + len(b"records.jsonl")
    return packed[:start] + b"\xff" + packed[start + 1 :]


def test_stored_files_lie_beside_and_are_read_back(share: Share, tmp_path: Path) -> None:
    workshop = Workshop(tmp_path)
    workshop.write(3)
    stored = workshop.store_file(b"An offer " * 20_000)
    workshop.log.integrate(workshop.log.size)
    share.take(records(workshop))
    sealed = b"".join(workshop.reader().blob(stored.blob.ct))
    assert [each.blob for each in read_share(share.folder) if each.blob] == [sealed]
    listed = asyncio.run(share.hook.inventory(0, workshop.log.size))
    assert bytes.fromhex(stored.blob.ct) in {each.blob for each in listed}
    workshop.close()


def test_a_full_disk_is_a_retry_and_leaves_no_file_half(share: Share, log: SampleLog) -> None:
    with full_disk(3000), pytest.raises(Retry, match="File too large"):
        share.take(entries_of(log))
    assert not list((share.folder / "tmp").iterdir())
    share.take(entries_of(log))
    assert share.holds() == given(entries_of(log))


def test_a_directory_whose_format_is_changed_keeps_what_it_has(
    share: Share, log: SampleLog
) -> None:
    batch = entries_of(log)
    for number, form in enumerate(("rsmf", "jsonl", "eml")):
        share.restart(format=form)
        share.take(batch[: 10 * (number + 1)])
    share.take(batch)
    assert share.holds() == given(batch)
    assert {path.suffix for path in share.files()} == {".rsmf", ".jsonl", ".eml"}
    assert len(asyncio.run(share.hook.inventory(0, log.size))) == len(batch)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_has_one_conversation_of_one_day_and_a_window_of_it(
    tmp_path: Path, form: str
) -> None:
    log = SampleLog()
    for number in range(24):
        stream = conversation(number % 2)
        log.add(stream, "message.sent", {"text": "x"}, after=timedelta(hours=3))
    share = Share(tmp_path / "share", format=form, window="3")
    share.take(entries_of(log))
    written: dict[Path, list[dict[str, Any]]] = {}
    for line in read_share(share.folder):
        written.setdefault(line.file, []).append(json.loads(line.held.leaf))
    assert all(len({each["stream"] for each in leaves}) == 1 for leaves in written.values())
    assert all(len({each["at"][:10] for each in leaves}) == 1 for leaves in written.values())
    assert max(len(leaves) for leaves in written.values()) == 3
    share.hook.abandon()


# ---- What people read -------------------------------------------------------------------------
def only_file(tmp_path: Path, log: SampleLog, form: str, *, sealed: bool = False) -> Path:
    share = Share(tmp_path / "share", format=form, window="500", domain="bank.example")
    share.take(entries_of(log, sealed=sealed))
    share.hook.abandon()
    read_share(share.folder)
    (file,) = share.files()
    return file


def spoken() -> SampleLog:
    """A conversation in which something of each kind happens."""
    log, stream = SampleLog(), {**conversation(1), "kind": "direct"}
    log.add(stream, "member.added", {"person": JAN["id"], "from_seq": 1})
    first = log.event_id(log.add(stream, "message.sent", {"text": "Dzień dobry"}))
    log.add(stream, "message.edited", {"target": first, "text": "Dobry wieczór", "mentions": []})
    for emoji, on in (("👍", True), ("🎉", True), ("👍", False)):
        log.add(stream, "reaction.changed", {"target": first, "emoji": emoji, "on": on}, actor=JAN)
    second = log.event_id(log.add(stream, "message.sent", {"text": "=?utf-8?q?=0D?="}, actor=JAN))
    log.add(stream, "message.removed", {"target": second}, actor=JAN)
    log.add(stream, "notice.accepted", {"notice": "recording"}, actor=JAN)
    log.add(stream, "member.left", {}, actor=JAN)
    log.add(stream, "poll.opened", {"question": "Zażółć?"})
    return log


def test_a_mail_says_who_wrote_what_to_which_conversation(tmp_path: Path) -> None:
    mail = mail_of(only_file(tmp_path, spoken(), "eml").read_bytes())
    author = mail["From"].addresses[0]
    assert (author.display_name, author.addr_spec) == (ACTOR["name"], f"{ACTOR['id']}@bank.example")
    assert mail["To"].addresses[0].display_name == "Conversation 1"
    body = mail.get_body()
    assert body is not None
    assert "Dzień dobry" in body.get_content()
    assert "Dobry wieczór" in body.get_content()


@pytest.mark.parametrize("form", FORMS)
def test_a_sealed_record_is_there_and_says_that_it_is_sealed(tmp_path: Path, form: str) -> None:
    mail = mail_of(only_file(tmp_path, spoken(), form, sealed=True).read_bytes())
    body = mail.get_body()
    assert body is not None
    assert body.get_content().count("This record is sealed") == 11
    assert b"Dzie" not in mail.as_bytes()
    if form == "rsmf":
        manifest, _ = read_rsmf(mail)
        assert {event["type"] for event in manifest["events"]} == {"unknown"}
        assert not any("participant" in event for event in manifest["events"])


def test_rsmf_tells_of_each_kind_of_record_as_its_own_kind_of_event(tmp_path: Path) -> None:
    mail = mail_of(only_file(tmp_path, spoken(), "rsmf").read_bytes())
    manifest, _ = read_rsmf(mail)
    events = manifest["events"]
    assert [event["type"] for event in events] == [
        *("join", "message", "history", "history", "history", "history"),
        *("message", "history", "disclaimer", "leave", "history"),
    ]
    assert events[0]["participant"] == JAN["id"]
    names = {each["id"]: each["display"] for each in manifest["participants"]}
    assert names == {ACTOR["id"]: ACTOR["name"], JAN["id"]: JAN["name"]}
    assert manifest["conversations"][0]["type"] == "direct"
    first, second = events[1], events[6]
    (edit,) = first["edits"]
    assert (edit["previous"], edit["new"]) == ("Dzień dobry", "Dobry wieczór")
    assert first["reactions"] == [{"value": "🎉", "count": 1, "participants": [JAN["id"]]}]
    assert second["deleted"] is True
    assert "deleted" not in first
    assert {events[number].get("parent") for number in (2, 3, 4, 5)} == {first["id"]}
    assert "Zażółć?" in events[-1]["body"]
    assert mail["X-RSMF-Participants"].count("@bank.example") == 2
    assert mail["X-RSMF-EventCollectionID"] == conversation(1)["id"]


def test_rsmf_is_the_same_bytes_on_each_attempt(tmp_path: Path) -> None:
    log = spoken()
    files = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        files.append(only_file(folder, log, "rsmf"))
    assert files[0].name == files[1].name


@pytest.mark.parametrize("planted", ["participant", "attachments", "tipe"])
def test_control_what_breaks_the_rules_of_rsmf_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    whole = rsmf._event

    def broken(*given: Any) -> dict[str, Any]:
        values = {"participant": "nobody", "attachments": [{"id": "gone"}], "tipe": "message"}
        return {**whole(*given), planted: values[planted]}

    monkeypatch.setattr(rsmf, "_event", broken)
    with pytest.raises((AssertionError, KeyError, ValidationError)):
        only_file(tmp_path, spoken(), "rsmf")


def test_firm_s_own_records_are_channels_without_a_title(tmp_path: Path) -> None:
    log = SampleLog()
    log.add(firm_stream("policy"), "notice.provided", {"language": "pl"})
    manifest, _ = read_rsmf(mail_of(only_file(tmp_path, log, "rsmf").read_bytes()))
    (conversation,) = manifest["conversations"]
    assert (conversation["type"], conversation["display"]) == ("channel", "policy")
    assert manifest["events"][0]["type"] == "disclaimer"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"format": "pst"}, "format must be one of jsonl, eml, rsmf"),
        ({"format": "eml", "window": "5001"}, "window must lie between"),
        ({"format": "eml", "domain": "bank example"}, "domain must be a name"),
        ({"format": "jsonl", "domain": "bank.example"}, "unknown options: domain"),
    ],
)
def test_options_that_are_none_are_refused(options: dict[str, str], said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        open_directory({"path": "/srv", **options})

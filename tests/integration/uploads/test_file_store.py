"""What is published of files, on both databases: who sends and reads which, and rebuild."""

import pytest
from msgspec import structs

from onrecord.app.events import PROJECTORS, TABLES
from onrecord.core.domain.errors import NotAllowed
from onrecord.core.domain.files import FoundFile, HeldFile, asked_file
from onrecord.core.domain.values import Answer
from onrecord.core.store.rebuild import rebuild
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import Bounds
from onrecord.features.search import index_store as search_index
from onrecord.features.uploads.file_store import FileStore
from onrecord.protocol.files import wire_file
from onrecord_archive.events.files import File, SealedBlob, Voice
from onrecord_archive.events.groups import PostingChanged
from onrecord_archive.events.ids import BlobId, PersonId, StreamId
from onrecord_archive.events.messages import FileStored, MessageSent
from tests.integration.tables import published_rows
from tests.integration.world import World

BLOB = SealedBlob("0" * 64, BlobId("0" * 32), 21)


class Desk:
    """Anna and Ben talk; Clara comes in later, and is in another talk with Anna."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna, self.ben, self.clara = map(world.person, ("Anna", "Ben", "Clara"))
        self.stream = world.conversation(self.anna, self.ben, title="Desk")
        self.other = world.conversation(self.anna, self.clara, title="Other")
        self.store = FileStore(world.database, TABLES.slots)
        self.stored = 0

    def store_file(
        self, who: PersonId, stream: StreamId | None = None, voice: Voice | None = None
    ) -> HeldFile:
        """Have a file stored: a picture, or a voice note."""
        self.stored += 1
        blob = SealedBlob(f"{self.stored:064x}", BlobId(f"{self.stored:032x}"), 21)
        file = File(blob.id, "0" * 64, 5, f"file {self.stored}.png", "image/png", 4, 3)
        if voice is not None:
            file = File(blob.id, "0" * 64, 5, "voice.webm", "audio/webm", voice=voice)
        held = HeldFile(file, blob, f"{self.stored:064x}")
        command = self.world.command(who, stream or self.stream, FileStored(blob))
        self.world.commit(structs.replace(command, holds=(held,)))
        return held

    def send(self, who: PersonId, *files: HeldFile, stream: StreamId | None = None) -> Answer:
        """Send files without a text, or raise the refusal."""
        asked = tuple(asked_file(each.file.blob_id) for each in files)
        body = MessageSent("", files=asked)
        rows = self.world.journal_what_is_allowed(
            self.world.command(who, stream or self.stream, body)
        )
        assert len(rows) == 1, "refused"
        self.world.publish(rows, self.world.archive(rows))
        event = rows[0].event
        return Answer(event.event_id, event.stream.id, event.conv_seq, event.msg_no, event.at)


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_a_message_shows_its_files_in_their_order(desk: Desk) -> None:
    one, two = desk.store_file(desk.anna), desk.store_file(desk.anna)
    sent = desk.send(desk.anna, two, one)
    timeline = desk.world.reads.timeline(
        desk.ben, desk.stream, before=None, after=None, around=None, limit=5
    )
    shown = next(event for event in timeline.events if event.event_id == sent.event_id)
    assert getattr(shown, "files", None) == [wire_file(two.file), wire_file(one.file)]
    assert desk.store.shown_to(desk.ben, sent.event_id, one.file.blob_id) == one


def test_nobody_reads_a_file_before_a_message_shows_it(desk: Desk) -> None:
    held = desk.store_file(desk.anna)
    before = desk.world.say(desk.anna, desk.stream, "soon")
    for who in (desk.anna, desk.ben):
        assert desk.store.shown_to(who, before.event_id, held.file.blob_id) is None


def test_who_joins_later_reads_no_earlier_file_and_who_left_no_later_one(desk: Desk) -> None:
    first = desk.store_file(desk.anna)
    early = desk.send(desk.anna, first)
    desk.world.add(desk.anna, desk.stream, desk.clara)
    desk.world.leave(desk.ben, desk.stream)
    second = desk.store_file(desk.anna)
    late = desk.send(desk.anna, second)
    sees = desk.store.shown_to
    assert sees(desk.clara, early.event_id, first.file.blob_id) is None
    assert sees(desk.clara, late.event_id, second.file.blob_id) == second
    assert sees(desk.ben, early.event_id, first.file.blob_id) == first
    assert sees(desk.ben, late.event_id, second.file.blob_id) is None


def test_what_one_may_read_one_may_pass_on(desk: Desk) -> None:
    held = desk.store_file(desk.anna)
    with pytest.raises(AssertionError, match="refused"):
        desk.send(desk.ben, held)
    with pytest.raises(AssertionError, match="refused"):
        desk.send(desk.anna, held, stream=desk.other)
    sent = desk.send(desk.anna, held)
    passed_on = desk.send(desk.anna, held, stream=desk.other)
    assert desk.store.shown_to(desk.clara, passed_on.event_id, held.file.blob_id) == held
    desk.world.remove(desk.anna, sent)
    assert desk.store.shown_to(desk.ben, sent.event_id, held.file.blob_id) is None
    with pytest.raises(AssertionError, match="refused"):
        desk.send(desk.ben, held)
    assert desk.store.shown_to(desk.clara, passed_on.event_id, held.file.blob_id) == held


def test_a_stored_file_is_known_by_its_event(desk: Desk) -> None:
    held = desk.store_file(desk.anna)
    event = desk.world.published[-1].event.event_id
    assert desk.store.stored_as(event) == FoundFile(held, desk.stream, readable=False)
    said = desk.world.say(desk.anna, desk.stream, "x")
    assert desk.store.stored_as(said.event_id) is None


def test_a_voice_note_is_shown_and_found_as_one(desk: Desk) -> None:
    world, reads = desk.world, desk.world.reads
    held = desk.store_file(desk.anna, voice=Voice(12_340, "05f"))
    sent = desk.send(desk.anna, held)
    desk.send(desk.anna, desk.store_file(desk.anna))
    assert desk.store.shown_to(desk.ben, sent.event_id, held.file.blob_id) == held
    assert desk.store.recorded(sent.event_id, held.file.blob_id) == held
    for query in ("has:voice", "has:sound"):
        (hit,) = reads.search(desk.ben, query, None, 10).hits
        assert (hit.event_id, hit.files) == (sent.event_id, [wire_file(held.file)])
    before = published_rows(world.database)
    rebuild(world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(world.database) == before


def test_rebuild_makes_equal_rows(desk: Desk) -> None:
    one, two, three = (desk.store_file(desk.anna) for _ in range(3))
    desk.send(desk.anna, one, two)
    desk.world.remove(desk.anna, desk.send(desk.anna, three))
    desk.send(desk.anna, one, stream=desk.other)
    before = published_rows(desk.world.database)
    assert (len(before["stored_file"]), len(before["message_file"])) == (3, 3)
    rebuild(desk.world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(desk.world.database) == before


@pytest.mark.parametrize("block", [2, 1_000], ids=["indexed", "newest block"])
def test_messages_are_found_by_their_files(
    desk: Desk, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK", block)
    world, reads = desk.world, desk.world.reads
    sent = desk.send(desk.anna, desk.store_file(desk.anna))
    world.say(desk.anna, desk.stream, "no file here")
    queries = ("file png", "has:picture", "has:file from:anna", "in:desk has:file", "png has:pic")
    for query in queries:
        (hit,) = reads.search(desk.ben, query, None, 10).hits
        assert (hit.event_id, hit.text) == (sent.event_id, "")
        assert hit.files is not None
        assert hit.files[0].name == "file 1.png"
        assert reads.search(desk.clara, query, None, 10).hits == []
    for query in ("has:document", "has:film", "has:sound", "png has:document"):
        assert reads.search(desk.ben, query, None, 10).hits == []

    compliance = ComplianceStore(world.database)

    def found() -> int:
        return len(compliance.find(Bounds(words=("png",)), upto=None, most=10).hits)

    assert found() == 2, "as it was stored, and as it was sent"
    world.remove(desk.anna, sent)
    assert [reads.search(desk.ben, query, None, 10).hits for query in queries] == [[]] * 5
    assert found() == 2


def test_who_may_write_is_what_the_journal_says(desk: Desk) -> None:
    def refused(who: PersonId, stream: StreamId) -> str:
        try:
            desk.store.check_may_write(
                desk.world.command(who, stream, FileStored(BLOB)).actor, stream
            )
        except NotAllowed as refusal:
            return refusal.code
        return ""

    assert [refused(who, desk.stream) for who in (desk.anna, desk.ben)] == ["", ""]
    assert refused(desk.clara, desk.stream) == "not_a_member"
    assert refused(desk.anna, StreamId("0" * 32)) == "not_a_member"
    desk.world.do(desk.anna, desk.stream, PostingChanged(True))
    assert refused(desk.anna, desk.stream) == ""
    assert refused(desk.ben, desk.stream) == "admins_only"
    client = desk.world.person("Ewa", outside=True)
    direct = desk.world.conversation(desk.anna, client, direct=True)
    assert refused(desk.anna, direct) == ""

"""Uploads that are given up, finished twice, reused, or more than somebody may send."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.app.uploads import WORK
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import NotAllowed, OnRecordError, Refusal
from onrecord.core.domain.files import FoundFile
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import Actor, Answer, Command, Origin
from onrecord.core.settled import Unsettled
from onrecord.core.threads import Threads
from onrecord.features.uploads.bodies import NewUpload
from onrecord.features.uploads.budget import LEAST
from onrecord.features.uploads.clamd import Clamd, Infected
from onrecord.features.uploads.file_store import FileStore
from onrecord.features.uploads.spool import Spool, SpooledFile
from onrecord.features.uploads.storing import POLICY
from onrecord.features.uploads.uploads import MIB, UploadOptions, Uploads
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from tests.integration.rooted import root_alone
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.settings import settings_of

DESK = StreamId("d" * 32)
ANNA = Actor(PersonId("a" * 32), "Anna", "employee", "Bank", "employee")
EWA = Actor(PersonId("e" * 32), "Ewa", "client", "Client", "client")
SERVER = Origin("server")


class Files(FileStore):
    """What the journal took, in memory; everybody may write."""

    def __init__(self) -> None:
        self.files: dict[EventId, FoundFile] = {}

    def stored_as(self, event: EventId) -> FoundFile | None:
        return self.files.get(event)

    def check_may_write(self, actor: Actor, stream: StreamId) -> None:
        pass


class Scene:
    """An archive, a scanner that takes as long as the test says, and a journal that takes all."""

    def __init__(self, folder: Path, work: Threads, options: UploadOptions) -> None:
        self.late_s = 0.0
        self.today = datetime(2026, 11, 26, 12, tzinfo=UTC)
        self.scans = 0
        self.malware: str | None = None
        self.noted = 0
        self.refusal: OnRecordError | None = None
        self.scanned = asyncio.Event()
        self.scanned.set()
        self.store = Files()
        spool = Spool(folder / "spool")
        spool.clear()
        instead = {
            Spool: spool,
            Clamd: self,
            FileStore: self.store,
            UploadOptions: options,
            WORK: work,
        }
        chosen = settings_of(folder, files={"scanner": "/clamd"})
        self.archive = chosen.archive.directory
        root = root_alone(self, instead, recorder=self, settings=chosen)
        self.uploads = root[Uploads]

    def now(self) -> datetime:
        return self.today

    def monotonic(self) -> float:
        return monotonic() + self.late_s

    async def scan(self, data: bytes) -> str:
        self.scans += 1
        await self.scanned.wait()
        if self.malware is not None:
            raise Infected(self.malware)
        return "scanner 1"

    async def record(self, command: Command) -> Answer:
        if self.refusal is not None:
            raise self.refusal
        if command.stream == POLICY.id:
            self.noted += 1
            return Answer(command.event_id, command.stream, self.noted, None, self.today)
        (held,) = command.holds
        self.store.files[command.event_id] = FoundFile(held, command.stream, readable=False)
        return Answer(command.event_id, command.stream, 1, None, self.today)

    def sealed(self) -> int:
        """How many sealed files the archive has."""
        return sum(1 for path in (self.archive / "blobs").rglob("*") if path.is_file())

    async def begun(self, actor: Actor, size: int, name: str = "a.bin") -> str:
        id = new_id(SystemClock())
        await self.uploads.begin(actor, NewUpload(id, DESK, name, size))
        return id

    async def brought(self, actor: Actor, data: bytes) -> str:
        id = await self.begun(actor, len(data))
        for offset in range(0, len(data), MIB):
            await self.uploads.append(actor, id, offset, data[offset : offset + MIB])
        return id


BUDGETED = UploadOptions(daily_bytes=8 * MIB, client_daily_bytes=2 * MIB)


def play(
    folder: Path,
    story: Callable[[Scene], Awaitable[None]],
    options: UploadOptions = BUDGETED,
) -> Scene:
    """Play a story to its end, as long as a server runs."""

    async def run() -> Scene:
        work = Threads(threads=2, name="files")
        try:
            scene = Scene(folder, work, options)
            async with asyncio.TaskGroup() as tasks:
                running = tasks.create_task(scene.uploads.run())
                await story(scene)
                running.cancel()
        finally:
            work.close()
        return scene

    return asyncio.run(run())


async def code_of(asked: Awaitable[object]) -> str:
    """Return how it is refused, or nothing."""
    try:
        await asked
    except Refusal as refusal:
        return refusal.code
    return ""


def test_an_upload_that_was_given_up_takes_no_more_bytes(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        id = await scene.begun(ANNA, 3 * MIB)
        uploads, piece = scene.uploads, os.urandom(MIB)
        asked = [uploads.append(ANNA, id, 0, piece), uploads.cancel(ANNA, id)]
        asked += [uploads.append(ANNA, id, n * MIB, piece) for n in (1, 2)]
        codes = await asyncio.gather(*map(code_of, asked))
        assert codes == ["", "", "no_such_upload", "no_such_upload"]
        assert list((tmp_path / "spool").iterdir()) == []

    play(tmp_path, story)


def test_an_id_that_was_given_up_begins_anew_apart_from_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_again, remove = threading.Event(), SpooledFile.remove

    def removed_late(file: SpooledFile) -> None:
        begun_again.wait(PATIENCE)
        remove(file)

    async def story(scene: Scene) -> None:
        id = await scene.begun(ANNA, 5)
        await scene.uploads.append(ANNA, id, 0, b"first")
        monkeypatch.setattr(SpooledFile, "remove", removed_late)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scene.uploads.cancel(ANNA, id))
            await asyncio.sleep(0)
            await scene.uploads.begin(ANNA, NewUpload(id, DESK, "a.bin", 5))
            await scene.uploads.append(ANNA, id, 0, b"again")
            begun_again.set()
        assert (await scene.uploads.finish(ANNA, SERVER, id, None)).size == 5

    play(tmp_path, story)


def test_a_finish_behind_a_refused_one_is_refused_too(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        id = await scene.begun(ANNA, 100)
        await scene.uploads.append(ANNA, id, 0, b"MZ" + bytes(98))
        asked = [scene.uploads.finish(ANNA, SERVER, id, None) for _ in range(3)]
        assert await asyncio.gather(*map(code_of, asked)) == ["file_type_refused"] * 3
        assert await code_of(scene.uploads.finish(ANNA, SERVER, id, None)) == "no_such_upload"

    play(tmp_path, story)


def test_a_finish_goes_on_when_nobody_waits_and_is_that_of_the_retry(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        scene.scanned.clear()
        id = await scene.brought(ANNA, b"slow to scan")
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await scene.uploads.finish(ANNA, SERVER, id, None)
        scene.scanned.set()
        file = await scene.uploads.finish(ANNA, SERVER, id, None)
        assert (file.size, scene.scans, scene.sealed()) == (12, 1, 1)

    play(tmp_path, story)


def test_the_end_of_the_server_ends_what_is_being_finished(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        scene.scanned.clear()
        id = await scene.brought(ANNA, b"slow to scan")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await scene.uploads.finish(ANNA, SERVER, id, None)

    assert play(tmp_path, story).store.files == {}


def test_what_one_may_have_sealed_on_a_day_has_an_end(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        for _ in range(2):
            id = await scene.brought(EWA, os.urandom(MIB))
            await scene.uploads.finish(EWA, SERVER, id, None)
        assert await code_of(scene.begun(EWA, 1)) == "too_many_today"
        assert await code_of(scene.begun(ANNA, 8 * MIB)) == "", "everybody has their own"
        assert await code_of(scene.begun(ANNA, 1)) == "too_many_today", "what is begun counts"
        scene.today += timedelta(hours=12)
        assert await code_of(scene.begun(EWA, 2 * MIB)) == "", "another day"

    play(tmp_path, story)


def test_malware_counts_against_the_budget_for_its_record_stays(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        async def sends(actor: Actor) -> str:
            id = await scene.brought(actor, b"x")
            return await code_of(scene.uploads.finish(actor, SERVER, id, None))

        scene.malware = "Eicar"
        assert [await sends(EWA) for _ in range(2)] == ["file_infected"] * 2
        assert await code_of(scene.begun(EWA, 1)) == "too_many_today"
        assert scene.noted == 2
        assert await sends(ANNA) == "file_infected", "control: nobody else's budget is spent"

    play(tmp_path, story, UploadOptions(client_daily_bytes=2 * LEAST))


def test_the_id_of_a_stored_file_is_for_that_file_alone(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        id = await scene.brought(ANNA, b"stored")
        await scene.uploads.finish(ANNA, SERVER, id, None)
        begin, same = scene.uploads.begin, NewUpload(id, DESK, "a.bin", 6)
        assert (await begin(ANNA, same)).file is not None
        for other in (
            NewUpload(id, DESK, "b.bin", 6),
            NewUpload(id, DESK, "a.bin", 7),
            NewUpload(id, "0" * 32, "a.bin", 6),
        ):
            assert await code_of(begin(ANNA, other)) == "id_reuse"

    play(tmp_path, story)


TIGHT = UploadOptions(most_bytes=64, piece_bytes=4, most_unfinished=64, at_once=50, share=8)
"""Room for 64 bytes; an eighth is 8, two pieces."""
STRANGERS = [Actor(PersonId(digit * 32), "Client", "client", "", "client") for digit in "1234"]


async def some_of(scene: Scene, actor: Actor, size: int, came: int) -> str:
    """Begin an upload and send a part of it."""
    id = await scene.begun(actor, size)
    for offset in range(0, came, 4):
        await scene.uploads.append(actor, id, offset, b"1234")
    return id


def test_who_only_announces_files_takes_no_room_from_others(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        for stranger in STRANGERS[:2]:
            for _ in range(5):
                await scene.begun(stranger, 64)
        assert await code_of(some_of(scene, ANNA, 24, 20)) == ""

    play(tmp_path, story, TIGHT)


def test_what_is_beyond_an_eighth_gives_way_to_others_and_to_nobody_else(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        greedy = [await some_of(scene, EWA, 64, 8) for _ in range(5)]
        assert await code_of(scene.begun(EWA, 64)) == ""
        assert await code_of(scene.begun(EWA, 64)) == "no_room", "their own do not give way"
        assert await code_of(some_of(scene, ANNA, 8, 4)) == ""
        gone = [await code_of(scene.uploads.append(EWA, id, 8, b"1234")) for id in greedy]
        assert gone[0] == "no_such_upload", "the one longest unused went"

    play(tmp_path, story, TIGHT)


@pytest.mark.parametrize(
    ("size", "many", "code"),
    [(64, 5, "wrong_offset"), (8, 8, "not_a_member")],
    ids=["bytes are missing", "refused by the record"],
)
def test_a_finish_that_was_refused_keeps_no_room(
    tmp_path: Path, size: int, many: int, code: str
) -> None:
    async def story(scene: Scene) -> None:
        scene.refusal = NotAllowed("not_a_member", "You are not in this conversation.")
        greedy = [await some_of(scene, EWA, size, 8) for _ in range(many)]
        for id in greedy:
            assert await code_of(scene.uploads.finish(EWA, SERVER, id, None)) == code
        assert await code_of(some_of(scene, ANNA, 8, 4)) == ""
        assert await code_of(scene.uploads.finish(EWA, SERVER, greedy[0], None)) == "no_such_upload"

    play(tmp_path, story, TIGHT)


def test_what_may_be_on_the_record_does_not_give_way(tmp_path: Path) -> None:
    """Its client asks again, and has the same answer."""

    async def story(scene: Scene) -> None:
        scene.refusal = Unsettled()
        ids = [await some_of(scene, EWA, 8, 8) for _ in range(8)]
        for id in ids:
            with pytest.raises(Unsettled):
                await scene.uploads.finish(EWA, SERVER, id, None)
        assert await code_of(scene.begun(ANNA, 8)) == "no_room"
        scene.refusal = None
        for id in ids:
            assert (await scene.uploads.finish(EWA, SERVER, id, None)).size == 8

    play(tmp_path, story, TIGHT)


def test_who_has_an_eighth_keeps_it(tmp_path: Path) -> None:
    """Control: eight who share it are all served, and the ninth waits."""

    async def story(scene: Scene) -> None:
        people = [Actor(PersonId(f"{n:032x}"), "Client", "client", "", "client") for n in range(9)]
        ids = [await some_of(scene, person, 64, 4) for person in people[:8]]
        assert await code_of(scene.begun(people[8], 64)) == "no_room"
        for person, id in zip(people, ids, strict=False):
            assert scene.uploads.state(person, id).offset == 4
        scene.late_s = 61.0
        assert await code_of(scene.begun(people[8], 64)) == "", "after a minute without a piece"

    play(tmp_path, story, TIGHT)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from(["begin", "append", "wait"]), st.integers(0, 9)
        ),
        max_size=40,
    )
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_history_of_uploads_overflows_or_starves(
    tmp_path: Path, steps: list[tuple[int, str, int]]
) -> None:
    async def story(scene: Scene) -> None:
        ids: dict[Actor, list[str]] = {actor: [] for actor in STRANGERS}

        def received(actor: Actor) -> list[int]:
            there = []
            for id in list(ids[actor]):
                try:
                    there.append(scene.uploads.state(actor, id).offset)
                except Refusal:
                    ids[actor].remove(id)
            return there

        for number, what, which in steps:
            actor, code = STRANGERS[number], ""
            held = {each: sum(size + 4 for size in received(each)) for each in STRANGERS}
            if what == "wait":
                scene.late_s += which
            elif what == "begin":
                id = new_id(SystemClock())
                code = await code_of(scene.uploads.begin(actor, NewUpload(id, DESK, "a.bin", 64)))
                ids[actor] += [id] * (code == "")
            elif ids[actor]:
                id = ids[actor][which % len(ids[actor])]
                offset = scene.uploads.state(actor, id).offset
                if offset < 60:
                    code = await code_of(scene.uploads.append(actor, id, offset, b"1234"))
            others = [size for each, size in held.items() if each != actor]
            if code == "no_room":
                assert held[actor] + 4 > 8 or max(others) <= 8
            assert code in ("", "no_room")
            assert sum(sum(received(each)) for each in STRANGERS) <= 64

    play(tmp_path, story, TIGHT)


@pytest.mark.promise("P10")
@pytest.mark.parametrize("finishing", [False, True])
def test_uploads_end_with_an_account_also_while_they_are_scanned(
    tmp_path: Path, finishing: bool
) -> None:
    async def story(scene: Scene) -> None:
        id, others = await scene.brought(ANNA, b"a" * 8), await scene.brought(EWA, b"e" * 8)
        scene.scanned.clear()
        async with asyncio.TaskGroup() as tasks:
            finish = tasks.create_task(code_of(scene.uploads.finish(ANNA, SERVER, id, None)))
            while finishing and scene.scans == 0:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.001)
            scene.uploads.end_of(ANNA.id)
            scene.scanned.set()
        assert finish.result() == "no_such_upload"
        assert scene.store.files == {}
        assert await code_of(scene.uploads.finish(EWA, SERVER, others, None)) == ""

    play(tmp_path, story)

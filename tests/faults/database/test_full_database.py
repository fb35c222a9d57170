"""F8 for every volume: what is full closes recording, has one name everywhere, and clears itself.

The embedded database, the archive and the key store lie on small volumes of their own, or on one.
While any of them is full, recovery is tried a hundred times as often as in service.
"""

import asyncio
import io
import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from onrecord.app.recording import Served, Surroundings, recording
from onrecord.core.archiving import archiver
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Answer, Command, Origin
from onrecord.core.failures import StorageFull
from onrecord.core.settled import Outcome
from onrecord.features.chat.service import ReadStore
from onrecord.observability.logs import make_log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.errors import WriteFailed
from onrecord_archive.format.layout import TAILS
from onrecord_archive.writer.key_fill import make_key_store
from onrecord_archive.writer.key_store import KeyStore
from tests.faults.archive.test_full_disk import fill
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE

DATABASE, ARCHIVE, KEYS = "db", "archive", "keys"
CODES = {DATABASE: "storage_full", ARCHIVE: "archive_unavailable", KEYS: "archive_unavailable"}
FULL = [[DATABASE], [ARCHIVE], [ARCHIVE, KEYS], [DATABASE, ARCHIVE], [DATABASE, ARCHIVE, KEYS]]
FASTER = 100
CLOSED_SECONDS = 1.5
"""A hundred times as much in service."""
LONG = 16_000 * "x"
AT_ONCE = 50
"""So many long messages are sent together, until one is refused: free pages are used up first."""


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Installation]:
    made = install(tmp_path, ["anna", "bela"])
    populate_conversations(made, {}, [("anna", "bela")])
    for name in (DATABASE, ARCHIVE, KEYS):
        on_a_volume(made.data / name)
    yield made
    for name in (DATABASE, ARCHIVE, KEYS):
        subprocess.run(["umount", "--lazy", str(made.data / name)], check=True)


def on_a_volume(folder: Path) -> None:
    """Move what lies in a folder to a small volume that is mounted there."""
    aside = folder.with_suffix(".aside")
    folder.rename(aside)
    folder.mkdir(mode=0o700)
    mount(folder)
    shutil.copytree(aside, folder, dirs_exist_ok=True)
    shutil.rmtree(aside)


def mount(volume: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(volume)], check=True)


class Bank:
    """A bank that records, and what its operator sees."""

    def __init__(self, made: Installation, rec: Served, metrics: Metrics, log: io.StringIO) -> None:
        self._made, self._rec, self._metrics, self._log = made, rec, metrics, log

    async def say(self, text: str) -> Outcome:
        """Have a message recorded; return what became of it."""
        answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        actor, id = self._made.people["anna"].actor, ClientId(new_id(SystemClock()))
        event, stream = event_id_of(actor.id, id), self._made.direct("anna", "bela")
        command = Command(event, stream, actor, Origin("test"), MessageSent(text), client_id=id)
        refusal = self._rec.recorder.submit(command, answered.set_result)
        if refusal is not None:
            return refusal
        return await asyncio.wait_for(answered, PATIENCE)

    async def refused(self) -> None:
        """Talk until that is not possible any more."""
        while all(
            isinstance(outcome, Answer)
            for outcome in await asyncio.gather(*(self.say(LONG) for _ in range(AT_ONCE)))
        ):
            pass

    def lines(self, event: str) -> list[str | None]:
        """Return the codes of the log's lines of an event."""
        lines = [json.loads(line) for line in self._log.getvalue().splitlines()]
        return [line.get("code") for line in lines if line["event"] == event]

    def tails(self) -> int:
        """Return how many tails the archive has."""
        return len(list((self._made.settings.archive.directory / TAILS).iterdir()))

    async def closed(self) -> str:
        """Require that all agree on why nothing is recorded, and that reads go on."""
        refusal = self._rec.recorder.closed()
        assert refusal is not None
        said = await self.say("while it is full")
        assert isinstance(said, Refusal)
        assert said.retry_after
        assert said.code == refusal.code == self.lines("recording_stopped")[-1]
        assert self._metrics.registry.get_sample_value("onrecord_recording") == 0
        await self._rec.read(ReadStore(self._rec.database).position)
        return refusal.code

    async def opened(self) -> None:
        """Wait until recording is on again, and require that all agree on that."""
        await self._until(None)
        assert isinstance(await self.say("there is room"), Answer)
        assert self._metrics.registry.get_sample_value("onrecord_recording") == 1

    async def closed_by(self, code: str) -> None:
        """Wait until recording is closed for a reason."""
        await self._until(code)
        assert await self.closed() == code

    async def _until(self, code: str | None) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        while getattr(self._rec.recorder.closed(), "code", None) != code:
            assert loop.time() < deadline, f"recording is not {code or 'on'}"
            await asyncio.sleep(0.01)

    def write(self, size: int) -> None:
        """Write, as an account would, so many bytes. Blocks."""
        with self._rec.database.writing() as tx:
            tx.fill(self._rec.database.backend.fill, size)


@asynccontextmanager
async def bank(made: Installation) -> AsyncIterator[Bank]:
    log, metrics = io.StringIO(), Metrics()
    around = Surroundings(
        SystemClock(), make_log(log, level="info"), metrics, NoPoints(), _must_not_end
    )
    async with recording(made.settings, around) as rec:
        yield Bank(made, rec, metrics, log)


def _must_not_end(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("full", FULL, ids="+".join)
def test_a_full_volume_adds_one_tail_and_two_lines_however_long_it_lasts(
    made: Installation, full: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiver, "RECOVER_SECONDS", archiver.RECOVER_SECONDS / FASTER)

    async def story() -> None:
        async with bank(made) as one:
            assert isinstance(await one.say("there is room"), Answer)
            ballast = [fill(made.data / name) for name in full]
            await one.refused()
            tails, code = one.tails(), await one.closed()
            assert code in {CODES[name] for name in full}
            await asyncio.sleep(CLOSED_SECONDS)
            assert await one.closed() == code
            assert one.tails() == tails
            for file in ballast:
                file.unlink()
            await one.opened()
            assert one.tails() == tails + 1
            assert one.lines("recording_stopped") == [code]
            assert len(one.lines("recording_resumed")) == 1

    asyncio.run(story())


def test_what_is_still_full_is_named_once_the_other_has_room(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiver, "RECOVER_SECONDS", archiver.RECOVER_SECONDS / FASTER)

    async def story() -> None:
        async with bank(made) as one:
            database, archive = fill(made.data / DATABASE), fill(made.data / ARCHIVE)
            await one.refused()
            await one.closed_by(CODES[ARCHIVE])
            tails = one.tails()
            archive.unlink()
            await one.closed_by(CODES[DATABASE])
            archive = fill(made.data / ARCHIVE)
            database.unlink()
            await one.closed_by(CODES[ARCHIVE])
            archive.unlink()
            await one.opened()
            assert one.tails() == tails + 1

    asyncio.run(story())


def test_what_another_writer_has_no_room_for_closes_recording_too(made: Installation) -> None:
    async def story() -> None:
        async with bank(made) as one:
            ballast = fill(made.data / DATABASE)
            with pytest.raises(StorageFull):
                await asyncio.to_thread(one.write, 2**26)
            await one.closed_by(CODES[DATABASE])
            ballast.unlink()
            await one.opened()

    asyncio.run(story())


def test_a_key_store_proves_its_own_room(tmp_path: Path) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    mount(volume)
    try:
        path = volume / "store.db"
        make_key_store(path)
        store = KeyStore(path)
        store.prove_room(2**20)
        ballast = fill(volume)
        with pytest.raises(WriteFailed):
            store.prove_room(2**22)
        ballast.unlink()
        store.prove_room(2**22)
        store.close()
    finally:
        subprocess.run(["umount", "--lazy", str(volume)], check=True)

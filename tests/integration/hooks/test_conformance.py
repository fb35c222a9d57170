"""Each sink keeps the whole contract, against real directories and a real TLS receiver."""

import gc
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from onrecord_archive.contract import Hook
from onrecord_archive.format.errors import Refused
from onrecord_archive.reader.archive import Archive
from onrecord_archive.sinks.directory import Directory, open_directory
from onrecord_archive.sinks.replica.hook import Replica
from onrecord_archive.sinks.siem import open_siem
from onrecord_archive.testing import (
    Destination,
    Held,
    HookConformance,
    InventoryConformance,
    Touched,
)
from onrecord_archive.testing.log import SampleLog
from tests.integration.hooks.receiver import running_receiver
from tests.integration.hooks.rsyslog import Rsyslog, running_rsyslog
from tests.integration.hooks.share import read_share
from tests.integration.hooks.syslog_reader import without_doubles

# A call that is cancelled in the middle of its TLS handshake leaves its socket to the collector:
# the HTTP library's doing, and harmless, since the hook's next call opens another.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Have it collected here, and not in the middle of another module's test."""
    yield
    gc.collect()


class Folder:
    """A directory that a hook writes, and which can be taken away."""

    def __init__(
        self,
        parent: Path,
        opening: Callable[[Path, SampleLog], Replica | Directory],
        reading: Callable[[Path], Sequence[Held]],
    ) -> None:
        self._there = parent / "copy"
        self._away = parent / "away"
        self._there.mkdir()
        self._opening = opening
        self._reading = reading
        self._hooks: list[Replica | Directory] = []

    def hook(self, log: SampleLog) -> Hook:
        self.let_go()
        hook = self._opening(self._there, log)
        self._hooks.append(hook)
        return hook

    def let_go(self) -> None:
        """Close what dead processes had open, as the operating system does."""
        for hook in self._hooks:
            hook.abandon()

    def held(self) -> Sequence[Held]:
        return self._reading(self._there)

    def lose(self, archive_index: int) -> None:
        self._replace(archive_index, lambda leaf: b"")

    def spoil(self, archive_index: int) -> None:
        self._replace(archive_index, lambda leaf: leaf.replace(b"default", b"changed"))

    def _replace(self, archive_index: int, change: Callable[[bytes], bytes]) -> None:
        """Put something else in the place of an entry's leaf, in whichever files it stands."""
        (leaf,) = (each.leaf for each in self.held() if each.archive_index == archive_index)
        spelt = [leaf, json.dumps(leaf.decode()).encode()]
        for file in (path for path in self._there.rglob("*") if path.is_file()):
            before = after = file.read_bytes()
            for spelling in spelt:
                after = after.replace(spelling, change(spelling))
            if after != before:
                file.chmod(0o600)
                file.write_bytes(after)

    def set_available(self, available: bool) -> None:
        if available:
            self._away.rename(self._there)
        else:
            self._there.rename(self._away)


@contextmanager
def folder(
    opening: Callable[[Path, SampleLog], Replica | Directory],
    reading: Callable[[Path], Sequence[Held]],
) -> Iterator[Folder]:
    with tempfile.TemporaryDirectory() as parent:
        made = Folder(Path(parent), opening, reading)
        yield made
        made.let_go()


def held_by_archive(directory: Path) -> Sequence[Held]:
    archive = Archive(directory)
    held: list[Held] = []
    try:
        while True:
            entry = archive.entry(len(held))
            held.append(Held(entry.index, entry.leaf, entry.body))
    except Refused:
        return held


class TestReplica(InventoryConformance):
    def destination(self) -> AbstractContextManager[Touched]:
        return folder(lambda path, log: Replica(path, log.policy), held_by_archive)


class TestDirectory(InventoryConformance):
    def destination(self) -> AbstractContextManager[Touched]:
        return folder(
            lambda path, _: Directory(path, window=7),
            lambda path: [line.held for line in read_share(path)],
        )


class MailFolder(Folder):
    """A directory of mails or of RSMF: what is lost or spoilt is a file, whatever is in it."""

    def _replace(self, archive_index: int, change: Callable[[bytes], bytes]) -> None:
        (file,) = (
            each.file
            for each in read_share(self._there)
            if each.held.archive_index == archive_index
        )
        if not change(b"default"):
            file.unlink()
            return
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.chmod(0o600)
        file.write_bytes(data)


class TestDirectoryOfMails(InventoryConformance):
    options: Mapping[str, str] = {"format": "eml"}

    @contextmanager
    def destination(self) -> Iterator[Touched]:
        def opening(path: Path, _: SampleLog) -> Directory:
            hook = open_directory({"path": str(path), **self.options})
            hook.batch_size = 7
            return hook

        with tempfile.TemporaryDirectory() as parent:
            made = MailFolder(
                Path(parent), opening, lambda path: [line.held for line in read_share(path)]
            )
            yield made
            made.let_go()


class TestDirectoryOfRsmf(TestDirectoryOfMails):
    options: Mapping[str, str] = {"format": "rsmf", "window": "2"}


class TestWebhook(HookConformance):
    @contextmanager
    def destination(self) -> Iterator[Destination]:
        with tempfile.TemporaryDirectory() as parent, running_receiver(Path(parent)) as receiver:
            yield receiver


class Syslog:
    """What a running rsyslogd writes from now on."""

    def __init__(self, server: Rsyslog) -> None:
        self._server = server
        server.forget()

    def hook(self, log: SampleLog) -> Hook:
        return open_siem(self._server.options())

    def held(self) -> Sequence[Held]:
        return [each.held for each in without_doubles(self._server.messages())]

    def set_available(self, available: bool) -> None:
        if available:
            self._server.start()
        else:
            self._server.kill()


class TestSiem(HookConformance):
    rsyslog: Rsyslog

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def running(cls) -> Iterator[None]:
        with running_rsyslog() as cls.rsyslog:
            yield

    @contextmanager
    def destination(self) -> Iterator[Destination]:
        yield Syslog(self.rsyslog)
        self.rsyslog.start()

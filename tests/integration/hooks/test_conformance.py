"""Both sinks keep the whole contract, against a real directory and a real TLS receiver."""

import gc
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from onrecord_archive.errors import Refused
from onrecord_archive.reader.archive import Archive
from onrecord_archive.sinks.replica import Replica
from onrecord_archive.testing import Destination, Held, HookConformance
from onrecord_archive.testing_log import SampleLog
from tests.integration.hooks.receiver import running_receiver

# A call that is cancelled in the middle of its TLS handshake leaves its socket to the collector:
# the HTTP library's doing, and harmless, since the hook's next call opens another.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Have it collected here, and not in the middle of another module's test."""
    yield
    gc.collect()


class Folder:
    """A directory for a copy, which can be taken away."""

    def __init__(self, parent: Path) -> None:
        self._there = parent / "copy"
        self._away = parent / "away"
        self._there.mkdir()
        self._hooks: list[Replica] = []

    def hook(self, log: SampleLog) -> Replica:
        self.let_go()
        hook = Replica(self._there, log.policy)
        self._hooks.append(hook)
        return hook

    def let_go(self) -> None:
        """Close what dead processes had open, as the operating system does."""
        for hook in self._hooks:
            hook.abandon()

    def held(self) -> Sequence[Held]:
        archive = Archive(self._there)
        held: list[Held] = []
        try:
            while True:
                entry = archive.entry(len(held))
                held.append(Held(entry.index, entry.leaf, entry.body))
        except Refused:
            return held

    def set_available(self, available: bool) -> None:
        if available:
            self._away.rename(self._there)
        else:
            self._there.rename(self._away)


class TestReplica(HookConformance):
    @contextmanager
    def destination(self) -> Iterator[Destination]:
        with tempfile.TemporaryDirectory() as parent:
            folder = Folder(Path(parent))
            yield folder
            folder.let_go()


class TestWebhook(HookConformance):
    @contextmanager
    def destination(self) -> Iterator[Destination]:
        with tempfile.TemporaryDirectory() as parent, running_receiver(Path(parent)) as receiver:
            yield receiver

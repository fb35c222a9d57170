"""The kit: one test for each clause of the contract. `Drawer` says how to look at the other side."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from filing import Filing, open_filing
from onrecord_archive.testing import Held, HookConformance
from onrecord_archive.testing.log import SampleLog


class Drawer:
    """A folder, and a way to take it away."""

    def __init__(self, parent: Path) -> None:
        self._there, self._away = parent / "drawer", parent / "away"
        self._there.mkdir()

    def hook(self, log: SampleLog) -> Filing:
        return open_filing({"folder": str(self._there)})

    def held(self) -> Sequence[Held]:
        files = sorted(self._there.glob("*.json"))
        values = [json.loads(file.read_text()) for file in files]
        return [Held(v["index"], v["leaf"].encode(), bytes.fromhex(v["body"])) for v in values]

    def set_available(self, available: bool) -> None:
        source, target = (self._away, self._there) if available else (self._there, self._away)
        source.rename(target)


class TestFiling(HookConformance):
    @contextmanager
    def destination(self) -> Iterator[Drawer]:
        with TemporaryDirectory() as parent:
            yield Drawer(Path(parent))

"""Letters into a folder, one file each: for trying OnRecord out, and for tests. Nothing leaves."""

import asyncio
import json
import os
from pathlib import Path

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.ids import new_id
from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.letters.carriers import NotTaken
from onrecord.features.notifications.letters.text import Text


class FolderCarrier:
    """Writes each letter as JSON: to, subject, long, short. Names ascend with time.

    One that comes again replaces its file.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    async def carry(self, to: Address, text: Text, id: str) -> None:
        """Return once the file is there. Raises NotTaken. Cancelling stops the wait alone."""
        await asyncio.to_thread(self._write, to, text, id)

    def _write(self, to: Address, text: Text, id: str) -> None:
        letter = {"to": to.value, "subject": text.subject, "long": text.long, "short": text.short}
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            known = next(self._folder.glob(f"[!.]*-{id}.json"), None)
            name = f"{new_id(self._clock)}-{id}.json" if known is None else known.name
            half = self._folder / f".{name}"
            half.write_text(json.dumps(letter, ensure_ascii=False, indent=1), encoding="utf-8")
            os.replace(half, self._folder / name)
        except OSError as error:
            raise NotTaken(type(error).__name__) from error

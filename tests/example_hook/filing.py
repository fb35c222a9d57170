"""The hook `filing`: each record is a file of its own in a folder."""

import asyncio
import json
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from onrecord_archive.contract import Delivery, Misconfigured, Receipt, Retry, Wants


def open_filing(options: Mapping[str, str]) -> "Filing":
    """Return the hook for its options in the settings; the entry point."""
    if set(options) != {"folder"}:
        raise Misconfigured("the one option is `folder`")
    if not Path(options["folder"]).is_absolute():  # a relative one would lead nowhere
        raise Misconfigured("the option folder must be an absolute path")
    return Filing(Path(options["folder"]))


class Filing:
    """Fulfils onrecord_archive.contract.Hook."""

    wants: Wants = "records"
    batch_size = 100

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()  # a call that was cancelled goes on in its thread

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        await asyncio.to_thread(self._write, batch)
        return [Receipt(entry.archive_index) for entry in batch]

    async def ping(self) -> None:
        if not self._folder.is_dir():
            raise Retry(f"{self._folder} is not there")

    async def close(self) -> None:
        """Nothing is open between two calls."""

    def _write(self, batch: Sequence[Delivery]) -> None:
        try:
            with self._turn:
                for entry in batch:
                    self._write_entry(entry)
                folder = os.open(self._folder, os.O_RDONLY)
                try:
                    os.fsync(folder)  # the names, too, survive a loss of power
                finally:
                    os.close(folder)
        except OSError as error:
            raise Retry(f"{self._folder}: {error.strerror}") from error

    def _write_entry(self, entry: Delivery) -> None:
        index, leaf, body = entry.archive_index, entry.leaf.decode(), entry.body.hex()
        if entry.blob is not None:  # the stored file comes first: a record there is whole
            self._write_file(f"{index:012}.file", entry.blob)
        record = json.dumps({"index": index, "leaf": leaf, "body": body})
        self._write_file(f"{index:012}.json", record.encode())

    def _write_file(self, name: str, data: bytes) -> None:
        part = self._folder / "part"
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._folder / name)

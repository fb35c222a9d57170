"""The hook `directory`: records in files of a directory, on a share say.

    records/<8 digits>/<first>-<last>.jsonl            one file a window, 10,000 entries a directory
                       <first>-<last>-<SHA-256>.eml    with `format = "eml"`: a mail
                       <first>-<last>-<SHA-256>.rsmf   with `format = "rsmf"`: Relativity's format
    blobs/<first 2 hex of ct>/<ct>                     the sealed files that lines name
    checkpoint                                         the newest signed note, its size above all
    tmp/                                               files that are not finished: not to be read

`first` and `last` are archive_indexes of 12 digits, SHA-256 is the file's own. A line is canonical
JSON, its members are those of `sinks.entries.members_of` and, for a stored file, `blob`: the path
of its bytes here. A mail and RSMF have the lines in them (sinks/directory_forms.py). A file has its
name once it is whole and on the disk, and is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from onrecord_archive.contract import Delivery, Listed, Misconfigured, Receipt
from onrecord_archive.sinks.directory_files import DirectoryFiles
from onrecord_archive.sinks.directory_forms import Form, Lines, Mails, Rsmf
from onrecord_archive.sinks.journal_mail.message import DOMAIN, MailStyle
from onrecord_archive.sinks.opened import Opened
from onrecord_archive.sinks.options import Options

_WINDOW: Final = 500
_MAILS: Final = 100
"""Mails in one delivery, where each has one record: each is synced by itself."""
_NOWHERE: Final = "onrecord.invalid"
"""The domain of addresses that no one has (RFC 2606), unless the firm names another."""


def open_directory(values: Mapping[str, str]) -> Directory:
    """Return the hook for its options; the entry point `directory`. Raises Misconfigured.

    path: an existing directory, no mount point; optional format (jsonl, eml or rsmf), window:
    records in a file at most, domain: that of Message-IDs and of addresses made from ids.
    """
    options = Options(values)
    path = options.path("path")
    format_ = options.choice("format", "jsonl", "eml", "rsmf")
    usual = 1 if format_ == "eml" else _WINDOW
    window = options.whole("window", usual, least=1, most=5000)
    if format_ == "jsonl":
        options.finish()
        return Directory(path, window)
    domain = options.text("domain", _NOWHERE)
    options.finish()
    if not DOMAIN.fullmatch(domain):
        raise Misconfigured("the option domain must be a name of at most 40 characters")
    sender = f"onrecord@{domain}"
    style = MailStyle("plain", sender, sender, domain)
    form = Mails(window, style) if format_ == "eml" else Rsmf(window, style)
    return Directory(path, max(window, _MAILS), form)


class Directory:
    """Writes the files."""

    wants: Literal["records", "log"] = "records"

    def __init__(self, path: Path, window: int = _WINDOW, form: Form | None = None) -> None:
        """Take the directory, the records of a delivery, and what files look like: lines."""
        self.batch_size = window
        self._files = Opened(lambda: DirectoryFiles(path, form or Lines(window)))

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Write a batch; see contract.Hook.

        A cancelled call goes on in its thread, and the next one waits for it.
        """
        await self._files.use(lambda files: files.add(batch))
        return [Receipt(entry.archive_index) for entry in batch]

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back what the files have; see contract.Comparable."""
        return await self._files.use(lambda files: files.listed(first, end))

    async def ping(self) -> None:
        """Return if a file could be written now; raises a HookError if not."""
        await self._files.use(DirectoryFiles.prove_room)

    async def close(self) -> None:
        """Let go of the directory."""
        await self._files.close()

    def abandon(self) -> None:
        """Let go of the files, as the operating system does for a process that is gone. Blocks."""
        self._files.abandon()

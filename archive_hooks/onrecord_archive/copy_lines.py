"""The records of a copy's records.jsonl as a transcript takes them, read from the disk."""

from __future__ import annotations

from onrecord_archive.bundle_lines import StoredRecords
from onrecord_archive.copy_format import as_transcribed, parse_line
from onrecord_archive.transcript.transcript import Record


class StoredLines(StoredRecords):
    """Lines that were written here just now, by number. A context manager."""

    def _record(self, line: bytes) -> Record:
        return as_transcribed(parse_line(line))

"""Open a range of a conversation: put it on the record, then let it be read in pages.

(1) the case, and the numbers that the span comes to       no body is read
(2) the scope: inside the case, or a reason of its own     scope.py
(3) record range.opened                                    conversation, first, last
(4) show                                                   pages, or a file, of exactly that
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct

from onrecord.core.domain.errors import BadInput, NotFound
from onrecord.core.domain.values import Answer, Facts
from onrecord.core.ports import Bridge
from onrecord.features.compliance.access import FILE_OPENED, RANGE_OPENED, AccessLog
from onrecord.features.compliance.broadcasts import messages_of
from onrecord.features.compliance.cases import Casework
from onrecord.features.compliance.looks import OpenLooks
from onrecord.features.compliance.members import members_before
from onrecord.features.compliance.notes import noted
from onrecord.features.compliance.records import person_then, transcript_record
from onrecord.features.compliance.rows import wire_row
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.spans import Numbers, numbers_of
from onrecord.features.compliance.transcript_bodies import (
    OpenedRange,
    OpenFile,
    OpenRange,
    Presence,
    ReadMark,
    TranscriptDocument,
    TranscriptPage,
    TranscriptRow,
)
from onrecord.features.compliance.values import Officer, StoredRecord
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.language import Language
from onrecord_archive.format.record import format_time
from onrecord_archive.transcript.html import Cover, Look, render_transcript
from onrecord_archive.transcript.transcript import Transcript, build_transcript

MOST_ROWS = 10_000
"""Records of one range on the screen; an export takes more."""
READ_AT_ONCE = 500

Form = Literal["html", "json"]


class _Look(Struct, frozen=True):
    numbers: Numbers
    opened: OpenedRange
    officer: str
    reason: str


class _Listed(Struct, frozen=True):
    event: EventId
    files: Mapping[str, Mapping[str, Any]]
    """By blob id."""


class Transcripts:
    """Opens ranges and shows them."""

    def __init__(
        self,
        *,
        store: ComplianceStore,
        read: Bridge,
        access: AccessLog,
        cases: Casework,
        looks: OpenLooks["_Look"],
        origin: str,
    ) -> None:
        """`origin` is the log's name, which a transcript says that it comes from."""
        self._store = store
        self._read = read
        self._access = access
        self._cases = cases
        self._looks = looks
        self._origin = origin

    async def open(self, officer: Officer, case_id: str, asked: OpenRange) -> OpenedRange:
        """Record and open a range. Raises Refusal (transcript_bodies.py, OpenRange)."""
        case = await self._cases.use(officer, case_id)  # (1)
        numbers = await self._read(numbers_of, self._store, asked)
        if numbers.count > MOST_ROWS:
            detail = f"These are {numbers.count} records; {MOST_ROWS} can be opened at once."
            raise BadInput("range_too_long", f"{detail} Narrow it down, or export.")
        why = await self._cases.facts(case, numbers.address, asked.reason)  # (2)
        facts = why | numbers.facts()
        answer = await self._access.record(officer, case.id, RANGE_OPENED, facts)  # (3)
        opened = await self._read(self._overview, numbers, answer)  # (4)
        look = _Look(numbers, opened, officer.actor.name, str(facts["reason"]))
        self._looks.keep(officer, case.id, answer.conv_seq, look)
        return opened

    async def page(
        self,
        officer: Officer,
        case: str,
        number: int,
        *,
        after: int | None,
        before: int | None,
        around: int | None,
        limit: int,
    ) -> TranscriptPage:
        """Return rows of an open range by conv_seq. Raises NotFound (`look_over`)."""
        numbers = self._looks.get(officer, case, number).numbers
        first, last = _window(numbers, after=after, before=before, around=around, limit=limit)
        rows = await self._read(self._rows, numbers, first, last) if first <= last else []
        return TranscriptPage(
            rows, more_before=first > numbers.first, more_after=last < numbers.last
        )

    async def document(
        self, officer: Officer, case: str, number: int, form: Form, language: Language
    ) -> bytes:
        """Return an open range as one file. Raises NotFound (`look_over`)."""
        look = self._looks.get(officer, case, number)
        return await self._read(self._document, look, case, form, language)

    async def open_file(
        self, officer: Officer, case_id: str, number: int, asked: OpenFile
    ) -> EventId:
        """Record that a file of an open range is opened; return the event that lists it.

        Raises NotFound (`look_over`, `no_such_file`), Unavailable (`archive_unavailable`).
        """
        numbers = self._looks.get(officer, case_id, number).numbers
        case = await self._cases.use(officer, case_id)
        seq = asked.conv_seq
        listed = await self._read(self._listed, numbers, seq) if _has(numbers, seq) else None
        file = None if listed is None else listed.files.get(asked.file)
        if listed is None or file is None:
            raise NotFound("no_such_file", "This record has no such file.")
        facts: Facts = {
            "range": number,
            "conversation": numbers.address,
            "conv_seq": seq,
            "file": asked.file,
            "variant": asked.variant,
            "name": str(file.get("name", "")),
            "sha256": str(file.get("sha256", "")),
        }
        await self._access.record(officer, case.id, FILE_OPENED, case.facts(None) | facts)
        return listed.event

    def _listed(self, numbers: Numbers, seq: int) -> "_Listed | None":
        for record in self._store.records(numbers.conversation.id, seq, seq):
            rows = build_transcript([transcript_record(record)]).conversations[0].rows
            files = {str(file.get("blob_id")): file for file in rows[0].files}
            return _Listed(record.event_id, files)
        return None

    def _overview(self, numbers: Numbers, answer: Answer) -> OpenedRange:
        found = self._transcript(numbers).conversations[0]
        return OpenedRange(
            number=answer.conv_seq,
            recorded_at=format_time(answer.at),
            conversation=numbers.address,
            kind=numbers.conversation.kind,
            first=numbers.first,
            last=numbers.last,
            count=numbers.count,
            members=members_before(self._store, numbers),
            people=[Presence(person_then(one.person), one.first, one.last) for one in found.people],
            read_marks=[
                ReadMark(person_then(mark.person), mark.read, mark.delivered)
                for mark in found.positions
            ],
            title=found.title or None,
        )

    def _rows(self, numbers: Numbers, first: int, last: int) -> list[TranscriptRow]:
        """Return a page; what its rows refer to, or what changed them, counts within the range."""
        stream = numbers.conversation.id
        records = {one.conv_seq: one for one in self._store.records(stream, first, last)}
        linked = self._store.linked(stream, first, last)
        records |= {
            one.conv_seq: one for one in linked if numbers.first <= one.conv_seq <= numbers.last
        }
        shown = [one for seq, one in records.items() if first <= seq <= last]
        found = self._built([*records.values(), *self._parts(numbers, shown)], shown)
        rows = found.conversations[0].rows
        return [wire_row(row) for row in rows if first <= row.conv_seq <= last]

    def _document(self, look: _Look, case: str, form: Form, language: Language) -> bytes:
        transcript = self._transcript(look.numbers)
        if form == "html":
            opened = look.opened
            by = Look(look.officer, opened.recorded_at, look.reason, opened.number)
            cover = Cover(self._origin, case=case, look=by)
            page = render_transcript(transcript, language=language, cover=cover)
            return "".join(page).encode()
        rows = [wire_row(row) for row in transcript.conversations[0].rows]
        return msgspec.json.encode(TranscriptDocument(case, look.opened, rows))

    def _transcript(self, numbers: Numbers) -> Transcript:
        records: list[StoredRecord] = []
        for start in range(numbers.first, numbers.last + 1, READ_AT_ONCE):
            end = min(start + READ_AT_ONCE - 1, numbers.last)
            records += self._store.records(numbers.conversation.id, start, end)
        records += self._parts(numbers, records)
        return self._built(records, records)

    def _parts(self, numbers: Numbers, records: Sequence[StoredRecord]) -> list[StoredRecord]:
        return [] if numbers.broadcast is None else messages_of(self._store, records[0])

    def _built(
        self, records: Collection[StoredRecord], shown: Collection[StoredRecord]
    ) -> Transcript:
        """Build a transcript; what was noted is looked for about those that are *shown*."""
        notes = noted(self._store, shown)
        return build_transcript(map(transcript_record, records), map(transcript_record, notes))


def _has(numbers: Numbers, seq: int) -> bool:
    return numbers.first <= seq <= numbers.last


def _window(
    numbers: Numbers, *, after: int | None, before: int | None, around: int | None, limit: int
) -> tuple[int, int]:
    """Return the first and last conv_seq of a page; last < first: there is nothing."""
    low, high = numbers.first, numbers.last
    if before is not None:
        last = min(high, before - 1)
        return max(low, last - limit + 1), last
    first = low if after is None else max(low, after + 1)
    if around is not None:
        first = max(low, min(around - limit // 2, high - limit + 1))
    return first, min(high, first + limit - 1)

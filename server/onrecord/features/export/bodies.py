"""The bodies of exports. Types for the client are generated from here."""

from typing import Literal

from onrecord.features.compliance.bodies import Reason
from onrecord.features.compliance.transcript_bodies import Span
from onrecord.protocol.frames import Number
from onrecord.protocol.rest import Body, Reply
from onrecord_archive.events.language import Language


class NewExport(Body, frozen=True):
    """POST /api/v1/cases/{case}/exports: recorded, then a bundle is made in the background, 202.

    Either `span`, or `search`: the number of a search of this case, whose recorded query is
    executed again up to where it was then; it must find the same (`search_changed` otherwise).
    `language` is that of transcript.html; `reason` is asked for as by OpenRange. Refusals: as for
    ranges and searches;
    `export_too_long` (more than 200,000 records), `too_many_exports` (an officer has 5 at most).
    """

    span: Span | None = None
    search: Number | None = None
    language: Language = "en"
    reason: Reason | None = None


class Export(Reply, frozen=True):
    """An export. Its `number` is that of its record in the case's stream.

    `complete`: it proves that between its first and last number no record is missing (a range);
    a search, and a broadcast with the messages that it became, prove what they contain. `done` and
    `total` are records. Once `ready`: `size` in bytes, `sha256` of the file, removed at
    `expires_at`. `failed`: `code`.
    """

    number: int
    created_at: str
    state: Literal["waiting", "running", "ready", "failed", "cancelled"]
    what: Literal["range", "search", "broadcast"]
    complete: bool
    done: int
    total: int
    language: Language
    conversation: str | None = None
    first: int | None = None
    last: int | None = None
    search: int | None = None
    size: int | None = None
    sha256: str | None = None
    expires_at: str | None = None
    code: str | None = None


class Exports(Reply, frozen=True):
    """GET /api/v1/cases/{case}/exports: those of this process that are not removed, newest first.

    GET …/exports/{number} is one of them; GET …/exports/{number}/bundle.zip the file (Range
    requests continue an interrupted download); DELETE …/exports/{number} cancels or removes, 204.
    After a restart there are none: export again.
    """

    exports: list[Export]

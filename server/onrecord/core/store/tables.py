"""What features give to the stores, in frozen tables that `app` joins (app/events.py)."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from msgspec import Struct

from onrecord.core.domain.files import FoundFile
from onrecord.core.domain.referred import Source
from onrecord.core.domain.values import Answering, Event
from onrecord.core.journal.slots import Moves
from onrecord.core.store.heads import KeptSlot
from onrecord.core.store.projections import Projectors
from onrecord.database.statements import Tx
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId


class Lookups(Struct, frozen=True):
    """What commands refer to that features publish: each is read in the journal's transaction."""

    outside: Callable[[Tx, Collection[PersonId]], frozenset[PersonId]]
    """Who of these is from outside the firm."""
    sources: Callable[[Tx, PersonId, Collection[EventId]], dict[EventId, Source]]
    """Those of these messages that somebody sees, to send them on."""
    files: Callable[[Tx, PersonId, Collection[BlobId]], dict[BlobId, FoundFile]]
    """Those of these stored files that somebody stored or may read."""
    answering: Callable[[Tx, PersonId, PersonId, datetime, Iterable[Event]], Answering | None]
    """What somebody is to a client at a time; with what began and is not published yet."""
    waiting: Callable[[Tx, StreamId], int | None]
    """The conv_seq of a client's first message that no message answers."""


class Tables(Struct, frozen=True):
    """All of them."""

    projectors: Projectors
    slots: tuple[KeptSlot, ...]
    moves: Moves
    lookups: Lookups

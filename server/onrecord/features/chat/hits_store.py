"""Messages that somebody looks for, as they are shown: found by a search, or starred."""

from onrecord.core.store.visibility import sights_of
from onrecord.database.columns import event_id, time_text
from onrecord.database.statements import Tx
from onrecord.features.chat import bodies as rest
from onrecord.features.chat import history_store, roster_store
from onrecord.features.personal import store as personal
from onrecord.features.search import store as search
from onrecord.features.search.asked import Asked
from onrecord.features.uploads import store as files
from onrecord.protocol.files import wire_files
from onrecord_archive.events.ids import PersonId, StreamId


def found(
    tx: Tx, person: PersonId, wanted: Asked, stream_key: int | None, limit: int
) -> rest.Found:
    """Return the messages that somebody sees and asked for, the newest first."""
    messages, cut = search.find(tx, person, wanted, stream_key, limit)
    hits = [
        rest.Hit(
            event_id=event_id(one.event_id),
            conv=one.stream,
            conv_seq=one.conv_seq,
            actor=one.author,
            at=time_text(one.at),
            text=one.text,
            marks=wanted.marks(one.text),
            files=wire_files(one.files),
        )
        for one in messages
    ]
    return rest.Found(hits, cut)


def starred(
    tx: Tx, person: PersonId, stream: StreamId | None, before: int | None, limit: int
) -> rest.Starred:
    """Return what somebody starred and may read now, the newest star first."""
    stars = personal.stars(tx, person, stream, before, limit + 1)
    indexes = [star.target for star in stars[:limit]]
    rows, sights = history_store.rows_at(tx, indexes), sights_of(tx, person)
    shown = files.shown_by(tx, indexes)
    streams = roster_store.ids_of(tx, [row.stream_key for row in rows.values()])
    hits = [
        rest.Hit(
            event_id(row.event_id),
            streams[row.stream_key],
            row.conv_seq,
            row.actor,
            time_text(row.at),
            history_store.visible_text(row, sights[row.stream_key]) or "",
            [],
            wire_files(shown.get(row.archive_index, ())),
        )
        for row in (rows[index] for index in indexes)
    ]
    return rest.Starred(hits, stars[limit - 1].number if len(stars) > limit else None)

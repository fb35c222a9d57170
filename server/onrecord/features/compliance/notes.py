"""What the firm's rules noted about some records: found beside them, shown with them.

A note stays where it is, in the stream `policy`. Whoever opens a range or an export of what it is
about sees it: it belongs to that look, and is no look of its own.
"""

from collections.abc import Iterable

from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import StoredRecord
from onrecord.features.policies.notes import NOTED, notes_about


def noted(
    store: ComplianceStore, records: Iterable[StoredRecord], *, upto: int | None = None
) -> list[StoredRecord]:
    """Return what was noted about these records, by archive_index; at most up to one. Blocks.

    A note whose content is gone says about nothing what it was: it is left out.
    """
    wanted = [note for one in records if one.type in NOTED for note in notes_about(one.event_id)]
    return [
        note
        for note in store.by_event(wanted)
        if note.plain is not None and (upto is None or note.archive_index <= upto)
    ]

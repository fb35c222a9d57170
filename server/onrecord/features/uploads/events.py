"""May a file be stored here: by whoever may write."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.journal.case import Case, Rule
from onrecord.features.chat.writing import check_may_write
from onrecord_archive.events.messages import FileStored
from onrecord_archive.events.payload import Payload


def _store(body: FileStored, case: Case) -> FileStored:
    check_may_write(case.head, case.command.actor, case.is_active)
    return body


RULES: Final[Mapping[type[Payload], Rule]] = {FileStored: Rule(_store, "chat.files")}

"""May a client be told that nobody is there: only while they wait."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.texts import check_text
from onrecord.core.journal.case import Case, Rule
from onrecord_archive.events.clients import OutOfOfficeReplied
from onrecord_archive.events.payload import Payload


def _reply(body: OutOfOfficeReplied, case: Case) -> OutOfOfficeReplied:
    check_text(body.text)
    if case.references.waiting(case.head.ref.id) is None:
        raise Conflict("answered", "Somebody has answered meanwhile.")
    return body


RULES: Final[Mapping[type[Payload], Rule]] = {
    OutOfOfficeReplied: Rule(_reply, by_service=True),
}

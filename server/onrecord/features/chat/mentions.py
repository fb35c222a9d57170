"""May a text call these people: they are here, and stand where it says."""

from collections.abc import Sequence
from typing import Final

from onrecord.core.domain.errors import BadInput, NotAllowed
from onrecord.core.journal.case import Case
from onrecord.features.groups.standing import manages
from onrecord_archive.events.messages import Mention

EVERYBODY_MOST: Final = 20
"""In a group of more members only its admins call everybody."""


def check_mentions(text: str, mentions: Sequence[Mention], case: Case) -> None:
    """Raise BadInput (`bad_mention`), NotAllowed (`admins_call_all`)."""
    free = 0
    for mention in mentions:
        end = mention.at + mention.length
        if mention.at < free or mention.length < 2 or end > len(text) or text[mention.at] != "@":
            raise BadInput("bad_mention", "A mention is a part of the text that begins with @.")
        free = end
        if mention.person is None:
            _check_everybody(case)
        elif mention.person not in case.head.members:
            detail = "Somebody whom this mentions is not in this conversation any more."
            raise BadInput("bad_mention", detail)


def _check_everybody(case: Case) -> None:
    head = case.head
    if head.ref.kind != "group":
        raise BadInput("bad_mention", "Everybody is called in groups only.")
    many = len(head.members) > EVERYBODY_MOST
    if many and not manages(head, case.command.actor, case.is_active):
        raise NotAllowed("admins_call_all", "In a group this large only admins call everybody.")

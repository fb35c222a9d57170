"""Which records the firm's rules look at."""

from onrecord.features.policies.notes import NOTED
from onrecord_archive.events.every import CONVERSATION_PAYLOADS
from onrecord_archive.events.payload import SEARCHED, marked

NOBODYS_WORDS = {"device.added", "notice.accepted"}
"""The name of a device, and a text of the firm's that is always the same."""


def test_all_of_somebodys_words_that_others_read_are_looked_at() -> None:
    searched = {type for type, kind in CONVERSATION_PAYLOADS.items() if marked(kind, SEARCHED)}
    assert set(NOTED) == searched - NOBODYS_WORDS

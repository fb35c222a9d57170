"""What letters say, in English and Polish. Never a word of what was written in a conversation.

In Polish they say Ty to clients, as the screens do (client_web/README.md, Words).
"""

from datetime import datetime
from typing import Final

from msgspec.structs import asdict

from onrecord.core.domain.texts import unlinked
from onrecord.core.words import words_of
from onrecord.features.notifications.client_letters import AccountLetter, ComplaintLetter, Letter
from onrecord.features.notifications.letters.account_texts import account_text
from onrecord.features.notifications.letters.text import Text, when

_NAMES: Final = frozenset({"firm", "advisor", "name"})


def text_of(letter: Letter) -> Text:
    """Return a letter in its language, in English where there is none.

    Mail programs make no link of the names in it.
    """
    if isinstance(letter, AccountLetter):
        return account_text(letter)
    words = words_of(letter.locale)
    overdue = isinstance(letter, ComplaintLetter) and letter.overdue
    kind = "complaint_overdue" if overdue else letter.kind
    values: dict[str, str | int] = {}
    for name, value in asdict(letter).items():
        if isinstance(value, datetime):
            values["when"] = when(value, words)
        else:
            values[name] = unlinked(value) if name in _NAMES else value
    parts = ("subject", "long", "short")
    return Text(*(words.text(f"letter.{kind}.{part}", **values) for part in parts))

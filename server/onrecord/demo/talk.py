"""What the people of the demo have said to each other before you arrive.

Told as people would do it, one step after the other, and played through the real path (player.py).
"""

from dataclasses import dataclass
from typing import Literal

from onrecord.demo.cast import ANNA, JULIA, MAREK, TOM, Character


@dataclass(frozen=True, slots=True)
class Say:
    """A message. `name` lets later steps refer to it."""

    who: Character
    text: str
    name: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """The author corrects a message."""

    who: Character
    message: str
    text: str


@dataclass(frozen=True, slots=True)
class Remove:
    """The author removes a message from view."""

    who: Character
    message: str


@dataclass(frozen=True, slots=True)
class React:
    """Somebody puts an emoji on a message."""

    who: Character
    message: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Add:
    """A member brings somebody into the group."""

    who: Character
    person: Character


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody reads what there is so far."""

    who: Character


Step = Say | Edit | Remove | React | Add | Read


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation: who began it with whom, and its steps. The founder is not in `others`."""

    kind: Literal["direct", "group"]
    founder: Character
    others: tuple[Character, ...]
    steps: tuple[Step, ...]
    title: str | None = None


_SETTLEMENT = Talk(
    "direct",
    ANNA,
    (MAREK,),
    (
        Say(ANNA, "Morning. Trade 48213, EUR/PLN, 2 million: did it settle overnight?"),
        Say(MAREK, "Not yet. The counterparty's instruction has another value date.", "date"),
        Say(ANNA, "Which one do they have?", reply_to="date"),
        Say(MAREK, "26 November. We have the 25th on the ticket.", "ours"),
        Edit(MAREK, "ours", "26 November. We have the 25th on the ticket and in the confirmation."),
        Say(ANNA, "The confirmation decides. I'll call their desk and come back to you."),
        Say(ANNA, "Their account ends in 4471, right?", "account"),
        Remove(ANNA, "account"),
        Say(ANNA, "Sorry, wrong conversation. It's solved: they amend, value 25 November."),
        Say(MAREK, "Seen it, matched at 10:42. Thank you!", "matched"),
        React(ANNA, "matched", "👍"),
        Read(MAREK),
        Read(ANNA),
    ),
)

_CLIENT = Talk(
    "direct",
    JULIA,
    (TOM,),
    (
        Say(JULIA, "Good morning Mr Berg, the documents for the credit line are ready to sign."),
        Say(TOM, "Thank you. Is the margin the one we agreed on, 1.35 %?", "margin"),
        Say(JULIA, "Yes, 1.35 % over EURIBOR, fixed until the end of 2028.", reply_to="margin"),
        Say(TOM, "Good. And the early repayment fee?"),
        Say(JULIA, "None from the third year on. It is clause 7.2 on page 11.", "clause"),
        React(TOM, "clause", "👍"),
        Say(TOM, "I'd rather have this on WhatsApp, I'm travelling all week."),
        Say(
            JULIA,
            "I understand. We may only write here, but it works on your phone as well: open the "
            "link that I sent you, nothing to install. Everything here is on the record, for you "
            "as much as for us.",
        ),
        Say(TOM, "Fine. I'll sign on Thursday."),
        Read(TOM),
        Read(JULIA),
    ),
)

_DESK = Talk(
    "group",
    ANNA,
    (MAREK, JULIA),
    (
        Say(ANNA, "ECB at 14:15. Please no new orders without a limit between 14:00 and 14:30."),
        Say(JULIA, "Berg Maritime wants to hedge 5 million USD this week. Indication?", "hedge"),
        Say(ANNA, "3 months forward, 4.0215 mid, valid until noon.", reply_to="hedge"),
        Say(JULIA, "Przekażę klientowi. Dziękuję!"),
        Say(MAREK, "Rozliczenie w złotych jak zwykle przez rachunek nostro w Warszawie."),
        Say(ANNA, "👍"),
        Say(JULIA, "They take it at 4.0230, all of it. Ticket follows.", "taken"),
        React(ANNA, "taken", "🎉"),
        React(MAREK, "taken", "👍"),
        Read(ANNA),
        Read(MAREK),
    ),
    title="FX desk",
)

_ONBOARDING = Talk(
    "group",
    JULIA,
    (TOM,),
    (
        Say(JULIA, "Here we collect what we need for the account in Gdańsk, Mr Berg."),
        Say(TOM, "You have the register extract. What else?"),
        Say(JULIA, "The list of beneficial owners, signed, and two identity documents."),
        Add(JULIA, MAREK),
        Say(JULIA, "Marek from settlements joins us for the payment instructions."),
        Say(MAREK, "Good afternoon. I need the IBAN of the account that you will pay from."),
        Say(TOM, "NO93 8601 1117 947, Berg Maritime AS."),
        Say(MAREK, "Thank you, that is all from my side."),
        Read(TOM),
    ),
    title="Berg Maritime: new account",
)

_TEMPTATION = Talk(
    "direct",
    MAREK,
    (JULIA,),
    (
        Say(MAREK, "Do you have a minute? Can you send me Berg's draft on WhatsApp? Quicker."),
        Say(JULIA, "I can't, and you shouldn't ask. Client papers stay in here."),
        Say(MAREK, "You're right. Then here, please, whenever it suits you."),
        Read(JULIA),
    ),
)

TALKS = (_SETTLEMENT, _CLIENT, _DESK, _ONBOARDING, _TEMPTATION)

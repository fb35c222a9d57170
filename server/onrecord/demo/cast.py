"""The people of the demo: a small bank, one of its clients, and who watches over both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from onrecord.core.domain.values import PersonKind, Role

FIRM = "Linden Bank"
CLIENT_FIRM = "Berg Maritime"


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody to try OnRecord as."""

    username: str
    name: str
    kind: PersonKind
    org: str
    role: Role
    title: str | None = None
    """What they do; the client says "advisor" in its own language where there is none."""
    mail: str | None = None
    """Where a client's codes go."""

    @property
    def place(self) -> Literal["chat", "console"]:
        """The listener that their link opens."""
        return "console" if self.role == "compliance" else "chat"


ANNA = Character("anna", "Anna Kowalska", "employee", FIRM, "employee", "FX desk")
MAREK = Character("marek", "Marek Zieliński", "employee", FIRM, "employee", "Settlements")
JULIA = Character("julia", "Julia Nowak", "employee", FIRM, "advisor")
TOM = Character(
    "tom",
    "Tom Berg",
    "client",
    CLIENT_FIRM,
    "client",
    "Finance director",
    "tom@berg-maritime.example",
)
EWA = Character("ewa", "Ewa Lis", "employee", FIRM, "compliance", "Compliance officer")
ADAM = Character("adam", "Adam Wójcik", "employee", FIRM, "administrator", "IT")

CAST = (ANNA, MAREK, JULIA, TOM, EWA)
"""Those to try it as; each wants a browser profile of their own."""
ADMINISTRATOR = ADAM
"""Who the demo itself signs in as, to make links."""
EVERYBODY = (*CAST, ADMINISTRATOR)

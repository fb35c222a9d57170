"""The people of the demo: a small bank, one of its clients, and who watches over both."""

from dataclasses import dataclass
from typing import Literal

from onrecord.domain.values import PersonKind, Role

FIRM = "Linden Bank"
CLIENT_FIRM = "Berg Maritime"


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody to try OnRecord as. `place` is the listener that their link opens."""

    username: str
    name: str
    kind: PersonKind
    org: str
    role: Role
    title: str
    place: Literal["chat", "console"] = "chat"


ANNA = Character("anna", "Anna Kowalska", "employee", FIRM, "employee", "FX desk")
MAREK = Character("marek", "Marek Zieliński", "employee", FIRM, "employee", "Settlements")
JULIA = Character("julia", "Julia Nowak", "employee", FIRM, "advisor", "Client advisor")
TOM = Character("tom", "Tom Berg", "client", CLIENT_FIRM, "client", "Finance director")
EWA = Character("ewa", "Ewa Lis", "employee", FIRM, "compliance", "Compliance officer", "console")
ADAM = Character("adam", "Adam Wójcik", "employee", FIRM, "administrator", "IT", "console")

CAST = (ANNA, MAREK, JULIA, TOM, EWA)
"""Those to try it as; each wants a browser profile of their own."""
ADMINISTRATOR = ADAM
"""Who the demo itself signs in as, to make links."""
EVERYBODY = (*CAST, ADMINISTRATOR)

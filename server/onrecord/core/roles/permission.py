"""What a row of the table of roles (table.py) says: an action, who may do it, and how."""

from typing import Final, Literal, get_args

from msgspec import Struct

from onrecord.core.domain.values import Role

Place = Literal["chat", "console"]
Verdict = Literal["allowed", "own", "refused"]
"""`own`: what is theirs: their account, or the conversations, cases, invites they are part of."""
Holder = Literal["employee", "advisor", "client", "compliance", "administrator", "auditor"]
HOLDERS: Final[tuple[Holder, ...]] = get_args(Holder)
"""The columns of the table, in this order."""
_MARKS: Final[dict[str, Verdict]] = {"+": "allowed", "o": "own", "-": "refused"}


class Permission(Struct, frozen=True):
    """One row. `says`: what, for people.

    `frames`: those that do it, with each `op` that no other row names (a route says so itself).
    """

    action: str
    says: str
    verdicts: dict[Holder, Verdict]
    frames: tuple[str, ...]

    @property
    def place(self) -> Place:
        """The listener whose business it is."""
        return "console" if self.action.startswith("console.") else "chat"

    def allows(self, role: Role) -> bool:
        """Whether somebody of this role gets past the guard; `own` is for who is behind it."""
        return self.of(role) != "refused"

    def of(self, role: Role) -> Verdict:
        """Return what holds for a role. The system itself may do everything."""
        return "allowed" if role == "system" else self.verdicts[role]


def row(action: str, marks: str, says: str, *frames: str) -> Permission:
    """Return a row; `marks` has a `+`, `o` or `-` for each of HOLDERS, in their order."""
    verdicts = {role: _MARKS[mark] for role, mark in zip(HOLDERS, marks, strict=True)}
    return Permission(action, says, verdicts, frames)

"""The period for which a client's proof counts: once it is over, nothing goes on without a code.

Who looks: the guard of every route but those that a code needs (http/routes.py), the addresses of
files, and the sockets, which end within a second (features/sign_in/registry.py).
"""

from datetime import datetime

from onrecord.core.domain.errors import NotAllowed

VERIFY = "Show with a code that it is still you."


def is_due(due_at: datetime | None, now: datetime) -> bool:
    """Whether a client must type a code before they go on; None: nobody asks them for one."""
    return due_at is not None and now >= due_at


def demand(due_at: datetime | None, now: datetime) -> None:
    """Raise NotAllowed (`verification_due`) while that is so."""
    if is_due(due_at, now):
        raise verification_due()


def verification_due() -> NotAllowed:
    """Return the one answer to a client whose period is over."""
    return NotAllowed("verification_due", VERIFY)

"""A locked session: nothing goes on in it until its person has shown that it is them.

Who looks: the guard of every route but those that unlocking needs (http/routes.py), the addresses
of files, tickets, and the sockets, which end at once (features/sign_in/registry.py).
"""

from onrecord.core.domain.errors import NotAllowed

LOCKED = "This app is locked. Unlock it first."


def session_locked() -> NotAllowed:
    """Return the one answer to who comes with a locked session."""
    return NotAllowed("session_locked", LOCKED)

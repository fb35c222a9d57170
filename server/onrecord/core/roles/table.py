"""Who may do what: one table, from which the guards decide, docs/roles.md is made, tests are made.

A route states its action (http/routes.py), a frame stands in the row of its own, and a recorded
command has one by its payload (the rules of features, joined in app/events.py). What is not in here
nobody may do.
"""

from typing import Final

from onrecord.core.domain.values import Role
from onrecord.core.roles.chat import CHAT
from onrecord.core.roles.console import CONSOLE
from onrecord.core.roles.permission import HOLDERS, Permission, Place

TABLE: Final = (*CHAT, *CONSOLE)
_BY_ACTION: Final = {permission.action: permission for permission in TABLE}


def permission(action: str) -> Permission:
    """Return an action's row. Raises KeyError: the action is not in the table."""
    return _BY_ACTION[action]


def permits(role: Role, action: str) -> bool:
    """Whether a role may do what an action is. Raises KeyError: the action is not in the table."""
    return permission(action).allows(role)


def may_sign_in(place: Place) -> frozenset[Role]:
    """Return who may be signed in at a listener."""
    session = permission(f"{place}.session")
    return frozenset(role for role in HOLDERS if session.allows(role))


def usual_place(role: str) -> Place:
    """Return the listener that somebody with this role works at."""
    return "console" if role in may_sign_in("console") else "chat"

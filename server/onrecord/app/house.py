"""The features of a process, in the order in which they are installed.

What is done first is done in this order; all else is made when it is asked for.
"""

from typing import Final

from onrecord.app import (
    clients,
    complaints,
    compliance,
    hooks,
    hours,
    letters,
    notices,
    own_copy,
    people,
    policy_watch,
    pushing,
    relationships,
    sending_later,
    sign_in,
    sockets,
    talking,
    uploads,
    waiting,
)
from onrecord.app.root import Install

ACCOUNTS: Final[tuple[Install, ...]] = (
    people.install,
    sign_in.install,
    notices.install,
    hours.install,
    relationships.install,
)
"""Who people are, and what they may be told before they read anything."""
CLIENTS: Final[tuple[Install, ...]] = (*ACCOUNTS, letters.install, clients.install)
"""Clients' ways in, with no chat beside them."""
CONSOLE: Final[tuple[Install, ...]] = (
    *ACCOUNTS,
    uploads.install,
    compliance.install,
    complaints.install,
    waiting.install,
)
"""What the console is, with no chat beside it."""
SERVER: Final[tuple[Install, ...]] = (
    *CONSOLE,
    letters.install,
    clients.install,
    sign_in.at_the_chat,
    waiting.attend,
    uploads.taken_in,
    own_copy.install,
    sockets.install,
    talking.install,
    sending_later.install,
    policy_watch.install,
    pushing.install,
    hooks.install,
)

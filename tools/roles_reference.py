"""Writes docs/roles.md from the table of roles: who may do what.

Run `make reference`; a test holds the file to what this prints.
"""

import sys

from onrecord.core.roles.permission import HOLDERS, Permission, Place, Verdict
from onrecord.core.roles.table import TABLE
from tools.openapi import ways

HEAD = """# Who may do what

<!-- Made by `make reference`; do not edit. -->

One table, server/onrecord/core/roles/table.py, decides: the guard of each route, which says what it
does, and of each recorded command asks it, and a test tries every cell of it over HTTPS and the
WebSocket against a running server. What is not in it nobody may do.

yes: everywhere. own: what is theirs, that is their own account and devices, the conversations they
are a member of, the messages they wrote, the cases and invites they opened. –: refused
(`wrong_role`, `not_allowed`; at the other listener there is no session). Compliance, administrators
and auditors chat as employees do; nothing of their office shows there.
"""
PLACES: tuple[tuple[Place, str], ...] = (("chat", "At the chat"), ("console", "At the console"))
MARKS: dict[Verdict, str] = {"allowed": "yes", "own": "own", "refused": "–"}


def reference() -> str:
    """Return docs/roles.md."""
    return "\n".join([HEAD, *(_chapter(place, title) for place, title in PLACES)])


def _chapter(place: Place, title: str) -> str:
    rows = [row for row in TABLE if row.place == place]
    head = f"| what | {' | '.join(HOLDERS)} |\n|---|{'---|' * len(HOLDERS)}"
    by = [f"| {row.says} | {', '.join(f'`{how}`' for how in ways()[row.action])} |" for row in rows]
    table = "\n".join([head, *map(_row, rows)])
    done = "\n".join(["| what | by |\n|---|---|", *by])
    return f"## {title}\n\n{table}\n\n{done}\n"


def _row(row: Permission) -> str:
    return f"| {row.says} | {' | '.join(MARKS[row.of(role)] for role in HOLDERS)} |"


if __name__ == "__main__":
    sys.stdout.write(reference())

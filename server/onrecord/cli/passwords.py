"""How a command gets a password: typed unseen, or a line of stdin."""

import sys

import typer


def ask_password(prompt: str) -> str:
    """Return a password: typed unseen at a terminal, else the next line of stdin."""
    if sys.stdin.isatty():
        return str(typer.prompt(prompt, hide_input=True))
    return sys.stdin.readline().rstrip("\n")

"""What the demo remembers between starts: passwords, how far it is set up, links not yet used."""

import os
import secrets
from pathlib import Path
from typing import TypeVar

import msgspec

from onrecord.app.settings.paths import DataPaths, read_secret, write_private
from onrecord.core.domain.errors import RefuseToStart
from onrecord.demo.cast import EVERYBODY

LETTERS = "abdefghkmnprstwz"
"""Sixteen that nobody mistakes for each other."""

T = TypeVar("T")


class State(msgspec.Struct):
    """`schema` is what the database was last migrated to; `talked`: the conversations are there.

    `firm`: what the firm was called at the last start.
    """

    passwords: dict[str, str]
    schema: str = ""
    talked: bool = False
    firm: str = ""


Links = dict[str, str]
"""The one-time link of each user name, as made at this start."""


def demand_demo(paths: DataPaths) -> None:
    """Raise RefuseToStart (`not_a_demo`) for an installation that is no demo's."""
    if paths.policy.exists() and not paths.demo_mark.exists():
        raise RefuseToStart(
            "not_a_demo",
            f"{paths.root} is a firm's own installation. The demo's links work in a demo alone.",
            "Name another data directory with --data.",
        )


def load_state(paths: DataPaths) -> State:
    """Return the state, new passwords on the first start.

    Raises RefuseToStart (`not_a_demo`, and where it cannot be read).
    """
    demand_demo(paths)
    path = paths.demo_mark
    if not path.exists():
        return State({person.username: new_password() for person in EVERYBODY})
    return _decode(read_secret(path), State, path)


def save_state(paths: DataPaths, state: State) -> None:
    """Write the state, whole or not at all."""
    _replace(paths.demo_mark, msgspec.json.encode(state))


def load_links(paths: DataPaths) -> Links:
    """Return the links of this start. Raises RefuseToStart when they cannot be read."""
    path = _links_file(paths)
    return _decode(read_secret(path), Links, path) if path.exists() else {}


def save_links(paths: DataPaths, links: Links) -> None:
    """Write the links, whole or not at all."""
    _replace(_links_file(paths), msgspec.json.encode(links))


def opening_key(paths: DataPaths) -> Path:
    """Where the demo keeps compliance's opening key: on the server, where no firm's may lie."""
    return paths.keys / "demo-opening-epoch-1.key"


def new_password() -> str:
    """Return 60 random bits in a form that can be typed: five groups of three."""
    groups = ["".join(secrets.choice(LETTERS) for _ in range(3)) for _ in range(5)]
    return "-".join(groups)


def _links_file(paths: DataPaths) -> Path:
    return paths.run / "links.json"


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    write_private(temporary, data)
    temporary.rename(path)


def _decode(data: bytes, kind: type[T], path: Path) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise RefuseToStart(
            "demo_damaged",
            f"{path} is damaged.",
            "Remove the demo's data directory and start again.",
        ) from error

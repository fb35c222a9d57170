"""The tokens of `onrecord login`: one file a server, mode 0600, worth 15 minutes."""

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from onrecord.app.settings.paths import PRIVATE_DIRECTORY, write_private
from onrecord.core.domain.errors import NotSignedIn
from onrecord_archive.format.record import parse_time


class SavedLogin(msgspec.Struct, frozen=True):
    """Who is signed in where, until when."""

    origin: str
    token: str
    expires_at: str
    name: str


def save_login(login: SavedLogin) -> Path:
    """Write a login in place of an older one; return its file."""
    path = _file_of(login.origin)
    path.parent.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    write_private(temporary, msgspec.json.encode(login))
    temporary.rename(path)
    return path


def load_login(origin: str) -> SavedLogin:
    """Return the login at a server. Raises NotSignedIn (`no_login`)."""
    try:
        login = msgspec.json.decode(_file_of(origin).read_bytes(), type=SavedLogin)
    except (OSError, msgspec.MsgspecError) as error:
        raise _nobody(origin) from error
    if parse_time(login.expires_at) <= datetime.now(UTC):
        forget_login(origin)
        raise _nobody(origin)
    return login


def forget_login(origin: str) -> None:
    """Remove the file."""
    _file_of(origin).unlink(missing_ok=True)


def _file_of(origin: str) -> Path:
    """Return the place of a server's login (XDG base directories: state)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    name = urlsplit(origin).netloc.replace(":", "_")
    return Path(state) / "onrecord" / f"{name}.json"


def _nobody(origin: str) -> NotSignedIn:
    return NotSignedIn("no_login", f"You are not signed in at {origin}. Run: onrecord login")

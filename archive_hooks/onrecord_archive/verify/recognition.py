"""What somebody handed to a checker, where it is not what the checker takes: say what to run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Final, Literal, TypeAlias
from zipfile import BadZipFile, ZipFile

from onrecord_archive.format.layout import CHECKPOINTS, TAILS

Kind: TypeAlias = Literal["archive", "bundle", "copy", "data directory", "fetched"]

_ZIP: Final = b"PK\3\4"
_BUNDLE_FILES: Final = ("manifest.json", "records.jsonl")
_FETCHED: Final = ("records", "checkpoints")
_COPYS_FILE: Final = "verify.html"
_DIRECTORY_BYTES: Final = 1024
"""At a zip file's end: the directory of a copy's few files is shorter."""
_COMMANDS: Final[dict[Kind, str]] = {
    "archive": "python -m onrecord_archive.verify {path} --policy FILE",
    "bundle": "python -m onrecord_archive.verify_bundle {path} --policy FILE",
    "copy": "python -m onrecord_archive.verify {path} --policy FILE",
    "data directory": "onrecord --data {path} verify",
    "fetched": "python -m onrecord_archive check-fetched {path} --policy FILE",
}
_NAMES: Final[dict[Kind, str]] = {
    "archive": "an archive",
    "bundle": "a bundle, which left an archive with its proofs",
    "copy": "a client's own copy",
    "data directory": "the data directory of an installation",
    "fetched": "a folder that `fetch` made from a bucket",
}
KEYS: Final = (
    "Name the file of the log's public keys with --policy: keys/policy in the data directory of "
    "the installation that wrote it. Get it by a way of its own, not from what you check."
)
"""What to do where there is no policy."""


@dataclass(frozen=True, slots=True)
class NotChecked:
    """Why nothing was checked (exit status 2): a stable code, a sentence, and what to do."""

    code: str
    error: str
    do: str

    def answer(self) -> dict[str, str]:
        """Return what a checker prints."""
        return {"result": "not checked", "code": self.code, "error": self.error, "do": self.do}


def obstacle(path: Path, wanted: Kind, policy: Path | None) -> NotChecked | None:
    """Return why *path* cannot be checked as *wanted* with that policy; None: nothing known."""
    kind = kind_of(path)
    if kind is not None and kind != wanted:
        command = _COMMANDS[kind].format(path=quote(str(path)))
        return NotChecked("wrong_kind", f"{path} is {_NAMES[kind]}.", f"Run: {command}")
    if not path.exists():
        return NotChecked("nothing_there", f"There is no {path}.", f"Name {_NAMES[wanted]}.")
    if policy is None or not policy.exists():
        missing = "No policy was named." if policy is None else f"There is no policy {policy}."
        return NotChecked("no_policy", missing, KEYS)
    return None


def kind_of(path: Path) -> Kind | None:
    """Return what *path* looks like. Whether it is sound, a checker says."""
    if path.is_file():
        with path.open("rb") as file:
            if file.read(len(_ZIP)) != _ZIP:
                return None
            file.seek(max(0, path.stat().st_size - _DIRECTORY_BYTES))
            of_a_copy = _COPYS_FILE.encode() in file.read() or _packed_again(path)
            return "copy" if of_a_copy else "bundle"
    if (path / TAILS).is_dir() or (path / CHECKPOINTS).is_file():
        return "archive"
    if all((path / name).is_dir() for name in _FETCHED):
        return "fetched"
    if (path / _COPYS_FILE).is_file():
        return "copy"
    if all((path / name).is_file() for name in _BUNDLE_FILES):
        return "bundle"
    return "data directory" if (path / "keys" / "policy").is_file() else None


def _packed_again(path: Path) -> bool:
    """Whether a copy's files lie in a zip file in whatever order, in a folder or not."""
    try:
        with ZipFile(path) as packed:
            return any(name.rpartition("/")[2] == _COPYS_FILE for name in packed.namelist())
    except (BadZipFile, NotImplementedError, OSError, ValueError):
        return False

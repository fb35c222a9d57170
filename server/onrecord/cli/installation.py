"""Make the keys of a new installation: the log's, the database's, the server's, compliance's."""

import os
from collections.abc import Sequence
from pathlib import Path

from onrecord.app.key_stores import new_key_store
from onrecord.app.settings.keys import LOG_KEYS, SECRET_BYTES, ServerKey
from onrecord.app.settings.paths import DataPaths, refuse_root, sync_folder, write_private
from onrecord.core.domain.errors import BadInput, Conflict
from onrecord_archive.format.epoch_key import (
    OpeningKey,
    SealingKey,
    encode_key_file,
    generate_opening_key,
)
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.note import Algorithm
from onrecord_archive.format.signer import Signer, signers_policy

SEED_BYTES = 32
ALGORITHMS = dict(zip(LOG_KEYS, (Algorithm.ED25519, Algorithm.ML_DSA_44), strict=True))


def is_installed(paths: DataPaths) -> bool:
    """Whether this directory holds an installation (the policy file is written last)."""
    return paths.policy.exists()


def make_installation(
    paths: DataPaths,
    *,
    origin: str,
    opening_key: Path | None = None,
    public: SealingKey | None = None,
    key_stores: Sequence[Path] = (),
) -> None:
    """Make every folder and key. *origin* is the log's name, such as bank.example/onrecord.

    Compliance's first key is made here (the opening key to a new file), or its *public* part given;
    *key_stores* are made empty, by default one at its usual place. Raises Conflict
    (`installed_already`, `opening_key_exists`), BadInput (`bad_origin`), RefuseToStart
    (`key_store_missing`: its folder). After an interruption it can be run again: without the policy
    file nothing was sealed or signed yet.
    """
    if is_installed(paths):
        raise Conflict("installed_already", f"{paths.root} holds an installation already.")
    signers = [_new_signer(origin, name) for name in LOG_KEYS]
    paths.make()
    _write_missing(paths.database_key, os.urandom(SECRET_BYTES))
    _write_missing(paths.server_key, ServerKey(os.urandom(SECRET_BYTES)).encode())
    for left in paths.compliance_keys.iterdir():
        left.unlink()
    if public is not None:
        register(paths, public)
    elif opening_key is not None:
        new_epoch_key(paths, epoch=1, opening_key=opening_key)
    for name, signer in zip(LOG_KEYS, signers, strict=True):
        (paths.log_keys / name).unlink(missing_ok=True)
        write_private(paths.log_keys / name, signer.encode())
    for path in key_stores or (paths.key_store,):
        if not path.exists():
            new_key_store(path)
    paths.policy.write_text(signers_policy(signers).encode(), encoding="utf-8")
    sync_folder(paths.keys)


def new_epoch_key(paths: DataPaths, *, epoch: int, opening_key: Path) -> None:
    """Make compliance's key of an epoch: the opening key to a file, the public part registered.

    Raises Conflict (`opening_key_exists`).
    """
    key = generate_opening_key(epoch)
    write_opening_key(opening_key, key)
    register(paths, key.sealing())


def write_opening_key(path: Path, key: OpeningKey) -> None:
    """Write an opening key to a new file. Raises Conflict (`opening_key_exists`)."""
    try:
        write_private(path, encode_key_file(key))
    except FileExistsError as error:
        detail = f"{path} exists; an opening key is never overwritten."
        raise Conflict("opening_key_exists", detail) from error


def register(paths: DataPaths, key: SealingKey) -> Path:
    """Register a public key; the highest epoch seals from the next start on.

    Raises Conflict (`epoch_exists`), RefuseToStart (`wrong_user`).
    """
    refuse_root(paths.root)
    path = paths.compliance_keys / f"epoch-{key.epoch}.pub"
    try:
        write_private(path, encode_key_file(key))
    except FileExistsError as error:
        raise Conflict("epoch_exists", f"There is a key of epoch {key.epoch} already.") from error
    return path


def _new_signer(origin: str, file_name: str) -> Signer:
    try:
        return Signer(origin, ALGORITHMS[file_name], os.urandom(SEED_BYTES))
    except BadFormat as error:
        detail = "The log's name must be like bank.example/onrecord: no space, no plus sign."
        raise BadInput("bad_origin", detail) from error


def _write_missing(path: Path, data: bytes) -> None:
    if not path.exists():
        write_private(path, data)

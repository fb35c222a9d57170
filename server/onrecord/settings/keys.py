"""The keys of an installation, read from its data directory."""

from pathlib import Path

from onrecord.domain.errors import RefuseToStart
from onrecord.settings.paths import DataPaths, read_secret
from onrecord_archive.epoch_key import SealingKey, parse_sealing_key
from onrecord_archive.errors import BadFormat
from onrecord_archive.signer import Signer, parse_signer

LOG_KEYS = ("ed25519.key", "ml-dsa-44.key")
"""Files in keys/log; a checkpoint carries a signature of each."""
SECRET_BYTES = 32


def log_signers(paths: DataPaths) -> tuple[Signer, ...]:
    """Return the log's signing keys. Raises RefuseToStart if one is missing, open or no key."""
    return tuple(_signer(paths.log_keys / name) for name in LOG_KEYS)


def sealing_keys(paths: DataPaths) -> tuple[SealingKey, ...]:
    """Return compliance's public keys by epoch; the last one seals.

    Raises RefuseToStart if there is none, or one is no key.
    """
    keys = sorted(
        (_sealing_key(path) for path in paths.compliance_keys.glob("*.pub")),
        key=lambda key: key.epoch,
    )
    if not keys:
        raise RefuseToStart(
            "no_compliance_key",
            f"There is no compliance key in {paths.compliance_keys}, so nothing can be sealed.",
            "Run `onrecord keys new`, or put the public file of an existing key there.",
        )
    return tuple(keys)


def server_secret(paths: DataPaths) -> bytes:
    """Return the server's own secret, 32 bytes. Raises RefuseToStart."""
    secret = read_secret(paths.server_key)
    if len(secret) != SECRET_BYTES:
        raise _damaged(paths.server_key)
    return secret


def _signer(path: Path) -> Signer:
    try:
        return parse_signer(read_secret(path))
    except BadFormat as error:
        raise _damaged(path) from error


def _sealing_key(path: Path) -> SealingKey:
    try:
        return parse_sealing_key(path.read_bytes())
    except (BadFormat, OSError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> RefuseToStart:
    return RefuseToStart(
        "key_damaged",
        f"{path} holds no key of its kind.",
        "Restore it from the backup of the keys (docs/operations.md).",
    )

"""The keys of an installation, read from its data directory."""

import hmac
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from onrecord.app.settings.paths import DataPaths, read_secret
from onrecord.core.domain.errors import RefuseToStart
from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.epoch_key import SealingKey, parse_sealing_key
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.signer import Signer, parse_signer, signers_policy

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
        (sealing_key(path) for path in paths.compliance_keys.glob("*.pub")),
        key=lambda key: key.epoch,
    )
    if not keys:
        raise RefuseToStart(
            "no_compliance_key",
            f"There is no compliance key in {paths.compliance_keys}, so nothing can be sealed.",
            "Run `onrecord keys new`, or put the public file of an existing key there.",
        )
    return tuple(keys)


def log_policy(paths: DataPaths) -> Policy:
    """Return the verifier's policy, which names the keys that sign here and no other.

    Raises RefuseToStart (`policy_unreadable`, `policy_damaged`, and for the signing keys).
    """
    try:
        policy = parse_policy(paths.policy.read_text(encoding="utf-8"))
    except OSError as error:
        raise RefuseToStart(
            "policy_unreadable",
            f"{paths.policy} cannot be read: {error.strerror}.",
            "Restore it from a backup: without it nobody can verify the archive.",
        ) from error
    except (BadFormat, UnicodeDecodeError) as error:
        raise _other_keys(f"{paths.policy} is no policy file: {error}.") from error
    if policy != signers_policy(log_signers(paths)):
        raise _other_keys(f"{paths.policy} names other keys than those in {paths.log_keys}.")
    return policy


@dataclass(frozen=True, slots=True)
class ServerKey:
    """The server's own secret, 32 bytes. It is used only to derive keys from it."""

    secret: bytes = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """Return a 32-byte key for one purpose (HMAC-SHA256)."""
        return hmac.digest(self.secret, f"onrecord {purpose} 1".encode(), sha256)

    def fingerprint(self) -> bytes:
        """Return the SHA-256 by which the database knows this secret; it tells nothing of it."""
        return sha256(b"onrecord server key fingerprint 1\x00" + self.secret).digest()

    def encode(self) -> bytes:
        """Return what the file holds: the secret and a check of it, 64 bytes."""
        return self.secret + sha256(b"onrecord server key 1\x00" + self.secret).digest()


def server_key(paths: DataPaths, known: bytes | None) -> ServerKey:
    """Return the server's own key. *known*: its fingerprint in the database; None: there is none.

    The file is either the secret with its check, or the secret alone (older versions made it so).
    Raises RefuseToStart (`key_damaged`) for anything else, and for a key whose fingerprint is
    another one: that of another server, or other bytes of the right length.
    """
    path = paths.server_key
    content = read_secret(path)
    key = ServerKey(content[:SECRET_BYTES])
    if len(key.secret) != SECRET_BYTES or content not in (key.secret, key.encode()):
        raise _damaged(path)
    if known is not None and not hmac.compare_digest(key.fingerprint(), known):
        raise RefuseToStart(
            "key_damaged",
            f"{path} is not the key that this database knows.",
            "Restore it from the backup of the keys. If it is in none: move the file away, and run "
            "`onrecord keys renew-server` (docs/operations.md).",
        )
    return key


def _signer(path: Path) -> Signer:
    try:
        return parse_signer(read_secret(path))
    except BadFormat as error:
        raise _damaged(path) from error


def sealing_key(path: Path) -> SealingKey:
    """Return a public key of compliance. Raises RefuseToStart (`key_damaged`)."""
    try:
        return parse_sealing_key(path.read_bytes())
    except (BadFormat, OSError) as error:
        raise _damaged(path) from error


def _other_keys(detail: str) -> RefuseToStart:
    return RefuseToStart(
        "policy_damaged", detail, "Restore keys and policy from the same backup of the keys."
    )


def _damaged(path: Path) -> RefuseToStart:
    return RefuseToStart(
        "key_damaged",
        f"{path} holds no key of its kind.",
        "Restore it from the backup of the keys (docs/operations.md).",
    )
